"""How often one client may ask, counted in memory only: addresses are never written anywhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from faqbot.api.failures import Failure, Kind

_TYPING = 10
"""Suggestions are asked for while a question is typed: several for each question."""


class RateLimiter:
    """Counts requests by client.

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

        Raises:
            Failure: It is one too many.
        """
        if self._rate is None or self._limiter.hit(self._rate, client):
            return
        reset = self._limiter.get_window_stats(self._rate, client).reset_time
        seconds = max(1, round(reset - time.time()))
        raise Failure(Kind.RATE_LIMITED, headers={"Retry-After": str(seconds)}, seconds=seconds)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The allowances of a client, kept apart: typing never uses up what asking may."""

    questions: RateLimiter
    """Questions, verdicts and choices."""
    suggestions: RateLimiter
    """Ten times as many."""

    @classmethod
    def of(cls, rate: str) -> Self:
        """Set the limits by that for questions: ``off``, or for example ``30/minute``."""
        return cls(RateLimiter(rate), RateLimiter(rate, times=_TYPING))
