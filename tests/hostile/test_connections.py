"""Clients that hold a connection, never finish a head or a body, or send without end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn

from faqbot.cli import connections
from faqbot.cli.connections import Connection

Connect = Callable[[], socket.socket]
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HALF_BODY = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Say how many headers there are; below /read once the body is there."""
    more = scope["path"] == "/read"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message["more_body"]
    length = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": b"%02d" % len(scope["headers"])})


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Serve a handful of clients, each for a moment."""
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    monkeypatch.setattr(connections, "REQUEST_S", 0.5)
    monkeypatch.setattr(connections, "_LINGER_S", 0.5)
    config = uvicorn.Config(application, http=Connection, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as clients:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield lambda: clients.enter_context(
            socket.create_connection(listening.getsockname(), timeout=10)
        )
        server.should_exit = True
        thread.join(10)


def reply(client: socket.socket) -> bytes:
    """Read until the server hangs up."""
    received = b""
    try:
        while part := client.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def test_who_holds_connections_keeps_nobody_out(connect: Connect) -> None:
    held = [connect() for _ in range(30)]
    client = connect()
    client.sendall(WHOLE)
    assert reply(client).startswith(b"HTTP/1.1 200")
    assert reply(held[0]) == b""


@pytest.mark.parametrize(
    ("sent", "answer"),
    [(b"", b"408"), (b"GET / HTTP/1.1\r\nHost:", b"408"), (HALF_BODY, b"")],
    ids=["nothing", "half a head", "half a body"],
)
def test_a_request_arrives_in_time_or_not_at_all(
    connect: Connect, sent: bytes, answer: bytes
) -> None:
    client = connect()
    client.sendall(sent)
    assert answer in reply(client)[:12]


@pytest.mark.parametrize(
    "endless", [b"a: b\r\n", b"x" * 100], ids=["many headers", "one long header"]
)
def test_a_head_without_end_is_refused(connect: Connect, endless: bytes) -> None:
    client = connect()
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nlong: ")
    with pytest.raises(OSError, match=r"reset|pipe|abort"):  # noqa: PT012 - it is the sending that fails
        while True:
            client.sendall(endless * 100)
            time.sleep(0.001)


def test_what_follows_a_reply_is_not_read_for_ever(connect: Connect) -> None:
    client = connect()
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
    assert client.recv(12) == b"HTTP/1.1 200"
    with pytest.raises(OSError, match=r"reset|pipe|abort"):  # noqa: PT012 - it is the sending that fails
        while True:
            client.sendall(b"x" * 65536)


def test_a_body_that_comes_behind_its_reply_leaves_the_connection_in_use(connect: Connect) -> None:
    client = connect()
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n")
    assert client.recv(4096).startswith(b"HTTP/1.1 200")
    client.sendall(b"body" + WHOLE)
    assert reply(client).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("number", "answered"), [(10, 10), (5000, 0)])
def test_few_requests_are_taken_ahead_of_their_replies(
    connect: Connect, number: int, answered: int
) -> None:
    client = connect()
    client.sendall(WHOLE.replace(b"Connection: close\r\n", b"") * (number - 1) + WHOLE)
    assert reply(client).count(b"HTTP/1.1 200") == answered


CHUNKED = (
    b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def test_what_follows_a_body_is_no_header(connect: Connect) -> None:
    client = connect()
    client.sendall(CHUNKED + b"0\r\nHost: other\r\n\r\n")
    assert reply(client).endswith(b"\r\n\r\n03")


def test_what_follows_a_body_ends(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_S", 60)
    client = connect()
    client.sendall(CHUNKED + b"0\r\n")
    with pytest.raises(OSError, match=r"reset|pipe|abort"):  # noqa: PT012 - it is the sending that fails
        for _ in range(500):
            client.sendall(b"a: b\r\n" * 10_000)
