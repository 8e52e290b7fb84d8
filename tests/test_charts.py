from __future__ import annotations

import re
from math import nan
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.charts import (
    Axis,
    Chart,
    Heading,
    Layer,
    Point,
    Slot,
    layers,
    paired_bars,
    sample,
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
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=20))
def test_layers_lie_on_each_other_and_are_named(values: list[tuple[float, float]]) -> None:
    points = [(place, Point(value, said=f"<{value}>")) for place, value in values]
    content = [
        Layer("even", points, joined=True),
        Layer("series-0", points, name="A"),
        Layer("series-1", [(0.5, Point(nan))], name="B & C"),
    ]
    axis = Axis(0, 1, [(0, "0"), (1, "1 <")], "part")
    chart = layers(HEADING, axis, axis, content)
    check(chart)
    assert chart.legend == (("series-0", "A"), ("series-1", "B & C"))
    assert str(chart.wide).count("<circle") == len(values)
    assert "translate" not in chart.wide  # what has no value


def test_rows_are_read_from_the_top() -> None:
    rows = Axis(1.5, -0.5, [(0, "first"), (1, "second")], lines=False)
    drawn = str(layers(HEADING, Axis(0, 1, [(0, "0")]), rows, [], height=134).wide)
    places = re.findall(r' y="([\d.]+)" text-anchor="end">(\w+)', drawn)
    assert [name for _, name in sorted(places, key=lambda it: float(it[0]))] == ["first", "second"]


@pytest.mark.parametrize("mark", ["bar", "even", *(f"series-{n}" for n in range(6))])
def test_each_mark_has_a_sample(mark: str) -> None:
    root = ElementTree.fromstring(str(sample(mark)))  # noqa: S314
    assert [element.attrib["class"] for element in root] == [f"chart__{mark}"]


def test_marks_differ_without_their_colours() -> None:
    shapes = {re.sub(r'class="[^"]*"', "", str(sample(f"series-{n}"))) for n in range(6)}
    assert len(shapes) == 6


@settings(deadline=None, max_examples=40)
@given(counts)
def test_small_bars_are_drawn_and_named(values: list[int]) -> None:
    root = ElementTree.fromstring(str(sparkline("Au plus 3 & <4>", values)))  # noqa: S314
    assert root.attrib["aria-label"] == "Au plus 3 & <4>"


def test_a_point_tells_its_share_interval_and_cases() -> None:
    drawn = str(shares(HEADING, slots(1), [Point(0.78, 0.45, 0.94, "7 sur <9>")], str).wide)
    assert "<title>nom &lt;0&gt; – 7 sur &lt;9&gt;</title>" in drawn
    assert 'd="M329.0 128.8V23.0"' in drawn
