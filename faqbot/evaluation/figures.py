"""The report's figures: success by slice, risk against coverage, accuracy against confidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from faqbot.charts import Axis, Chart, Heading, Layer, Point, layers
from faqbot.evaluation.report import RunReport, SystemResults
from faqbot.evaluation.wording import number, with_interval

_MARKS = 6
"""Marks that differ in shape."""
_FIFTHS = [(step / 5, f"{step / 5:.1f}") for step in range(6)]
_MOST_POINTS = 400
"""Of a curve; more would stand less than two pixels apart."""
_COLUMN = 0.28
"""Height of the column of the largest bin."""


def slice_bars(report: RunReport) -> Chart:
    """Draw Success@1 by slice: bars with intervals for the main system, marks for the others."""
    measure, main = "Success@1", report.main
    slices = {name: found[measure] for name, found in main.slices.items() if found[measure].n}
    content = [Layer("bar", [], name=main.run.system)]
    for place, (name, found) in enumerate(slices.items()):
        point = Point(place, said=f"{name}: {with_interval(found, measure)}, n = {found.n}")
        content.append(Layer("bar", [(0, point), (found.value, point)], joined=True))
        content.append(Layer("ends", [(found.low, point), (found.high, point)], joined=True))
    for mark, system in _marked(report.systems):
        if system is not main:
            values = [system.slices[name][measure].value for name in slices]
            points = [
                (value, Point(place, said=f"{name}, {system.run.system}: {number(value)}"))
                for place, (name, value) in enumerate(zip(slices, values, strict=True))
            ]
            content.append(Layer(mark, points, name=system.run.system))
    heading = Heading(
        "slices",
        f"{measure} of {main.run.system} by slice, as in the table",
        ", ".join(f"{name} {with_interval(found, measure)}" for name, found in slices.items()),
    )
    names = [(place, f"{name} ({found.n})") for place, (name, found) in enumerate(slices.items())]
    up = Axis(len(names) - 0.5, -0.5, names, lines=False)
    return layers(heading, Axis(0, 1, _FIFTHS, measure), up, content, height=24 * len(names) + 62)


def risk_coverage(report: RunReport) -> Chart:
    """Draw risk–coverage curves, with the point at which decisions are served."""
    content, served = [], []
    for place, (mark, system) in enumerate(_marked(report.systems)):
        name, area = system.run.system, number(system.slices["all"]["AURC"].value)
        tenths = [
            (coverage, Point(risks[place], said=f"{name}: {_risk(coverage, risks[place])}"))
            for coverage, risks in report.curve_rows
        ]
        content.append(Layer(mark, _curve(system), joined=True))
        content.append(Layer(mark, tenths, name=f"{name} (AURC {area})"))
        if system.served:
            said = f"{name} as served"
            risk = _risk(system.served.coverage, system.served.risk)
            point = Point(system.served.risk, said=f"{said}: {risk}", size=1.7)
            served.append(Layer("served", [(system.served.coverage, point)], name=said))
    highest = max((point.value for layer in content for _, point in layer.points), default=0)
    tenths_up = max(math.ceil(10 * highest), 1)
    up = Axis(
        0, tenths_up / 10, [(step / 10, f"{step / 10:.1f}") for step in range(tenths_up + 1)],
        "share of those that are wrong",
    )  # fmt: skip
    heading = Heading(
        "risk",
        "Risk against coverage of each system, as in the table",
        "; ".join(point.said for layer in served or content[1::2] for _, point in layer.points),
    )
    across = Axis(0, 1, _FIFTHS, "share of all single-turn queries answered")
    return layers(heading, across, up, [*content, *served])


def reliability_diagram(report: RunReport) -> Chart:
    """Draw accuracy against confidence, and how many queries stand behind each bin."""
    most = max(it.queries for it in report.main.bins)
    columns = []
    dots = []
    for found in report.main.bins:
        middle = (found.low + found.high) / 2
        said = f"{found.low:.2f} to {found.high:.2f}: {found.queries} queries"
        height = Point(_COLUMN * found.queries / most, said=said)
        columns.append(Layer("column", [(middle, Point(0, said=said)), (middle, height)], True))
        said = f"{said}, confidence {number(found.confidence)}, right {number(found.accuracy)}"
        size = 0.6 + 1.2 * math.sqrt(found.queries / most)
        ends = (found.confidence, found.accuracy)
        dots.append((found.confidence, Point(found.accuracy, *ends, said, size=size)))
    heading = Heading(
        "reliability",
        f"Accuracy of {report.main.run.system} against its confidence, as in the table",
        "; ".join(point.said for _, point in dots),
    )
    content = [
        Layer("column", [], name=f"queries (largest bin: {most})"),
        *columns,
        Layer("even", [(0, Point(0, said="calibrated")), (1, Point(1))], joined=True),
        Layer("even", [], name="calibrated"),
        Layer("series-0", dots, name="first entry right"),
    ]
    up = Axis(0, 1.04, _FIFTHS, "share with a right first entry")
    return layers(heading, Axis(0, 1, _FIFTHS, "confidence"), up, content)


def _marked(systems: Sequence[SystemResults]) -> Iterator[tuple[str, SystemResults]]:
    for place, system in enumerate(systems):
        yield f"series-{place % _MARKS}", system


def _curve(system: SystemResults) -> list[tuple[float, Point]]:
    coverage, risk = system.curve
    step = max(len(coverage) // _MOST_POINTS, 1)
    kept = [*range(0, len(coverage) - 1, step), len(coverage) - 1] if len(coverage) else []
    return [(float(coverage[n]), Point(float(risk[n]), said=system.run.system)) for n in kept]


def _risk(coverage: float, risk: float) -> str:
    return f"{100 * coverage:.1f} % answered, {100 * risk:.1f} % of those wrong"
