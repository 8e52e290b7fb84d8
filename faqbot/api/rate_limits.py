"""How often one client may ask, counted in memory only: addresses are never written anywhere."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict, deque
from time import monotonic

from limits import parse

from faqbot.api.failures import Failure, Kind


class RateLimiter:
    """Counts requests by client, and forgets a client when its window is over.

    The ``limits`` library's own counting in memory keeps every client for ever, or else tells waits
    that are too short; it reads rates here.

    Args:
        rate: ``off``, or a limit such as ``30/minute``. Each worker counts for itself.
        times: How many times the rate is allowed.
    """

    def __init__(self, rate: str, *, times: int = 1) -> None:
        item = None if rate == "off" else parse(rate)
        self._most = item.amount * times if item else None
        self._window_s = item.get_expiry() if item else 0
        self._lock = threading.Lock()
        # When each client asked of late; who asked last stands last.
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """Count a request.

        Returns:
            0 when it may go on, else how many seconds to wait.
        """
        if self._most is None:
            return 0
        now = monotonic()
        with self._lock:
            while self._asked and next(iter(self._asked.values()))[-1] <= now - self._window_s:
                self._asked.popitem(last=False)
            asked = self._asked.setdefault(client, deque(maxlen=self._most))
            if len(asked) == self._most and asked[0] > now - self._window_s:
                return math.ceil(asked[0] + self._window_s - now)
            asked.append(now)
            self._asked.move_to_end(client)
        return 0

    def hit(self, client: str) -> None:
        """Count a request.

        Raises:
            Failure: It is one too many.
        """
        if seconds := self.wait(client):
            raise Failure(Kind.RATE_LIMITED, headers={"Retry-After": str(seconds)}, seconds=seconds)
