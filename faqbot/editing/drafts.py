"""Drafts: one at most for each entry, kept until it is published or discarded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import TypeAdapter
from sqlalchemy import Insert, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from faqbot.corpus.entry import Entry
from faqbot.corpus.writing import render_entry
from faqbot.database.interface import Database
from faqbot.database.schema import drafts
from faqbot.errors import DraftConflict


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """What shall become of one entry."""

    entry_id: str
    base: Entry | None
    """The entry as it was served when this was last saved; None for a new one."""
    entry: Entry | None
    """The entry as it shall be; None to retire it."""
    reason: str
    authors: tuple[str, ...]
    """The accounts that saved it, the last one last; none of them may publish it."""
    updated_at: datetime

    @cached_property
    def content(self) -> str:
        """All of it, as JSON."""
        return _DRAFT.dump_json(self).decode()

    @property
    def digest(self) -> str:
        """Changes each time it is saved (hexadecimal)."""
        return _digest(self.content)


_DRAFT = TypeAdapter(EntryDraft)


def mark_of(entry: Entry | None) -> str:
    """Name a state of an entry, so that two can be compared; empty when there is none."""
    return _digest(render_entry(entry)) if entry else ""


class DraftStore:
    """The drafts; every method raises `StoreUnavailable` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[EntryDraft]:
        """Read all drafts, those that were saved last first."""
        with self._database.reading() as connection:
            found = connection.execute(select(drafts.c.content)).scalars()
            read = [_DRAFT.validate_json(content) for content in found]
        return sorted(read, key=lambda draft: draft.updated_at, reverse=True)

    def find(self, entry_id: str) -> EntryDraft | None:
        """Read the draft of an entry; None when there is none."""
        named = select(drafts.c.content).filter_by(entry_id=entry_id)
        with self._database.reading() as connection:
            content = connection.execute(named).scalar()
        return _DRAFT.validate_json(content) if content else None

    def save(self, draft: EntryDraft, *, replaces: str | None) -> None:
        """Keep a draft.

        Args:
            replaces: The digest of the draft that was edited; None when there was none.

        Raises:
            DraftConflict: Somebody else has saved or discarded one meanwhile.
        """
        named = {"entry_id": draft.entry_id}
        values = {"digest": draft.digest, "content": draft.content}
        statement: Insert | Update = insert(drafts).values(named | values)
        if replaces:
            statement = update(drafts).filter_by(**named, digest=replaces).values(values)
        with self._database.writing() as connection:
            try:
                kept = connection.execute(statement).rowcount
            except IntegrityError:
                kept = 0
            if not kept:
                raise DraftConflict(draft.entry_id)

    def discard(self, draft: EntryDraft) -> None:
        """Erase a draft.

        Raises:
            DraftConflict: It is not there any more as it was read.
        """
        with self._database.writing() as connection:
            named = delete(drafts).filter_by(entry_id=draft.entry_id, digest=draft.digest)
            if not connection.execute(named).rowcount:
                raise DraftConflict(draft.entry_id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
