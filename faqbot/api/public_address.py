"""Where browsers find the service: under which scheme, names and path.

Handlers and addresses in Python know none of it: they speak of paths from the application's own
root. Templates put ``root`` before them, and redirects get it here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqbot.api.failures import Failure, Kind
from faqbot.api.log_throttle import LogThrottle
from faqbot.api.replies import refusal
from faqbot.api.services import path_within
from faqbot.settings import LOOPBACK

log = structlog.get_logger(__name__)

# Orchestrators and collectors ask for these by whatever address a replica has.
_PROBES = {"/healthz", "/readyz", "/metrics"}
_YEAR_S = 365 * 24 * 3600


class PublicAddress:
    """Places the application at its public address, and answers to no other name.

    Args:
        app: What is placed.
        public_url: The address. A reverse proxy in front may pass its path on or take it off.
        throttle: Limits warnings.
    """

    def __init__(self, app: ASGIApp, public_url: str, throttle: LogThrottle) -> None:
        self._app, self._url, self._throttle = app, public_url, throttle
        public = urlsplit(public_url)
        self._scheme, self._root = public.scheme, public.path
        self._hosts = {public.hostname, *LOOPBACK}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not f"{scope['path']}/".startswith(f"{self._root}/"):
            scope["path"] = self._root + scope["path"]
        scope.update(scheme=self._scheme, root_path=self._root)

        async def placed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._place(MutableHeaders(scope=message))
            await send(message)

        request = Request(scope)
        known = request.url.hostname in self._hosts or path_within(request) in _PROBES
        await (self._app if known else self._refusal(request))(scope, receive, placed)

    def _place(self, headers: MutableHeaders) -> None:
        if headers.get("location", "").startswith("/"):
            headers["location"] = self._root + headers["location"]
        if self._scheme == "https":
            headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"

    def _refusal(self, request: Request) -> Response:
        host = request.url.hostname
        if self._throttle.allows(f"host {host}"):
            log.warning(
                "host_refused",
                host=host,
                advice=f"FAQBOT_PUBLIC_URL is {self._url}: have the reverse proxy pass the Host "
                "header on, or name the address there that browsers really use",
            )
        return refusal(request, Failure(Kind.HOST_UNKNOWN))
