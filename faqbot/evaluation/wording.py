"""How numbers of an evaluation read, in a terminal and in a report alike."""

from __future__ import annotations

import math

from faqbot.evaluation.comparison import Difference
from faqbot.evaluation.intervals import Estimate
from faqbot.evaluation.measures import MEASURES

NONE = "–"


def number(value: float, measure: str) -> str:
    """Round a value of a measure.

    Args:
        value: The value; NaN when there is none.
        measure: Name of the measure.

    Returns:
        Three decimals; one for times, which are in milliseconds; a dash for NaN.
    """
    if math.isnan(value):
        return NONE
    return f"{value:.1f}" if MEASURES[measure].unit == "ms" else f"{value:.3f}"


def with_interval(found: Estimate, measure: str) -> str:
    """Word an estimate with its interval.

    Args:
        found: The estimate.
        measure: Name of the measure.

    Returns:
        Such as ``0.845 [0.804, 0.883]``.
    """
    if math.isnan(found.value):
        return NONE
    ends = f"[{number(found.low, measure)}, {number(found.high, measure)}]"
    return f"{number(found.value, measure)} {ends}"


def difference(row: Difference) -> str:
    """Word a difference with its sign and interval.

    Args:
        row: The difference.

    Returns:
        Such as ``+0.012 [−0.003, +0.027]``.
    """
    if math.isnan(row.difference):
        return NONE
    ends = f"[{_signed(row.low, row.measure)}, {_signed(row.high, row.measure)}]"
    return f"{_signed(row.difference, row.measure)} {ends}"


def p_value(p: float) -> str:
    """Round a p-value.

    Args:
        p: The value; NaN when no test was made.

    Returns:
        Three decimals, ``<0.001``, or a dash.
    """
    if math.isnan(p):
        return NONE
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def p_phrase(p: float) -> str:
    """Word a p-value for a sentence.

    Args:
        p: The value; NaN when no test was made.

    Returns:
        Such as ``p = 0.012`` or ``p < 0.001``.
    """
    rounded = p_value(p)
    return f"p < {rounded[1:]}" if rounded.startswith("<") else f"p = {rounded}"


def _signed(value: float, measure: str) -> str:
    text = number(abs(value), measure)
    if float(text) == 0:
        return text
    return f"{'−' if value < 0 else '+'}{text}"
