"""The report's figures as inline SVG: no script, no font, no request, legible in the dark.

matplotlib takes long to import, so it is imported when a figure is drawn and not before.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from faqbot.evaluation.decision_measures import ReliabilityBin
from faqbot.evaluation.report import SystemResults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#010203"
"""Stands for the text colour of the page: replaced by ``currentColor``."""
_FAINT = "#80808055"
_COLOURS = ("#3b82f6", "#f59e0b", "#10b981", "#a855f7", "#ef4444", "#94a3b8")
_MARKERS = ("o", "s", "D", "^", "v", "P")
_WIDTH = 7.4
"""Inches at 72 points, about 530 pixels before the page scales it."""


def slice_bars(systems: Sequence[SystemResults], title: str) -> str:
    """Draw Success@1 by slice: bars with intervals for the first system, marks for the others.

    Args:
        systems: Measured systems.
        title: Alternative text.

    Returns:
        An ``<svg>`` element.
    """
    measure = "Success@1"
    main, others = systems[0], systems[1:]
    names = [name for name, found in main.slices.items() if found[measure].n]
    with _figure(0.34 * len(names) + 1.0) as (figure, axes):
        places = [float(place) for place in range(len(names))]
        found = [main.slices[name][measure] for name in names]
        values = [it.value for it in found]
        ends = [[it.value - it.low for it in found], [it.high - it.value for it in found]]
        axes.barh(
            places, values, 0.62, xerr=ends, color=_COLOURS[0], alpha=0.75, label=main.run.system,
            error_kw={"ecolor": _INK, "elinewidth": 1.0, "capsize": 2.5},
        )  # fmt: skip
        for number, other in enumerate(others, start=1):
            axes.plot(
                [other.slices[name][measure].value for name in names], places,
                linestyle="none", marker=_mark(number), markersize=5, color=_colour(number),
                markeredgecolor=_INK, markeredgewidth=0.5, label=other.run.system,
            )  # fmt: skip
        labels = [f"{name} ({main.slices[name][measure].n})" for name in names]
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("Success@1")
        axes.grid(visible=True, axis="x", color=_FAINT)
        if others:
            _legend(figure, axes)
        return _svg(figure, "slices", title)


def risk_coverage(systems: Sequence[SystemResults], title: str) -> str:
    """Draw risk–coverage curves, with the point at which decisions are served.

    Args:
        systems: Measured systems.
        title: Alternative text.

    Returns:
        An ``<svg>`` element.
    """
    with _figure(3.9) as (figure, axes):
        for number, system in enumerate(systems):
            area = system.slices["all"]["AURC"].value
            axes.plot(
                system.curve.coverage, system.curve.risk, color=_colour(number),
                linewidth=2.2 if number == 0 else 1.2, zorder=3 if number == 0 else 2,
                label=f"{system.run.system} (AURC {area:.3f})",
            )  # fmt: skip
            if system.served:
                axes.plot(
                    [system.served.coverage], [system.served.risk], linestyle="none",
                    marker="o", markersize=9, color=_colour(number), markeredgecolor=_INK,
                    zorder=4, label=f"{system.run.system} as served",
                )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("share of all single-turn queries answered")
        axes.set_ylabel("share of those that are wrong")
        axes.grid(visible=True, color=_FAINT)
        _legend(figure, axes)
        return _svg(figure, "risk", title)


def reliability_diagram(bins: Sequence[ReliabilityBin], title: str) -> str:
    """Draw accuracy against confidence, and how many queries stand behind each bin.

    Args:
        bins: Bins that hold a query.
        title: Alternative text.

    Returns:
        An ``<svg>`` element.
    """
    with _figure(3.9) as (figure, axes):
        most = max((it.queries for it in bins), default=1)
        centres = [(it.low + it.high) / 2 for it in bins]
        widths = [0.9 * (it.high - it.low) for it in bins]
        axes.bar(
            centres, [0.28 * it.queries / most for it in bins], widths, color=_COLOURS[5],
            alpha=0.45, label=f"queries (largest bin: {most})",
        )  # fmt: skip
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle="--", label="calibrated")
        axes.vlines(
            [it.confidence for it in bins], [it.confidence for it in bins],
            [it.accuracy for it in bins], color=_COLOURS[0], alpha=0.5,
        )  # fmt: skip
        axes.scatter(
            [it.confidence for it in bins], [it.accuracy for it in bins],
            s=[20 + 130 * math.sqrt(it.queries / most) for it in bins], color=_COLOURS[0],
            edgecolor=_INK, linewidth=0.6, zorder=3, label="first entry right",
        )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.04)
        axes.set_xlabel("confidence")
        axes.set_ylabel("share with a right first entry")
        axes.grid(visible=True, color=_FAINT)
        _legend(figure, axes)
        return _svg(figure, "reliability", title)


@contextmanager
def _figure(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Open a figure of its own: pyplot would keep it in a global list."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    inked = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    style: dict[Any, Any] = {
        **dict.fromkeys(inked, _INK),
        "font.size": 9.5,
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "faqbot",  # the same figure has the same ids
        "text.parse_math": False,  # a slice may be called $x$
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.patch.set_visible(False)
        yield figure, axes


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=min(len(labels), 3), frameon=False
    )


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _mark(number: int) -> str:
    return _MARKERS[number % len(_MARKERS)]


def _svg(figure: Figure, name: str, title: str) -> str:
    """Render a figure as an element that can stand beside others in one page."""
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", transparent=True,
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )  # fmt: skip
    text = buffer.getvalue()
    text = text[text.index("<svg") :]  # without the XML declaration and the document type
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    # Several figures share the page: each needs ids of its own.
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text).replace("xlink:href", "href")
    text = re.sub(r"\s+xmlns(:\w+)?=\"[^\"]*\"", "", text)
    text = re.sub(r"font: ([\w.% ]*?px) [^;\"]*", r"font: \1 system-ui, sans-serif", text)
    text = text.replace(_INK, "currentColor")
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg\b", f'<svg role="img" aria-label="{label}"', text, count=1).strip()
