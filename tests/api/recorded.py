"""Interactions put straight into the database, whatever the retrieval would make of a question."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from faqbot.assistant import Assistant
from faqbot.database.records import Interaction
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import interaction, shown

OFFERED = ("F55", "F53", "F52")


def clarification(store: FeedbackStore, assistant: Assistant, **changes: Any) -> Interaction:
    """Record that three answers were offered to choose from, and two questions suggested."""
    usual = {
        "session_id": uuid4(),
        "asked_at": datetime.now(UTC),
        "question": "mon certificat",
        "status": "clarify",
        "corpus_digest": assistant.corpus.digest,
        "shown": (
            *(shown(entry_id, rank) for rank, entry_id in enumerate(OFFERED, start=1)),
            *(shown(entry_id, 4, "suggestion") for entry_id in ("F51", "F56")),
        ),
    }
    asked = interaction(**{**usual, **changes})
    store.record(asked)
    return asked
