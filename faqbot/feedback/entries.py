"""The life of entries: how often each was shown, chosen and judged, and after which questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select, tuple_

from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.feedback.filters import InteractionFilter, conditions, entry_is_meant
from faqbot.vocabulary import Handoff, Reason, Status

Place: TypeAlias = tuple[datetime, UUID, str]
"""Where a list goes on: the time, the interaction and the entry of the last row read."""
_PLACE = (interactions.c.asked_at, interactions.c.id, shown_entries.c.entry_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryActivity:
    """How one entry fared."""

    entry_id: str
    shown: int
    """How often it was an answer."""
    first: int
    """How often it was the first answer."""
    suggested: int
    """How often it was only offered as a next question."""
    chosen: int
    """How often a person chose it among several."""
    useful: int
    not_useful: int
    reasons: Mapping[Reason | None, int]
    """Negative verdicts by reason; None for those without."""
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuestion:
    """A question that an entry was shown for."""

    asked_at: datetime
    interaction_id: UUID
    entry_id: str
    question: str
    status: Status
    rank: int
    confidence: float
    """Calibrated probability in [0, 1] that this entry answers the question."""
    chosen: bool
    useful: bool | None
    """None without a verdict."""
    reason: Reason | None
    comment: str | None
    tentative: bool
    """Whether it was the first of a choice and shown at once, as likely."""
    handoff: Handoff | None
    """How the question went to a person; None when it did not."""

    @property
    def place(self) -> Place:
        """Where the list goes on after this row."""
        return self.asked_at, self.interaction_id, self.entry_id


def read_entries(connection: Connection, filters: InteractionFilter) -> tuple[EntryActivity, ...]:
    """Count what happened to each entry; with a theme, to its entries only.

    Returns:
        Entries that were shown, suggested or judged at least once, by id.
    """
    shown = _counts(
        connection,
        filters,
        (shown_entries.c.entry_id, shown_entries.c.role, (shown_entries.c.rank == 1).label("f")),
        shown_entries,
    )
    judged = _counts(
        connection,
        filters,
        (verdicts.c.entry_id, verdicts.c.useful, verdicts.c.reason),
        verdicts,
    )
    comments = _counts(
        connection, filters, (verdicts.c.entry_id,), verdicts, verdicts.c.comment.is_not(None)
    )
    chosen = _counts(connection, filters, (choices.c.entry_id,), choices)

    found: dict[str, Counter[object]] = {}
    reasons: dict[str, Counter[Reason | None]] = {}
    for (entry_id, role, is_first), count in shown.items():
        tally = found.setdefault(entry_id, Counter())
        tally[role] += count
        tally["first"] += count if is_first and role == "answer" else 0
    for (entry_id, useful, reason), count in judged.items():
        found.setdefault(entry_id, Counter())[bool(useful)] += count
        if not useful:
            reasons.setdefault(entry_id, Counter())[reason] += count
    return tuple(
        EntryActivity(
            entry_id=entry_id,
            shown=tally["answer"],
            first=tally["first"],
            suggested=tally["suggestion"],
            chosen=chosen[(entry_id,)],
            useful=tally[True],
            not_useful=tally[False],
            reasons=dict(reasons.get(entry_id, {})),
            comments=comments[(entry_id,)],
        )
        for entry_id, tally in sorted(found.items())
    )


def _counts(
    connection: Connection,
    filters: InteractionFilter,
    keys: tuple[ColumnElement[Any], ...],
    table: FromClause,
    *extra: ColumnElement[bool],
) -> Counter[tuple[Any, ...]]:
    statement = (
        select(*keys, func.count())
        .select_from(table)
        .where(*entry_is_meant(filters, table.c.entry_id), *extra)
        .group_by(*keys)
    )
    # Joining costs more than counting: without a filter on interactions there is no need to.
    if which := conditions(filters):
        statement = statement.join(interactions, table.c.interaction_id == interactions.c.id).where(
            *which
        )
    return Counter({tuple(key): count for *key, count in connection.execute(statement)})


def count_entry_questions(
    connection: Connection, filters: InteractionFilter, *, only_comments: bool = False
) -> int:
    """Count the rows that `read_entry_questions` would give in all."""
    rows = _entry_questions(filters, only_comments=only_comments).order_by(None).subquery()
    return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def read_entry_questions(
    connection: Connection,
    filters: InteractionFilter,
    *,
    only_comments: bool = False,
    limit: int,
    offset: int = 0,
    after: Place | None = None,
) -> tuple[EntryQuestion, ...]:
    """Read questions with the entries they were answered with, latest first.

    Args:
        only_comments: Leave out those without a verdict that has a comment.
        offset: How many rows to pass over, for a numbered page.
        after: Goes on after this row instead, which costs the same however far it is.
    """
    statement = _entry_questions(filters, only_comments=only_comments).limit(limit).offset(offset)
    if after is not None:
        # The first condition says nothing new, but lets the database begin at the right time.
        statement = statement.where(interactions.c.asked_at <= after[0], tuple_(*_PLACE) < after)
    return tuple(
        EntryQuestion(
            **{**row._asdict(), "chosen": bool(row.chosen), "tentative": bool(row.tentative)}
        )
        for row in connection.execute(statement)
    )


def _entry_questions(
    filters: InteractionFilter, *, only_comments: bool
) -> Select[*tuple[Any, ...]]:
    shown, voted = shown_entries.c, verdicts.c
    judged = (voted.interaction_id == shown.interaction_id) & (voted.entry_id == shown.entry_id)
    statement = (
        select(
            interactions.c.asked_at,
            interactions.c.id.label("interaction_id"),
            shown.entry_id,
            interactions.c.question,
            interactions.c.status,
            shown.rank,
            shown.confidence,
            func.coalesce(choices.c.entry_id == shown.entry_id, False).label("chosen"),
            voted.useful,
            voted.reason,
            voted.comment,
            (interactions.c.tentative & (shown.rank == 1)).label("tentative"),
            interactions.c.handoff,
        )
        .select_from(shown_entries)
        .join(interactions, shown.interaction_id == interactions.c.id)
        .outerjoin(verdicts, judged)
        .outerjoin(choices, choices.c.interaction_id == shown.interaction_id)
        .where(
            shown.role == "answer",
            *conditions(filters),
            *entry_is_meant(filters, shown.entry_id),
        )
        .order_by(*(column.desc() for column in _PLACE))
    )
    return statement.where(voted.comment.is_not(None)) if only_comments else statement
