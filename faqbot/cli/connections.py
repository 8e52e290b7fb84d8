"""Connections that cannot be held for ever: what uvicorn leaves open is bounded here.

uvicorn bounds neither how many connections are open, nor how long a request may take to arrive, nor
what follows its head, and how large its head may be only with the slower of its parsers. Of those
tried, hypercorn and granian end what is unfinished, but let nobody in while it is held. nginx in
front does all of it (``deploy/nginx``); this is for those who have none.
"""

from __future__ import annotations

import asyncio
import resource
import time
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

REQUEST_S = 20.0
"""Time in which a request has to arrive as a whole."""
HEAD_BYTES, REQUEST_BYTES = 16 * 1024, 1024 * 1024
"""Largest request line and headers; largest request, far above what the application reads of it."""
PIPELINED = 16
"""Requests that may be sent ahead of the reply to the first."""
_LINGER_S = 2.0
"""How long a client that sends on may read why it was refused."""
_RESERVED = 128
"""Descriptors that are kept for files, databases and the like."""


def most_connections() -> int:
    """Say how many connections may be open at once: what the process's descriptors allow."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(soft, 8192) - _RESERVED)


class Connection(HttpToolsProtocol):
    """One connection of a client. Needs `most_connections` of them at most at the same time."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._most = most_connections()
        self._timer: asyncio.TimerHandle | None = None
        self._since = time.monotonic()
        self._bytes = 0
        """Of the request that is arriving."""
        self._in_head = True
        self._lingers = False
        """Whether the reply is complete, and the request is not."""

    @property
    def waits(self) -> bool:
        """Whether the client is to send something: nothing is lost when it is closed."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the place of the connection that has waited longest, where there is none left."""
        super().connection_made(transport)
        if len(self.connections) > self._most:
            waiting = [it for it in self.connections if isinstance(it, Connection) and it.waits]
            min(waiting, key=lambda it: it._since).transport.abort()
        self._allow(REQUEST_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, as long as there is anything to be read for."""
        self._bytes += len(data)
        super().data_received(data)
        if self._in_head and self._bytes > HEAD_BYTES:
            self._refuse(431)
        elif self._bytes > REQUEST_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to wait for a request."""
        super().on_message_begin()
        if self._timer is None:
            self._allow(REQUEST_S)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes behind a body in the form of one is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin with the request.

        Raises:
            ValueError: Too many came before the first reply; the parser stops.
        """
        self._in_head = False
        super().on_headers_complete()
        if len(self.pipeline) > PIPELINED:
            msg = "too many requests ahead of their replies"
            raise ValueError(msg)

    def on_message_complete(self) -> None:
        """Stop waiting: the request is there."""
        self._stop()
        self._bytes, self._in_head, self._lingers = 0, True, False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Let a client that got its reply before it had sent all read it, and no more."""
        unread = not self.pipeline and self.cycle.more_body
        super().on_response_complete()
        if unread:
            self._lingers = True
            self._allow(_LINGER_S)

    def _allow(self, seconds: float) -> None:
        self._stop()
        self._since = time.monotonic()
        self._timer = self.loop.call_later(seconds, self._too_slow)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _too_slow(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or (cycle.response_complete and not self._lingers):
            self._refuse(408)
        else:  # a reply is under way, or was read as far as it will be
            self.transport.abort()

    def _refuse(self, code: int) -> None:
        if not self.transport.is_closing():
            head = b"connection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(STATUS_LINE[code] + head)
            self.transport.close()
