from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.fusion import Weights, fuse, standardise

SCORES = st.lists(st.floats(-100, 100), min_size=2, max_size=8).map(np.array)


@given(SCORES)
def test_standardised_scores_keep_their_order_and_lose_their_unit(scores: np.ndarray) -> None:
    found = standardise(scores)
    assert found.mean() == pytest.approx(0, abs=1e-6)
    assert all(
        found[i] <= found[j]
        for i in range(len(scores))
        for j in range(len(scores))
        if scores[i] <= scores[j]
    )


def test_scores_that_do_not_differ_say_nothing() -> None:
    assert list(standardise(np.full(3, 7.0))) == [0.0, 0.0, 0.0]


def test_lexical_scores_count_as_far_as_the_words_are_known() -> None:
    """Words and n-grams say the first entry, meaning says the second."""
    lexical, dense = np.array([2.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0])
    weights = Weights(words=1, grams=1, dense=1)
    assert int(fuse(lexical, lexical, dense, 1.0, weights).argmax()) == 0
    assert int(fuse(lexical, lexical, dense, 0.2, weights).argmax()) == 1


def test_a_weight_of_zero_leaves_a_retriever_out() -> None:
    words, other = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    fused = fuse(words, other, other, 1.0, Weights(words=1, grams=0, dense=0))
    assert list(fused) == list(standardise(words))
