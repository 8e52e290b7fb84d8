"""The tables, in types and constraints that SQLite and PostgreSQL share.

A change here needs a new file in ``migrations/versions/``; a test compares the two.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    false,
)

from faqbot.errors import StoreUnavailable
from faqbot.vocabulary import (
    AccountRole,
    DecisionKind,
    Handoff,
    Reason,
    Role,
    Signal,
    SmallTalk,
    Span,
    Status,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC.

    SQLite stores no offset: without this, times would come back naive, and a time given in
    another zone would silently shift.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_SPANS: TypeAdapter[tuple[Span, ...]] = TypeAdapter(
    tuple[Span, ...], config=ConfigDict(strict=True)
)


class Spans(TypeDecorator[tuple[Span, ...]]):
    """Passages of a text, as a JSON list of ``[start, end]``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Span, ...] | None, dialect: Dialect) -> str:
        """Write them down."""
        return json.dumps(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Span, ...]:
        """Read them back, and refuse anything else."""
        with suppress(ValidationError):
            spans = _SPANS.validate_json(value or "")
            bounds = [0, *chain.from_iterable(spans)]
            if bounds == sorted(bounds) and all(start < end for start, end in spans):
                return spans
        msg = (
            f"the database holds {value!r} where a list of [start, end] belongs: restore it "
            "from a backup, or set that row's highlights to []"
        )
        raise StoreUnavailable(msg)


def _one_of(column: str, vocabulary: object) -> CheckConstraint:
    # A check rather than a native enumeration: PostgreSQL cannot remove a value from an
    # enumeration, so a later vocabulary would be harder to migrate.
    values = ", ".join(f"'{value}'" for value in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({values})", name=column)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

interactions = Table(
    "interactions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("question", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("corpus_digest", String, nullable=False),
    Column("model_id", String, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("duration_ms", Double, nullable=False),
    Column("small_talk", String),
    Column("tentative", Boolean, nullable=False, server_default=false()),
    Column("handoff", String),
    _one_of("status", Status),
    _one_of("small_talk", SmallTalk),  # a check lets NULL through: most questions are questions
    _one_of("handoff", Handoff),  # NULL: it went to nobody
    Index(None, "session_id", "asked_at"),  # one conversation in order
    Index(None, "asked_at"),  # a period; what is to be purged
)

shown_entries = Table(
    "shown_entries",
    metadata,
    Column(
        "interaction_id",
        Uuid,
        ForeignKey(interactions.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("entry_id", String, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("score", Double, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("highlights", Spans, nullable=False, server_default="[]"),
    Column("text_digest", String),
    Column("asserted", Boolean, nullable=False, server_default=false()),
    _one_of("role", Role),
    CheckConstraint("rank >= 1", name="rank"),
    Index(None, "entry_id"),  # the life of one entry
)

# The primary key is the rule "one verdict per person and answer": an interaction belongs to one
# session, so the pair names the person and the answer.
verdicts = Table(
    "verdicts",
    metadata,
    Column("interaction_id", Uuid, primary_key=True),
    Column("entry_id", String, primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("reason", String),
    Column("comment", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["interaction_id", "entry_id"],
        [shown_entries.c.interaction_id, shown_entries.c.entry_id],
        ondelete="CASCADE",
    ),
    _one_of("reason", Reason),  # a check lets NULL through: a verdict needs no reason
    Index(None, "created_at", "interaction_id", "entry_id"),  # the order of the export
)

# The primary key is the rule "one choice per clarification": a later one replaces it.
choices = Table(
    "choices",
    metadata,
    Column("interaction_id", Uuid, primary_key=True),
    Column("entry_id", String, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["interaction_id", "entry_id"],
        [shown_entries.c.interaction_id, shown_entries.c.entry_id],
        ondelete="CASCADE",
    ),
    Index(None, "chosen_at", "interaction_id"),  # the order of the export
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("password_hash", String),  # NULL: enters through the OpenID provider only
    Column("subject", String, unique=True),  # who it is at the OpenID provider
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_login_at", UtcDateTime),
    Column("temporary", Boolean, nullable=False, server_default=false()),  # the password
    _one_of("role", AccountRole),
)

# A session dies with its account. Only a hash of its token is kept: whoever reads the database
# cannot enter with what stands there.
console_sessions = Table(
    "console_sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("account", String, ForeignKey(accounts.c.name, ondelete="CASCADE"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "account"),
)

# No foreign key: the log outlives the accounts it names.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String),
    Column("action", String, nullable=False),
    Column("target", String),
    Column("details", Text, nullable=False, server_default="{}"),
    Index(None, "at", "id"),  # newest first
)

# One row for each signal that a reviewer decided on. The primary key is the rule "one decision per
# signal". A decision on several questions has a row for each, in the same words: every row then
# goes with the question it is about, and no text outlives it.
decisions = Table(
    "decisions",
    metadata,
    Column(
        "interaction_id",
        Uuid,
        ForeignKey(interactions.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("signal", String, primary_key=True),
    Column("entry_id", String, primary_key=True),  # of the vote; empty for other signals
    Column("decision_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("history", Text, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("applied_at", UtcDateTime),
    Column("refusal", Text),
    _one_of("signal", Signal),
    _one_of("kind", DecisionKind),
    Index(None, "decision_id"),
    Index(None, "decided_at", "decision_id"),  # what was decided, in order
)

# Counted for all servers together. Name and address are keyed hashes: whoever reads the database
# learns neither.
login_tries = Table(
    "login_tries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("name_hash", String, nullable=False),
    Column("address_hash", String, nullable=False),
    Index(None, "at"),  # what still counts
)

# Named after the SHA-256 of their content, and never changed.
releases = Table(
    "releases",
    metadata,
    Column("digest", String, primary_key=True),
    Column("format", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("author", String),
    Column("note", Text),
    Column("corpus_digest", String, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# The last row says which release is current. Numbered rather than timed: clocks may differ.
release_switches = Table(
    "release_switches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String, ForeignKey(releases.c.digest), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rollback", Boolean, nullable=False),
)

# Every entry that a release ever held: its id is given to no other one.
released_entries = Table("released_entries", metadata, Column("entry_id", String, primary_key=True))

# One draft an entry: whoever comes second is told. No foreign key, as for the log.
drafts = Table(
    "drafts",
    metadata,
    Column("entry_id", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("content", Text, nullable=False),
)

# What happened once is told once: its id is made of what happened, whoever finds it first keeps it.
# It goes with the question it is about.
webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", String, primary_key=True),
    Column("interaction_id", Uuid, ForeignKey(interactions.c.id, ondelete="CASCADE")),
    Column("content", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime),  # NULL: delivered, or given up
    Index(None, "interaction_id"),
    Index(None, "next_at"),
)
