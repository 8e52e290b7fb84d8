"""A database with enough in it for every part of the dashboards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import interaction, shown

LONG = "Une question très longue " * 60 + "fin."
MARKUP = '<img src=x onerror=alert(1)> & "guillemets"'
FORMULA = "=HYPERLINK(1)"


def fill(store: FeedbackStore) -> None:
    """Ask for ten days: S05 is judged often, F11 seldom, two subjects have no answer."""
    now = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)
    for age in range(1, 11):
        moment = now - timedelta(days=age)
        asked = interaction(
            question=LONG if age == 1 else f"À quoi sert le proxy, version {age} ?",
            shown=(shown("S05"), shown("F11", 2)),
            asked_at=moment,
            session_id=UUID(int=age),
            corpus_digest="ab" * 32 if age < 6 else "cd" * 32,
        )
        store.record(asked)
        store.vote(
            asked.id,
            "S05",
            useful=age > 3,
            reason=None if age > 3 else "outdated",
            comment={1: MARKUP, 2: FORMULA}.get(age),
            at=moment,
        )
        store.record(
            interaction(
                question=["zzzz ?", "zzzz y ?", "aaaa ?"][age % 3],
                status="no_answer",
                confidence=0.05,
                shown=(shown("S01", 1, "suggestion"),),
                asked_at=moment,
                session_id=UUID(int=age),
            )
        )
        unsure = interaction(
            question="certificat",
            status="clarify",
            tentative=age == 1,
            confidence=0.5,
            shown=(shown("F11"), shown("S01", 2)),
            asked_at=moment,
            session_id=UUID(int=age),
        )
        store.record(unsure)
        store.choose(unsure.id, "S01", at=moment)
    store.vote(unsure.id, "F11", useful=False, reason=None, comment=None, at=now)
    store.record(interaction(asked_at=now, status="no_answer", small_talk="thanks", shown=()))
