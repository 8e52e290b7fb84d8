"""Small real records to store."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from faqbot.analytics.activity import Figures, total_of
from faqbot.database.records import Interaction, ShownEntry
from faqbot.feedback.activity import read_activity
from faqbot.feedback.entries import EntryActivity, read_entries
from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from faqbot.vocabulary import Role, Span

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SESSION = UUID("00000000-0000-4000-8000-000000000001")


def shown(
    entry_id: str, rank: int = 1, role: Role = "answer", highlights: tuple[Span, ...] = ()
) -> ShownEntry:
    """Show an entry; the worse its rank, the lower its score."""
    return ShownEntry(
        entry_id=entry_id,
        rank=rank,
        role=role,
        score=0.95 - rank / 100,
        confidence=0.8 / rank,
        highlights=highlights,
        asserted=False,
        text_digest=None,
    )


def interaction(**changes: Any) -> Interaction:
    """Make an interaction that showed the answers S01 and S02 and suggested F11."""
    usual = Interaction(
        id=uuid4(),
        session_id=SESSION,
        asked_at=NOON,
        question="Où trouver le REM ?",
        status="answered",
        confidence=0.8,
        corpus_digest="c" * 64,
        model_id="intfloat/multilingual-e5-small",
        model_digest="e" * 64,
        duration_ms=12.5,
        shown=(shown("S01"), shown("S02", 2), shown("F11", 3, "suggestion")),
        small_talk=None,
        tentative=False,
        handoff=None,
    )
    return dataclasses.replace(usual, **changes)


def figures(store: FeedbackStore) -> Figures:
    """Count all that a store holds."""
    with store.database.reading() as connection:
        return total_of(read_activity(connection, InteractionFilter()))


def fared(store: FeedbackStore) -> tuple[EntryActivity, ...]:
    """Count what happened to each entry that a store knows of."""
    with store.database.reading() as connection:
        return read_entries(connection, InteractionFilter())
