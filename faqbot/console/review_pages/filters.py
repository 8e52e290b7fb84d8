"""Which part of the review queue a page shows, and the addresses that keep to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from fastapi import Query

from faqbot.console.addresses import address_of, query_of
from faqbot.console.paging import ListQuery
from faqbot.review.items import Item
from faqbot.review.signals import SignalKey
from faqbot.vocabulary import Signal

State: TypeAlias = Literal["todo", "decided", "refused", "applied"]


class QueueFilter(ListQuery):
    """The filter of the queue, as its form sends it, and what has just been done there."""

    state: State = "todo"
    signal: Signal | Literal[""] = ""
    entry: str = ""
    about: str = ""
    """The entry of the vote that is looked at."""
    done: UUID | None = None
    """The decision that was just taken."""
    undone: bool = False
    conflict: bool = False

    def holds(self, signal: Signal, entry_id: str | None, asked_at: datetime | None) -> bool:
        """Tell whether a signal, or a question that was decided on, meets every criterion."""
        return (
            self.signal in {"", signal}
            and self.entry in {"", entry_id}
            and (asked_at is None or self.days.hold(asked_at))
        )

    def narrow(self, items: Iterable[Item]) -> list[Item]:
        """Keep the items one of whose signals is wanted, whole and in order."""
        return [
            item
            for item in items
            if any(self.holds(it.key.signal, it.entry_id, it.asked_at) for it in item.signals)
        ]

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the state was chosen."""
        return bool(self.signal or self.entry or self.days.first or self.days.last)

    def _fields(self, **changes: object) -> dict[str, object]:
        return {
            "state": self.state if self.state != "todo" else None,
            "signal": self.signal,
            "entry": self.entry,
            "since": self.days.first,
            "until": self.days.last,
        } | changes

    def fields(self) -> str:
        """Return this filter as the part of an address behind the question mark."""
        return query_of(self._fields())

    def list_address(self, **changes: object) -> str:
        """Return the address of the list under this filter."""
        return address_of("/admin/review", self._fields(**changes))

    def item_address(self, key: SignalKey) -> str:
        """Return the address of an item, which leads back to this list."""
        path = f"/admin/review/{key.signal}/{key.interaction_id}"
        return address_of(path, self._fields(about=key.entry_id))


QueueFilterDep = Annotated[QueueFilter, Query()]
