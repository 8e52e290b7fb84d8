from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from faqbot.analytics.proportions import Proportion


@st.composite
def shares(draw: st.DrawFn) -> Proportion:
    n = draw(st.integers(1, 10_000))
    return Proportion(draw(st.integers(0, n)), n)


@given(shares())
def test_the_interval_is_wilsons_as_scipy_computes_it(share: Proportion) -> None:
    expected = binomtest(share.count, share.n).proportion_ci(0.95, method="wilson")
    assert share.low == pytest.approx(expected.low, abs=1e-9)
    assert share.high == pytest.approx(expected.high, abs=1e-9)


def test_the_interval_has_the_published_values() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    for count, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        share = Proportion(count, n)
        assert (round(share.low, 4), round(share.high, 4)) == (low, high)


@given(shares())
def test_the_interval_holds_the_share_and_stays_between_none_and_all(share: Proportion) -> None:
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high


@given(shares())
def test_the_other_side_has_the_mirrored_interval(share: Proportion) -> None:
    other = Proportion(share.n - share.count, share.n)
    assert other.low == pytest.approx(1 - share.high)


@given(shares())
def test_more_of_the_same_makes_surer(share: Proportion) -> None:
    tenfold = Proportion(10 * share.count, 10 * share.n)
    assert tenfold.high - tenfold.low < share.high - share.low


def test_nothing_is_known_of_no_cases() -> None:
    nothing = Proportion(0, 0)
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high) == (0, 1)


def test_four_cases_are_too_few_and_five_are_enough() -> None:
    assert not Proportion(4, 4).enough
    assert Proportion(0, 5).enough


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_an_impossible_share_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="count <= n"):
        Proportion(count, n)


def test_a_change_is_told_from_chance() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table II: 56/70 and 48/80, method 10."""
    assert Proportion(48, 80).since(Proportion(56, 70)) == -1  # 0.0524 to 0.3339
    assert Proportion(56, 70).since(Proportion(48, 80)) == 1
    assert Proportion(3, 10).since(Proportion(9, 10)) == -1  # 0.1705 to 0.8090
    assert Proportion(2, 5).since(Proportion(4, 5)) == 0
    assert Proportion(0, 4).since(Proportion(1000, 1000)) == 0  # too few to say
    assert Proportion(5, 10).since(Proportion(0, 0)) == 0
