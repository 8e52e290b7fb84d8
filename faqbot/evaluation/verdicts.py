"""One word for what became of a query, from the user's point of view."""

from __future__ import annotations

from enum import StrEnum

from faqbot.evaluation.runs import Outcome


class Verdict(StrEnum):
    """What became of one query; the text is what tables print."""

    ANSWERED_RIGHT = "answered, right"
    OFFERED_RIGHT = "choice, right one among it"
    OFFERED_WRONG = "choice, right one missing"
    DECLINED = "declined, though the FAQ answers"
    ANSWERED_WRONG = "answered, wrong"
    DECLINED_RIGHTLY = "declined, rightly"
    OFFERED_NEEDLESSLY = "choice, though the FAQ does not answer"
    ANSWERED_FALSELY = "answered, though the FAQ does not"
    FIRST_RIGHT = "first entry right"
    FIRST_WRONG = "first entry wrong"
    NOT_JUDGED = "ranked, though the FAQ does not answer"


QUALITY = {
    Verdict.ANSWERED_RIGHT: 3,
    Verdict.DECLINED_RIGHTLY: 3,
    Verdict.FIRST_RIGHT: 3,
    Verdict.OFFERED_RIGHT: 2,
    Verdict.OFFERED_NEEDLESSLY: 1,
    Verdict.OFFERED_WRONG: 1,
    Verdict.DECLINED: 1,
    Verdict.NOT_JUDGED: 1,
    Verdict.ANSWERED_WRONG: 0,
    Verdict.ANSWERED_FALSELY: 0,
    Verdict.FIRST_WRONG: 0,
}
"""Higher is better for the user; a wrong assertion is worse than none."""

FAILURES = (
    Verdict.ANSWERED_FALSELY,
    Verdict.ANSWERED_WRONG,
    Verdict.DECLINED,
    Verdict.OFFERED_WRONG,
    Verdict.FIRST_WRONG,
)
"""Worst first. A choice is no failure when it holds a right entry, nor when there is none: then
the user sees at a glance that nothing fits."""


def verdict_of(outcome: Outcome) -> Verdict:
    """Say what became of a query.

    Args:
        outcome: The outcome.

    Returns:
        The verdict.
    """
    status = outcome.response.status
    if not outcome.query.answerable:
        return {
            "answered": Verdict.ANSWERED_FALSELY,
            "clarify": Verdict.OFFERED_NEEDLESSLY,
            "no_answer": Verdict.DECLINED_RIGHTLY,
            None: Verdict.NOT_JUDGED,
        }[status]
    if status == "clarify":
        return Verdict.OFFERED_RIGHT if outcome.offers_right else Verdict.OFFERED_WRONG
    if status == "no_answer":
        return Verdict.DECLINED
    if status == "answered":
        return Verdict.ANSWERED_RIGHT if outcome.right else Verdict.ANSWERED_WRONG
    return Verdict.FIRST_RIGHT if outcome.right else Verdict.FIRST_WRONG
