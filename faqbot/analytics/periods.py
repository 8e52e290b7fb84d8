"""Days, weeks and months as people in France live them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Granularity: TypeAlias = Literal["day", "week", "month"]

ZONE = ZoneInfo("Europe/Paris")
"""Whose midnight ends a day."""
_DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """Give the date of an aware time on a calendar in France."""
    return moment.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """Give the midnight at which a day begins in France, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def period_of(day: date, granularity: Granularity) -> date:
    """Give the first day of a day's period; weeks begin on Monday."""
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if granularity == "month" else day


def periods_between(first: date, last: date, granularity: Granularity) -> Iterator[date]:
    """List the first days of all periods from that of one day to that of another."""
    period = period_of(first, granularity)
    while period <= last:
        yield period
        period = next_period(period, granularity)


def next_period(period: date, granularity: Granularity) -> date:
    """Give the first day of the period after the one that begins with a day."""
    # 32 days after the first of a month always lies in the next month.
    step = {"day": _DAY, "week": 7 * _DAY, "month": 32 * _DAY}[granularity]
    return period_of(period + step, granularity)


def fitting(first: date, last: date) -> Granularity:
    """Choose periods of which a reader can take in all.

    Days up to five weeks, weeks up to nine months, then months.
    """
    days = (last - first).days + 1
    if days <= 35:
        return "day"
    return "week" if days <= 275 else "month"
