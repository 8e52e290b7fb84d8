"""A server that is told to stop waits for those it answers, and not for those who stall."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from faqbot.cli import serving
from faqbot.settings import Settings

HALF = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def test_an_answer_under_way_is_given_and_half_a_body_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "_STOP_S", 1)
    begun = threading.Semaphore(0)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        begun.release()
        if scope["method"] == "POST":
            await receive()
            await receive()
        while not server.should_exit:
            await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answer"})

    options = serving.server_options(Settings()) | {"lifespan": "off"}
    server = uvicorn.Server(uvicorn.Config(application, **options))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        address = listening.getsockname()
        with (
            socket.create_connection(address, timeout=30) as stalling,
            socket.create_connection(address, timeout=30) as asking,
        ):
            stalling.sendall(HALF)
            asking.sendall(WHOLE)
            assert begun.acquire(timeout=30)
            assert begun.acquire(timeout=30)
            server.should_exit = True
            received = b""
            with suppress(ConnectionResetError):
                while part := asking.recv(4096):
                    received += part
            assert received.startswith(b"HTTP/1.1 200")
            assert b"answer" in received
            thread.join(10)  # far below the time in which a request has to arrive
            assert not thread.is_alive()
