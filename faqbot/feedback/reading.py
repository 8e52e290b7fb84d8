"""Queries that turn rows back into records."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select, tuple_

from faqbot.feedback.export import EXPORT_COLUMNS, Value
from faqbot.feedback.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.feedback.schema import interactions, shown_entries, verdicts

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def read_exchanges(connection: Connection, which: ColumnElement[bool]) -> tuple[Exchange, ...]:
    """Read interactions with everything attached.

    Args:
        connection: The database, in one transaction so that the parts belong together.
        which: A condition on ``interactions``.

    Returns:
        The exchanges, oldest first.
    """
    shown: defaultdict[UUID, list[ShownEntry]] = defaultdict(list)
    # "answer" sorts before "suggestion", as on the screen.
    order = (shown_entries.c.role, shown_entries.c.rank, shown_entries.c.entry_id)
    for row in connection.execute(_attached(shown_entries, which).order_by(*order)):
        values = row._asdict()
        shown[values.pop("interaction_id")].append(ShownEntry(**values))

    given: defaultdict[UUID, dict[str, Verdict]] = defaultdict(dict)
    for row in connection.execute(_attached(verdicts, which)):
        given[row.interaction_id][row.entry_id] = Verdict(**row._asdict())

    turns = select(interactions).where(which).order_by(interactions.c.asked_at, interactions.c.id)
    return tuple(
        Exchange(
            Interaction(**row._asdict(), shown=tuple(shown[row.id])),
            tuple(
                given[row.id][entry.entry_id]
                for entry in shown[row.id]
                if entry.entry_id in given[row.id]
            ),
        )
        for row in connection.execute(turns)
    )


def _attached(table: Table, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    joined = table.join(interactions, table.c.interaction_id == interactions.c.id)
    return select(table).select_from(joined).where(which)


def read_export_batch(connection: Connection, after: AnyRow | None, size: int) -> list[AnyRow]:
    """Read some verdicts for the export, in the order in which they were first given.

    Args:
        connection: The database.
        after: The last row of the batch before; None for the first batch.
        size: How many rows at most.

    Returns:
        Rows that `export_row` understands; fewer than ``size`` at the end.
    """
    key = tuple_(verdicts.c.created_at, verdicts.c.interaction_id, verdicts.c.entry_id)
    statement = (
        select(
            interactions,
            verdicts,
            shown_entries.c.rank,
            shown_entries.c.score,
            shown_entries.c.confidence.label("entry_confidence"),
        )
        .select_from(verdicts.join(shown_entries).join(interactions))
        .order_by(*key)
        .limit(size)
    )
    if after is not None:
        statement = statement.where(key > (after.created_at, after.interaction_id, after.entry_id))
    return list(connection.execute(statement))


def export_row(row: AnyRow) -> dict[str, Value]:
    """Turn a row of `read_export_batch` into plain values.

    Args:
        row: The row.

    Returns:
        The values by column, in the order of `EXPORT_COLUMNS`; times in ISO 8601 with offset.
    """
    return {column: _plain(row._mapping[column]) for column in EXPORT_COLUMNS}


def _plain(value: Value | datetime | UUID) -> Value:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
