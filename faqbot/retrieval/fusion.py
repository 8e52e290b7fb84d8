"""One score out of several retrievers' scores."""

from __future__ import annotations

from typing import Final

import numpy as np

from faqbot.retrieval.bm25 import Scores, Table

TOKENS: Final = 30.0
"""Weight of late interaction, which reorders the best entries: what a difference of 1 in cosine
counts in the fused score. That is measured in standard deviations, and such differences are
small."""
_ANSWERS: Final = 0.4
_FEW: Final = 25.0
"""Wordings an entry, with which answers count half of that."""


def of_answers(wordings: float) -> float:
    """Weigh the nearest piece of each answer, by the mean wordings of an entry.

    With few wordings answers find what wordings do not hold; with eighty they mislead, if they
    count as much as other retrievers (``eval/README.md``, « Vectors that fit the corpus »).
    """
    return _ANSWERS * _FEW / (_FEW + wordings)


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
    answered: float,
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
        answered: How much the answers count; the others count 1.
        counts: (m,) as in `standardise`.

    Returns:
        (n, m) the weighted sum of the standardised scores, divided by the sum of the weights. Where
        trust is low the scores lie closer together, as they should: less is known.
    """
    z_words, z_grams, z_dense, z_answers = standardise(
        np.stack([words, grams, dense, answers]), counts
    )
    near = z_dense + answered * z_answers
    return np.asarray((trust[:, None] * (z_words + z_grams) + near) / (3 + answered))
