"""Every question asked, what it showed and what people made of it."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from operator import attrgetter
from typing import Any, Self, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update

from faqbot.database.engines import prepared_database
from faqbot.database.interface import Database
from faqbot.database.records import (
    Exchange,
    Interaction,
    ShownEntry,
    require_aware,
    require_storable,
    storable,
)
from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.errors import UnknownAnswer, UnknownChoice
from faqbot.feedback.exchanges import Turn, read_exchanges, read_questions
from faqbot.feedback.export import (
    AnyRow,
    Given,
    Value,
    export_row,
    read_export_batch,
    session_rows,
)
from faqbot.feedback.rewriting import redact_rows
from faqbot.privacy.redaction import Redactor
from faqbot.vocabulary import Handoff, Reason

_EXPORT_BATCH = 500
_HURRIED_S, _HELD_UP_S = 0.5, 0.02
"""How long an answer waits for another process's write; and after one that waited in vain."""


class FeedbackStore:
    """Interactions, verdicts and choices in a database.

    One store serves all threads of a process, and several processes may use the same database.
    What a method has written is on the disk when it returns: neither ``kill -9`` nor a power cut
    loses it. Every method raises `StoreUnavailable` when the database fails.

    Questions and comments are redacted here and nowhere else, so that no caller can keep personal
    data by mistake.

    Args:
        redactor: What takes personal data out of texts; by default it spares nothing.
    """

    def __init__(self, database: Database, redactor: Redactor | None = None) -> None:
        self.database = database
        self.redactor = redactor or Redactor()
        self._batch = _Batch()
        self._gathering = threading.Lock()
        self._writer = ThreadPoolExecutor(1, "recording")
        self._answer_waits_s = _HURRIED_S

    @classmethod
    def open(cls, url: str, redactor: Redactor | None = None) -> Self:
        """Open a store over a database of its own: close it, or use it as a context manager."""
        return cls(prepared_database(url), redactor)

    def record(self, interaction: Interaction, *, hurried: bool = False) -> str:
        """Keep a new interaction with what it showed, its question redacted; return that question.

        What comes while others are written is written together.

        Args:
            interaction: The interaction.
            hurried: An answer waits for it: it rather fails than wait for another process's write.
        """
        batch, question = self._batched(interaction, hurried=hurried)
        self._writer.submit(self._write)
        batch.kept.result()
        return question

    async def recorded(self, interaction: Interaction) -> str:
        """Do what `record` does, hurried, while others are answered."""
        batch, question = self._batched(interaction, hurried=True)
        if batch.awaited is None:
            batch.awaited = asyncio.wrap_future(batch.kept)
            # What else is asked at this moment goes with it.
            asyncio.get_running_loop().call_soon(self._writer.submit, self._write)
        await asyncio.shield(batch.awaited)  # others wait for it, too
        return question

    def _batched(self, interaction: Interaction, *, hurried: bool) -> tuple[_Batch, str]:
        values, key = _columns(interaction), {"interaction_id": interaction.id}
        values["question"] = question = self.redactor(interaction.question)
        shown = [key | _columns(it) for it in values.pop("shown")]
        with self._gathering:
            batch = self._batch
            batch.interactions.append(values)
            batch.shown += shown
            batch.hurried &= hurried
        return batch, question

    def _write(self) -> None:
        with self._gathering:
            batch, self._batch = self._batch, _Batch()
        if not batch.interactions:  # it was written before
            return
        try:
            wait_s = self._answer_waits_s if batch.hurried else None
            with self.database.writing(wait_s=wait_s) as connection:
                connection.execute(insert(interactions), batch.interactions)
                if batch.shown:
                    connection.execute(insert(shown_entries), batch.shown)
        except BaseException as error:  # whatever it is, nobody is to wait any longer
            self._answer_waits_s = _HELD_UP_S
            batch.kept.set_exception(error)
        else:
            self._answer_waits_s = _HURRIED_S
            batch.kept.set_result(None)

    def vote(
        self,
        interaction_id: UUID,
        entry_id: str,
        *,
        useful: bool,
        reason: Reason | None,
        comment: str | None,
        at: datetime,
    ) -> bool:
        """Keep a verdict on one answer, in place of the earlier one if there is one.

        Args:
            comment: What the person adds; kept redacted.
            at: The time of the vote, aware.

        Returns:
            True when this is the first verdict on that answer, False when it replaced one.

        Raises:
            UnknownAnswer: That interaction did not show that entry as an answer.
        """
        require_aware("at", at)
        require_storable("comment", comment or "")
        comment = self.redactor(comment) if comment else comment
        key = {"interaction_id": interaction_id, "entry_id": entry_id}
        verdict = {"useful": useful, "reason": reason, "comment": comment, "updated_at": at}
        with self.database.writing() as connection:
            # Holding the answer's row makes votes on it take turns in databases whose writers
            # run side by side; SQLite has one writer anyway.
            answer = select(shown_entries.c.role).filter_by(**key, role="answer").with_for_update()
            if not storable(entry_id) or connection.execute(answer).first() is None:
                msg = f"interaction {interaction_id} did not show {entry_id!r} as an answer"
                raise UnknownAnswer(msg)
            replaced = connection.execute(update(verdicts).filter_by(**key).values(verdict))
            if replaced.rowcount:
                return False
            connection.execute(insert(verdicts), key | verdict | {"created_at": at})
            return True

    def choose(self, interaction_id: UUID, entry_id: str, *, at: datetime) -> bool:
        """Keep what a person meant, in place of an earlier choice if there is one.

        Args:
            interaction_id: The interaction that asked what was meant.
            at: The time of the choice, aware.

        Returns:
            True when this is the first choice there, False when it replaced one.

        Raises:
            UnknownChoice: That interaction did not offer that entry to choose from.
        """
        require_aware("at", at)
        key = {"interaction_id": interaction_id}
        choice = {"entry_id": entry_id, "chosen_at": at}
        with self.database.writing() as connection:
            # One row for all choices of an interaction: holding it makes them take turns.
            asked = select(interactions.c.id).filter_by(id=interaction_id, status="clarify")
            shown = select(shown_entries.c.role).filter_by(**key, entry_id=entry_id, role="answer")
            clarifies = connection.execute(asked.with_for_update()).first() is not None
            offers = clarifies and storable(entry_id)
            if not offers or connection.execute(shown).first() is None:
                msg = f"interaction {interaction_id} did not offer {entry_id!r} to choose from"
                raise UnknownChoice(msg)
            replaced = connection.execute(update(choices).filter_by(**key).values(choice))
            if replaced.rowcount:
                return False
            connection.execute(insert(choices), key | choice)
            return True

    def hand_over(self, interaction_id: UUID, how: Handoff) -> bool:
        """Keep how a question went to a person at last; False when there is no such question."""
        this = update(interactions).filter_by(id=interaction_id)
        with self.database.writing() as connection:
            return connection.execute(this.values(handoff=how)).rowcount == 1

    def questions(
        self, session_id: UUID, limit: int | None = None, *, before: Turn | None = None
    ) -> tuple[str, ...]:
        """Read the latest questions of one session, small talk left out, oldest first.

        They are as they were kept; there are none of an unknown session.

        Args:
            limit: How many; None for all.
            before: What was asked then, and later, is left out.
        """
        with self.database.reading() as connection:
            return read_questions(connection, session_id, limit, before)

    def conversation(
        self, session_id: UUID, *, latest: int | None = None, skipped: int = 0
    ) -> tuple[Exchange, ...]:
        """Read what one session asked, oldest first; nothing of an unknown session.

        Args:
            session_id: The session.
            latest: How many of the latest interactions; None for all.
            skipped: How many later ones are left out.
        """
        order = (interactions.c.asked_at.desc(), interactions.c.id.desc())
        asked = select(interactions.c.id).filter_by(session_id=session_id).order_by(*order)
        wanted = interactions.c.id.in_(asked.limit(latest).offset(skipped))
        with self.database.reading() as connection:
            return read_exchanges(connection, wanted)

    def kept(self, session_id: UUID) -> dict[str, Any]:
        """Read all that is kept about one session, as values that JSON can hold."""
        exchanges = self.conversation(session_id)
        return {"session_id": str(session_id), "interactions": session_rows(exchanges)}

    def exchange(self, interaction_id: UUID) -> Exchange | None:
        """Read one interaction with what it received; None when there is none of that id."""
        with self.database.reading() as connection:
            found = read_exchanges(connection, interactions.c.id == interaction_id)
        return found[0] if found else None

    def check(self) -> None:
        """Make sure that the database answers and would take a vote, by writing nothing new."""
        with self.database.writing(wait_s=_HURRIED_S) as connection:
            connection.execute(select(interactions.c.id).limit(1))
            self.database.require_room(connection)

    def export_rows(self) -> Iterator[dict[str, Value]]:
        """Read all verdicts and choices with what they are about, a few at a time.

        No transaction stays open between batches: a slow reader holds nothing up, and the rows
        may be pulled from different threads.

        Yields:
            One row per verdict, then one per choice of an answer without a verdict, with the
            columns `EXPORT_COLUMNS`, each in the order in which they were first given.
        """
        for given in get_args(Given):
            last: AnyRow | None = None
            while True:
                with self.database.reading(patient=True) as connection:
                    batch = read_export_batch(connection, given, last, _EXPORT_BATCH)
                yield from map(export_row, batch)
                if len(batch) < _EXPORT_BATCH:
                    break
                last = batch[-1]

    def purge(self, before: datetime) -> int:
        """Erase interactions asked before that time, with everything attached, from the disk too.

        Returns:
            How many interactions were erased.
        """
        require_aware("before", before)
        return self._erase(interactions.c.asked_at < before)

    def forget(self, session_id: UUID) -> int:
        """Erase one session with everything attached, from the disk too.

        Returns:
            How many interactions were erased; 0 for an unknown session.
        """
        return self._erase(interactions.c.session_id == session_id)

    def redact_stored(self) -> int:
        """Redact what was kept by versions that did not, or with other rules.

        Returns:
            How many texts changed.
        """
        with self.database.erasing() as connection:
            return redact_rows(connection, self.redactor)

    def _erase(self, which: ColumnElement[bool]) -> int:
        with self.database.erasing() as connection:
            return connection.execute(delete(interactions).where(which)).rowcount

    def close(self) -> None:
        """Close the database; closing twice does no harm."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclasses.dataclass(slots=True)
class _Batch:
    """What is written together, and kept or refused together."""

    interactions: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    shown: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    hurried: bool = True
    kept: Future[None] = dataclasses.field(default_factory=Future)
    awaited: asyncio.Future[None] | None = None
    """The same, for the event loop."""


_NAMES = {kind: [it.name for it in dataclasses.fields(kind)] for kind in (Interaction, ShownEntry)}
_VALUES = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def _columns(record: Interaction | ShownEntry) -> dict[str, Any]:
    return dict(zip(_NAMES[type(record)], _VALUES[type(record)](record), strict=True))
