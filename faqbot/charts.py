"""What stands where in the console's charts; a template draws it as SVG.

Places and heights are in percent of a plane, so that a drawing stretches and its words keep their
size. All words come from the caller, in its language.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from faqbot.analytics.proportions import Proportion

_WIDEST: Final = 7.0
"""Most that the bars of a slot take of the width, in percent."""
_WORD: Final = 52
"""Pixels that a word under the axis takes."""
_PLANE: Final = 280
"""Pixels across the plane that there are at least."""

Series: TypeAlias = Sequence[tuple[str, Sequence[int]]]
"""Names, with one count for each slot."""
Worded: TypeAlias = Callable[[Any], str]
"""Writes a number: a count, or a share in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around a drawing."""

    key: str
    """Unique in the page, for ids."""
    title: str
    description: str
    """What a reader should see in it, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the horizontal axis."""

    tick: str
    """Short name, under the axis."""
    name: str
    """Full name, for whoever points at it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, in percent of the plane."""

    mark: str
    left: float
    width: float
    low: float
    height: float


@dataclass(frozen=True, slots=True)
class Place:
    """A slot as it is drawn."""

    middle: float
    """From the left, in percent."""
    tick: str
    """Empty where there is no room for it."""
    said: str
    bars: Sequence[Bar] = ()
    point: Proportion | None = None
    """Of too few cases: then it is hollow and apart from the line."""


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn."""

    heading: Heading
    ticks: Sequence[tuple[float, str]]
    """Heights and the words that stand there, from the bottom to the top."""
    places: Sequence[Place]
    legend: Sequence[tuple[str, str]] = ()
    """Mark and name of each series; empty for one only."""

    @property
    def lines(self) -> Iterator[list[Place]]:
        """Neighbours whose points are joined."""
        for joined, run in itertools.groupby(self.places, lambda it: it.point and it.point.enough):
            if joined:
                yield list(run)


def stacked_bars(heading: Heading, slots: Sequence[Slot], series: Series, worded: Worded) -> Chart:
    """Draw up to three series of counts as bars, one upon the other, the first at the bottom."""
    columns = [*zip(*(counts for _, counts in series), strict=True)]
    ticks = _round_ticks(max(map(sum, columns), default=0))
    width = min(0.72 * 100 / max(len(slots), 1), _WIDEST)
    stacks = [
        [(-width / 2, sum(counts[:number]), count) for number, count in enumerate(counts)]
        for counts in columns
    ]
    legend = [*zip(("solid", "hatched", "hollow"), (name for name, _ in series), strict=False)]
    return _bars(heading, slots, legend, stacks, width, ticks, worded)


def paired_bars(heading: Heading, slots: Sequence[Slot], series: Series, worded: Worded) -> Chart:
    """Draw two series side by side, each as shares of its own total."""
    (before, then), (after, now) = (
        (name, [it / (sum(counts) or 1) for it in counts]) for name, counts in series
    )
    ticks = [it / 100 for it in _round_ticks(100 * max((*then, *now), default=0))]
    width = min(0.38 * 100 / max(len(slots), 1), _WIDEST / 2)
    pairs = [[(-width, 0, a), (0, 0, b)] for a, b in zip(then, now, strict=True)]
    legend = [("hollow", before), ("solid", after)]
    return _bars(heading, slots, legend, pairs, width, ticks, worded)


def shares(
    heading: Heading,
    slots: Sequence[Slot],
    points: Sequence[tuple[Proportion, str]],
    worded: Worded,
) -> Chart:
    """Draw shares, one for each slot, as points with their intervals; each with what it says."""
    ticks = [(percent, worded(percent / 100)) for percent in (0, 25, 50, 75, 100)]
    places = [
        replace(place, said=f"{place.said} – {said}", point=point)
        for place, (point, said) in zip(_places(slots), points, strict=True)
    ]
    return Chart(heading, ticks, places)


def _bars(
    heading: Heading,
    slots: Sequence[Slot],
    legend: Sequence[tuple[str, str]],
    groups: Sequence[Sequence[tuple[float, float, float]]],
    width: float,
    ticks: Sequence[float],
    worded: Worded,
) -> Chart:
    """Draw bars, and say of all bars of a slot together what they stand for.

    Args:
        legend: Mark and name of each bar of a slot.
        groups: Where each begins, in percent from the middle and as a value, and its own value.
    """
    scale, places = 100 / ticks[-1], []
    for place, group in zip(_places(slots), groups, strict=True):
        named = [*zip(legend, group, strict=True)]
        said = ", ".join(f"{name}\u00a0: {worded(value)}" for (_, name), (*_, value) in named)
        bars = [
            Bar(mark, place.middle + left, width, scale * low, scale * value)
            for (mark, _), (left, low, value) in named
            if value
        ]
        places.append(replace(place, said=f"{place.said} – {said}", bars=bars))
    heights = [(scale * tick, worded(tick)) for tick in ticks]
    return Chart(heading, heights, places, legend if len(legend) > 1 else ())


def _places(slots: Sequence[Slot]) -> list[Place]:
    step = _PLANE / max(len(slots), 1)
    # Words neither touch each other nor stick out at the right.
    ticked = range(0, math.ceil(len(slots) - 0.5 - 0.4 * _WORD / step), math.ceil(_WORD / step))
    return [
        Place(
            middle=100 * (number + 0.5) / len(slots),
            tick=slot.tick if number in ticked else "",
            said=slot.name,
        )
        for number, slot in enumerate(slots)
    ]


def _round_ticks(most: float) -> list[int]:
    """Choose round values from 0 up to the end of an axis: four or five steps."""
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    step = next(step for step in steps if most <= 5 * step)
    return [step * number for number in range(max(math.ceil(most / step), 1) + 1)]
