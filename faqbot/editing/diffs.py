"""Unified diffs of the files of two corpora, as ``git apply`` takes them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from faqbot.corpus.entry import Entry
from faqbot.corpus.reading import corpus_files
from faqbot.corpus.writing import render_entry


def corpus_texts(folder: Path) -> dict[str, str]:
    """Read the files of a corpus folder, by their paths in it.

    Raises:
        OSError: One of them cannot be read.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in corpus_files(folder)
    }


def unified_diff(before: Mapping[str, str], after: Mapping[str, str], prefix: str = "") -> str:
    """Write what turns some files into others; empty when they are the same.

    Args:
        before: Texts by path.
        after: The same; a path that only one of them has is a file that is deleted or new.
        prefix: What to put before each path, with a slash at its end.
    """
    return "".join(
        line
        for name in sorted(before.keys() | after.keys())
        for line in _file_diff(f"{prefix}{name}", before.get(name), after.get(name))
    )


def entry_diff(before: Entry | None, after: Entry | None) -> str:
    """Write what turns the file of an entry into that of another; None is no file."""
    old, new = ({it.id: render_entry(it)} if it else {} for it in (before, after))
    return unified_diff(old, new)


def _file_diff(path: str, before: str | None, after: str | None) -> Iterator[str]:
    if before == after:
        return
    yield f"diff --git a/{path} b/{path}\n"
    if before is None:
        yield "new file mode 100644\n"
    if after is None:
        yield "deleted file mode 100644\n"
    names = (
        "/dev/null" if before is None else f"a/{path}",
        "/dev/null" if after is None else f"b/{path}",
    )
    for line in difflib.unified_diff(_lines(before), _lines(after), *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str | None) -> list[str]:
    # Not splitlines(): git knows one end of a line.
    return [line for line in (text or "").replace("\n", "\n\0").split("\0") if line]
