"""Drafts: one at most for each entry, kept until it is published or discarded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from faqbot.corpus.entry import Entry
from faqbot.database.interface import Database
from faqbot.database.schema import drafts
from faqbot.errors import DraftConflict

_ENTRY: TypeAdapter[Entry | None] = TypeAdapter(Entry | None)


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
    """The accounts that saved it, the first one first; none of them may publish it."""
    updated_at: datetime

    @cached_property
    def digest(self) -> str:
        """Changes with all that whoever publishes it has read (hexadecimal)."""
        content = (self.entry_id, self.reason, mark_of(self.base), mark_of(self.entry))
        return hashlib.sha256(repr(content).encode("utf-8")).hexdigest()[:16]


def mark_of(entry: Entry | None) -> str:
    """Name a state of an entry, so that two can be compared; empty when there is none."""
    return hashlib.sha256(_ENTRY.dump_json(entry)).hexdigest()[:16] if entry else ""


class DraftStore:
    """The drafts; every method raises `StoreUnavailable` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[EntryDraft, ...]:
        """Read all drafts, those that were saved last first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(drafts).order_by(drafts.c.updated_at.desc())).all()
        return tuple(map(_draft, rows))

    def find(self, entry_id: str) -> EntryDraft | None:
        """Read the draft of an entry; None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(drafts).filter_by(entry_id=entry_id)).one_or_none()
        return _draft(row) if row else None

    def save(self, draft: EntryDraft, *, replaces: str | None) -> None:
        """Keep a draft.

        Args:
            replaces: The digest of the draft that was edited; None when there was none.

        Raises:
            DraftConflict: Somebody else has saved or discarded one meanwhile.
        """
        values = {
            "digest": draft.digest,
            "base": _ENTRY.dump_json(draft.base).decode(),
            "entry": _ENTRY.dump_json(draft.entry).decode(),
            "reason": draft.reason,
            "authors": " ".join(draft.authors),  # no account has a name with a blank
            "updated_at": draft.updated_at,
        }
        with self._database.writing() as connection:
            if replaces:
                edited = update(drafts).filter_by(entry_id=draft.entry_id, digest=replaces)
                kept = connection.execute(edited.values(values)).rowcount
            else:
                try:
                    values["entry_id"] = draft.entry_id
                    kept = connection.execute(insert(drafts), values).rowcount
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


def _draft(row: Row[*tuple[object, ...]]) -> EntryDraft:
    values = row._asdict()
    return EntryDraft(
        entry_id=values["entry_id"],
        base=_ENTRY.validate_json(values["base"]),
        entry=_ENTRY.validate_json(values["entry"]),
        reason=values["reason"],
        authors=tuple(values["authors"].split()),
        updated_at=values["updated_at"].astimezone(UTC),
    )
