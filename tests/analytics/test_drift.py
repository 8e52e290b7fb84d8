from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, kstwobign

from faqbot.analytics.drift import drift_of

counts = st.lists(st.integers(0, 500), min_size=10, max_size=10)


@given(counts)
def test_a_distribution_has_not_moved_from_itself(same: list[int]) -> None:
    drift = drift_of(same, same)
    assert drift.psi == 0
    assert drift.distance == 0
    assert drift.direction == 0
    assert drift.shift == ("none" if sum(same) >= 100 else "too_few")


@given(counts, counts)
def test_distances_are_bounded_and_do_not_depend_on_the_side(
    one: list[int], other: list[int]
) -> None:
    there, back = drift_of(one, other), drift_of(other, one)
    assert there.psi == pytest.approx(back.psi)
    assert there.psi >= 0
    assert 0 <= there.distance <= 1
    assert there.direction == pytest.approx(-back.direction)
    assert abs(there.direction) <= 1


def test_the_index_has_the_value_worked_out_by_hand() -> None:
    """Half a case more on each side: shares 100.5/201 and 150.5/201 of one, 50.5/201 of other.

    The other class mirrors it, so the index is twice one half minus one quarter times its log.
    """
    drift = drift_of([100, 100], [150, 50])
    one = (150.5 - 100.5) / 201 * math.log(150.5 / 100.5)
    other = (50.5 - 100.5) / 201 * math.log(50.5 / 100.5)
    assert drift.psi == pytest.approx(one + other)
    assert drift.psi_by_chance == pytest.approx(chi2.ppf(0.95, 1) * (1 / 200 + 1 / 200))
    assert drift.distance == pytest.approx(0.25)
    assert drift.distance_by_chance == pytest.approx(kstwobign.ppf(0.95) * math.sqrt(0.01))
    assert drift.direction == pytest.approx(-0.125)
    assert drift.shift == "strong"


def test_chance_alone_seldom_counts_as_a_shift() -> None:
    """About one draw in twenty of the same distribution may pass for another."""
    rng = np.random.default_rng(7)
    shares = np.array([1, 1, 2, 2, 3, 3, 4, 8, 16, 20]) / 60
    shifts = [
        drift_of(rng.multinomial(2000, shares).tolist(), rng.multinomial(400, shares).tolist())
        for _ in range(400)
    ]
    alarms = sum(drift.shift != "none" for drift in shifts)
    assert alarms / len(shifts) < 0.1


def test_few_questions_never_make_a_shift() -> None:
    assert drift_of([0, 5000], [99, 0]).shift == "too_few"
    assert drift_of([0, 5000], [100, 0]).shift == "strong"
    assert drift_of([0, 0], [0, 5]).shift == "too_few"


def test_a_small_move_of_many_questions_is_called_slight() -> None:
    assert drift_of([50_000, 50_000], [52_000, 48_000]).shift == "slight"


@pytest.mark.parametrize(("one", "other"), [([1, 2], [1, 2, 3]), ([1], [1])])
def test_other_classes_are_refused(one: list[int], other: list[int]) -> None:
    with pytest.raises(ValueError, match="classes"):
        drift_of(one, other)
