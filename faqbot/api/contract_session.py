"""What the JSON contract, version 1, says of all that is kept about a session."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from faqbot.vocabulary import Reason, Role, SmallTalk, Status


class ShownEntryBody(BaseModel):
    """One entry that a kept question showed."""

    entry_id: str
    rank: int
    role: Role
    score: float
    confidence: float
    highlights: list[tuple[int, int]]


class VerdictBody(BaseModel):
    """One verdict that is kept."""

    interaction_id: UUID
    entry_id: str
    useful: bool
    reason: Reason | None
    comment: str | None
    created_at: datetime
    updated_at: datetime


class InteractionBody(BaseModel):
    """One question that is kept, with everything attached."""

    id: UUID
    session_id: UUID
    asked_at: datetime
    question: Annotated[str, Field(description="As kept: without recognised personal data.")]
    status: Status
    confidence: float
    corpus_digest: str
    model_id: str
    model_digest: str
    duration_ms: float
    small_talk: SmallTalk | None
    shown: list[ShownEntryBody]
    verdicts: list[VerdictBody]
    choice: str | None
    chosen_at: datetime | None


class SessionBody(BaseModel):
    """All that is kept about one session."""

    session_id: UUID
    interactions: list[InteractionBody]
