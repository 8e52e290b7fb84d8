"""What became of a query, and of the same query asked of something else.

No measure is taken here, so that a server without the packages of evaluation can try a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self, TypeAlias

from faqbot.evaluation.dataset import Query
from faqbot.evaluation.systems import Response

Effect: TypeAlias = Literal["better", "worse", "other"]


class Fate(StrEnum):
    """What became of one query, from the user's point of view; the text is what tables print."""

    quality: int
    """Higher is better for the user: a wrong assertion is worse than none, or than a likely one."""

    def __new__(cls, text: str, quality: int) -> Self:  # noqa: D102
        fate = str.__new__(cls, text)
        fate._value_, fate.quality = text, quality
        return fate

    ANSWERED_RIGHT = "answered, right", 5
    TENTATIVE_RIGHT = "tentative, right", 4
    TENTATIVE_WRONG = "tentative, wrong", 1
    OFFERED_RIGHT = "choice, right one among it", 3
    OFFERED_WRONG = "choice, right one missing", 2
    DECLINED = "declined, though the FAQ answers", 2
    ANSWERED_WRONG = "answered, wrong", 0
    DECLINED_RIGHTLY = "declined, rightly", 5
    OFFERED_NEEDLESSLY = "choice, though the FAQ does not answer", 2
    TENTATIVE_FALSELY = "tentative, though the FAQ does not answer", 1
    ANSWERED_FALSELY = "answered, though the FAQ does not", 0
    FIRST_RIGHT = "first entry right", 5
    FIRST_WRONG = "first entry wrong", 0
    NOT_JUDGED = "ranked, though the FAQ does not answer", 2


FAILURES = (
    *(Fate.ANSWERED_FALSELY, Fate.ANSWERED_WRONG, Fate.TENTATIVE_FALSELY, Fate.TENTATIVE_WRONG),
    *(Fate.DECLINED, Fate.OFFERED_WRONG, Fate.FIRST_WRONG),
)
"""Worst first. A choice is no failure when it holds a right entry, nor when there is none: then
the user sees at a glance that nothing fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOutcome:
    """One query, its judgements, the response and its scores."""

    query: Query
    relevant: Mapping[str, int]
    """Right entry to grade; empty for an unanswerable query."""
    response: Response
    scores: Mapping[str, float]
    """Retrieval measures; empty for an unanswerable query."""

    @property
    def first(self) -> str | None:
        """The entry that comes first, if any does."""
        ranking = self.response.ranking
        return ranking[0][0] if ranking else None

    @property
    def right(self) -> bool:
        """Whether that entry is right; never so for an unanswerable query."""
        return self.first in self.relevant

    @property
    def offers_right(self) -> bool:
        """Whether a right entry is among those shown."""
        return any(entry_id in self.relevant for entry_id in self.response.shown)

    @property
    def rank(self) -> int | None:
        """1-based rank of the first right entry; None when it was not found."""
        ranks = (
            place
            for place, (entry_id, _) in enumerate(self.response.ranking, start=1)
            if entry_id in self.relevant
        )
        return next(ranks, None)

    @property
    def fate(self) -> Fate:
        """What became of the query."""
        status = "tentative" if self.response.tentative else self.response.status
        if not self.query.answerable:
            return {
                "answered": Fate.ANSWERED_FALSELY,
                "clarify": Fate.OFFERED_NEEDLESSLY,
                "no_answer": Fate.DECLINED_RIGHTLY,
                "tentative": Fate.TENTATIVE_FALSELY,
                None: Fate.NOT_JUDGED,
            }[status]
        return {
            "answered": Fate.ANSWERED_RIGHT if self.right else Fate.ANSWERED_WRONG,
            "clarify": Fate.OFFERED_RIGHT if self.offers_right else Fate.OFFERED_WRONG,
            "no_answer": Fate.DECLINED,
            "tentative": Fate.TENTATIVE_RIGHT if self.right else Fate.TENTATIVE_WRONG,
            None: Fate.FIRST_RIGHT if self.right else Fate.FIRST_WRONG,
        }[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A query whose first entry or status changed."""

    a: QueryOutcome
    b: QueryOutcome
    effect: Effect


def changes_of(pairs: Sequence[tuple[QueryOutcome, QueryOutcome]]) -> tuple[Change, ...]:
    """Find the queries whose first entry or status is not the same, worse ones first."""
    changes = [
        Change(a=a, b=b, effect=_effect(a.fate, b.fate)) for a, b in pairs if _seen(a) != _seen(b)
    ]
    order = {"worse": 0, "better": 1, "other": 2}
    return tuple(sorted(changes, key=lambda change: order[change.effect]))


def _seen(outcome: QueryOutcome) -> tuple[object, ...]:
    return outcome.first, outcome.response.status, outcome.response.tentative


def _effect(before: Fate, after: Fate) -> Effect:
    gain = after.quality - before.quality
    return "better" if gain > 0 else "worse" if gain < 0 else "other"
