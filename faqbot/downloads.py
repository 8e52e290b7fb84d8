"""Tables as files: CSV that a spreadsheet neither misreads nor runs, and JSON lines; line by line.

Whatever is exported, by the console or on the command line, is written here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

Row: TypeAlias = Mapping[str, object]
"""A row by column: texts, numbers, truth values, times, ids, None, or what JSON can hold."""
TableFormat: TypeAlias = Literal["csv", "jsonl"]


class Dialect(NamedTuple):
    """How CSV is written for whoever reads it."""

    delimiter: str
    heading: Callable[[str], str]
    """Names a column."""
    cell: Callable[[str, object], object]
    """Writes a column's value."""


MEDIA_TYPES: Final[Mapping[TableFormat, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
}
# Without this mark, spreadsheets take accents for something else.
_MARK: Final = "\ufeff"
# OWASP's list, with the full-width forms that spreadsheets read as their ASCII twins.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_GUARDED_STARTS: Final = ("\t", "\r", "\n", "'")


def file_name(form: TableFormat, *parts: str) -> str:
    """Name a file, such as ``faqbot-entries-2026-11-01-2026-11-30.csv``."""
    return f"{'-'.join(('faqbot', *parts))}.{form}"


def lines(
    rows: Iterable[Row],
    columns: Sequence[str],
    form: TableFormat,
    dialect: Dialect | None = None,
) -> Iterator[str]:
    """Write a table in one format or the other, see `csv_lines` and `jsonl_lines`."""
    return csv_lines(rows, columns, dialect) if form == "csv" else jsonl_lines(rows)


def csv_lines(
    rows: Iterable[Row], columns: Sequence[str], dialect: Dialect | None = None
) -> Iterator[str]:
    """Write a table as CSV (RFC 4180): a header even when there is no row, and a mark of UTF-8.

    Args:
        rows: Each holds the columns and nothing else.
        columns: In order.
        dialect: Default: commas, the columns' own names, and what `cell` writes.

    Yields:
        The header, then each row, with its line end.
    """
    delimiter, heading, written = dialect or _PLAIN
    writer = csv.writer(line := _Line(), delimiter=delimiter)
    writer.writerow(map(heading, columns))
    yield _MARK + line.text
    for row in rows:
        writer.writerow(written(column, row[column]) for column in columns)
        yield line.text


def jsonl_lines(rows: Iterable[Row]) -> Iterator[str]:
    r"""Write each row as JSON on a line that ends with ``\n``, text exactly as it is."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run, for it may come from strangers.

    That is text that begins with ``=``, ``+``, ``-`` or ``@`` (white space aside), a tab or a line
    end; and text that begins with an apostrophe, so that removing one always gives the original
    back.
    """
    return f"'{text}" if _is_guarded(text) else text


def unguard(text: str) -> str:
    """Take off the apostrophe that `guard` put on; another one, as in « 'tis », stays."""
    return text[1:] if text.startswith("'") and _is_guarded(text[1:]) else text


def _is_guarded(text: str) -> bool:
    return text.startswith(_GUARDED_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)


class _Line:
    """Holds what a CSV writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def cell(_: str, value: object) -> object:
    """Write a value: text that a spreadsheet might run is guarded, numbers are left alone."""
    if isinstance(value, bool | Mapping):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return value if value is None or isinstance(value, int | float) else guard(_plain(value))


def _plain(value: object) -> str:
    """Write times in ISO 8601, and ids as they are read."""
    return value.isoformat() if isinstance(value, date) else str(value)


_PLAIN: Final = Dialect(",", str, cell)
