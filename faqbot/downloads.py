"""Tables as files: CSV that a spreadsheet neither misreads nor runs, and JSON lines; line by line.

Whatever is exported, by the console or on the command line, is written here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = Mapping[str, object]
"""A row by column: texts, numbers, truth values, times, ids, None, or what JSON can hold."""
TableFormat: TypeAlias = Literal["csv", "jsonl"]

MEDIA_TYPES: Final[Mapping[TableFormat, str]] = MappingProxyType(
    {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}
)
_ZONE: Final = ZoneInfo("Europe/Paris")
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
    headings: Sequence[str] | None = None,
) -> Iterator[str]:
    """Write a table in one format or the other, see `csv_lines` and `jsonl_lines`."""
    return csv_lines(rows, columns, headings) if form == "csv" else jsonl_lines(rows)


def csv_lines(
    rows: Iterable[Row], columns: Sequence[str], headings: Sequence[str] | None = None
) -> Iterator[str]:
    """Write a table as CSV (RFC 4180): commas, a header even when there is no row, a mark of UTF-8.

    Text that a spreadsheet might run is guarded, see `guard`; numbers are left alone.

    Args:
        rows: Each holds the columns and nothing else.
        columns: In order.
        headings: What they are called in French: the table is then written for a spreadsheet that
            runs in French, with semicolons, decimal commas, three decimals and French dates.

    Yields:
        The header, then each row, with its line end.
    """
    writer = csv.writer(line := _Line(), delimiter=";" if headings else ",")
    writer.writerow(headings or columns)
    yield _MARK + line.text
    cell = _french_cell if headings else _cell
    for row in rows:
        writer.writerow(cell(row[column]) for column in columns)
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


def _cell(value: object) -> object:
    if isinstance(value, bool | Mapping):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return value if value is None or isinstance(value, int | float) else guard(_plain(value))


def _french_cell(value: object) -> object:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, datetime):
        return f"{value.astimezone(_ZONE):%d/%m/%Y %H:%M:%S}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else _cell(value)


def _plain(value: object) -> str:
    """Write times in ISO 8601, and ids as they are read."""
    return value.isoformat() if isinstance(value, date) else str(value)
