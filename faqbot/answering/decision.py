"""When to answer, when to ask back and when to say that the FAQ holds no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from faqbot.corpus.text import wording_key
from faqbot.retrieval.ranking import Ranking
from faqbot.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of a ranking."""

    status: Status
    confidences: tuple[float, ...]
    """For each of the first candidates the probability in [0, 1] that it answers the question;
    none is higher than the one before."""
    tentative: bool = False
    """Whether the first of a choice leads so clearly that its answer may be shown at once."""


class DecisionRule(Protocol):
    """Judges whether the first candidates answer a question."""

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        """Judge the first ``depth`` candidates of a ranking, which may be empty."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Confidences of the first candidate, in [0, 1], at which the outcome changes."""

    answer_at: float
    """From here on the first candidate is asserted."""
    tentative_at: float = 1.0
    """From here on the first candidate of a choice is shown at once, as likely, not as certain."""
    clarify_at: float
    """From here on the first candidates are offered; below, there is no answer."""

    def decide(self, confidences: Sequence[float]) -> Status:
        """Choose the outcome.

        Args:
            confidences: Of the candidates, best first; may be empty. One lone candidate is never
                a choice, so it is not offered.
        """
        first = confidences[0] if confidences else 0.0
        if first >= self.answer_at:
            return "answered"
        if first >= self.clarify_at and len(confidences) > 1:
            return "clarify"
        return "no_answer"


BARE_TERMS = 2
"""A question of no more content words than this may be a mere subject."""


def is_own_wording(ranking: Ranking) -> bool:
    """Tell whether the question is one of the first candidate's own wordings.

    Accents, case and punctuation do not matter.
    """
    if not ranking.candidates:
        return False
    return wording_key(ranking.question) in ranking.candidates[0].entry.keys


def is_bare_subject(ranking: Ranking) -> bool:
    """Tell whether the question only names something that the first candidate is about.

    « certificat » asks nothing yet: which of the entries about certificates is meant is to be
    asked back, not refused. So it has at most `BARE_TERMS` content words, and the first candidate
    holds them all.
    """
    if not ranking.candidates or not 0 < ranking.terms <= BARE_TERMS:
        return False
    held = ranking.comparison.lexical.coverage[0, ranking.order[0]]
    return bool(held > 1 - 1e-9)


def falling(confidences: Sequence[float]) -> tuple[float, ...]:
    """Let no candidate be surer than the one before it."""
    return tuple(accumulate(confidences, min))
