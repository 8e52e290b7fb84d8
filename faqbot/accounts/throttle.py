"""A limit on login attempts, in force whatever the limit on questions is."""

from __future__ import annotations

import ipaddress
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_BY_NAME = parse("10/15 minutes")
_BY_CLIENT = parse("30/15 minutes")


class LoginThrottle:
    """Counts attempts by account and by client, in memory; each worker counts for itself."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, name: str, client: str) -> int:
        """Count an attempt, before the password is looked at.

        Args:
            name: Of an account, existing or not.
            client: An IP address.

        Returns:
            0 when the attempt may go on, else how many seconds to wait.
        """
        for limit, key in ((_BY_CLIENT, _network(client)), (_BY_NAME, f"name {name}")):
            if not self._limiter.hit(limit, key):
                reset = self._limiter.get_window_stats(limit, key).reset_time
                return max(1, round(reset - time.time()))
        return 0

    def forgive(self, name: str) -> None:
        """Forget an account's failed attempts, once it has logged in."""
        self._limiter.clear(_BY_NAME, f"name {name}")


def _network(client: str) -> str:
    # One subscriber has a whole /64 of IPv6 addresses to try from.
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False))
