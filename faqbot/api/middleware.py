"""What stands around every request: limits, CORS, security headers, and a line in the log.

Log lines name the route, never the address asked for, the client or what was typed.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Collection, Iterable
from typing import TypeAlias

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from faqbot.api.failures import Failure, Kind
from faqbot.api.log_throttle import LogThrottle
from faqbot.api.metrics import Metrics
from faqbot.api.public_address import PublicAddress
from faqbot.api.replies import refusal
from faqbot.api.services import Services, path_within
from faqbot.settings import is_origin

log = structlog.get_logger(__name__)

BODY_LIMIT_BYTES = 64 * 1024
"""Above the longest message in UTF-8, far below what could hurt."""
EMBED_PATH = "/embed"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
Header: TypeAlias = tuple[bytes, bytes]
_HEADERS: list[Header] = [
    (b"cache-control", b"no-store"),  # the first: files have a lifetime of their own
    (b"x-content-type-options", b"nosniff"),
    # The session id stands in the page's address: no other site shall see it.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # What other sites may load without CORS, the widget, its frame and its style, says so itself.
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"content-security-policy", f"{PAGE_POLICY}; frame-ancestors 'none'".encode()),
]
_SETTING = "FAQBOT_ALLOWED_ORIGINS"


def middleware(services: Services) -> list[Middleware]:
    """List what stands around the routes; the first is the first to see a request."""
    settings, throttle = services.service.settings, services.log_throttle
    origins, url = settings.allowed_origins, settings.public_url
    return [
        Middleware(Observe, metrics=services.service.metrics),
        *([Middleware(PublicAddress, public_url=url, throttle=throttle)] if url else []),
        Middleware(WatchOrigins, allowed=origins, throttle=throttle),
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Content-Type"],
            expose_headers=["Retry-After"],
            max_age=3600,
        ),
        Middleware(CatchUnexpected),
        Middleware(BodyLimit),
    ]


class Observe:
    """Logs and counts each request, and sets security headers.

    The reply and all that the log says of a request carry the same random ``X-Request-ID``.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        code = 500
        request_id = secrets.token_hex(8)

        async def observed(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
                message["headers"] = _secured(message["headers"], path_within(Request(scope)))
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, observed)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                self._metrics.requested(scope["method"], route, code)
                log.info(
                    "request",
                    method=scope["method"],
                    route=route,
                    status=code,
                    duration_ms=round((time.perf_counter() - started) * 1000, 1),
                )


def _secured(headers: Iterable[Header], path: str) -> list[Header]:
    given = dict(headers := [*headers])
    added = _HEADERS[1:] if path.startswith(("/static/", "/swagger/")) else _HEADERS
    return headers + [it for it in added if it[0] not in given]


class WatchOrigins:
    """Warns of origins that are denied, and lets no cache keep the denial.

    The browser enforces both rules, CORS and ``frame-ancestors``; here they are only stated. What
    is denied shows on the foreign page alone, so the log has to say which setting would allow it.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str], throttle: LogThrottle) -> None:
        self._app = app
        self._allowed = allowed
        self._throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        denied = (
            denied_origin(path_within(Request(scope)), Headers(scope=scope), self._allowed)
            if scope["type"] == "http"
            else None
        )
        if denied is None:
            await self._app(scope, receive, send)
            return
        if self._throttle.allows(f"origin {denied}"):
            log.warning(
                "origin_denied", origin=denied, setting=_SETTING, advice=self._advice(denied)
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
        return f"to let its pages use this service, restart it with {_SETTING}={value}"


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


class CatchUnexpected:
    """Answers an error of ours like any other failure.

    Starlette's own handler for these stands outside all other middleware, so its replies would
    lack what they add: without CORS headers a widget could not even tell that it got a reply.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            # The traceback goes to the log only, and holds no question; a path may hold a session's
            # id. The route stands in the line about the request.
            log.error("unexpected_error", exc_info=error)
            failure = Failure(Kind.INTERNAL_ERROR)
            await refusal(Request(scope), failure)(scope, receive, send)


class BodyLimit:
    """Refuses bodies over `BODY_LIMIT_BYTES`, announced or streamed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > BODY_LIMIT_BYTES:
            await refusal(Request(scope), Failure(Kind.BODY_TOO_LARGE))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_LIMIT_BYTES:
                raise HTTPException(413)  # FastAPI takes any other error for a malformed body
            return message

        await self._app(scope, counted, send)
