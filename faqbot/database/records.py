"""What the store keeps: interactions, the entries they showed, and what people made of them.

Nothing here identifies a person: no IP address, no cookie, and texts are redacted. A session is a
random number that the browser may forget at any time; it only ties the turns of one conversation
together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from faqbot.corpus.entry import Entry
from faqbot.vocabulary import Handoff, Reason, Role, SmallTalk, Span, Status

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """One entry on the screen."""

    entry_id: str
    rank: int
    """1 for the best."""
    role: Role
    score: float
    """Cosine similarity in [-1, 1], higher is better."""
    confidence: float
    """Calibrated probability in [0, 1] that this entry answers the question."""
    highlights: tuple[Span, ...]
    """Passages of the answer's plain text that were marked; they fit the corpus of that day."""
    asserted: bool
    """Whether it was said to answer. What was kept before messages could ask several things says
    no of all; the first of an interaction that is ``answered`` was asserted nevertheless."""
    text_digest: str | None
    """`Entry.text_digest` of what was shown; None for what earlier versions of faqbot kept."""

    def is_changed(self, entry: Entry) -> bool:
        """Tell whether the entry is known to say something else by now."""
        return self.text_digest not in {None, entry.text_digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One question and what it was answered with.

    Text holds neither NUL nor lone surrogates: the service removes them before it asks, and
    databases refuse them.
    """

    id: UUID
    session_id: UUID
    asked_at: datetime
    """Aware; given back in UTC."""
    question: str
    """As asked; once kept, without the personal data that was recognised in it."""
    status: Status
    confidence: float
    """Calibrated probability in [0, 1] that the first candidate answers the question."""
    corpus_digest: str
    model_id: str
    model_digest: str
    duration_ms: float
    """Time taken to answer."""
    shown: tuple[ShownEntry, ...]
    """Answers, then suggestions, each by rank; an entry stands here once at most."""
    small_talk: SmallTalk | None
    """What it was, when it was no question at all; the status is then ``no_answer``."""
    tentative: bool
    """Whether the answer of rank 1 was shown at once, as likely; the status is ``clarify``."""
    handoff: Handoff | None
    """How it went to a person in the end; None when it did not."""

    def __post_init__(self) -> None:
        require_aware("asked_at", self.asked_at)
        require_storable("question", self.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the person who asked thinks of one answer; the latest word replaces the earlier one."""

    interaction_id: UUID
    entry_id: str
    useful: bool
    reason: Reason | None
    comment: str | None
    created_at: datetime
    """UTC time of the first verdict on this answer."""
    updated_at: datetime
    """UTC time of the verdict that stands."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An interaction with what it received."""

    interaction: Interaction
    verdicts: tuple[Verdict, ...]
    """In the order in which answers were shown."""
    choice: str | None = None
    """The entry that the person chose, when several were offered; the latest choice stands."""
    chosen_at: datetime | None = None
    """UTC time of that choice."""

    @property
    def main_entry(self) -> str | None:
        """The entry that stood as the answer: the one chosen, else the first one asserted."""
        asserted = self.interaction.shown if self.interaction.status == "answered" else ()
        return self.choice or next((shown.entry_id for shown in asserted), None)

    def verdict_on(self, entry_id: str) -> Verdict | None:
        """Find what the person thinks of an answer."""
        return next((given for given in self.verdicts if given.entry_id == entry_id), None)


def require_aware(name: str, moment: datetime) -> None:
    """Refuse a time without an offset, which could only be stored by guessing its zone.

    Raises:
        ValueError: The time is naive.
    """
    if moment.utcoffset() is None:
        msg = f"{name} must carry a time zone, got {moment.isoformat()}"
        raise ValueError(msg)


def storable(text: str) -> bool:
    """Tell whether databases take a text.

    PostgreSQL refuses one that holds NUL; a lone surrogate is no character.
    """
    return _UNSTORABLE.search(text) is None


def require_storable(name: str, text: str) -> None:
    """Refuse a text that is not `storable`.

    Raises:
        ValueError: It holds NUL or a lone surrogate.
    """
    if not storable(text):
        msg = f"{name} must hold neither NUL nor lone surrogates: clean it first"
        raise ValueError(msg)
