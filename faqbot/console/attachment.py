"""Tables as files to download: whole, and sent while they are read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from fastapi.responses import StreamingResponse

from faqbot.api.failures import Failure, Kind
from faqbot.console import tables
from faqbot.downloads import MEDIA_TYPES, Row, TableFormat, file_name, lines

Locale: TypeAlias = Literal["", "fr"]
_BATCH = 1000


def refuse_hints(hints: Sequence[str]) -> None:
    """Refuse an address that was not understood: a file cannot say that it holds more than asked.

    Raises:
        Failure: There are hints, which it tells.
    """
    if hints:
        failure = Failure(Kind.INVALID)
        failure.detail = " ".join(hints)
        raise failure


def attachment(
    rows: Iterable[Row], columns: Sequence[str], form: TableFormat, locale: Locale, *name: str
) -> StreamingResponse:
    """Send a table, whatever its size; with the locale ``fr`` a CSV is in French.

    The first row is read now, so that a database that is down is told before the reply begins.
    """
    remaining = iter(rows)
    begun = itertools.chain(list(itertools.islice(remaining, 1)), remaining)
    return StreamingResponse(
        _chunks(lines(begun, columns, form, tables.FRENCH if locale else None)),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{file_name(form, *name)}"'},
    )


def _chunks(written: Iterator[str]) -> Iterator[str]:
    """Put lines together: each piece that is sent costs a change of threads."""
    while chunk := "".join(itertools.islice(written, _BATCH)):
        yield chunk
