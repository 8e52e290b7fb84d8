"""Weights that tell classes apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.softmax import separated


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@given(st.integers(2, 6), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_vectors_around_a_direction_score_highest_in_its_class(
    count: int, each: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    classes = np.repeat(np.arange(count), each)
    noise = chance.normal(scale=0.1, size=(len(classes), 8))
    vectors = unit(np.eye(8)[classes] + noise)

    weights = separated(vectors, classes, count + 1)

    assert ((vectors @ weights).argmax(axis=1) == classes).all()


def test_what_two_classes_share_does_not_count() -> None:
    # The first number is large in both classes, the others tell them apart.
    rows = [[9, 1, 0], [9, 2, 0], [9, 0, 1], [9, 0, 2]]
    vectors = unit(np.repeat(np.array(rows, dtype=float), 40, axis=0))
    classes = np.repeat([0, 1], 80)

    weights = separated(vectors, classes, 2)

    asked = unit(np.array([[1, 0.1, 0.2]]))
    own = (asked @ weights)[0]
    shared = float(own[1] - own[0])
    assert shared > 10 * float(
        (vectors[classes == 1] @ asked[0]).max() - (vectors[classes == 0] @ asked[0]).max()
    )


def test_a_class_without_vectors_is_never_first() -> None:
    vectors = unit(np.eye(3))

    weights = separated(vectors, np.array([0, 1, 2]), 4)

    assert (vectors @ weights)[:, 3].max() < (vectors @ weights)[:, :3].max(axis=1).min()


def test_without_any_vectors_nothing_is_said() -> None:
    weights = separated(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), 3)

    assert not weights.any()
