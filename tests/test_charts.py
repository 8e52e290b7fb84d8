from __future__ import annotations

import re
from math import nan
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.charts import (
    Chart,
    Heading,
    Point,
    Slot,
    paired_bars,
    shares,
    sparkline,
    stacked_bars,
)

HEADING = Heading("essai", "Titre <&>", 'Description "citée"')
counts = st.lists(st.integers(0, 100_000), max_size=40)


def slots(number: int) -> list[Slot]:
    return [Slot(f"t{place}", f"nom <{place}>") for place in range(number)]


def check(chart: Chart) -> None:
    """Both drawings are well formed, stay in their frame, and hold nothing the policy forbids."""
    for drawing in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(str(drawing))  # noqa: S314 - our own
        width, height = map(float, root.attrib["viewBox"].split()[2:])
        for element in root.iter():
            assert not {"style", "onclick"} & element.attrib.keys()
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            assert -0.1 <= x <= width
            assert -0.1 <= y <= height
            if "height" in element.attrib and element.tag == "rect":
                assert y + float(element.attrib["height"]) <= height + 0.6
        numbers = re.findall(r"nan|inf", str(drawing))
        assert not numbers


@settings(deadline=None, max_examples=40)
@given(counts)
def test_stacked_bars_are_drawn_whatever_the_counts(values: list[int]) -> None:
    chart = stacked_bars(HEADING, slots(len(values)), [("Un", values), ("Deux", values[::-1])], str)
    check(chart)
    assert chart.legend == (("solid", "Un"), ("hatched", "Deux"))


@settings(deadline=None, max_examples=40)
@given(counts)
def test_pairs_are_drawn_whatever_the_counts(values: list[int]) -> None:
    check(
        paired_bars(HEADING, slots(len(values)), [("Avant", values), ("Après", values[::-1])], str)
    )


@settings(deadline=None, max_examples=40)
@given(counts)
def test_shares_are_drawn_whatever_they_are(values: list[int]) -> None:
    found = [Point(0.5 if value else nan, 0.1, 0.9, "moitié", weak=value < 5) for value in values]
    chart = shares(HEADING, slots(len(values)), found, str)
    check(chart)
    assert str(chart.wide).count("<circle") == sum(value > 0 for value in values)
    assert str(chart.wide).count("chart__weak") == sum(0 < value < 5 for value in values)


@settings(deadline=None, max_examples=40)
@given(counts)
def test_small_bars_are_drawn_and_named(values: list[int]) -> None:
    root = ElementTree.fromstring(str(sparkline("Au plus 3 & <4>", values)))  # noqa: S314
    assert root.attrib["aria-label"] == "Au plus 3 & <4>"


def test_a_point_tells_its_share_interval_and_cases() -> None:
    drawn = str(shares(HEADING, slots(1), [Point(0.78, 0.45, 0.94, "7 sur <9>")], str).wide)
    assert "<title>nom &lt;0&gt; – 7 sur &lt;9&gt;</title>" in drawn
    assert 'd="M329.0 128.8V23.0"' in drawn
