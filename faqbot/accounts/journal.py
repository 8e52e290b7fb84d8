"""The journal: who did what in the console, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, true, tuple_

from faqbot.database.interface import Database
from faqbot.database.records import require_aware
from faqbot.database.schema import audit_log

COMMAND_LINE = "command line"
"""Who acts when ``faqbot admin`` does; no account can have a name with a blank."""
COLUMNS = ("at", "actor", "action", "target", "details")
"""Of an exported journal."""
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One thing that was done."""

    id: UUID
    at: datetime
    actor: str | None
    """The account; None when nobody was logged in, as at a failed login."""
    action: str
    """What, in dotted words such as ``login`` or ``account.created``."""
    target: str | None
    """To what: an account, an entry, a file."""
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """What to show of the journal; a criterion that is empty or None is left out."""

    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on the table."""
        wanted: ColumnElement[bool] = true()
        if self.actor:
            wanted &= audit_log.c.actor == self.actor
        if self.action:
            wanted &= audit_log.c.action == self.action
        if self.since:
            wanted &= audit_log.c.at >= self.since
        if self.until:
            wanted &= audit_log.c.at < self.until
        return wanted


class Journal:
    """The journal; every method raises `StoreUnavailable` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        actor: str | None,
        action: str,
        target: str | None = None,
        details: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
    ) -> None:
        """Write a line.

        Args:
            details: Anything JSON can hold; never a password.
            at: When; default: now.
        """
        at = at or datetime.now(UTC)
        require_aware("at", at)
        line = {"id": uuid4(), "at": at, "actor": actor, "action": action, "target": target}
        written = json.dumps(details or {}, ensure_ascii=False)
        with self._database.writing() as connection:
            connection.execute(insert(audit_log), line | {"details": written})

    def page(self, which: JournalFilter, *, offset: int, limit: int) -> tuple[JournalEntry, ...]:
        """Read a page, newest first."""
        newest = (audit_log.c.at.desc(), audit_log.c.id.desc())
        wanted = select(audit_log).where(which.condition()).order_by(*newest)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.offset(offset).limit(limit)).all()
        return tuple(_entry(row._asdict()) for row in rows)

    def count(self, which: JournalFilter) -> int:
        """Count lines."""
        counted = select(func.count()).select_from(audit_log).where(which.condition())
        with self._database.reading() as connection:
            return connection.execute(counted).scalar_one()

    def vocabulary(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Read which accounts, then which actions the journal names, in alphabetical order."""
        with self._database.reading() as connection:
            actors, actions = (
                connection.execute(
                    select(column).where(column.is_not(None)).distinct().order_by(column)
                ).scalars()
                for column in (audit_log.c.actor, audit_log.c.action)
            )
            return tuple(actors), tuple(actions)

    def all(self, which: JournalFilter) -> Iterator[JournalEntry]:
        """Read everything, oldest first and a batch at a time."""
        key = tuple_(audit_log.c.at, audit_log.c.id)
        wanted = select(audit_log).where(which.condition()).order_by(*key).limit(_BATCH)
        after: ColumnElement[bool] = true()
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(wanted.where(after)).all()
            yield from (_entry(row._asdict()) for row in rows)
            if len(rows) < _BATCH:
                return
            after = key > (rows[-1].at, rows[-1].id)

    def purge(self, before: datetime) -> None:
        """Erase the lines written before that time, from the disk too: they name people."""
        require_aware("before", before)
        with self._database.erasing() as connection:
            connection.execute(delete(audit_log).where(audit_log.c.at < before))


def as_row(entry: JournalEntry) -> dict[str, Any]:
    """Turn a line into a row to export (`faqbot.downloads`)."""
    return {name: getattr(entry, name) for name in COLUMNS}


def _entry(row: dict[str, Any]) -> JournalEntry:
    return JournalEntry(**row | {"details": json.loads(row["details"])})
