"""What speaks for a candidate: a handful of named numbers that a reader can check.

Each compares the candidate with something: the next candidate, the subjects that the FAQ does not
cover, the question's own words. Scores of different questions are not comparable, such
comparisons are.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log1p
from typing import Final

from faqbot.retrieval.ranking import Ranking

FEATURES: Final = (
    "margin",
    "words_over_outside",
    "grams_over_outside",
    "words",
    "dense",
    "coverage",
    "unknown",
    "length",
    "in_context",
)
"""Names of the features, in the order of `features`."""


def features(ranking: Ranking, position: int) -> Sequence[float]:
    """Describe one candidate.

    Args:
        ranking: The ranking that it stands in.
        position: Its 0-based place.

    Returns:
        In the order of `FEATURES`: fused score less the best other candidate's (0 without
        another); logarithm of its BM25 over that of the best subject out of scope, for stems and
        for character n-grams; logarithm of its BM25 of stems; centred cosine; share of the
        question's words that it holds; share of the question's words that are unknown; logarithm
        of the number of these words; 1 for a follow-up read with the question before, else 0.
    """
    candidate = ranking.candidates[position]
    signals, outside = candidate.signals, ranking.outside
    return (
        candidate.score - _best_other_score(ranking, position),
        log((signals.words + 1) / (outside.words + 1)),
        log((signals.grams + 1) / (outside.grams + 1)),
        log1p(signals.words),
        signals.dense,
        signals.coverage,
        ranking.unknown,
        log1p(ranking.terms),
        float(ranking.in_context),
    )


def _best_other_score(ranking: Ranking, position: int) -> float:
    rival = 1 if position == 0 else 0
    if rival >= len(ranking.candidates):
        return ranking.candidates[position].score
    return ranking.candidates[rival].score
