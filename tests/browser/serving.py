"""An application served from a thread of the test's own process: no model, no wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from faqbot.api.service import Service
from faqbot.application import create_app
from tests.browser.conftest import PATIENCE_MS


@contextmanager
def served_here(service: Service) -> Iterator[str]:
    """Serve, and give the address."""
    config = uvicorn.Config(create_app(service), port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
