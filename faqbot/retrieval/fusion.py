"""One score out of several retrievers' scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faqbot.retrieval.ranking import Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each retriever counts; 0 leaves it out, and one at least is above 0."""

    words: float = 1.0
    grams: float = 1.0
    dense: float = 1.0


def standardise(scores: Scores) -> Scores:
    """Measure scores in standard deviations from their mean; all 0 where they do not differ."""
    spread = scores.std()
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread)


def fuse(words: Scores, grams: Scores, dense: Scores, trust: float, weights: Weights) -> Scores:
    """Combine three retrievers.

    A lexical retriever only knows the words that it shares with an entry: where it knows few of a
    question's words, chance decides its ranking. So its weight is the share of the question that
    it knows. Ranks are not fused (reciprocal rank fusion), because they hide how clearly the
    first is ahead.

    Args:
        words: BM25 of stems.
        grams: BM25 of character n-grams.
        dense: Cosine similarities.
        trust: Share in [0, 1] of the question's words that the best entry holds.
        weights: How much each counts.

    Returns:
        The weighted sum of the standardised scores, divided by the sum of the weights. Where
        trust is low the scores lie closer together, as they should: less is known.
    """
    lexical = weights.words * standardise(words) + weights.grams * standardise(grams)
    fused = trust * lexical + weights.dense * standardise(dense)
    return np.asarray(fused / (weights.words + weights.grams + weights.dense))
