"""How much was asked, hour by hour, and what became of it; counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select

from faqbot.database.schema import choices, interactions, verdicts
from faqbot.feedback.filters import (
    InteractionFilter,
    conditions,
    confidence_bin,
    entry_is_meant,
    hour_of,
    of_theme,
    utc_hour,
)
from faqbot.vocabulary import Reason, Status


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """Messages of one hour that are alike."""

    hour: datetime
    """Start of the hour, in UTC."""
    status: Status
    small_talk: bool
    confidence_bin: int
    """0 to `filters.BINS` - 1."""
    count: int
    tentative: bool = False
    """Whether the first answer of a choice was shown at once, as likely."""
    handed_over: bool = False
    """Whether they went to a person."""


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many there are of one hour."""

    hour: datetime
    count: int


@dataclass(frozen=True, slots=True)
class VoteCount:
    """Verdicts that are alike, by the hour of the question they are about."""

    hour: datetime
    useful: bool
    reason: Reason | None
    count: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything that happened to some interactions, counted."""

    questions: tuple[QuestionCount, ...]
    sessions: tuple[HourCount, ...]
    """By the hour of their first question."""
    votes: tuple[VoteCount, ...]
    abandoned: tuple[HourCount, ...]
    """Questions that were asked back, without a likely answer, and after which nothing came: no
    choice, no verdict, no other message, and nobody was asked for."""


@dataclass(frozen=True, slots=True)
class CorpusVersion:
    """A version of the corpus that questions were answered from."""

    digest: str
    questions: int
    first: datetime
    last: datetime


def read_activity(connection: Connection, filters: InteractionFilter) -> Activity:
    """Count questions, sessions and verdicts by hour.

    Args:
        filters: With a theme: questions whose first entry belongs to it, and verdicts on its
            entries.

    Returns:
        The counts, in order of time.
    """
    return Activity(
        _questions(connection, filters),
        _sessions(connection, filters),
        _votes(connection, filters),
        _abandoned(connection, filters),
    )


def _questions(connection: Connection, filters: InteractionFilter) -> tuple[QuestionCount, ...]:
    keys = (
        utc_hour(interactions.c.asked_at).label("hour"),
        interactions.c.status,
        interactions.c.small_talk.is_not(None).label("small_talk"),
        confidence_bin().label("bin"),
        interactions.c.tentative,
        interactions.c.handoff.is_not(None).label("handed_over"),
    )
    statement = (
        select(*keys, func.count())
        .where(*conditions(filters), *of_theme(filters))
        .group_by(*keys)
        .order_by("hour")
    )
    return tuple(
        QuestionCount(hour_of(hour), status, bool(courtesy), place, count, tentative, bool(handed))
        for hour, status, courtesy, place, tentative, handed, count in connection.execute(statement)
    )


def _sessions(connection: Connection, filters: InteractionFilter) -> tuple[HourCount, ...]:
    first = (
        select(func.min(interactions.c.asked_at).label("asked_at"))
        .where(interactions.c.small_talk.is_(None), *conditions(filters), *of_theme(filters))
        .group_by(interactions.c.session_id)
    )
    return _by_hour(connection, first)


def _abandoned(connection: Connection, filters: InteractionFilter) -> tuple[HourCount, ...]:
    later = interactions.alias()
    after = (later.c.session_id == interactions.c.session_id) & (
        later.c.asked_at > interactions.c.asked_at
    )
    asked_back = select(interactions.c.asked_at).where(
        interactions.c.status == "clarify",
        *(interactions.c.tentative.is_(False), interactions.c.handoff.is_(None)),
        ~exists(select(1).where(choices.c.interaction_id == interactions.c.id)),
        ~exists(select(1).where(verdicts.c.interaction_id == interactions.c.id)),
        ~exists(select(1).where(after)),
        *(*conditions(filters), *of_theme(filters)),
    )
    return _by_hour(connection, asked_back)


def _by_hour(connection: Connection, rows: Select[*tuple[Any, ...]]) -> tuple[HourCount, ...]:
    hour = utc_hour(rows.subquery().c.asked_at).label("hour")
    statement = select(hour, func.count()).group_by(hour).order_by("hour")
    return tuple(HourCount(hour_of(it), count) for it, count in connection.execute(statement))


def _votes(connection: Connection, filters: InteractionFilter) -> tuple[VoteCount, ...]:
    keys = (
        utc_hour(interactions.c.asked_at).label("hour"),
        verdicts.c.useful,
        verdicts.c.reason,
    )
    statement = (
        select(*keys, func.count())
        .select_from(verdicts)
        .join(interactions, verdicts.c.interaction_id == interactions.c.id)
        .where(*conditions(filters), *entry_is_meant(filters, verdicts.c.entry_id))
        .group_by(*keys)
        .order_by("hour", verdicts.c.useful, verdicts.c.reason)
    )
    return tuple(
        VoteCount(hour_of(hour), useful, reason, count)
        for hour, useful, reason, count in connection.execute(statement)
    )


def read_corpus_versions(connection: Connection) -> tuple[CorpusVersion, ...]:
    """List the versions of the corpus that answered questions, the one used last first."""
    last = func.max(interactions.c.asked_at).label("last")
    statement = (
        select(
            interactions.c.corpus_digest,
            func.count(),
            func.min(interactions.c.asked_at),
            last,
        )
        .where(interactions.c.small_talk.is_(None))
        .group_by(interactions.c.corpus_digest)
        .order_by(last.desc(), interactions.c.corpus_digest)
    )
    return tuple(CorpusVersion(*row) for row in connection.execute(statement))
