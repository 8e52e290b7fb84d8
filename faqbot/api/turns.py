"""What takes threads takes turns: what cannot be done soon is refused at once.

Threads and database connections are what questions are answered with, verdicts and the like wait in
them while another process writes, and health and pages need some, too. So each kind waits for its
turn before it takes one, and only as many as get it within a second or two.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import Semaphore, move_on_after
from fastapi import Request

from faqbot.api.failures import Failure, Kind

WAITING = 32
"""How many may wait; questions at some 15 ms each do half a second."""
WAIT_S = 1.5


class Turns:
    """Turns of one kind in one process.

    Args:
        at_once: How many may be taken at the same time.
        refusal: What a client is told that gets none.
    """

    def __init__(self, at_once: int, refusal: Kind) -> None:
        self._refusal = refusal
        self._free = Semaphore(at_once)
        self._most = at_once + WAITING
        self._present = 0

    @asynccontextmanager
    async def taken(self, request: Request) -> AsyncIterator[None]:
        """Wait for a turn and keep it, unless nobody waits for the request any more.

        Raises:
            Failure: Too many wait already, or it took too long.
        """
        if self._present >= self._most:
            raise Failure(self._refusal)
        self._present += 1
        try:
            with move_on_after(WAIT_S) as waiting:
                await self._free.acquire()
            if waiting.cancelled_caught:
                raise Failure(self._refusal)
            try:
                if await request.is_disconnected():
                    raise Failure(Kind.BUSY)  # nobody reads it
                yield
            finally:
                self._free.release()
        finally:
            self._present -= 1
