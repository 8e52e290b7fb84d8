"""An operator's own tool: takes what is posted to it, as it is told to."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

SECRET = "a shared secret of thirty-two characters or more"  # noqa: S105


@dataclass
class Tool:
    """What an operator's own tool got, and how it answers."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    slow: bool = False
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]

    def check_signatures(self) -> None:
        """Check what came as the documentation tells who receives it."""
        for _, headers, raw in self.got:
            signed = f"{headers['X-Faqbot-Timestamp']}.".encode() + raw
            expected = hmac.new(SECRET.encode(), signed, "sha256").hexdigest()
            assert hmac.compare_digest(headers["X-Faqbot-Signature"], expected)
            assert abs(time.time() - int(headers["X-Faqbot-Timestamp"])) < 60


@contextmanager
def support_tool() -> Iterator[Tool]:
    """Run one."""
    tool = Tool()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            tool.got.append((self.path, dict(self.headers), body))
            if tool.slow:
                time.sleep(1)
            self.send_response(tool.status)
            for name, value in tool.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    tool.url = f"http://127.0.0.1:{server.server_port}/tickets"
    yield tool
    server.shutdown()
    thread.join()
    server.server_close()
