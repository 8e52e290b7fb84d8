"""Questions that received no answer, or a choice instead of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from faqbot.database.schema import interactions
from faqbot.feedback.filters import InteractionFilter, conditions, hour_of, of_theme, utc_hour
from faqbot.vocabulary import Status


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A wording that was asked, once or more, and not answered."""

    text: str
    count: int
    last_asked: datetime
    hours: tuple[tuple[datetime, int], ...]
    """Start of an hour in UTC and how often it was asked then, in order of time."""


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Wordings that were not answered, the most frequent first."""

    questions: tuple[OpenQuestion, ...]
    wordings: int
    """How many different wordings there are, those beyond the limit included."""
    asked: int
    """How often they were asked, in all."""


def read_open_questions(
    connection: Connection, filters: InteractionFilter, statuses: Sequence[Status], limit: int
) -> OpenQuestions:
    """Read what was asked and not answered, small talk left out.

    Args:
        statuses: ``no_answer``, ``clarify`` or both.

    Returns:
        The wordings; those asked most and, among them, last come first.
    """
    is_open = (
        interactions.c.small_talk.is_(None),
        interactions.c.status.in_(statuses),
        *conditions(filters),
        *of_theme(filters),
    )
    counted = (
        select(
            interactions.c.question,
            func.count().label("asked"),
            func.max(interactions.c.asked_at).label("last_asked"),
        )
        .where(*is_open)
        .group_by(interactions.c.question)
        .subquery()
    )
    wordings, asked = connection.execute(
        select(func.count(), func.coalesce(func.sum(counted.c.asked), 0))
    ).one()
    last = counted.c.last_asked
    kept = (
        select(counted)
        .order_by(counted.c.asked.desc(), last.desc(), counted.c.question)
        .limit(limit)
    )
    rows = connection.execute(kept).all()

    # Not a join: SQLite would look through all interactions once for each wording.
    first = select(kept.subquery().c.question)
    hour = utc_hour(interactions.c.asked_at).label("hour")
    hours: dict[str, list[tuple[datetime, int]]] = {}
    statement = (
        select(interactions.c.question, hour, func.count())
        .where(interactions.c.question.in_(first), *is_open)
        .group_by(interactions.c.question, hour)
        .order_by("hour")
    )
    for text, found, count in connection.execute(statement):
        hours.setdefault(text, []).append((hour_of(found), count))
    return OpenQuestions(
        tuple(
            OpenQuestion(row.question, row.asked, row.last_asked, tuple(hours[row.question]))
            for row in rows
        ),
        wordings,
        int(asked),
    )
