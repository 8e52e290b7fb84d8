"""Charts as SVG, made on the server: readable without colours, without scripts and aloud.

A chart is drawn twice, for a wide and for a narrow place, so that its words keep their size; the
style sheet shows one of them. Nothing has a ``style`` attribute: the page's policy forbids those.
All words come from the caller, in its language.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

_TOP: Final = 10
_BOTTOM: Final = 24
_LEFT: Final = 44
_RIGHT: Final = 6
_SERIES: Final = ("solid", "hatched", "hollow")
_TITLE_ROOM: Final = 52
"""Least distance between words under the axis, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and what it says."""

    title: str
    description: str
    """What a reader should see in it, in a sentence or two."""
    wide: Markup
    narrow: Markup
    legend: tuple[tuple[str, str], ...] = ()
    """Mark (``solid``, ``hatched``, ``hollow``) and name of each series; empty for one only."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around a drawing."""

    key: str
    """Unique in the page, for ids."""
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the horizontal axis."""

    tick: str
    """Short name, under the axis."""
    name: str
    """Full name, for whoever points at it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval."""

    value: float
    """NaN where there is none: then nothing is drawn."""
    low: float
    high: float
    said: str
    """The value in words."""
    weak: bool = False
    """Whether it stands on too few cases: then it is hollow and apart from the line."""


@dataclass(frozen=True, slots=True)
class _Plane:
    width: int
    height: int
    slots: int
    top_value: float

    @property
    def step(self) -> float:
        return (self.width - _LEFT - _RIGHT) / max(self.slots, 1)

    def middle(self, slot: int) -> float:
        return _LEFT + (slot + 0.5) * self.step

    def y(self, value: float) -> float:
        room = self.height - _TOP - _BOTTOM
        return _TOP + room * (1 - value / (self.top_value or 1))


def stacked_bars(
    heading: Heading,
    slots: Sequence[Slot],
    series: Sequence[tuple[str, Sequence[int]]],
    worded: Callable[[int], str],
) -> Chart:
    """Draw counts as bars, one part upon the other.

    Args:
        heading: What stands around it.
        slots: The bars, in order.
        series: Three at most: name and one count a bar; the first one lies at the bottom.
        worded: Writes a count.

    Returns:
        The chart.
    """
    totals = [sum(values) for values in zip(*(counts for _, counts in series), strict=True)]
    top, step = _scale(max(totals, default=0))
    marks = _SERIES[: len(series)]

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        width = max(min(plane.step * 0.72, 40.0), 1.0)
        for place, slot in enumerate(slots):
            counts = [(name, values[place]) for name, values in series]
            said = ", ".join(f"{name}\u00a0: {worded(count)}" for name, count in counts)
            yield f"<g><title>{escape(f'{slot.name} – {said}')}</title>"
            below = 0
            for mark, (_, count) in zip(marks, counts, strict=True):
                if count:
                    yield _bar(plane, mark, prefix, place, width, below, below + count)
                below += count
            yield "</g>"

    ticks = [(value, worded(round(value))) for value in _ticks(top, step)]
    legend = tuple(zip(marks, (name for name, _ in series), strict=True))
    return _chart(heading, slots, top, ticks, draw, legend if len(series) > 1 else ())


def shares(
    heading: Heading,
    slots: Sequence[Slot],
    points: Sequence[Point],
    worded: Callable[[float], str],
) -> Chart:
    """Draw shares as points with their intervals.

    Args:
        heading: What stands around it.
        slots: The places, in order.
        points: One a place, with values in [0, 1].
        worded: Writes a share.

    Returns:
        The chart.
    """

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        del prefix
        for line in _lines(plane, points):
            yield f'<polyline class="chart__line" points="{line}"/>'
        for place, (slot, point) in enumerate(zip(slots, points, strict=True)):
            if not math.isnan(point.value):
                yield from _point(plane, place, slot, point)

    ticks = [(value / 100, worded(value / 100)) for value in (0, 25, 50, 75, 100)]
    return _chart(heading, slots, 1.0, ticks, draw, ())


def paired_bars(
    heading: Heading,
    slots: Sequence[Slot],
    series: Sequence[tuple[str, Sequence[int]]],
    worded: Callable[[float], str],
) -> Chart:
    """Draw two distributions side by side, each as shares of its own total.

    Args:
        heading: What stands around it.
        slots: The classes, in order.
        series: Two: name and one count a class.
        worded: Writes a share.

    Returns:
        The chart.
    """
    wholes = [sum(counts) or 1 for _, counts in series]
    parts = [
        [count / whole for count in counts]
        for (_, counts), whole in zip(series, wholes, strict=True)
    ]
    top, step = _scale(100 * max(itertools.chain.from_iterable(parts), default=0))
    marks = ("hollow", "solid")

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        width = max(min(plane.step * 0.38, 26.0), 1.0)
        for place, slot in enumerate(slots):
            said = ", ".join(
                f"{name}\u00a0: {worded(part[place])}"
                for (name, _), part in zip(series, parts, strict=True)
            )
            yield f"<g><title>{escape(f'{slot.name} – {said}')}</title>"
            for side, (mark, part) in enumerate(zip(marks, parts, strict=True)):
                if part[place]:
                    shift = (side - 0.5) * (width + 1)
                    yield _bar(plane, mark, prefix, place, width, 0, 100 * part[place], shift)
            yield "</g>"

    ticks = [(value, worded(value / 100)) for value in _ticks(top, step)]
    legend = tuple(zip(marks, (name for name, _ in series), strict=True))
    return _chart(heading, slots, top, ticks, draw, legend)


def sparkline(label: str, counts: Sequence[int]) -> Markup:
    """Draw counts as small bars without axes.

    Args:
        label: What they say, in a sentence; it stands in place of the drawing for who hears it.
        counts: The counts, in order.

    Returns:
        An SVG element.
    """
    width, height = 160, 28
    step, most = width / max(len(counts), 1), max(counts, default=0) or 1
    bars = "".join(
        f'<rect class="chart__solid" x="{place * step:.2f}" width="{max(step * 0.8, 0.6):.2f}" '
        f'y="{(height - 1) * (1 - count / most):.2f}" height="{(height - 1) * count / most:.2f}"/>'
        for place, count in enumerate(counts)
        if count
    )
    return Markup(  # noqa: S704 - numbers, and an escaped label
        f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(label)}">{bars}'
        f'<path class="chart__axis" d="M0 {height - 0.5}H{width}"/></svg>'
    )


def _chart(
    heading: Heading,
    slots: Sequence[Slot],
    top: float,
    ticks: Sequence[tuple[float, str]],
    draw: Callable[[_Plane, str], Iterator[str]],
    legend: tuple[tuple[str, str], ...],
) -> Chart:
    def drawing(kind: str, width: int, height: int) -> Markup:
        plane = _Plane(width, height, len(slots), top)
        prefix = f"{heading.key}-{kind}"
        inside = "".join((*_frame(plane, slots, ticks), *draw(plane, prefix)))
        return Markup(  # noqa: S704 - every text in it went through escape()
            f'<svg class="chart__{kind}" viewBox="0 0 {width} {height}" role="img" '
            f'aria-labelledby="{prefix}-t {prefix}-d">'
            f'<title id="{prefix}-t">{escape(heading.title)}</title>'
            f'<desc id="{prefix}-d">{escape(heading.description)}</desc>'
            f"{_hatching(prefix)}{inside}</svg>"
        )

    wide, narrow = drawing("wide", 620, 250), drawing("narrow", 330, 230)
    return Chart(heading.title, heading.description, wide, narrow, legend)


def _frame(
    plane: _Plane, slots: Sequence[Slot], ticks: Sequence[tuple[float, str]]
) -> Iterator[str]:
    for value, text in ticks:
        y = plane.y(value)
        kind = "axis" if value == 0 else "grid"
        yield f'<path class="chart__{kind}" d="M{_LEFT} {y:.1f}H{plane.width - _RIGHT}"/>'
        yield f'<text class="chart__text" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
        yield f"{escape(text)}</text>"
    every = max(1, -(-_TITLE_ROOM // max(int(plane.step), 1)))
    for place in range(0, len(slots), every):
        x, y = plane.middle(place), plane.height - 6
        if x <= plane.width - _TITLE_ROOM / 2:  # or the word would stick out at the right
            yield f'<text class="chart__text" x="{x:.1f}" y="{y}" text-anchor="middle">'
            yield f"{escape(slots[place].tick)}</text>"


def _bar(
    plane: _Plane,
    mark: str,
    prefix: str,
    place: int,
    width: float,
    low: float,
    high: float,
    shift: float = 0.0,
) -> str:
    x, y, end = plane.middle(place) + shift - width / 2, plane.y(high), plane.y(low)
    fill = f' fill="url(#{prefix}-h)"' if mark == "hatched" else ""
    return (
        f'<rect class="chart__{mark}"{fill} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{max(end - y, 0.5):.1f}"/>'
    )


def _point(plane: _Plane, place: int, slot: Slot, point: Point) -> Iterator[str]:
    x, y = plane.middle(place), plane.y(point.value)
    kind = "weak" if point.weak else "point"
    yield f"<g><title>{escape(f'{slot.name} – {point.said}')}</title>"
    yield f'<path class="chart__interval" d="M{x:.1f} {plane.y(point.low):.1f}'
    yield f'V{plane.y(point.high):.1f}"/>'
    yield f'<circle class="chart__{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></g>'


def _lines(plane: _Plane, points: Sequence[Point]) -> Iterator[str]:
    places = enumerate(points)
    for weak, run in itertools.groupby(places, key=lambda found: found[1].weak):
        if not weak:
            yield " ".join(
                f"{plane.middle(place):.1f},{plane.y(point.value):.1f}" for place, point in run
            )


def _hatching(prefix: str) -> str:
    return (
        f'<defs><pattern id="{prefix}-h" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="chart__hatch-ground" width="5" height="5"/>'
        '<path class="chart__hatch" d="M0 0V5"/></pattern></defs>'
    )


def _scale(most: float) -> tuple[float, float]:
    """Choose a round end of the axis, and the step of its lines: four or five of them."""
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    step = next(step for step in steps if most <= 5 * step)
    return step * max(-(-most // step), 1), step


def _ticks(top: float, step: float) -> Iterator[float]:
    return (step * number for number in range(round(top / step) + 1))
