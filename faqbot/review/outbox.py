"""What an operator's tool is to be told: each thing once, however many servers look.

All of it is found in the database afterwards, so that no vote and no release waits for it, and
nothing is lost when a server stops. Every method raises `StoreUnavailable` when the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, false, insert, select, update
from sqlalchemy.exc import IntegrityError

from faqbot.database.interface import Database
from faqbot.database.schema import release_switches, releases, verdicts, webhook_events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    kind: str
    subject: str
    """What it happened to: names the event among those of its kind."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """Values that JSON can hold, and nothing that a person wrote."""
    interaction_id: UUID | None = None
    """The question it is about, with which it goes."""
    tries: int = 0
    """How often it was taken to be told."""

    @property
    def id(self) -> str:
        """Its name, the same wherever it is found."""
        return f"{self.kind}:{self.subject}"


class Outbox:
    """Events in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def happened(self, since: datetime) -> list[Event]:
        """Read what the database tells of a time: negative votes with a comment, and releases."""
        voted, switched = verdicts.c, release_switches.c
        votes = select(voted.interaction_id, voted.entry_id, voted.reason, voted.created_at).where(
            voted.created_at >= since, voted.useful == false(), voted.comment.is_not(None)
        )
        switches = (
            select(*release_switches.c, releases.c.entries)
            .join(releases, releases.c.digest == switched.digest)
            .where(switched.at >= since)
        )
        with self._database.reading(patient=True) as connection:
            return [
                *map(_vote, connection.execute(votes)),
                *map(_release, connection.execute(switches)),
            ]

    def keep(self, events: Iterable[Event], at: datetime) -> None:
        """Keep events to be told from some time on; those that were kept before stay as they are.

        Nothing is kept of a question that was erased meanwhile.
        """
        new = {event.id: event for event in events}
        known = select(webhook_events.c.id).where(webhook_events.c.id.in_(new))
        with self._database.reading(patient=True) as connection:
            for event_id in connection.execute(known).scalars():
                del new[event_id]
        for event_id, event in new.items():
            values = {
                "id": event_id,
                "interaction_id": event.interaction_id,
                "content": json.dumps(event.content),
                "tries": 0,
                "next_at": at,
            }
            with self._database.writing() as connection:
                try:
                    connection.execute(insert(webhook_events), values)
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
        mine = update(webhook_events).filter_by(id=row.id, tries=row.tries, next_at=row.next_at)
        with self._database.writing() as connection:
            if not connection.execute(mine.values(tries=row.tries + 1, next_at=again_at)).rowcount:
                return None
        kind, _, subject = row.id.partition(":")
        return Event(
            kind=kind,
            subject=subject,
            content=json.loads(row.content),
            interaction_id=row.interaction_id,
            tries=row.tries + 1,
        )

    def put_back(self, event: Event, next_at: datetime | None) -> None:
        """Say when an event is due again; None: never."""
        this = update(webhook_events).filter_by(id=event.id).values(next_at=next_at)
        with self._database.writing() as connection:
            connection.execute(this)

    def told_of(self, kind: str) -> set[UUID]:
        """Read which questions events of a kind are about, told or to be told."""
        query = select(webhook_events.c.interaction_id).where(
            webhook_events.c.id.startswith(f"{kind}:"),
            webhook_events.c.interaction_id.is_not(None),
        )
        with self._database.reading(patient=True) as connection:
            return set(connection.execute(query).scalars())


def _vote(row: Row[*tuple[Any, ...]]) -> Event:
    about = {"interaction_id": str(row.interaction_id), "entry_id": row.entry_id}
    return Event(
        kind="negative_vote",
        subject=":".join(about.values()),
        content={"at": row.created_at.isoformat(), **about, "reason": row.reason},
        interaction_id=row.interaction_id,
    )


def _release(row: Row[*tuple[Any, ...]]) -> Event:
    action = "rolled_back" if row.rollback else "published"
    told = {"action": action, "release": row.digest, "entries": row.entries}
    return Event(
        kind="release",
        subject=str(row.number),
        content={"at": row.at.isoformat(), **told},
    )
