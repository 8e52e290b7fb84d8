"""Numbered pages of a list; ``console/_list.html`` draws the links between them."""

from __future__ import annotations

from typing import Annotated, NamedTuple, Self

from fastapi import Query

PageNumber = Annotated[int, Query(ge=1, le=100_000)]
"""The page that an address asks for."""


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
