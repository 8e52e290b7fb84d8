"""How long work tells a person that it advances, without knowing where that person looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (stage, units done, units in all); 0 in all means that the end is not known."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing; for tests and for work that nobody watches."""
