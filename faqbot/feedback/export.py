"""What is kept, as rows to export: all of it, or one person's; no shortened text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select, true, tuple_

from faqbot.database.records import Exchange, Interaction, Verdict
from faqbot.database.schema import choices, interactions, shown_entries, verdicts

Value: TypeAlias = str | int | float | bool | None
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Given: TypeAlias = Literal["verdicts", "choices"]

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
    "tentative",
    "handoff",
)
"""Columns of an exported verdict or choice; what was not given is empty.

``confidence`` is the interaction's, ``score`` a cosine. ``chosen`` says whether the person chose
this entry when several were offered; it is empty when nothing was chosen. ``tentative`` is the
interaction's: whether the entry of rank 1 was shown at once, as likely; so is ``handoff``: whether
the question went to a person by ``mail`` or ``form``.
"""


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


def read_export_batch(
    connection: Connection, given: Given, after: AnyRow | None, size: int
) -> list[AnyRow]:
    """Read some rows of the export, in the order in which they were first given.

    Args:
        given: ``verdicts``, or ``choices`` for those of answers without a verdict.
        after: The last row of the batch before; None for the first batch.

    Returns:
        Rows that `export_row` understands; fewer than ``size`` at the end.
    """
    shown, voted, chosen = shown_entries.c, verdicts.c, choices.c
    judged = (voted.interaction_id == shown.interaction_id) & (voted.entry_id == shown.entry_id)
    wanted: ColumnElement[bool] = true()
    if given == "verdicts":
        moment = voted.created_at
        rows = verdicts.join(shown_entries).join(interactions)
        rows = rows.outerjoin(choices, chosen.interaction_id == shown.interaction_id)
    else:
        moment, wanted = chosen.chosen_at, voted.entry_id.is_(None)
        rows = choices.join(shown_entries).join(interactions).outerjoin(verdicts, judged)
    key = tuple_(moment, shown.interaction_id, shown.entry_id)
    statement = (
        select(
            interactions,
            *(shown.interaction_id, shown.entry_id, shown.rank, shown.score),
            shown.confidence.label("entry_confidence"),
            *(voted.useful, voted.reason, voted.comment, voted.created_at, voted.updated_at),
            (chosen.entry_id == shown.entry_id).label("chosen"),
            chosen.chosen_at,
            moment.label("given_at"),
        )
        .select_from(rows)
        .where(wanted)
        .order_by(*key)
        .limit(size)
    )
    if after is not None:
        statement = statement.where(key > (after.given_at, after.interaction_id, after.entry_id))
    return list(connection.execute(statement))


def export_row(row: AnyRow) -> dict[str, Value]:
    """Turn a row of `read_export_batch` into plain values, in the order of `EXPORT_COLUMNS`."""
    return {column: plain(row._mapping[column]) for column in EXPORT_COLUMNS}
