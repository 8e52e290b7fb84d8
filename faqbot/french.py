"""Numbers and dates as the console writes them: in French, in this one place."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Final

from faqbot.analytics.periods import ZONE, Granularity
from faqbot.analytics.proportions import Proportion

NOTHING: Final = "–"
_THIN: Final = "\u202f"
_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_SHORT_MONTHS: Final = (
    *("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août"),
    *("sept.", "oct.", "nov.", "déc."),
)


def integer(value: int) -> str:
    """Write a whole number.

    Args:
        value: The number.

    Returns:
        Such as ``12 345``, with narrow no-break spaces.
    """
    return f"{value:,}".replace(",", _THIN).replace("-", "−")


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with decimals.

    Args:
        value: The number.
        digits: How many decimals.

    Returns:
        Such as ``0,25``; a dash for NaN.
    """
    if math.isnan(value):
        return NOTHING
    text = f"{value:,.{digits}f}".replace(",", _THIN).replace(".", ",")
    # -0,00 is a zero that rounding left with a sign.
    return text.removeprefix("-") if not text.strip("-0,") else text.replace("-", "−")


def percent(share: float) -> str:
    """Write a share as a percentage.

    Args:
        share: In [0, 1].

    Returns:
        Such as ``74 %``; a dash for NaN. Without decimals: the interval is never that narrow.
    """
    return NOTHING if math.isnan(share) else f"{decimal(100 * share, 0)}{_THIN}%"


def interval(share: Proportion) -> str:
    """Write the interval of a share.

    Args:
        share: The share.

    Returns:
        Such as ``de 61 % à 84 %``; a dash of nothing.
    """
    if not share.n:
        return NOTHING
    return f"de {percent(share.low)} à {percent(share.high)}"


def count(number: int, one: str, many: str) -> str:
    """Write a number with the noun it counts.

    Args:
        number: The number.
        one: The noun, singular.
        many: The noun, plural.

    Returns:
        Such as ``1 avis`` or ``2 345 questions``; in French zero takes the singular.
    """
    return f"{integer(number)}\u00a0{one if number < 2 else many}"


def day(value: date) -> str:
    """Write a day.

    Args:
        value: The day.

    Returns:
        Such as ``1er mars 2026``.
    """
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}\u00a0{_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Write a time.

    Args:
        value: Aware.

    Returns:
        Such as ``23/11/2026 à 13 h 05``, in French time.
    """
    local = value.astimezone(ZONE)
    return f"{local:%d/%m/%Y} à {local.hour}\u00a0h\u00a0{local:%M}"


def period(start: date, granularity: Granularity) -> str:
    """Name a period.

    Args:
        start: Its first day.
        granularity: Its length.

    Returns:
        Such as ``3 mars 2026``, ``semaine du 2 mars 2026`` or ``mars 2026``.
    """
    if granularity == "month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    return f"semaine du {day(start)}" if granularity == "week" else day(start)


def tick(start: date, granularity: Granularity) -> str:
    """Name a period where there is little room.

    Args:
        start: Its first day.
        granularity: Its length.

    Returns:
        Such as ``3 mars`` or ``mars 26``.
    """
    month = _SHORT_MONTHS[start.month - 1]
    if granularity == "month":
        return f"{month} {start:%y}"
    return f"{start.day}\u00a0{month}"
