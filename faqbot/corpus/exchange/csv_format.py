"""Entries as a table with a header: one entry a row, its variants one per line inside a cell.

A cell that a spreadsheet might run, as list answers look to it, is written with an apostrophe in
front (`faqbot.downloads.guard`). Reading takes off that apostrophe only: one before a text that no
export would have guarded belongs to the text. Character entities (``&eacute;``), which tables made
from web pages are full of, are decoded, and an ampersand that would be taken for one is written as
``&amp;``. Importing the table therefore gives the same entries.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from faqbot.corpus.entry import Entry
from faqbot.corpus.exchange.raw_entries import (
    SOURCE_KEYS,
    RawEntry,
    RawPage,
    Report,
    entry_key,
    facts,
)
from faqbot.downloads import csv_lines, unguard
from faqbot.errors import counted

_DELIMITERS = ",;\t"
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|\w+);")
"""As they are meant: an address may hold ``&copy=1``."""
_COLUMNS = (
    "id",
    "question",
    "answer",
    "variants",
    "theme",
    *SOURCE_KEYS,
    "updated_on",
    "review_by",
)


def read_csv(text: str, report: Report) -> RawPage:
    """Read a table, one raw entry for each row that is not blank.

    Args:
        text: Comma, semicolon or tab separated, found by the header.
    """
    delimiter = next((mark for mark in _DELIMITERS if _has_columns(text, mark)), None)
    if delimiter is None:
        first = text.lstrip().partition("\n")[0]
        found = f"found {first!r}" if first else "the file is empty"
        report(1, f"a header with the columns question and answer (or réponse) is needed: {found}")
        return RawPage()
    rows = _rows(text, delimiter, report)
    header_line, header = next(rows)
    keys = [_column_key(name) for name in header]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        report(header_line, f"several columns hold the {key}: keep one")
    entries = []
    for line, cells in rows:
        if len(cells) == len(header):
            entries.append(RawEntry(line=line, values=_values(keys, cells)))
        else:
            found = counted(len(cells), "cell")
            message = f"the row has {found}, the header {len(header)}: check the quotes"
            report(line, message)
    ignored = (name for name, key in zip(header, keys, strict=True) if key is None)
    return RawPage(entries=tuple(entries), ignored=tuple(ignored))


def write_csv(entries: Iterable[Entry]) -> str:
    """Write a table, one row an entry, in order."""
    rows = (facts(entry) | {"variants": "\n".join(entry.variants)} for entry in entries)
    return "".join(csv_lines((_escaped(row) for row in rows), _COLUMNS))


def _escaped(row: Mapping[str, object]) -> dict[str, object]:
    return {
        key: _ENTITY.sub(lambda entity: f"&amp;{entity[0][1:]}", text)
        if isinstance(text, str)
        else text
        for key, text in row.items()
    }


def _decoded(text: str, key: str | None) -> str:
    # In an answer, which is Markdown, a bare < would begin HTML.
    lower = r"\<" if key == "answer" else "<"
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]).replace("<", lower), text)


def _column_key(name: str) -> str | None:
    key = entry_key(name)
    return "kind" if key == "provenance" else key


def _has_columns(text: str, delimiter: str) -> bool:
    # A broken header is reported when its rows are read; here it only rules a delimiter out.
    header = next(_rows(text, delimiter, lambda _line, _message: None), (0, []))[1]
    return {"question", "answer"} <= {_column_key(name) for name in header}


def _rows(text: str, delimiter: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row starts, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        report(line, f"not valid CSV: {error}")


def _values(keys: Sequence[str | None], cells: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    source: dict[str, object] = {}
    for key, written in zip(keys, cells, strict=True):
        cell = _decoded(unguard(written), key).strip()
        if key == "variants":
            values[key] = [line for line in map(str.strip, cell.split("\n")) if line]
        elif key in SOURCE_KEYS and cell:
            source[key] = cell
        elif key in {"question", "answer"} or (key and cell):
            values[key] = cell
    return values | ({"provenance": source} if source else {})
