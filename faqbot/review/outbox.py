"""What an operator's tool is to be told: each thing once, however many servers look.

All of it is found in the database afterwards, so that no vote and no release waits for it, and
nothing is lost when a server stops. Every method raises `StoreUnavailable` when the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, false, insert, select, update
from sqlalchemy.exc import IntegrityError

from faqbot.database.interface import Database
from faqbot.database.schema import release_switches, releases, verdicts, webhook_events

_VOTES = select(verdicts).where(verdicts.c.useful == false(), verdicts.c.comment.is_not(None))
_SWITCHES = select(release_switches, releases.c.entries).join(releases)


class Event(NamedTuple):
    """One thing that happened."""

    id: str
    """``KIND:SUBJECT``, the same wherever it is found."""
    content: Mapping[str, Any]
    """Values that JSON can hold, and nothing that a person wrote; with the question that its
    ``interaction_id`` names, the event goes."""
    tries: int = 0
    """How often it was taken to be told."""

    @property
    def kind(self) -> str:
        """What sort of thing it is."""
        return self.id.partition(":")[0]


class Outbox:
    """Events in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def happened(self, since: datetime) -> list[Event]:
        """Read what the database tells of a time: negative votes with a comment, and releases."""
        votes = _VOTES.where(verdicts.c.created_at >= since)
        switches = _SWITCHES.where(release_switches.c.at >= since)
        with self._database.reading(patient=True) as connection:
            found = [_vote(row) for row in connection.execute(votes)]
            return found + [_release(row) for row in connection.execute(switches)]

    def keep(self, events: Iterable[Event], at: datetime) -> None:
        """Keep events to be told from some time on; those that were kept before stay as they are.

        Nothing is kept of a question that was erased meanwhile.
        """
        new = {event.id: event for event in events}
        known = select(webhook_events.c.id).where(webhook_events.c.id.in_(new))
        with self._database.reading(patient=True) as connection:
            for event_id in connection.execute(known).scalars():
                del new[event_id]
        for event in new.values():
            about = event.content.get("interaction_id")
            row = {"id": event.id, "content": json.dumps(event.content), "tries": 0, "next_at": at}
            row["interaction_id"] = UUID(about) if about else None
            with self._database.writing() as connection:
                try:
                    connection.execute(insert(webhook_events), row)
                except IntegrityError:
                    continue  # another process was faster, or the question is gone

    def take(self, at: datetime, again_at: datetime) -> Event | None:
        """Take the event that is due longest, if any is; another process then takes it no sooner.

        Args:
            again_at: When it is due again, unless somebody says otherwise until then.
        """
        event = webhook_events.c
        due = select(webhook_events).where(event.next_at <= at).order_by(event.next_at, event.id)
        with self._database.reading() as connection:
            row = connection.execute(due.limit(1)).one_or_none()
        if row is None:
            return None
        taken = Event(row.id, json.loads(row.content), row.tries + 1)
        mine = update(webhook_events).filter_by(id=row.id, tries=row.tries, next_at=row.next_at)
        with self._database.writing() as connection:
            took = connection.execute(mine.values(tries=taken.tries, next_at=again_at)).rowcount
        return taken if took else None

    def put_back(self, event: Event, next_at: datetime | None) -> None:
        """Say when an event is due again; None: never."""
        this = update(webhook_events).filter_by(id=event.id).values(next_at=next_at)
        with self._database.writing() as connection:
            connection.execute(this)


def _vote(row: Row[*tuple[Any, ...]]) -> Event:
    about = {"interaction_id": str(row.interaction_id), "entry_id": row.entry_id}
    told = {"at": row.created_at.isoformat(), **about, "reason": row.reason}
    return Event(":".join(("negative_vote", *about.values())), told)


def _release(row: Row[*tuple[Any, ...]]) -> Event:
    action = "rolled_back" if row.rollback else "published"
    told = {"at": row.at.isoformat(), "action": action, "release": row.digest}
    return Event(f"release:{row.number}", told | {"entries": row.entries})
