"""What a dashboard is asked to show: read from the address, written back into links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, TypeVar, get_args

from fastapi import Depends, Query

from faqbot.analytics.periods import Granularity, fitting
from faqbot.api.services import ServiceDep
from faqbot.console.addresses import query_of
from faqbot.console.dashboard import wording
from faqbot.console.days import DayRange, today
from faqbot.corpus.entry import Corpus
from faqbot.feedback.filters import InteractionFilter

DEFAULT_DAYS = 30
LONGEST_YEARS = 5
PRESETS = (7, 30, 90, 365)
_DIGEST = re.compile(r"[0-9a-f]{0,64}")
_Known = TypeVar("_Known", bound=str)
_Default = TypeVar("_Default")


@dataclass(frozen=True, slots=True)
class DashboardFilter:
    """The filters of a page."""

    first: date
    last: date
    theme: str
    """Id of a theme; empty for all."""
    corpus: str
    """Beginning of a corpus digest; empty for all versions."""
    by: Granularity | None
    """None: as fits the period."""
    hints: tuple[str, ...]
    """What could not be understood, and what is shown instead."""

    @property
    def granularity(self) -> Granularity:
        """Length of the periods."""
        return self.by or fitting(self.first, self.last)

    @property
    def days(self) -> int:
        """Length of the time looked at."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> DashboardFilter:
        """The time of the same length just before."""
        length = timedelta(days=self.days)
        return replace(self, first=self.first - length, last=self.last - length, hints=())

    def filters(self, corpus: Corpus) -> InteractionFilter:
        """Say which interactions are meant; the corpus knows the entries of a theme."""
        days = DayRange(self.first, self.last)
        entries = (entry.id for entry in corpus.entries if entry.theme == self.theme)
        return InteractionFilter(
            since=days.since,
            until=days.until,
            entry_ids=tuple(entries) if self.theme else None,
            corpus=self.corpus,
        )

    def query(self, **changes: object) -> str:
        """Write the filters into an address: what follows the question mark.

        Args:
            changes: Other parameters, or other values of these; None and empty ones are left out.
        """
        values = {
            "from": self.first,
            "to": self.last,
            "theme": self.theme,
            "corpus": self.corpus,
            "by": self.by,
        }
        return query_of(values | changes)

    def preset(self, days: int, last: date) -> str:
        """Write the address of another time with the same filters, as `query` does."""
        return self.query(**{"from": last - timedelta(days=days - 1), "to": last})


def choose(
    value: str, known: Iterable[_Known], default: _Default, hint: str, hints: list[str]
) -> _Known | _Default:
    """Find a value of an address among those there are.

    Args:
        value: As the address has it.
        known: What it may be.
        default: What stands for an empty value, and for an unknown one.
        hint: Says that a ``value`` is unknown.
        hints: Gets that sentence, when it is.
    """
    found = next((it for it in known if it == value.strip()), None)
    if found is None and value.strip():
        hints.append(hint.format(value=value.strip()))
    return default if found is None else found


def read_filter(
    service: ServiceDep,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
    theme: str = "",
    corpus: str = "",
    by: str = "",
) -> DashboardFilter:
    """Understand the filters of an address; a FastAPI dependency.

    What cannot be understood is replaced by its default, with a sentence about it.
    """
    days = DayRange.read(first, last)
    hints = list(days.hints)
    end = days.last or max(today(), days.first or today())
    start = days.first or end - timedelta(days=DEFAULT_DAYS - 1)
    earliest = end - timedelta(days=366 * LONGEST_YEARS)
    if start < earliest:
        start = earliest
        hints.append(wording.TOO_LONG.format(years=LONGEST_YEARS))
    themes = service.corpus.theme_labels
    theme = choose(theme, themes, "", wording.THEME_UNKNOWN, hints)
    digest = corpus.strip().lower()
    if not _DIGEST.fullmatch(digest):
        hints.append(wording.VERSION_WRONG.format(value=digest))
        digest = ""
    granularities: tuple[Granularity, ...] = get_args(Granularity)
    chosen = choose(by, granularities, None, wording.BY_WRONG, hints)
    return DashboardFilter(start, end, theme, digest, chosen, tuple(hints))


FilterDep = Annotated[DashboardFilter, Depends(read_filter)]
