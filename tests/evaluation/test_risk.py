from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.evaluation.risk import FIRST_COVERAGE, choose_threshold, upper_bound


@pytest.mark.parametrize(
    ("wrong", "answered", "bound"),
    [
        # Without errors the bound solves (1 - p)^n = 1 - confidence.
        (0, 114, 1 - 0.1 ** (1 / 114)),
        (0, 10, 1 - 0.1 ** (1 / 10)),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_bound_is_clopper_and_pearsons(wrong: int, answered: int, bound: float) -> None:
    assert upper_bound(wrong, answered, 0.9) == pytest.approx(bound)


def test_errors_only_among_the_least_sure_leave_the_others_answered() -> None:
    probabilities = np.linspace(1, 0, 1000)
    right = probabilities > 0.3
    choice = choose_threshold(probabilities, right, target=0.02, confidence=0.9)
    assert choice is not None
    assert 0.29 < choice.threshold < 0.31
    assert choice.upper_bound <= 0.02


def test_errors_among_the_surest_leave_nothing_to_assert() -> None:
    probabilities = np.linspace(1, 0, 1000)
    right = np.arange(1000) % 10 != 0
    assert choose_threshold(probabilities, right, target=0.02, confidence=0.9) is None


@pytest.mark.parametrize("count", [0, 1, 50])
def test_too_few_questions_promise_nothing(count: int) -> None:
    certain = np.ones(count)
    assert choose_threshold(certain, certain > 0, target=0.02, confidence=0.9) is None


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.02, 0.2), st.floats(0.5, 0.99))
def test_what_is_chosen_keeps_the_target_by_its_own_bound(
    seed: int, target: float, confidence: float
) -> None:
    chance = np.random.default_rng(seed)
    probabilities = chance.random(400)
    right = chance.random(400) < probabilities**0.2
    choice = choose_threshold(probabilities, right, target=target, confidence=confidence)
    if choice is not None:
        assert choice.upper_bound <= target + 1e-9
        assert choice.answered >= FIRST_COVERAGE * 400
        assert choice.answered == int((probabilities >= choice.threshold).sum())


def test_the_promise_is_kept_as_often_as_stated() -> None:
    """At the threshold where the true risk is just above the target, few draws are fooled.

    Every question has the same risk of 2.5 %, above the target of 2 %: whatever is chosen breaks
    the promise, so something may be chosen in at most 10 % of the draws.
    """
    chance = np.random.default_rng(7)
    fooled = 0
    for _ in range(300):
        probabilities, right = chance.random(800), chance.random(800) > 0.025
        fooled += choose_threshold(probabilities, right, target=0.02, confidence=0.9) is not None
    assert fooled / 300 <= 0.1
