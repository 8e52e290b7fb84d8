"""Keep what reviewers decided: one decision per signal, changed only until it is applied.

A decision lives as long as the questions it is about: it goes with them when they are purged or
when their session is deleted. What was applied stands in the files by then, in git.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, true, union, update

from faqbot.corpus.rules import ENTRY_ID
from faqbot.database.interface import Database
from faqbot.database.records import require_aware
from faqbot.database.schema import decisions, drafts, interactions, released_entries, shown_entries
from faqbot.errors import AlreadyDecided
from faqbot.review.signals import SignalKey, Signalled, read_signals
from faqbot.vocabulary import DecisionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedQuestion:
    """A question that a decision is about."""

    key: SignalKey
    wording: str
    """The question as it is to be used: as asked, or as the reviewer corrected it."""
    history: tuple[str, ...] = ()
    """Earlier questions without which it cannot be understood, oldest first."""
    asked_at: datetime | None = None
    """When it was asked; None before it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """What a reviewer decided about one question or several that ask the same thing."""

    id: UUID
    kind: DecisionKind
    content: str
    """JSON; what it holds depends on the kind (`faqbot.review.decisions`)."""
    questions: tuple[DecidedQuestion, ...]
    """At least one; oldest first once stored."""
    reviewer: str
    decided_at: datetime
    applied_at: datetime | None = None
    """When it was written into the corpus or a data set; it cannot be changed from then on."""
    refusal: str | None = None
    """Why it could not be applied the last time, if so."""

    def __post_init__(self) -> None:
        require_aware("decided_at", self.decided_at)


_SHARED = ("kind", "content", "reviewer", "decided_at", "applied_at", "refusal")
"""Columns that all rows of a decision share, called as its fields."""
_ERASED = "the question has been erased meanwhile: nothing is left to decide on"


