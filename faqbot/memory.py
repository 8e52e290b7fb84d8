"""Memory of a process that serves for months, where the C library is glibc; others are let be."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8


def share_arenas() -> None:
    """Let threads allocate from two arenas, before there are any.

    By default each of forty would fill one of its own: 24 MB more after some thousand questions.
    """
    _call("mallopt", _ARENA_MAX, 2)


def give_back() -> None:
    """Return to the system what was needed for a moment only, as to open a corpus."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    with suppress(AttributeError, OSError, TypeError):
        getattr(ctypes.CDLL(None), name)(*arguments)
