"""Memory of a process that serves for months, where the C library is glibc; others are let be."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from pathlib import Path

_ARENA_MAX, _DONTNEED = -8, 4


def share_arenas() -> None:
    """Let threads allocate from one arena, before there are any.

    By default each of forty would fill one of its own: 30 MB more after some thousand questions,
    and no faster, as hardly two of them allocate at the same time.
    """
    _call("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what was needed for a moment only, as to open a corpus.

    Files that are mapped count as resident where they were read: all of the vectors, once.
    """
    _call("malloc_trim", 0)
    with suppress(OSError), Path("/proc/self/maps").open(errors="replace") as maps:
        for span, rights, *_ in map(str.split, maps):
            if rights == "r--s":  # shared, so there is nothing in it but the file
                start, end = (int(place, 16) for place in span.split("-"))
                _call("madvise", ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DONTNEED)


def settle() -> None:
    """Keep what was loaded, once all is: nobody looks through it for garbage again."""
    gc.collect()
    gc.freeze()
    give_back()


def _call(name: str, *arguments: object) -> None:
    with suppress(AttributeError, OSError, TypeError):
        getattr(ctypes.CDLL(None), name)(*arguments)
