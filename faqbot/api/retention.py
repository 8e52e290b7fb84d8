"""Erase what is older than the settings allow, as long as the server runs.

A clock that is wrong must not cost what people wrote. So nothing is erased in the first hour, nor
in the first week of a server by whose clock everything there was is too old, and never more at once
than a month's records: whoever reads the log has time to set the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import structlog

from faqbot.accounts.journal import Journal
from faqbot.api.service import Service
from faqbot.database.schema import audit_log, interactions
from faqbot.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_DAY_S = 24 * 3600.0
"""Time between two purges."""
_RETRY_S = 600.0
"""How long a database that failed is left alone."""
_FIRST_S = 3600.0
"""Time until the first purge."""
_DOUBTFUL_S = 7 * _DAY_S
"""Time until the first purge, if all there is would be too old."""
_STEP = timedelta(days=31)
"""A purge stops so long after the oldest record."""


@asynccontextmanager
async def purging(service: Service) -> AsyncIterator[None]:
    """Purge an hour from now and once a day, in the background, while the context is open.

    Each worker does it; the second one finds nothing left.

    Args:
        service: Its stores are purged as its settings say; nothing happens when they say ``off``.
    """
    days = service.settings.retention_days
    if days is None:
        yield
        return
    task = asyncio.create_task(_purge_for_ever(service, timedelta(days=days)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _purge_for_ever(service: Service, age: timedelta) -> None:
    step, wait_s = _look, _FIRST_S
    while True:
        try:
            # In a thread: a database that is busy must not hold the requests up.
            sure = await asyncio.to_thread(step, service, age)
        except StoreUnavailable as error:
            log.error("purge_failed", reason=str(error), retry_s=_RETRY_S)
            await asyncio.sleep(_RETRY_S)
        else:
            await asyncio.sleep(wait_s if sure else _DOUBTFUL_S)
            step, wait_s = _purge, _DAY_S


def _look(service: Service, age: timedelta) -> bool:
    """Tell whether something that was there before this server is young enough to be kept."""
    newest = max((newest for _, newest in _kept(service)), default=None)
    if newest is None or newest >= datetime.now(UTC) - age:
        return True
    advice = "check the clock; if it is right: faqbot feedback purge"
    log.error("purge_postponed", newest=newest.isoformat(), wait_s=_DOUBTFUL_S, advice=advice)
    return False


def _purge(service: Service, age: timedelta) -> bool:
    wanted = datetime.now(UTC) - age
    before = min([wanted, *(oldest + _STEP for oldest, _ in _kept(service))])
    Journal(service.database).purge(before)
    erased = service.store.purge(before)
    log.info("purged", interactions=erased, retention_days=age.days, before=before.isoformat())
    if before < wanted:
        log.warning("purge_bounded", before=before.isoformat(), wanted=wanted.isoformat())
    return True


def _kept(service: Service) -> list[tuple[datetime, datetime]]:
    """Find the times of the oldest and the newest question, and line of the journal."""
    spans = map(service.database.span, (interactions.c.asked_at, audit_log.c.at))
    return [span for span in spans if span]
