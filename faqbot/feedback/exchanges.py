"""Queries that turn rows back into records."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, select, tuple_

from faqbot.database.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.database.schema import choices, interactions, shown_entries, verdicts

HISTORY = 5
"""Most earlier questions that a follow-up is understood with."""

Turn: TypeAlias = tuple[datetime, UUID]
"""When a question was asked, and its id."""


def read_exchanges(connection: Connection, which: ColumnElement[bool]) -> tuple[Exchange, ...]:
    """Read interactions with everything attached, oldest first, in one transaction."""
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


def read_questions(
    connection: Connection, session_id: UUID, limit: int | None, before: Turn | None
) -> tuple[str, ...]:
    """Read the latest questions of one conversation, small talk left out, oldest first."""
    turn = (interactions.c.asked_at, interactions.c.id)
    latest = (
        select(interactions.c.question)
        .where(interactions.c.session_id == session_id, interactions.c.small_talk.is_(None))
        .order_by(*(column.desc() for column in turn))
        .limit(limit)
    )
    if before is not None:
        latest = latest.where(tuple_(*turn) < before)
    return tuple(reversed(connection.execute(latest).scalars().all()))
