"""The days that a page is asked to keep to: those of France, and never an error page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from faqbot.analytics.periods import day_of, start_of
from faqbot.console import wording


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days in France, both ends included."""

    first: date | None = None
    """None: as far back as there is anything."""
    last: date | None = None
    """None: until now."""
    hints: tuple[str, ...] = ()
    """French sentences about what could not be understood."""

    @classmethod
    def read(cls, first: str, last: str) -> Self:
        """Read the days of an address; one that is empty or no day leaves its end open."""
        hints: list[str] = []
        start, end = _day(first.strip(), hints), _day(last.strip(), hints)
        if start and end and start > end:
            start, end = end, start
            hints.append(wording.DATES_REVERSED)
        return cls(start, end, tuple(hints))

    @property
    def since(self) -> datetime | None:
        """When the first day begins."""
        return start_of(self.first) if self.first else None

    @property
    def until(self) -> datetime | None:
        """The first moment after the last day."""
        return start_of(self.last + timedelta(days=1)) if self.last else None

    def hold(self, moment: datetime) -> bool:
        """Tell whether an aware time lies in these days."""
        day = day_of(moment)
        return (self.first or day) <= day <= (self.last or day)


def today() -> date:
    """Return the date in France."""
    return day_of(datetime.now(UTC))


def _day(text: str, hints: list[str]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
        if not 2000 <= found.year <= 2200:
            raise ValueError
    except ValueError:
        hints.append(wording.DATE_WRONG.format(value=text))
        return None
    return found
