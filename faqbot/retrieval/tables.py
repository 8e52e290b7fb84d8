"""What is done with tables of numbers wherever there are some: a row a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from faqbot.retrieval.bm25 import Scores, Table

_Tables = TypeVar("_Tables")
"""A dataclass of arrays, or of such dataclasses, whose rows belong together."""


def joined(parts: Sequence[_Tables]) -> _Tables:
    """Put tables below one another, of each kind."""
    return _each(parts, np.concatenate) if len(parts) > 1 else parts[0]


def taken(tables: _Tables, rows: slice | npt.NDArray[Any]) -> _Tables:
    """Keep some rows of each table."""
    return _each([tables], lambda columns: columns[0][rows])


def _each(parts: Sequence[_Tables], make: Callable[[Any], Any]) -> _Tables:
    def of(name: str) -> object:
        columns = [getattr(part, name) for part in parts]
        return _each(columns, make) if is_dataclass(columns[0]) else make(columns)

    made: Any = type(parts[0])
    return made(*(of(it.name) for it in fields(made)))  # type: ignore[no-any-return]


def highest(table: npt.NDArray[Any], sizes: npt.NDArray[np.int64], *, without: float) -> Table:
    """Take the highest of each group of neighbouring columns.

    Args:
        table: (n, k) any numbers.
        sizes: (g,) columns of each group, which add up to k.
        without: What a group without columns gets.

    Returns:
        (n, g).
    """
    found = np.full((len(table), len(sizes)), without)
    some = np.flatnonzero(sizes)
    if len(some):
        starts = (np.cumsum(sizes) - sizes)[some]
        found[:, some] = np.maximum.reduceat(table, starts, axis=1)
    return found


def expit(logits: Scores) -> Scores:
    """Turn log odds into probabilities."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))))
