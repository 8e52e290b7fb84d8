"""From ranked entries to an answer: what is shown, how sure it is, and when nothing is said.

The rule below is a first, simple one. It stands behind `DecisionRule`, the seam at which a
calibrated rule can take its place without anything else changing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from faqbot.corpus.entry import Entry
from faqbot.retrieval import Candidate

Status: TypeAlias = Literal["answered", "clarify", "no_answer"]
SmallTalk: TypeAlias = Literal["greeting", "thanks", "identity", "farewell"]
Span: TypeAlias = tuple[int, int]
"""[start, end) in characters of a text."""

SHOWN = 3
"""Most entries an answer shows: the first, and two more."""
SUGGESTED = 3
"""Most questions offered besides."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of ranked candidates."""

    status: Status
    confidences: tuple[float, ...]
    """For each candidate the probability in [0, 1] that it answers the question."""


class DecisionRule(Protocol):
    """Judges whether the first candidates answer a question."""

    def judge(self, question: str, candidates: Sequence[Candidate]) -> Judgement:
        """Judge ranked candidates.

        Args:
            question: The question.
            candidates: Best first; may be empty.

        Returns:
            A status, and one confidence a candidate.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityRule:
    """Judge by similarity alone: near enough is an answer, far is none, between is a question.

    The confidence is a logistic curve of the score. Its two parameters and the thresholds
    belong to one model and one corpus; the defaults were set on the ``dev`` split of
    ``eval/datasets/edc-psc`` with the default model (see ``eval/README.md``).
    """

    midpoint: float = 0.8826
    """Score at which an answer is as likely right as wrong."""
    steepness: float = 65.5
    """How fast the confidence rises around the midpoint."""
    answer_at: float = 0.75
    """Confidence from which the first candidate is asserted."""
    clarify_at: float = 0.3
    """Confidence from which the first candidates are offered."""

    def judge(self, question: str, candidates: Sequence[Candidate]) -> Judgement:
        """Judge ranked candidates by their scores.

        Args:
            question: Not used by this rule.
            candidates: Best first; may be empty.

        Returns:
            ``answered`` or ``clarify`` when the first confidence reaches the threshold of each,
            else ``no_answer``. One lone candidate is never a choice, so it is not offered.
        """
        confidences = tuple(self._confidence(found.score) for found in candidates)
        first = confidences[0] if confidences else 0.0
        if first >= self.answer_at:
            return Judgement("answered", confidences)
        if first >= self.clarify_at and len(candidates) > 1:
            return Judgement("clarify", confidences)
        return Judgement("no_answer", confidences)

    def _confidence(self, score: float) -> float:
        return 1 / (1 + math.exp(-self.steepness * (score - self.midpoint)))


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that is shown, with its place in the ranking."""

    entry: Entry
    rank: int
    """1-based."""
    score: float
    """The candidate's score: a mean cosine similarity; higher is better."""
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


def compose(question: str, candidates: Sequence[Candidate], rule: DecisionRule) -> Answer:
    """Turn ranked candidates into an answer.

    Args:
        question: The question.
        candidates: Best first.
        rule: Decides the status.

    Returns:
        The answer: entries shown when answered or to be clarified, only suggestions otherwise.
    """
    judgement = rule.judge(question, candidates)
    offers = tuple(
        Offer(found.entry, rank, found.score, confidence)
        for rank, (found, confidence) in enumerate(
            zip(candidates, judgement.confidences, strict=True), start=1
        )
    )
    shown = 0 if judgement.status == "no_answer" else SHOWN
    return Answer(
        question=question,
        status=judgement.status,
        confidence=offers[0].confidence if offers else 0.0,
        shown=offers[:shown],
        suggestions=offers[shown : shown + SUGGESTED],
    )
