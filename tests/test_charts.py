from __future__ import annotations

import itertools
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.analytics.proportions import Proportion
from faqbot.charts import Chart, Heading, Slot, paired_bars, shares, stacked_bars

HEADING = Heading("essai", "Titre <&>", 'Description "citée"')
counts = st.lists(st.integers(0, 100_000), min_size=1, max_size=40)


def slots(number: int) -> list[Slot]:
    return [Slot(f"t{place}", f"nom {place}") for place in range(number)]


def check(chart: Chart) -> None:
    """All stands within the plane, in order, and the axis begins and ends with a word."""
    heights = [height for height, _ in chart.ticks]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, pytest.approx(100))
    middles = [place.middle for place in chart.places]
    assert middles == sorted(middles)
    for place in chart.places:
        for bar in place.bars:
            assert bar.left >= -1e-9
            assert bar.left + bar.width <= 100 + 1e-9
            assert bar.low + bar.height <= 100 + 1e-9
            assert bar.height > 0


@given(counts)
def test_bars_stand_one_upon_the_other(values: list[int]) -> None:
    chart = stacked_bars(HEADING, slots(len(values)), [("Un", values), ("Deux", values[::-1])], str)
    check(chart)
    assert chart.legend == [("solid", "Un"), ("hatched", "Deux")]
    for place, value, other in zip(chart.places, values, values[::-1], strict=True):
        assert [bar.mark for bar in place.bars] == ["solid"] * bool(value) + ["hatched"] * bool(
            other
        )
        if len(place.bars) == 2:
            lower, upper = place.bars
            assert isclose(upper.low, lower.height)
            assert isclose(upper.height * value, lower.height * other)


def test_one_series_alone_needs_no_legend() -> None:
    assert stacked_bars(HEADING, slots(1), [("Un", [3])], str).legend == ()


@given(counts)
def test_pairs_stand_side_by_side_as_shares_of_their_totals(values: list[int]) -> None:
    chart = paired_bars(
        HEADING, slots(len(values)), [("Avant", values), ("Après", [1] * len(values))], str
    )
    check(chart)
    for place in chart.places:
        if len(place.bars) == 2:
            before, after = place.bars
            assert isclose(before.left + before.width, after.left)
            assert isclose((before.left + after.left + after.width) / 2, place.middle)


def test_a_line_joins_neighbours_of_enough_cases() -> None:
    sure, weak = (Proportion(5, 10), "moitié"), (Proportion(1, 4), "peu")
    none = (Proportion(0, 0), "rien")
    points = [sure, sure, weak, sure, none, none, sure, sure, sure]
    chart = shares(HEADING, slots(9), points, str)
    check(chart)
    assert [[place.said[:5] for place in run] for run in chart.lines] == [
        ["nom 0", "nom 1"],
        ["nom 3"],
        ["nom 6", "nom 7", "nom 8"],
    ]


def test_a_place_tells_its_share_interval_and_cases() -> None:
    (place,) = shares(HEADING, slots(1), [(Proportion(7, 9), "7 sur 9")], str).places
    assert place.said == "nom 0 – 7 sur 9"
    assert place.middle == 50


@pytest.mark.parametrize("number", [0, 1, 2, 7, 31, 53, 400])
def test_words_under_the_axis_do_not_touch(number: int) -> None:
    chart = stacked_bars(HEADING, slots(number), [("Un", [1] * number)], str)
    words = [place.middle for place in chart.places if place.tick]
    assert bool(words) == bool(number)
    assert all(280 / 100 * (b - a) >= 52 for a, b in itertools.pairwise(words))
