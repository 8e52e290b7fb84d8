"""Small signals and decisions to store."""

from __future__ import annotations

from uuid import uuid4

from faqbot.feedback.store import FeedbackStore
from faqbot.review.decisions import Decision, encode, kind_of
from faqbot.review.signals import SignalKey
from faqbot.review.store import DecidedQuestion, StoredDecision
from tests.samples_of_use import MINUTE, NOON, interaction


def voted_down(
    store: FeedbackStore, question: str = "Où trouver le REM ?", entry_id: str = "S01"
) -> SignalKey:
    """Record a question whose answer S01 was found outdated."""
    asked = interaction(question=question)
    store.record(asked)
    store.vote(
        asked.id, entry_id, useful=False, reason="outdated", comment="C’est périmé.", at=NOON
    )
    return SignalKey(asked.id, "negative_vote", entry_id)


def unanswered(
    store: FeedbackStore, question: str = "Quel temps fera-t-il ?", minutes: int = 0
) -> SignalKey:
    """Record a question that got no answer."""
    asked_at = NOON + minutes * MINUTE
    asked = interaction(question=question, status="no_answer", shown=(), asked_at=asked_at)
    store.record(asked)
    return SignalKey(asked.id, "unanswered")


def chosen(store: FeedbackStore, question: str = "certificat", entry_id: str = "S02") -> SignalKey:
    """Record a question that was asked back, and what was meant."""
    asked = interaction(question=question, status="clarify")
    store.record(asked)
    store.choose(asked.id, entry_id, at=NOON)
    return SignalKey(asked.id, "choice")


def decided(
    decision: Decision, *questions: tuple[SignalKey, str], history: tuple[str, ...] = ()
) -> StoredDecision:
    """Decide on signals, each with its wording."""
    return StoredDecision(
        id=uuid4(),
        kind=kind_of(decision),
        content=encode(decision),
        questions=tuple(
            DecidedQuestion(key=key, wording=wording, history=history) for key, wording in questions
        ),
        reviewer="marie",
        decided_at=NOON + MINUTE,
    )
