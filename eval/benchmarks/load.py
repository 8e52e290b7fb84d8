"""A load client that is cheap beside what it asks: one asyncio protocol, parsed in C.

Each connection asks, waits for the reply and asks again. What the client itself takes is part of
every result: where it is busy all the time, it measured itself.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httptools
import uvloop

PATH = "/api/v1/chat"


@dataclass(slots=True)
class Load:
    """What came back."""

    latencies_ms: list[float] = field(default_factory=list)
    """From sending a question to the end of its reply."""
    failed: int = 0
    """Replies without status 200; they count among the latencies."""
    reply_bytes: int = 0
    """Of all bodies."""
    seconds: float = 0.0
    client_cpu_s: float = 0.0


class _Connection(asyncio.Protocol):
    def __init__(
        self, requests: Iterator[bytes], deadline: float, found: Load, done: asyncio.Future[None]
    ) -> None:
        self._requests, self._deadline, self._found, self._done = requests, deadline, found, done
        self._parser = httptools.HttpResponseParser(self)
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._found.reply_bytes += len(body)

    def on_message_complete(self) -> None:
        self._found.latencies_ms.append((time.perf_counter() - self._asked_at) * 1000)
        self._found.failed += self._parser.get_status_code() != 200
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(error or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        request = next(self._requests, None) if self._asked_at < self._deadline else None
        if request:
            self._transport.write(request)  # type: ignore[attr-defined]
        else:
            self._done.set_result(None)
            self._transport.close()


def ask(port: int, questions: Iterable[str], *, at_once: int, seconds: float = math.inf) -> Load:
    """Ask until the questions or the seconds are used up; what was asked by then is waited for.

    Raises:
        ConnectionError: The server refused, or hung up.
    """
    return uvloop.run(_ask(port, map(_request, questions), at_once, seconds))


async def _ask(port: int, requests: Iterator[bytes], at_once: int, seconds: float) -> Load:
    loop, found = asyncio.get_running_loop(), Load()
    waiting = [loop.create_future() for _ in range(at_once)]
    started, cpu = time.perf_counter(), time.process_time()
    for done in waiting:
        asking = _Connection(requests, started + seconds, found, done)
        await loop.create_connection(lambda asking=asking: asking, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*waiting)
    found.seconds, found.client_cpu_s = time.perf_counter() - started, time.process_time() - cpu
    return found


def _request(question: str) -> bytes:
    return post(PATH, {"question": question})


def post(path: str, body: dict[str, object]) -> bytes:
    """Write a request with a body in JSON."""
    text = json.dumps(body, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text
