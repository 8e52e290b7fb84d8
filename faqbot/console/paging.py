"""Lists of which a page is asked for; ``console/_list.html`` draws their filters and links."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, NamedTuple, Self

from fastapi import Query
from pydantic import BaseModel

from faqbot.console.days import DayRange

PageNumber = Annotated[int, Query(ge=1, le=100_000)]
"""The page that an address asks for."""


class ListQuery(BaseModel):
    """What the form of a list sends: the days to keep to, and the page."""

    since: str = ""
    until: str = ""
    page: PageNumber = 1

    @cached_property
    def days(self) -> DayRange:
        """The days to keep to."""
        return DayRange.read(self.since, self.until)


class Paging(NamedTuple):
    """Where a page lies in its list."""

    number: int
    """1-based."""
    pages: int
    """At least one."""
    start: int
    """How many items come before it."""
    end: int
    """Where it ends at the latest."""
    total: int
    """Items in all."""

    @classmethod
    def of(cls, total: int, size: int, asked: int) -> Self:
        """Find a page of ``size`` items; one beyond the end is the last one."""
        pages = max(1, -(-total // size))
        number = min(asked, pages)
        return cls(number, pages, (number - 1) * size, number * size, total)
