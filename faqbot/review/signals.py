"""Signals: the questions that a reviewer should look at, and why."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, get_args
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, false, literal, null, select

from faqbot.database.schema import choices, decisions, interactions, verdicts
from faqbot.vocabulary import Reason, Signal


@dataclass(frozen=True, slots=True, order=True)
class SignalKey:
    """Names a signal."""

    interaction_id: UUID
    signal: Signal
    entry_id: str = ""
    """The entry that was voted on; empty for other signals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalled:
    """A question with what speaks for looking at it."""

    key: SignalKey
    session_id: UUID
    asked_at: datetime
    question: str
    entry_id: str | None
    """The entry that was found not useful, or chosen; None when there was no answer."""
    reason: Reason | None = None
    comment: str | None = None


_Query: TypeAlias = Select[*tuple[Any, ...]]


def read_signals(
    connection: Connection, keys: Set[SignalKey] | None = None
) -> tuple[Signalled, ...]:
    """Read the signals that nobody has decided on, or those named, decided on or not.

    Returns:
        Negative votes, choices among several answers, and questions without an answer (small talk
        aside), newest first.
    """
    wanted = decisions.c.decision_id.is_(None)
    if keys is not None:
        wanted = interactions.c.id.in_({key.interaction_id for key in keys})
    found = (
        _signalled(row, signal)
        for signal, statement in _STATEMENTS.items()
        for row in connection.execute(statement.where(wanted))
    )
    meant = (it for it in found if keys is None or it.key in keys)
    return tuple(sorted(meant, key=lambda it: (it.asked_at, it.key), reverse=True))


def _statement(signal: Signal) -> _Query:
    asked: Any = interactions
    entry, voted, reason, comment = null(), literal(""), null(), null()
    wanted: Any = (interactions.c.status == "no_answer") & interactions.c.small_talk.is_(None)
    if signal == "negative_vote":
        asked = interactions.join(verdicts, verdicts.c.interaction_id == interactions.c.id)
        entry, voted = verdicts.c.entry_id, verdicts.c.entry_id  # type: ignore[assignment]
        reason, comment = verdicts.c.reason, verdicts.c.comment  # type: ignore[assignment]
        wanted = verdicts.c.useful == false()
    elif signal == "choice":
        asked = interactions.join(choices, choices.c.interaction_id == interactions.c.id)
        entry, wanted = choices.c.entry_id, interactions.c.status == "clarify"  # type: ignore[assignment]
    decided = and_(
        decisions.c.interaction_id == interactions.c.id,
        decisions.c.signal == signal,
        decisions.c.entry_id == voted,
    )
    own = (interactions.c.session_id, interactions.c.asked_at, interactions.c.question)
    extra = (entry.label("entry_id"), reason.label("reason"), comment.label("comment"))
    return (
        select(interactions.c.id, voted.label("voted"), *own, *extra)
        .select_from(asked.outerjoin(decisions, decided))
        .where(wanted)
    )


_STATEMENTS: dict[Signal, _Query] = {signal: _statement(signal) for signal in get_args(Signal)}


def _signalled(row: Row[*tuple[Any, ...]], signal: Signal) -> Signalled:
    values = row._asdict()
    return Signalled(key=SignalKey(values.pop("id"), signal, values.pop("voted")), **values)
