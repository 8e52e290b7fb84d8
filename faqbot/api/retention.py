"""Erase what is older than the settings allow, as long as the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import structlog

from faqbot.accounts.journal import Journal
from faqbot.api.service import Service
from faqbot.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_DAY_S = 24 * 3600.0
_RETRY_S = 600.0
"""How long a database that failed is left alone."""


@asynccontextmanager
async def purging(
    service: Service, *, every_s: float = _DAY_S, retry_s: float = _RETRY_S
) -> AsyncIterator[None]:
    """Purge now and once a day, in the background, while the context is open.

    Each worker does it; the second one finds nothing left.

    Args:
        service: Its stores are purged as its settings say; nothing happens when they say ``off``.
        every_s: Time between two purges, in seconds.
        retry_s: Time until a failed purge is tried again, in seconds.
    """
    days = service.settings.retention_days
    if days is None:
        yield
        return
    task = asyncio.create_task(_purge_for_ever(service, timedelta(days=days), every_s, retry_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _purge_for_ever(service: Service, age: timedelta, every_s: float, retry_s: float) -> None:
    while True:
        try:
            # In a thread: a database that is busy must not hold the requests up.
            erased = await asyncio.to_thread(_purge, service, datetime.now(UTC) - age)
        except StoreUnavailable as error:
            log.error("purge_failed", reason=str(error), retry_s=retry_s)
            await asyncio.sleep(retry_s)
        else:
            log.info("purged", interactions=erased, retention_days=age.days)
            await asyncio.sleep(every_s)


def _purge(service: Service, before: datetime) -> int:
    Journal(service.database).purge(before)
    return service.store.purge(before)
