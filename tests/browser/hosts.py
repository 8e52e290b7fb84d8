"""Pages of other people's sites that embed the widget, served by a little server of their own."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
PROSE = "<main><h1>Portail</h1><p>Une page de l’hôte.</p></main>"


class Host:
    """A site at an address of its own: what `add` was given is served there."""

    def __init__(self) -> None:
        pages: dict[str, tuple[str, Mapping[str, str]]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = pages.get(self.path, ("", {}))
                body = html.encode()
                self.send_response(200 if html else 204)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._pages = pages
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        """Allowed to embed."""
        self.stranger = f"http://localhost:{self._server.server_port}"
        """The same pages at an origin that is not."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(
        self,
        body: str,
        *,
        head: str = "",
        html: str = 'lang="fr"',
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Serve a page.

        Args:
            body: What its body holds.
            head: What its head holds beside the usual.
            html: Attributes of the root element.
            headers: HTTP headers beside the usual.

        Returns:
            Its path.
        """
        path = f"/{len(self._pages)}"
        page = f"<!doctype html><html {html}><head>{HEAD}<title>Hôte</title>{head}</head>"
        self._pages[path] = (f"{page}<body>{body}</body></html>", headers or {})
        return path


def script(address: str) -> str:
    """The tag that loads the widget."""
    return f'<script type="module" src="{address}/widget/v1/define.js"></script>'


def widget(address: str, attributes: str = "") -> str:
    """The tag that shows it, with the link for those without scripts."""
    return (
        f'<faq-chat endpoint="{address}" {attributes}>'
        f'<a href="{address}/">Poser une question</a></faq-chat>'
    )


def embedding(address: str, attributes: str = "") -> str:
    """The body of a page with the widget and nothing special."""
    return PROSE + widget(address, attributes) + script(address)
