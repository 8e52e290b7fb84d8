"""Tables as files to download: whole, and sent while they are read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from fastapi.responses import StreamingResponse

from faqbot.downloads import MEDIA_TYPES, Row, TableFormat, file_name, lines

_BATCH = 1000


def attachment(
    rows: Iterable[Row], columns: Sequence[str], form: TableFormat, *name: str
) -> StreamingResponse:
    """Send a table, whatever its size.

    The first row is read now, so that a database that is down is told before the reply begins.
    """
    remaining = iter(rows)
    begun = itertools.chain(list(itertools.islice(remaining, 1)), remaining)
    return StreamingResponse(
        _chunks(lines(begun, columns, form)),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{file_name(form, *name)}"'},
    )


def _chunks(written: Iterator[str]) -> Iterator[str]:
    """Put lines together: each piece that is sent costs a change of threads."""
    while chunk := "".join(itertools.islice(written, _BATCH)):
        yield chunk
