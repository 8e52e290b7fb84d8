"""Charts as SVG, made on the server: readable without colours, without scripts and aloud.

A chart is drawn twice, for a wide and for a narrow place, so that its words keep their size; the
page's style sheet shows one of them and colours their classes. Nothing has a ``style`` attribute:
the console's policy forbids those. All words come from the caller, in its language.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, TypeAlias

from markupsafe import Markup

_TOP: Final = 10
_BOTTOM: Final = 24
_LEFT: Final = 44
_RIGHT: Final = 6
_TITLE_ROOM: Final = 52
"""Least distance between words under the axis, in units of the drawing."""
_LETTER: Final = 6.4
"""Width of a letter, in the same units."""
_LINE: Final = 18
_SHAPES: Final = {
    "bar": "M-6-3.5h12v7h-12z",
    "column": "M-3.5-6h7v12h-7z",
    "series-1": "M-3.6-3.6h7.2v7.2h-7.2z",
    "series-2": "M0-5 5 0 0 5-5 0z",
    "series-3": "M0-4.6 4.6 3.6h-9.2z",
    "series-4": "M0 4.6 4.6-3.6h-9.2z",
    "series-5": "M-1.6-4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z",
    "even": "M-6 0h12",
}
"""Outlines around the origin; other marks are circles."""

Tick: TypeAlias = tuple[float, str]
"""A place on an axis, and the word that stands there."""
Series: TypeAlias = Sequence[tuple[str, Sequence[int]]]
"""Names, with one count for each slot."""
Worded: TypeAlias = Callable[[Any], str]
"""Writes a number: a count, or a share in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and what it says."""

    title: str
    description: str
    """What a reader should see in it, in a sentence or two."""
    wide: Markup
    narrow: Markup
    legend: tuple[tuple[str, str], ...] = ()
    """Mark and name of each series; empty for one only."""


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
    """A value, NaN where there is none, with its interval."""

    value: float
    low: float = math.nan
    high: float = math.nan
    said: str = ""
    """The value in words, for whoever points at it."""
    weak: bool = False
    """Whether it stands on too few cases: then it is hollow and apart from the line."""
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a plane."""

    start: float
    end: float
    """May be below the start: then values grow to the left, or downwards."""
    ticks: Sequence[Tick]
    title: str = ""
    lines: bool = True
    """Whether a line goes through the plane at each tick."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Points of one kind on a plane."""

    mark: str
    """The class of its look, ``chart__<mark>``; ``series-0`` to ``series-5`` differ in shape."""
    points: Sequence[tuple[float, Point]]
    """Place on the horizontal axis, and value."""
    joined: bool = False
    """Whether they are drawn as a line, of which the first tells, else as dots with intervals."""
    name: str = ""
    """For the legend; without one it is not listed."""


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where values stand in a drawing."""

    width: int
    height: int
    across: Axis
    up: Axis
    left: float = _LEFT
    right: float = _RIGHT

    @property
    def top(self) -> int:
        return _TOP + (_LINE if self.up.title else 0)

    @property
    def bottom(self) -> int:
        return self.height - _BOTTOM - (_LINE if self.across.title else 0)

    def x(self, value: float) -> float:
        axis, room = self.across, self.width - self.left - self.right
        return self.left + room * (value - axis.start) / ((axis.end - axis.start) or 1)

    def y(self, value: float) -> float:
        axis, room = self.up, self.bottom - self.top
        return self.bottom - room * (value - axis.start) / ((axis.end - axis.start) or 1)

    @property
    def step(self) -> float:
        return self.x(1) - self.x(0)


_Draw: TypeAlias = Callable[[_Plane, str], Iterator[str]]
"""Draws what stands in a plane; ids in it begin with a prefix."""
_Legend: TypeAlias = tuple[tuple[str, str], ...]


def stacked_bars(heading: Heading, slots: Sequence[Slot], series: Series, worded: Worded) -> Chart:
    """Draw up to three series of counts as bars, one upon the other, the first at the bottom."""
    marks = ("solid", "hatched", "hollow")[: len(series)]
    columns = list(zip(*(counts for _, counts in series), strict=True))

    def bars(plane: _Plane, prefix: str, place: int) -> Iterator[str]:
        width = max(min(plane.step * 0.72, 40.0), 1.0)
        below = 0
        for mark, count in zip(marks, columns[place], strict=True):
            if count:
                yield _bar(plane, mark, prefix, plane.x(place), width, below, below + count)
            below += count

    most = max(map(sum, columns), default=0)
    legend = tuple(zip(marks, (name for name, _ in series), strict=True))
    legend = legend if len(series) > 1 else ()
    return _bars(heading, slots, series, most, lambda it: worded(round(it)), bars, legend)


def paired_bars(heading: Heading, slots: Sequence[Slot], series: Series, worded: Worded) -> Chart:
    """Draw two series side by side, each as shares of its own total."""
    marks = ("hollow", "solid")
    percentages = [
        (name, [100 * count / (sum(counts) or 1) for count in counts]) for name, counts in series
    ]

    def bars(plane: _Plane, prefix: str, place: int) -> Iterator[str]:
        width = max(min(plane.step * 0.38, 26.0), 1.0)
        for side, (mark, (_, values)) in enumerate(zip(marks, percentages, strict=True)):
            if values[place]:
                middle = plane.x(place) + (side - 0.5) * (width + 1)
                yield _bar(plane, mark, prefix, middle, width, 0, values[place])

    most = max((value for _, values in percentages for value in values), default=0)
    legend = tuple(zip(marks, (name for name, _ in series), strict=True))
    return _bars(heading, slots, percentages, most, lambda it: worded(it / 100), bars, legend)


def shares(
    heading: Heading, slots: Sequence[Slot], points: Sequence[Point], worded: Worded
) -> Chart:
    """Draw shares in [0, 1], one for each slot, as points with their intervals."""

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        del prefix
        for weak, run in itertools.groupby(enumerate(points), key=lambda found: found[1].weak):
            if not weak:
                yield _line(plane, "", run)
        for place, (slot, point) in enumerate(zip(slots, points, strict=True)):
            mark, said = "weak" if point.weak else "point", f"{slot.name} – {point.said}"
            yield from _dot(plane, mark, place, point, said)

    ticks = [(value / 100, worded(value / 100)) for value in (0, 25, 50, 75, 100)]
    return _over_slots(heading, slots, Axis(0, 1, ticks), draw, ())


def layers(
    heading: Heading, across: Axis, up: Axis, content: Sequence[Layer], *, height: int = 300
) -> Chart:
    """Draw points on a plane, one layer upon the other, the lowest first.

    The wide drawing has a width of 620, in units of the height.
    """

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        del prefix
        for layer in content:
            yield from _layer(plane, layer)

    left = max(_LEFT, 14 + _LETTER * max((len(text) for _, text in up.ticks), default=0))
    planes = [_Plane(width, height, across, up, left, _TITLE_ROOM / 2) for width in (620, 330)]
    legend = tuple((layer.mark, layer.name) for layer in content if layer.name)
    return _chart(heading, planes, draw, legend)


def sample(mark: str) -> Markup:
    """Draw a mark as it stands on a plane, for a legend."""
    return Markup(  # noqa: S704 - marks are ours
        '<svg class="chart__sample" viewBox="-7 -7 14 14" width="14" height="14" '
        f'aria-hidden="true">{_mark(mark, 0, 0, 1)}</svg>'
    )


def sparkline(label: str, counts: Sequence[int]) -> Markup:
    """Draw counts as small bars without axes; a sentence stands in their place for who hears it."""
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


def _bars(
    heading: Heading,
    slots: Sequence[Slot],
    series: Sequence[tuple[str, Sequence[float]]],
    most: float,
    worded: Worded,
    bars: Callable[[_Plane, str, int], Iterator[str]],
    legend: _Legend,
) -> Chart:
    """Draw bars from 0 to `most`, and say of all bars of a slot together what they stand for."""
    top, step = _scale(most)

    def draw(plane: _Plane, prefix: str) -> Iterator[str]:
        for place, slot in enumerate(slots):
            said = ", ".join(f"{name}\u00a0: {worded(values[place])}" for name, values in series)
            yield f"<g><title>{escape(f'{slot.name} – {said}')}</title>"
            yield from bars(plane, prefix, place)
            yield "</g>"

    ticks = [(step * number, worded(step * number)) for number in range(round(top / step) + 1)]
    return _over_slots(heading, slots, Axis(0, top, ticks), draw, legend)


def _over_slots(
    heading: Heading, slots: Sequence[Slot], up: Axis, draw: _Draw, legend: _Legend
) -> Chart:
    ticks = [(float(place), slot.tick) for place, slot in enumerate(slots)]
    across = Axis(-0.5, max(len(slots), 1) - 0.5, ticks, lines=False)
    planes = [_Plane(620, 250, across, up), _Plane(330, 230, across, up)]
    return _chart(heading, planes, draw, legend)


def _chart(heading: Heading, planes: Sequence[_Plane], draw: _Draw, legend: _Legend) -> Chart:
    def drawing(kind: str, plane: _Plane) -> Markup:
        prefix = f"{heading.key}-{kind}"
        inside = "".join((*_frame(plane), *draw(plane, prefix)))
        return Markup(  # noqa: S704 - every text in it went through escape()
            f'<svg class="chart__{kind}" viewBox="0 0 {plane.width} {plane.height}" role="img" '
            f'aria-labelledby="{prefix}-t {prefix}-d">'
            f'<title id="{prefix}-t">{escape(heading.title)}</title>'
            f'<desc id="{prefix}-d">{escape(heading.description)}</desc>'
            f"{_hatching(prefix)}{inside}</svg>"
        )

    wide, narrow = map(drawing, ("wide", "narrow"), planes)
    return Chart(heading.title, heading.description, wide, narrow, legend)


def _frame(plane: _Plane) -> Iterator[str]:
    across, up, end = plane.across, plane.up, plane.width - plane.right
    for value, text in up.ticks:
        y = plane.y(value)
        if up.lines:
            yield _grid(value, f"M{plane.left:g} {y:.1f}H{end:g}")
        yield _text(text, plane.left - 6, y + 4, "end")
    for value, text in _apart(plane):
        x = plane.x(value)
        if across.lines:
            yield _grid(value, f"M{x:.1f} {plane.top}V{plane.bottom}")
        yield _text(text, x, plane.bottom + _LINE, "middle")
    if up.title:
        yield _text(up.title, 0, 12, "start")
    if across.title:
        yield _text(across.title, end, plane.height - 6, "end")


def _apart(plane: _Plane) -> Iterator[Tick]:
    """Leave out words that would touch each other, or stick out at the right."""
    ticks = plane.across.ticks
    gap = plane.x(ticks[1][0]) - plane.x(ticks[0][0]) if len(ticks) > 1 else _TITLE_ROOM
    every = max(1, -(-_TITLE_ROOM // max(int(gap), 1)))
    for tick in ticks[::every]:
        if plane.x(tick[0]) <= plane.width - _TITLE_ROOM / 2:
            yield tick


def _grid(value: float, path: str) -> str:
    return f'<path class="chart__{"grid" if value else "axis"}" d="{path}"/>'


def _text(text: str, x: float, y: float, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="chart__text" {place}>{escape(text)}</text>'


def _layer(plane: _Plane, layer: Layer) -> Iterator[str]:
    if layer.joined and layer.points:
        said = f"<title>{escape(layer.points[0][1].said)}</title>"
        yield f"<g>{said}{_line(plane, f' chart__{layer.mark}', layer.points)}</g>"
    else:
        for place, point in layer.points:
            yield from _dot(plane, layer.mark, place, point, point.said)


def _line(plane: _Plane, kind: str, points: Iterable[tuple[float, Point]]) -> str:
    places = " ".join(f"{plane.x(place):.1f},{plane.y(it.value):.1f}" for place, it in points)
    return f'<polyline class="chart__line{kind}" points="{places}"/>'


def _dot(plane: _Plane, mark: str, place: float, point: Point, said: str) -> Iterator[str]:
    if math.isnan(point.value):
        return
    x = plane.x(place)
    yield f"<g><title>{escape(said)}</title>"
    if not math.isnan(point.low):
        yield f'<path class="chart__interval" d="M{x:.1f} {plane.y(point.low):.1f}'
        yield f'V{plane.y(point.high):.1f}"/>'
    yield f"{_mark(mark, x, plane.y(point.value), point.size)}</g>"


def _mark(mark: str, x: float, y: float, size: float) -> str:
    if mark not in _SHAPES:
        return f'<circle class="chart__{mark}" cx="{x:.1f}" cy="{y:.1f}" r="{3.5 * size:.3g}"/>'
    place = f"translate({x:.1f} {y:.1f}) scale({size:.3g})"
    return f'<path class="chart__{mark}" transform="{place}" d="{_SHAPES[mark]}"/>'


def _bar(
    plane: _Plane, mark: str, prefix: str, middle: float, width: float, low: float, high: float
) -> str:
    x, y, end = middle - width / 2, plane.y(high), plane.y(low)
    fill = f' fill="url(#{prefix}-h)"' if mark == "hatched" else ""
    return (
        f'<rect class="chart__{mark}"{fill} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{max(end - y, 0.5):.1f}"/>'
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
