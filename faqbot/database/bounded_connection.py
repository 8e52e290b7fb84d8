"""A PostgreSQL connection that does not wait for ever. Needs the extra ``postgresql``.

The server's own time limits are worth nothing when the server is frozen or cut off: its kernel may
go on acknowledging packets while nobody reads them.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

Result = TypeVar("Result")

_LOOK_EVERY_S = 0.1


class NoReply(psycopg.OperationalError):
    """The server kept silent for too long; the connection is given up."""

    kept_silent = True


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose every exchange with the server has to end in time."""

    reply_within_s: float | None = None
    """Longest wait for a reply, in seconds; None waits."""

    def wait(
        self,
        gen: Generator[Any, Any, Result],
        interval: float = _LOOK_EVERY_S,
        timeout: float | None = None,
    ) -> Result:
        """Run one exchange with the server.

        Raises:
            NoReply: The server kept silent.
        """
        more = {} if timeout is None else {"timeout": timeout}  # unknown to older versions
        limited = gen if self.reply_within_s is None else self._limited(gen, self.reply_within_s)
        return super().wait(limited, interval, **more)

    def _limited(
        self, gen: Generator[Any, Any, Result], seconds: float
    ) -> Generator[Any, Any, Result]:
        deadline = time.monotonic() + seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    gen.close()
                    self.close()
                    msg = f"no reply within {seconds:g} s"
                    raise NoReply(msg)
                wanted = gen.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result
