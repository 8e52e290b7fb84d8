"""Write what is kept to files, whole: no row limit, no shortened text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TextIO, TypeAlias
from uuid import UUID

from faqbot.database.records import Exchange, Interaction, Verdict

Value: TypeAlias = str | int | float | bool | None

EXPORT_COLUMNS = (
    "interaction_id",
    "session_id",
    "asked_at",
    "question",
    "status",
    "confidence",
    "entry_id",
    "rank",
    "score",
    "entry_confidence",
    "useful",
    "reason",
    "comment",
    "created_at",
    "updated_at",
    "duration_ms",
    "corpus_digest",
    "model_id",
    "model_digest",
    "chosen",
    "chosen_at",
)
"""Columns of an exported verdict or choice; what was not given is empty.

``confidence`` is the interaction's, ``score`` a cosine. ``chosen`` says whether the person chose
this entry when several were offered; it is empty when nothing was chosen.
"""

# OWASP's list, with the full-width forms that spreadsheets read as their ASCII twins.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_GUARDED_STARTS = ("\t", "\r", "\n", "'")


def session_rows(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    """Write down all that is kept about a session, for the person whose session it is.

    Returns:
        One mapping per question, of values that JSON can hold; times in ISO 8601 with offset.
    """
    return [
        _fields(exchange.interaction)
        | {
            "verdicts": [_fields(verdict) for verdict in exchange.verdicts],
            "choice": exchange.choice,
            "chosen_at": plain(exchange.chosen_at),
        }
        for exchange in exchanges
    ]


def _fields(record: Interaction | Verdict) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(record).items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record or a row holds
    """Turn a time into ISO 8601 with offset and a UUID into text; leave the rest as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def write_csv(
    rows: Iterable[Mapping[str, Value]], file: TextIO, *, columns: Sequence[str] = EXPORT_COLUMNS
) -> int:
    """Write rows as CSV (RFC 4180), with a header even when there is no row.

    A spreadsheet runs a cell that begins like a formula, and these texts come from strangers:
    text that begins with ``=``, ``+``, ``-`` or ``@`` (white space aside), a tab or a line end
    gets an apostrophe in front. So does text that begins with an apostrophe: removing one
    leading apostrophe therefore always gives the original back. Numbers are left alone.

    Args:
        rows: The rows; each holds the columns and nothing else.
        file: Opened with ``newline=""``.
        columns: The columns, in order.

    Returns:
        How many rows were written, without the header.
    """
    count = -1
    for line in csv_lines(rows, columns):
        file.write(line)
        count += 1
    return count


def csv_lines(rows: Iterable[Mapping[str, Value]], columns: Sequence[str]) -> Iterator[str]:
    """Word rows as `write_csv` writes them, one at a time.

    Args:
        rows: Each holds the columns and nothing else.

    Yields:
        The header, then each row, with its line end.
    """
    writer = csv.DictWriter(line := _Line(), fieldnames=columns)
    writer.writeheader()
    yield line.text
    for row in rows:
        writer.writerow({column: _cell(value) for column, value in row.items()})
        yield line.text


class _Line:
    """Holds what a CSV writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _cell(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (
        value.startswith(_GUARDED_STARTS) or value.lstrip().startswith(_FORMULA_STARTS)
    ):
        return f"'{value}"
    return value


def write_jsonl(rows: Iterable[Mapping[str, Value]], file: TextIO) -> int:
    r"""Write rows as JSON, one a line, text exactly as stored.

    Args:
        file: Lines end with ``\n``.

    Returns:
        How many rows were written.
    """
    count = 0
    for line in jsonl_lines(rows):
        file.write(line)
        count += 1
    return count


def jsonl_lines(rows: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    """Word rows as `write_jsonl` writes them, one at a time, each with its line end."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"
