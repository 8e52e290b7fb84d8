"""Numbered pages of a list."""

from __future__ import annotations

from typing import NamedTuple, Self


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

    @classmethod
    def of(cls, count: int, size: int, asked: int) -> Self:
        """Find a page; one beyond the end is the last one.

        Args:
            count: Items in all.
            size: Items on a page.
            asked: The page that was asked for, 1-based.

        Returns:
            The page.
        """
        pages = max(1, -(-count // size))
        number = min(asked, pages)
        return cls(number, pages, (number - 1) * size, number * size)
