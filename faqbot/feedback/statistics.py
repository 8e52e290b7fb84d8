"""Counts over everything that is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Column, Connection, func, select

from faqbot.feedback.records import Reason, Status
from faqbot.feedback.schema import interactions, shown_entries, verdicts


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackStats:
    """How the FAQ fares; verdicts are counted as they stand, replaced ones not at all."""

    interactions: int
    by_status: Mapping[Status, int]
    """Interactions by status; every status is present."""
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
    statuses = _counts(connection, interactions.c.status)
    reasons = _counts(connection, verdicts.c.useful, verdicts.c.reason)
    roles = _counts(connection, shown_entries.c.entry_id, shown_entries.c.role)
    votes = _counts(connection, verdicts.c.entry_id, verdicts.c.useful)
    return FeedbackStats(
        interactions=statuses.total(),
        by_status={status: statuses[(status,)] for status in get_args(Status)},
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
            )
            for entry_id in sorted({entry_id for entry_id, _ in roles})
        ),
    )


def _counts(connection: Connection, *columns: Column[Any]) -> Counter[tuple[Any, ...]]:
    rows = connection.execute(select(*columns, func.count()).group_by(*columns))
    return Counter({tuple(key): count for *key, count in rows})
