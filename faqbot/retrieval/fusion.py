"""One score out of several retrievers' scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from faqbot.retrieval.bm25 import Scores, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each retriever counts; 0 leaves it out, and one of the first three is above 0."""

    words: float = 1.0
    grams: float = 1.0
    dense: float = 1.0
    answers: float = 0.4
    """Of the nearest piece of each answer, for an FAQ whose entries have one wording each: of many
    wordings one says better what is asked for (`of_answers`)."""
    tokens: float = 30.0
    """Of late interaction, which reorders the best entries: what a difference of 1 in cosine counts
    in the fused score. That is measured in standard deviations, and such differences are small."""


_FEW: Final = 25.0
"""Wordings an entry, with which answers count half."""


def of_answers(wordings: float) -> float:
    """Say what part of their weight answers keep, in [0, 1), by the mean wordings of an entry.

    With few wordings answers find what wordings do not hold; with eighty they mislead, if they
    count as much as other retrievers (``eval/README.md``, « Vectors that fit the corpus »).
    """
    return _FEW / (_FEW + wordings)


def standardise(scores: Table, counts: Scores | None = None) -> Table:
    """Measure each row in standard deviations from its mean; all 0 where its scores are alike.

    Args:
        scores: (n, m), or several such tables, (t, n, m).
        counts: (m,) for how many entries each column counts in the mean and the deviation; None
            for one each.
    """
    if not scores.size:
        return scores
    counts = np.ones(scores.shape[-1]) if counts is None else counts
    shares = counts / counts.sum()
    moved = scores - (scores @ shares)[..., None]
    spread = np.sqrt(moved**2 @ shares)[..., None]
    return np.where(spread < 1e-9, 0.0, moved / np.maximum(spread, 1e-9))


def fuse(
    words: Table,
    grams: Table,
    dense: Table,
    answers: Table,
    trust: Scores,
    weights: Weights,
    counts: Scores | None = None,
) -> Table:
    """Combine four retrievers.

    A lexical retriever only knows the words that it shares with an entry: where it knows few of a
    question's words, chance decides its ranking. So its weight is the share of the question that
    it knows. Ranks are not fused (reciprocal rank fusion), because they hide how clearly the
    first is ahead.

    Args:
        words: (n, m) BM25 of stems.
        grams: (n, m) BM25 of character n-grams.
        dense: (n, m) cosine similarities.
        answers: (n, m) those of the nearest piece of the answer.
        trust: (n,) share in [0, 1] of the question's words that the best entry holds.
        weights: How much each counts.
        counts: (m,) as in `standardise`.

    Returns:
        (n, m) the weighted sum of the standardised scores, divided by the sum of the weights. Where
        trust is low the scores lie closer together, as they should: less is known.
    """
    z_words, z_grams, z_dense, z_answers = standardise(
        np.stack([words, grams, dense, answers]), counts
    )
    lexical = weights.words * z_words + weights.grams * z_grams
    near = weights.dense * z_dense + weights.answers * z_answers
    total = weights.words + weights.grams + weights.dense + weights.answers
    return np.asarray((trust[:, None] * lexical + near) / total)
