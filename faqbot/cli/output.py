"""How the command line speaks: tables and JSON on stdout, progress on stderr."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from faqbot.progress import Progress

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_FILE_WIDTH = 1000
"""More characters than any table needs."""


def stdout() -> Console:
    """Return a console for results: it wraps at a terminal's width, and not at all into a file."""
    wraps = sys.stdout.isatty()
    return _plain(sys.stdout, soft_wrap=not wraps)


def stderr() -> Console:
    """Return a console for progress and errors."""
    return _plain(sys.stderr, soft_wrap=True)


def _plain(file: TextIO, *, soft_wrap: bool) -> Console:
    """Make a console that prints texts as they are: brackets in them say nothing of style."""
    return Console(file=file, highlight=False, emoji=False, markup=False, soft_wrap=soft_wrap)


def replace_unprintable() -> None:
    """Print a question mark for a character that the terminal's encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_json(value: Any) -> None:  # noqa: ANN401 - anything JSON can hold
    """Print a value as JSON on stdout."""
    data_stdout().write(to_json(value))


def data_stdout() -> TextIO:
    """Return stdout for what programs read: in UTF-8, whatever the terminal's encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout


def to_json(value: Any) -> str:  # noqa: ANN401 - anything JSON can hold
    """Write a value as JSON that people can read too."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def print_table(*headings: str, rows: Iterable[Sequence[object]]) -> None:
    """Print rows, folded to the width of a terminal but never to that of a file or pipe.

    Columns after the first are aligned right.
    """
    laid = Table(box=None, pad_edge=False)
    for position, heading in enumerate(headings):
        laid.add_column(heading, justify="right" if position else "left")
    for row in rows:
        laid.add_row(*map(str, row))
    console = stdout()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(laid)


@contextmanager
def progress_on_stderr() -> Iterator[Progress]:
    """Show long work: bars in a terminal, a line now and then in a log."""
    if sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with RichProgress(*columns, TimeRemainingColumn(), console=stderr(), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report


class _Lines:
    """Prints a stage when it starts and at each quarter of it."""

    def __init__(self) -> None:
        self._printed: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        quarter = 4 * done // total if total else 0
        if self._printed.get(stage) != quarter:
            self._printed[stage] = quarter
            share = f" {25 * quarter} %" if total else ""
            stderr().print(f"{stage}…{share}")
