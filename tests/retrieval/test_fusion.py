from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.fusion import fuse, of_answers, standardise

SCORES = st.lists(st.floats(-100, 100), min_size=2, max_size=8).map(np.array)
TABLES = (
    st.integers(0, 5)
    .flatmap(
        lambda width: st.lists(
            st.lists(st.floats(-100, 100), min_size=width, max_size=width), min_size=1, max_size=4
        )
    )
    .map(np.array)
)


@given(SCORES)
def test_standardised_scores_keep_their_order_and_lose_their_unit(scores: np.ndarray) -> None:
    (found,) = standardise(scores[None, :])
    assert found.mean() == pytest.approx(0, abs=1e-6)
    assert all(
        found[i] <= found[j]
        for i in range(len(scores))
        for j in range(len(scores))
        if scores[i] <= scores[j]
    )


@given(TABLES)
def test_each_question_is_standardised_by_itself(table: np.ndarray) -> None:
    found = standardise(table)
    assert found.shape == table.shape
    for row, scores in zip(found, table, strict=True):
        assert np.allclose(row, standardise(scores[None, :])[0])


@given(SCORES, st.integers(1, 4))
def test_a_column_that_counts_for_several_stands_for_as_many(scores: np.ndarray, n: int) -> None:
    counts = np.array([1.0] * (len(scores) - 1) + [n])
    repeated = np.append(scores, [scores[-1]] * (n - 1))
    found = standardise(scores[None, :], counts)[0]
    assert np.allclose(found, standardise(repeated[None, :])[0, : len(scores)], atol=1e-6)


def test_scores_that_do_not_differ_say_nothing() -> None:
    assert standardise(np.array([[7.0, 7.0, 7.0], [0.0, 0.0, 3.0]])).tolist()[0] == [0.0, 0.0, 0.0]


def test_lexical_scores_count_as_far_as_the_words_are_known() -> None:
    """Words and n-grams say the first entry, meaning says the second; asked twice, trusted once."""
    lexical, dense = np.array([[2.0, 0.0, 0.0]] * 2), np.array([[0.0, 2.0, 0.0]] * 2)
    fused = fuse(lexical, lexical, dense, lexical, np.array([1.0, 0.2]), 0)
    assert fused.argmax(axis=1).tolist() == [0, 1]


def test_answers_count_the_less_the_more_wordings_there_are() -> None:
    assert of_answers(1) > of_answers(12) > of_answers(80) > 0
    near, other = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 0.4, 0.0]])
    few, many = (
        fuse(near * 0, near * 0, other, near, np.ones(1), 4 * of_answers(count))
        for count in (1, 80)
    )
    assert (few.argmax(), many.argmax()) == (0, 1)
