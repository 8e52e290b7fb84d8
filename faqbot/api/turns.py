"""Questions take turns: what cannot be answered soon is refused at once.

Threads are what answers are computed in, and votes, health and pages need some, too. So questions
wait for their turn before they take one, and only as many as are answered within a second or two.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import Semaphore

from faqbot.api.failures import Failure, Kind

WAITING = 32
"""Questions that may wait; at some 15 ms each that is half a second."""


class Turns:
    """Turns of one process."""

    def __init__(self, at_once: int | None = None) -> None:
        at_once = at_once or 2 * len(os.sched_getaffinity(0))
        self._free = Semaphore(at_once)
        self._most = at_once + WAITING
        self._present = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn and keep it.

        Raises:
            Failure: Too many wait already.
        """
        if self._present >= self._most:
            raise Failure(Kind.BUSY)
        self._present += 1
        try:
            async with self._free:
                yield
        finally:
            self._present -= 1
