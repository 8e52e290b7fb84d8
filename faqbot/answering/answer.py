"""An answer as it is shown: entries asserted or offered, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from faqbot.answering.decision import DecisionRule, Status
from faqbot.answering.highlighting import highlights
from faqbot.corpus.entry import Entry
from faqbot.corpus.markdown import to_text
from faqbot.corpus.units import Span
from faqbot.retrieval.ranking import Candidate, Ranking

SmallTalk: TypeAlias = Literal["greeting", "thanks", "identity", "farewell"]

SHOWN = 3
"""Most entries an answer shows: the first, and two more."""
SUGGESTED = 3
"""Most questions offered besides."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that is shown, with its place in the ranking."""

    entry: Entry
    rank: int
    """1-based."""
    score: float
    """The candidate's fused score, comparable within one answer only; higher is better."""
    confidence: float
    """Probability in [0, 1] that this entry answers the question."""
    highlights: tuple[Span, ...] = ()
    """Passages of `to_text(entry.answer)` that respond best, in order, without overlap."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question."""

    question: str
    status: Status
    confidence: float
    """Probability in [0, 1] that the first candidate answers the question, in every status."""
    shown: tuple[Offer, ...]
    """Entries shown in full, best first; empty when there is no answer."""
    suggestions: tuple[Offer, ...]
    """Nearest other questions: offered, not asserted."""
    small_talk: SmallTalk | None = None
    """What was said when it was no question at all; the status is then ``no_answer``."""
    ranking: Ranking | None = None
    """What the answer was chosen from; None for small talk."""


def compose(question: str, ranking: Ranking, rule: DecisionRule) -> Answer:
    """Turn ranked candidates into an answer.

    Args:
        question: The question as asked.
        ranking: Its candidates.
        rule: Decides the status.

    Returns:
        The answer: entries shown when answered or to be clarified, only suggestions otherwise.
    """
    judgement = rule.judge(ranking, SHOWN + SUGGESTED)
    shown = 0 if judgement.status == "no_answer" else SHOWN
    offers = tuple(
        Offer(
            found.entry,
            rank,
            found.score,
            confidence,
            _highlights(ranking.question, found) if rank <= shown else (),
        )
        for rank, (found, confidence) in enumerate(
            zip(ranking.candidates, judgement.confidences, strict=False), start=1
        )
    )
    return Answer(
        question=question,
        status=judgement.status,
        confidence=offers[0].confidence if offers else 0.0,
        shown=offers[:shown],
        suggestions=offers[shown : shown + SUGGESTED],
        ranking=ranking,
    )


def _highlights(question: str, found: Candidate) -> tuple[Span, ...]:
    return highlights(question, to_text(found.entry.answer), found.sentences)
