"""Tell an operator's tool what happened: signed, without a word of what people wrote.

Each worker looks every half minute; what one has found or tells, the others leave alone. What
cannot be delivered is tried again, by any worker, for some two days. A stop of the server loses
nothing: what was not told yet is in the database. Should a worker die between a delivery and the
note of it, the event comes once more, under the same id.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.datastructures import State

from faqbot.api.service import Service
from faqbot.api.signed_post import post
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.console.review_pages.filters import QueueFilter
from faqbot.errors import NotDelivered, StoreUnavailable
from faqbot.review.outbox import Event, Outbox
from faqbot.review.signals import SignalKey
from faqbot.vocabulary import Signal

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=7)
"""What is older when it is found is not told any more."""
GROUP = 5
"""Fewest questions of that time that make a group worth telling of."""
TRIES = 10
"""An event that was not taken so often is given up, after some 54 hours."""
_EVERY_S = 30.0
_END_S = 15.0
"""Longest time that the end of the service waits for a delivery in progress."""
_DAY = timedelta(days=1)
"""Between two looks of a worker for groups, which take seconds of a processor."""


@contextmanager
def telling(app: FastAPI, *, every_s: float = _EVERY_S) -> Iterator[None]:
    """Tell what happens while the context is open; nothing, when the settings name no tool.

    Args:
        every_s: Time between two looks, in seconds.
    """
    settings = app.state.services.service.settings
    if settings.webhook_url is None or settings.webhook_secret is None:
        yield
        return
    courier = _Courier(app.state, settings.webhook_url, settings.webhook_secret, every_s)
    courier.start()
    try:
        yield
    finally:
        courier.stop()


class _Courier(threading.Thread):
    def __init__(self, state: State, url: str, secret: SecretStr, every_s: float) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._state, self._url, self._secret = state, url, secret
        self._every_s = every_s
        self._outbox = Outbox(self._service.database)
        self._groups_at = datetime.now(UTC)
        self._stopping = threading.Event()

    @property
    def _service(self) -> Service:
        service: Service = self._state.services.service  # a changed corpus replaces it
        return service

    def stop(self) -> None:
        self._stopping.set()
        self.join(_END_S)

    def run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self._look()
                while self._deliver() and not self._stopping.is_set():
                    pass
            except StoreUnavailable as error:
                log.warning("webhooks_postponed", reason=str(error))
            except Exception:  # whatever it is, the next look may succeed; it holds no question
                log.exception("webhooks_failed")

    def _look(self) -> None:
        now, service = datetime.now(UTC), self._service
        digest = service.corpus.digest[:12]
        amiss = [
            Event(f"notice:{it.code}:{digest}", {"at": now.isoformat(), "code": it.code})
            for it in service.warnings
        ]
        self._outbox.keep([*self._outbox.happened(now - LOOK_BACK), *amiss], now)
        if hasattr(self._state, "console") and now >= self._groups_at:
            self._find_groups(now)

    def _deliver(self) -> bool:
        """Tell one event; return whether another may follow at once."""
        now = datetime.now(UTC)
        event = self._outbox.take(now, now + _pause(1))
        if event is None:
            return False
        service, reason = self._service, None
        told = {"id": event.id, "event": event.kind, "faq": service.corpus.title, **event.content}
        link = (service.settings.public_url or "") + self._page_of(event)
        try:
            post(self._url, self._secret, told | {"link": link})
        except NotDelivered as error:
            reason = str(error)
        next_at = now + _pause(event.tries) if reason and event.tries < TRIES else None
        self._outbox.put_back(event, next_at)
        outcome = "failed" if next_at else "given_up" if reason else "delivered"
        service.metrics.told(event.kind, outcome)
        write = {"delivered": log.info, "failed": log.warning, "given_up": log.error}[outcome]
        write(f"webhook_{outcome}", id=event.id, tries=event.tries, reason=reason)
        return reason is None  # a tool that is down is not asked for everything that waits

    def _find_groups(self, now: datetime) -> None:
        queue, found = ReviewDesk(self._service, self._state.console.grouping).queue(), []
        for item in queue.items:
            recent = [it for it in item.signals if it.asked_at >= now - LOOK_BACK]
            if item.signal == "unanswered" and len(recent) >= GROUP:
                # The oldest one stays in it while it grows.
                about = str(item.signals[-1].key.interaction_id)
                told = {"at": item.first.asked_at.isoformat(), "interaction_id": about}
                more = {"count": len(recent), "nearest": item.nearest}
                found.append(Event(f"unanswered:{about}", told | more))
        if queue.grouped:  # else they are ready soon: the next look asks again
            self._outbox.keep(found, now)
            self._groups_at = now + _DAY

    def _page_of(self, event: Event) -> str:
        if about := event.content.get("interaction_id"):
            voted = event.content.get("entry_id", "")
            key = SignalKey(UUID(about), cast("Signal", event.kind), voted)
            return QueueFilter().item_address(key)
        editing = self._service.settings.editing == "on"
        return "/admin/releases" if event.kind == "release" and editing else "/admin"


def _pause(tries: int) -> timedelta:
    return min(timedelta(minutes=4 ** (tries - 1)), timedelta(hours=12))
