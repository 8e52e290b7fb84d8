"""Counts over everything that is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sqlalchemy import Connection, func, select

from faqbot.database.schema import interactions
from faqbot.feedback.entries import EntryActivity, read_entries
from faqbot.feedback.filters import InteractionFilter
from faqbot.vocabulary import Reason, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackStats:
    """How the FAQ fares; verdicts and choices count as they stand, replaced ones not at all."""

    interactions: int
    """Questions, that is all interactions but small talk."""
    by_status: Mapping[Status, int]
    """Questions by status; every status is present."""
    tentative: int = 0
    """Questions with status ``clarify`` whose first answer was shown at once, as likely."""
    choices: int
    """Questions with status ``clarify`` whose person chose one of the answers offered."""
    small_talk: int
    """Messages that asked the FAQ nothing."""
    useful: int
    not_useful: int
    by_reason: Mapping[Reason, int]
    """Negative verdicts by reason; every reason is present, verdicts without one are left out."""
    entries: tuple[EntryActivity, ...]
    """Entries that were shown at least once, by id."""


def compute_stats(connection: Connection) -> FeedbackStats:
    """Count, in one transaction so that the counts agree with each other."""
    keys = (
        interactions.c.status,
        interactions.c.small_talk.is_not(None),
        interactions.c.tentative,
    )
    rows = connection.execute(select(*keys, func.count()).group_by(*keys)).all()
    asked = [(status, likely, count) for status, courtesy, likely, count in rows if not courtesy]
    fared = read_entries(connection, InteractionFilter())
    reasons = sum((Counter(entry.reasons) for entry in fared), Counter[Reason | None]())
    return FeedbackStats(
        interactions=sum(count for *_, count in asked),
        by_status={
            status: sum(count for found, _, count in asked if found == status)
            for status in get_args(Status)
        },
        tentative=sum(count for _, likely, count in asked if likely),
        choices=sum(entry.chosen for entry in fared),
        small_talk=sum(count for _, courtesy, _, count in rows if courtesy),
        useful=sum(entry.useful for entry in fared),
        not_useful=sum(entry.not_useful for entry in fared),
        by_reason={reason: reasons[reason] for reason in get_args(Reason)},
        entries=fared,
    )
