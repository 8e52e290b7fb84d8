"""Entries as JSON Lines: one object a line, with the keys of an entry file and ``answer``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

from faqbot.corpus.entry import Entry
from faqbot.corpus.exchange.raw_entries import SOURCE_KEYS, RawEntry, RawPage, Report, entry_key
from faqbot.downloads import jsonl_lines


def read_jsonl(text: str, report: Report) -> RawPage:
    r"""Read JSON Lines, one raw entry for each object.

    Args:
        text: With ``\n`` line ends; blank lines do not count, and ``null`` stands for a key that
            is not given.
    """
    entries = []
    ignored: dict[str, None] = {}  # an ordered set
    # Only \n ends a line: JSON strings may hold the other line separators of Unicode.
    for line, record in enumerate(text.split("\n"), start=1):
        data = _load(record, line, report) if record.strip() else None
        if data is not None:
            entries.append(RawEntry(line=line, values=_values(data, line, ignored, report)))
    return RawPage(entries=tuple(entries), ignored=tuple(ignored))


def write_jsonl(entries: Iterable[Entry]) -> str:
    """Write one object a line, in order; provenance is nested as in an entry file."""
    rows = map(dataclasses.asdict, entries)
    return "".join(
        jsonl_lines(
            {key: it for key, it in row.items() if key != "review_by" or it} for row in rows
        )
    )


def _load(record: str, line: int, report: Report) -> dict[str, object] | None:
    try:
        data = json.loads(record)
    except (ValueError, RecursionError) as error:
        report(line, f"not valid JSON: {error}")
        return None
    if not isinstance(data, dict):
        report(line, f"expected an object with the keys of an entry, found {record[:40]!r}")
        return None
    return data


def _values(
    data: dict[str, object], line: int, ignored: dict[str, None], report: Report
) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in data.items():
        key = entry_key(name)
        if key is None or key in SOURCE_KEYS:  # the parts of a provenance stand inside it
            ignored[name] = None
        elif key in values:
            report(line, f"several keys hold the {key}: keep one")
        elif value is not None:
            values[key] = value
    return values
