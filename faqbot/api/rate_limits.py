"""Limits on what one client may send: requests by time, and bytes by request."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqbot.api.failures import BodyTooLarge, RateExceeded, respond

BODY_LIMIT_BYTES = 64 * 1024
"""Far above 1,000 characters in any encoding, far below what could hurt."""


_TYPING = 10
"""Suggestions are asked for while a question is typed: several for each question."""


class RateLimiter:
    """Counts requests by client, in memory only: addresses are never written anywhere.

    Args:
        rate: ``off``, or a limit such as ``30/minute``. Each worker counts for itself.
        times: How many times the rate is allowed.
    """

    def __init__(self, rate: str, *, times: int = 1) -> None:
        self._rate: RateLimitItem | None = None
        if rate != "off":
            item = parse(rate)
            self._rate = type(item)(item.amount * times, item.multiples)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, client: str) -> None:
        """Count a request.

        Args:
            client: Whose request.

        Raises:
            RateExceeded: It is one too many.
        """
        if self._rate is None or self._limiter.hit(self._rate, client):
            return
        reset = self._limiter.get_window_stats(self._rate, client).reset_time
        raise RateExceeded(max(1, round(reset - time.time())))


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The allowances of a client, kept apart: typing never uses up what asking may."""

    questions: RateLimiter
    """Questions, verdicts and choices."""
    suggestions: RateLimiter

    @classmethod
    def of(cls, rate: str) -> RateLimits:
        """Set the limits.

        Args:
            rate: ``off``, or a limit for questions such as ``30/minute``; suggestions get ten
                times as much.

        Returns:
            The limits.
        """
        return cls(RateLimiter(rate), RateLimiter(rate, times=_TYPING))


def limit_rate(request: Request) -> None:
    """Refuse a client that asks too often; a FastAPI dependency.

    Args:
        request: The request.

    Raises:
        RateExceeded: The client must wait.
    """
    limits: RateLimits = request.app.state.limits
    limits.questions.hit(_client(request))


def limit_suggestions(request: Request) -> None:
    """Refuse a client that asks for suggestions too often; a FastAPI dependency.

    Args:
        request: The request.

    Raises:
        RateExceeded: The client must wait.
    """
    limits: RateLimits = request.app.state.limits
    limits.suggestions.hit(_client(request))


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


class BodyLimit:
    """Middleware that refuses bodies over `BODY_LIMIT_BYTES`, announced or streamed.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > BODY_LIMIT_BYTES:
            await respond(Request(scope), BodyTooLarge())(scope, receive, send)
            return
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_LIMIT_BYTES:
                raise BodyTooLarge
            return message

        async def guarded(message: Message) -> None:
            # Whatever the application makes of a body cut short, the client is told the cause.
            nonlocal started
            if received <= BODY_LIMIT_BYTES or started:
                started = True
                await send(message)

        await self._app(scope, counted, guarded)
        if received > BODY_LIMIT_BYTES and not started:
            await respond(Request(scope), BodyTooLarge())(scope, receive, send)
