"""How numbers of an evaluation read, in a terminal and in a report alike."""

from __future__ import annotations

import math

from faqbot.evaluation.comparison import Difference
from faqbot.evaluation.dataset import Kind
from faqbot.evaluation.estimates import Estimate
from faqbot.evaluation.measures import MEASURES

NONE = "–"


def number(value: float, measure: str = "") -> str:
    """Round a value: three decimals, one of a measure in milliseconds; a dash for NaN."""
    if math.isnan(value):
        return NONE
    return f"{value:.1f}" if measure and MEASURES[measure].unit == "ms" else f"{value:.3f}"


def value(found: object) -> str:
    """Word a value of which only JSON's types are known."""
    return number(found) if isinstance(found, float) else NONE if found is None else str(found)


def with_interval(found: Estimate, measure: str = "") -> str:
    """Word an estimate with its interval, if it has one, such as ``0.845 [0.804, 0.883]``."""
    if math.isnan(found.value):
        return NONE
    if math.isnan(found.low):
        return number(found.value, measure)
    ends = f"[{number(found.low, measure)}, {number(found.high, measure)}]"
    return f"{number(found.value, measure)} {ends}"


def difference(row: Difference) -> str:
    """Word a difference with its sign and interval, such as ``+0.012 [−0.003, +0.027]``."""
    if math.isnan(row.difference):
        return NONE
    ends = f"[{_signed(row.low, row.measure)}, {_signed(row.high, row.measure)}]"
    return f"{_signed(row.difference, row.measure)} {ends}"


def asked(kind: Kind) -> str:
    """Name the questions that figures are about."""
    names: dict[Kind, str] = {"invented": "invented questions", "real": "real users’ questions"}
    return names.get(kind, "questions of unknown origin")


def p_value(p: float) -> str:
    """Round a p-value: three decimals, ``<0.001``, or a dash where no test was made."""
    return "<0.001" if p < 0.001 else number(p)


def tally(row: Difference) -> str:
    """Word how many queries were won, tied and lost; a dash where none has a value of its own."""
    return NONE if row.wins is None else f"{row.wins}/{row.ties}/{row.losses}"


def _signed(value: float, measure: str) -> str:
    text = number(abs(value), measure)
    if float(text) == 0:
        return text
    return f"{'−' if value < 0 else '+'}{text}"
