"""Numbers and dates in French: as the page, the console and the command line write them."""

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
    """Write a whole number, such as ``12 345``, with narrow no-break spaces."""
    return f"{value:,}".replace(",", _THIN).replace("-", "−")


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with decimals, such as ``0,25``; a dash for NaN."""
    if math.isnan(value):
        return NOTHING
    text = f"{value:,.{digits}f}".replace(",", _THIN).replace(".", ",")
    # -0,00 is a zero that rounding left with a sign.
    return text.removeprefix("-") if not text.strip("-0,") else text.replace("-", "−")


def percent(share: float) -> str:
    """Write a share in [0, 1] as a percentage, such as ``74 %``; a dash for NaN.

    Without decimals: the interval is never that narrow.
    """
    return NOTHING if math.isnan(share) else f"{decimal(100 * share, 0)}\u00a0%"


def interval(share: Proportion) -> str:
    """Write the interval of a share, such as ``de 61 % à 84 %``; a dash of nothing."""
    if not share.n:
        return NOTHING
    return f"de {percent(share.low)} à {percent(share.high)}"


def count(number: int, one: str, many: str) -> str:
    """Write a number with the noun it counts, singular or plural.

    Such as ``1 avis`` or ``2 345 questions``; in French zero takes the singular.
    """
    return f"{integer(number)}\u00a0{one if number < 2 else many}"


def day(value: date) -> str:
    """Write a day, such as ``1er mars 2026``, without a break inside it."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}\u00a0{_MONTHS[value.month - 1]}\u00a0{value.year}"


def moment(value: datetime) -> str:
    """Write an aware time as that of France, such as ``23/11/2026 à 13 h 05``."""
    local = value.astimezone(ZONE)
    return f"{local:%d/%m/%Y} à {local.hour}\u00a0h\u00a0{local:%M}"


def period(start: date, granularity: Granularity) -> str:
    """Name a period by its first day.

    Such as ``3 mars 2026``, ``semaine du 2 mars 2026`` or ``mars 2026``.
    """
    if granularity == "month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    return f"semaine du {day(start)}" if granularity == "week" else day(start)


def tick(start: date, granularity: Granularity) -> str:
    """Name a period where there is little room, such as ``3 mars`` or ``mars 26``."""
    month = _SHORT_MONTHS[start.month - 1]
    if granularity == "month":
        return f"{month} {start:%y}"
    return f"{start.day}\u00a0{month}"
