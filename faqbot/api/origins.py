"""Which other sites may use the service, and a word to the operator when one may not.

The browser enforces both rules, CORS and ``frame-ancestors``; here they are only stated. What is
denied shows on the foreign page alone, so the log has to say which setting would allow it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqbot.api.log_throttle import Seldom
from faqbot.settings import is_origin

log = structlog.get_logger(__name__)

SETTING = "FAQBOT_ALLOWED_ORIGINS"
EMBED_PATH = "/embed"


class WatchOrigins:
    """Middleware that warns of origins that are denied, and lets no cache keep the denial.

    Args:
        app: The application.
        allowed: Origins whose pages may use the service.
        seldom: Keeps strangers from filling the log.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str], seldom: Seldom) -> None:
        self._app = app
        self._allowed = allowed
        self._seldom = seldom

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        denied = denied_origin(scope["path"], Headers(scope=scope), self._allowed)
        if denied is None:
            await self._app(scope, receive, send)
            return
        if self._seldom.allows(f"origin {denied}"):
            log.warning(
                "origin_denied", origin=denied, setting=SETTING, advice=self._advice(denied)
            )

        async def uncached(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A browser that kept it would go on failing after the origin has been allowed.
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, uncached)

    def _advice(self, denied: str) -> str:
        if not is_origin(denied):
            return "open the page from a web server: this origin can never be allowed"
        value = ",".join((*self._allowed, denied))
        return f"to let its pages use this service, restart it with {SETTING}={value}"


def denied_origin(path: str, headers: Headers, allowed: Collection[str]) -> str | None:
    """Find the foreign origin that a browser will not let use a reply.

    Args:
        path: What is asked for.
        headers: Of the request.
        allowed: Origins that may.

    Returns:
        The origin; None when the request comes from our own pages, from an allowed origin, or from
        no page at all.
    """
    origin = headers.get("origin")
    if origin is None and path == EMBED_PATH and headers.get("sec-fetch-dest") == "iframe":
        address = re.match(r"https?://[^/?#]+", headers.get("referer", ""))
        origin = address[0] if address else None
    if origin is None or origin in allowed or _is_ours(origin, headers):
        return None
    return origin


def _is_ours(origin: str, headers: Headers) -> bool:
    # The browser's own word counts where it gives one. Older browsers, and all of them on plain
    # HTTP, give none: then the host that was asked for tells, which a reverse proxy may have put
    # aside. A client that is no browser may invent all of it: only a warning is at stake.
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    forwarded = headers.get("x-forwarded-host", "").split(",")[0].strip()
    host = origin.partition("://")[2]
    return host != "" and host in {headers.get("host"), forwarded}