class DecisionStore:
    """Signals and decisions; every method raises `StoreUnavailable` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self) -> tuple[Signalled, ...]:
        """Read the signals that nobody has decided on, newest first."""
        with self._database.reading() as connection:
            return read_signals(connection)

    def signals(self, keys: Iterable[SignalKey]) -> tuple[Signalled, ...]:
        """Read those signals that (still) exist, decided on or not, newest first."""
        with self._database.reading() as connection:
            return read_signals(connection, {*keys})

    def decisions(self, *, to_apply: bool = False) -> tuple[StoredDecision, ...]:
        """Read decisions in the order in which they were taken.

        Args:
            to_apply: Whether to leave out those that were applied.
        """
        with self._database.reading() as connection:
            return _read(connection, decisions.c.applied_at.is_(None) if to_apply else true())

    def decision(self, decision_id: UUID) -> StoredDecision | None:
        """Read one decision; None when it was changed or withdrawn."""
        with self._database.reading() as connection:
            return next(iter(_read(connection, _of_id(decision_id))), None)

    def decision_on(self, key: SignalKey) -> StoredDecision | None:
        """Read what was decided about a signal; None while nothing was."""
        own = (decisions.c.signal == key.signal) & (decisions.c.entry_id == key.entry_id)
        row = select(decisions.c.decision_id).where(_about([key]), own)
        with self._database.reading() as connection:
            found = connection.execute(row).scalar()
            return None if found is None else next(iter(_read(connection, _of_id(found))), None)

    def known_ids(self) -> frozenset[str]:
        """Read the ids of all entries that feedback, a release or a draft knows."""
        shown = select(shown_entries.c.entry_id).distinct()
        known = union(shown, select(released_entries.c.entry_id), select(drafts.c.entry_id))
        with self._database.reading() as connection:
            found = connection.execute(known).scalars()
            return frozenset(it for it in found if re.fullmatch(ENTRY_ID, it))  # no glossary term

    def decide(self, decision: StoredDecision, *, replaces: UUID | None) -> None:
        """Keep a new decision.

        Args:
            replaces: The id of the decision that it changes, as the reviewer saw it; None for a
                first one.

        Raises:
            AlreadyDecided: One of its questions is decided on already, or gone; or the decision
                to be changed has been changed, withdrawn or applied meanwhile.
        """
        keys = [question.key for question in decision.questions]
        if not keys:
            raise AlreadyDecided(_ERASED)
        with self._database.writing() as connection:
            _hold(connection, {key.interaction_id for key in keys})
            if replaces:
                _take_back(connection, replaces)
            for row in connection.execute(select(decisions).where(_about(keys))):
                if _key(row) in keys:
                    msg = f"{row.reviewer} has decided on it meanwhile ({row.kind}): look again"
                    raise AlreadyDecided(msg)
            connection.execute(insert(decisions), _rows(decision))

    def withdraw(self, decision_id: UUID) -> None:
        """Take a decision back: its questions are in the queue again.

        Args:
            decision_id: As the reviewer saw it; a decision that was changed has another one.

        Raises:
            AlreadyDecided: It has been changed, withdrawn or applied meanwhile.
        """
        with self._database.writing() as connection:
            _take_back(connection, decision_id)

    def mark(self, outcomes: Mapping[UUID, str | None], at: datetime) -> tuple[UUID, ...]:
        """Note what became of decisions.

        Args:
            outcomes: For each decision None if it is applied, or why it is refused.

        Returns:
            Those that have been changed or withdrawn since they were read; they are not marked.
        """
        require_aware("at", at)
        changed = []
        with self._database.writing() as connection:
            for decision_id, refusal in outcomes.items():
                values = {"applied_at": None if refusal else at, "refusal": refusal}
                marked = update(decisions).where(_unchanged(decision_id)).values(values)
                if not connection.execute(marked).rowcount:
                    changed.append(decision_id)
        return tuple(changed)


def _read(connection: Connection, which: ColumnElement[bool]) -> tuple[StoredDecision, ...]:
    statement = (
        select(decisions, interactions.c.asked_at)
        .join(interactions, interactions.c.id == decisions.c.interaction_id)
        .where(which)
        .order_by(decisions.c.decided_at, decisions.c.decision_id)
        .order_by(interactions.c.asked_at, interactions.c.id)
    )
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in connection.execute(statement):
        grouped.setdefault(row.decision_id, []).append(row)
    return tuple(
        StoredDecision(
            id=decision_id,
            questions=tuple(_question(row) for row in rows),
            **{name: getattr(rows[0], name) for name in _SHARED},
        )
        for decision_id, rows in grouped.items()
    )


def _question(row: Row[*tuple[Any, ...]]) -> DecidedQuestion:
    history = tuple(json.loads(row.history))
    return DecidedQuestion(
        key=_key(row), wording=row.wording, history=history, asked_at=row.asked_at
    )


def _rows(decision: StoredDecision) -> list[dict[str, object]]:
    shared = {name: getattr(decision, name) for name in _SHARED}
    return [
        {
            **shared,
            "decision_id": decision.id,
            "interaction_id": question.key.interaction_id,
            "signal": question.key.signal,
            "entry_id": question.key.entry_id,
            "wording": question.wording,
            "history": json.dumps(question.history, ensure_ascii=False),
        }
        for question in decision.questions
    ]


def _take_back(connection: Connection, decision_id: UUID) -> None:
    if not connection.execute(delete(decisions).where(_unchanged(decision_id))).rowcount:
        msg = "the decision has been changed, withdrawn or applied meanwhile: look at it again"
        raise AlreadyDecided(msg)


def _of_id(decision_id: UUID) -> ColumnElement[bool]:
    return decisions.c.decision_id == decision_id


def _unchanged(decision_id: UUID) -> ColumnElement[bool]:
    # A decision that was changed has another id.
    return _of_id(decision_id) & decisions.c.applied_at.is_(None)


def _about(keys: Iterable[SignalKey]) -> ColumnElement[bool]:
    return decisions.c.interaction_id.in_([key.interaction_id for key in keys])


def _key(row: Row[*tuple[Any, ...]]) -> SignalKey:
    return SignalKey(row.interaction_id, row.signal, row.entry_id)


def _hold(connection: Connection, ids: Set[UUID]) -> None:
    """Hold the questions' rows, so that two who decide on them take turns on PostgreSQL too."""
    wanted = select(interactions.c.id).where(interactions.c.id.in_(ids))
    held = connection.execute(wanted.order_by(interactions.c.id).with_for_update()).scalars().all()
    if set(held) != ids:
        raise AlreadyDecided(_ERASED)
