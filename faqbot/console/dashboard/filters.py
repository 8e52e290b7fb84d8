"""What a dashboard is asked to show: read from the address, written back into links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from faqbot.analytics.periods import Granularity, day_of, fitting, start_of
from faqbot.api.services import CorpusDep
from faqbot.console.dashboard import wording
from faqbot.corpus.entry import Corpus
from faqbot.feedback.filters import Filters

DEFAULT_DAYS = 30
LONGEST_YEARS = 5
PRESETS = (7, 30, 90, 365)
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a page."""

    first: date
    last: date
    theme: str
    """Id of a theme; empty for all."""
    corpus: str
    """Beginning of a corpus digest; empty for all versions."""
    by: Granularity | None
    """None: as fits the period."""
    errors: tuple[str, ...]
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
    def before(self) -> Asked:
        """The time of the same length just before."""
        length = timedelta(days=self.days)
        first, last = self.first - length, self.last - length
        return Asked(first, last, self.theme, self.corpus, self.by, ())

    def filters(self, corpus: Corpus) -> Filters:
        """Say which interactions are meant.

        Args:
            corpus: The FAQ, which knows the entries of a theme.

        Returns:
            The filters.
        """
        entries = (entry.id for entry in corpus.entries if entry.theme == self.theme)
        return Filters(
            since=start_of(self.first),
            until=start_of(self.last + timedelta(days=1)),
            entry_ids=tuple(entries) if self.theme else None,
            corpus=self.corpus,
        )

    def query(self, **changes: Any) -> str:  # noqa: ANN401
        """Write the filters into an address.

        Args:
            changes: Other parameters, or other values of these; None and empty ones are left out.

        Returns:
            What follows the question mark.
        """
        values = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "theme": self.theme,
            "corpus": self.corpus,
            "by": self.by,
        }
        return urlencode({name: value for name, value in (values | changes).items() if value})

    def preset(self, days: int, today: date) -> str:
        """Write the address of another time with the same filters.

        Args:
            days: Its length.
            today: Its last day.

        Returns:
            What follows the question mark.
        """
        first = today - timedelta(days=days - 1)
        return self.query(**{"from": first.isoformat(), "to": today.isoformat()})


def today() -> date:
    """Return the date in France."""
    return day_of(datetime.now(UTC))


def read_asked(
    known: CorpusDep,
    request: Request,
    last: Annotated[str, Query(alias="to")] = "",
    theme: str = "",
    corpus: str = "",
    by: str = "",
) -> Asked:
    """Understand the filters of an address; a FastAPI dependency.

    Args:
        known: The FAQ, which knows the themes.
        request: Holds the parameter ``from``.
        last: Last day.
        theme: Id of a theme.
        corpus: Beginning of a corpus digest.
        by: Length of periods.

    Returns:
        The filters; where something cannot be understood, its default and a sentence about it.
    """
    errors: list[str] = []
    end = _date(last.strip(), today(), errors)
    start = _date(
        request.query_params.get("from", "").strip(),
        end - timedelta(days=DEFAULT_DAYS - 1),
        errors,
    )
    if start > end:
        start, end = end, start
        errors.append(wording.DATES_REVERSED)
    earliest = end - timedelta(days=366 * LONGEST_YEARS)
    if start < earliest:
        start = earliest
        errors.append(wording.TOO_LONG.format(years=LONGEST_YEARS))
    theme, corpus, by = theme.strip(), corpus.strip().lower(), by.strip()
    if theme and theme not in known.theme_labels:
        errors.append(wording.THEME_UNKNOWN.format(value=theme))
        theme = ""
    if corpus and not _DIGEST.fullmatch(corpus):
        errors.append(wording.VERSION_WRONG.format(value=corpus))
        corpus = ""
    chosen = next((known for known in get_args(Granularity) if known == by), None)
    if by and chosen is None:
        errors.append(wording.BY_WRONG.format(value=by))
    return Asked(start, end, theme, corpus, chosen, tuple(errors))


def _date(text: str, default: date, errors: list[str]) -> date:
    if not text:
        return default
    try:
        found = date.fromisoformat(text)
        if not 2000 <= found.year <= 2200:
            raise ValueError
    except ValueError:
        errors.append(wording.DATE_WRONG.format(value=text))
        return default
    return found


AskedDep = Annotated[Asked, Depends(read_asked)]
