"""Counts over everything that is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, func, select

from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.vocabulary import Reason, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStats:
    """How one entry fares."""

    entry_id: str
    shown: int
    """How often it was an answer."""
    suggested: int
    """How often it was only offered as a next question."""
    useful: int
    not_useful: int
    chosen: int
    """How often a person chose it among several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackStats:
    """How the FAQ fares; verdicts and choices count as they stand, replaced ones not at all."""

    interactions: int
    """Questions, that is all interactions but small talk."""
    by_status: Mapping[Status, int]
    """Questions by status; every status is present."""
    choices: int
    """Questions with status ``clarify`` whose person chose one of the answers offered."""
    small_talk: int
    """Messages that asked the FAQ nothing."""
    useful: int
    not_useful: int
    by_reason: Mapping[Reason, int]
    """Negative verdicts by reason; every reason is present, verdicts without one are left out."""
    entries: tuple[EntryStats, ...]
    """Entries that were shown at least once, by id."""


def compute_stats(connection: Connection) -> FeedbackStats:
    """Count.

    Args:
        connection: The database, in one transaction so that the counts agree with each other.

    Returns:
        The counts.
    """
    asked = _counts(connection, interactions.c.status, interactions.c.small_talk.is_not(None))
    statuses = Counter({status: asked[(status, False)] for status in get_args(Status)})
    chosen = _counts(connection, choices.c.entry_id)
    reasons = _counts(connection, verdicts.c.useful, verdicts.c.reason)
    roles = _counts(connection, shown_entries.c.entry_id, shown_entries.c.role)
    votes = _counts(connection, verdicts.c.entry_id, verdicts.c.useful)
    return FeedbackStats(
        interactions=statuses.total(),
        by_status=dict(statuses),
        choices=chosen.total(),
        small_talk=sum(count for (_, courtesy), count in asked.items() if courtesy),
        useful=sum(count for (useful, _), count in reasons.items() if useful),
        not_useful=sum(count for (useful, _), count in reasons.items() if not useful),
        by_reason={reason: reasons[(False, reason)] for reason in get_args(Reason)},
        entries=tuple(
            EntryStats(
                entry_id=entry_id,
                shown=roles[(entry_id, "answer")],
                suggested=roles[(entry_id, "suggestion")],
                useful=votes[(entry_id, True)],
                not_useful=votes[(entry_id, False)],
                chosen=chosen[(entry_id,)],
            )
            for entry_id in sorted({entry_id for entry_id, _ in roles})
        ),
    )


def _counts(connection: Connection, *columns: ColumnElement[Any]) -> Counter[tuple[Any, ...]]:
    rows = connection.execute(select(*columns, func.count()).group_by(*columns))
    return Counter({tuple(key): count for *key, count in rows})
