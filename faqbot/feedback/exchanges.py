"""Queries that turn rows back into records."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select, true, tuple_

from faqbot.database.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.feedback.export import EXPORT_COLUMNS, Value, plain

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Given: TypeAlias = Literal["verdicts", "choices"]


def read_exchanges(connection: Connection, which: ColumnElement[bool]) -> tuple[Exchange, ...]:
    """Read interactions with everything attached.

    Args:
        connection: In one transaction, so that the parts belong together.
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

    chosen = {
        row.interaction_id: (row.entry_id, row.chosen_at)
        for row in connection.execute(_attached(choices, which))
    }

    turns = select(interactions).where(which).order_by(interactions.c.asked_at, interactions.c.id)
    return tuple(
        Exchange(
            Interaction(**row._asdict(), shown=tuple(shown[row.id])),
            tuple(
                given[row.id][entry.entry_id]
                for entry in shown[row.id]
                if entry.entry_id in given[row.id]
            ),
            *chosen.get(row.id, ()),
        )
        for row in connection.execute(turns)
    )


def _attached(table: Table, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    joined = table.join(interactions, table.c.interaction_id == interactions.c.id)
    return select(table).select_from(joined).where(which)


def read_questions(connection: Connection, session_id: UUID, limit: int) -> tuple[str, ...]:
    """Read the latest questions of one conversation, small talk left out, oldest first."""
    latest = (
        select(interactions.c.question)
        .where(interactions.c.session_id == session_id, interactions.c.small_talk.is_(None))
        .order_by(interactions.c.asked_at.desc(), interactions.c.id.desc())
        .limit(limit)
    )
    return tuple(reversed(connection.execute(latest).scalars().all()))


def read_export_batch(
    connection: Connection, given: Given, after: AnyRow | None, size: int
) -> list[AnyRow]:
    """Read some rows of the export, in the order in which they were first given.

    Args:
        given: ``verdicts``, or ``choices`` for those of answers without a verdict.
        after: The last row of the batch before; None for the first batch.
        size: How many rows at most.

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
