"""A limit on login attempts, in force whatever the limit on questions is."""

from __future__ import annotations

from faqbot.api.rate_limits import RateLimiter


class LoginThrottle:
    """Counts attempts by account and by client, in memory; each worker counts for itself."""

    def __init__(self) -> None:
        self._by_name = RateLimiter("10/15 minutes")
        self._by_client = RateLimiter("30/15 minutes")

    def wait(self, name: str, client: str) -> int:
        """Count an attempt, before the password is looked at.

        Args:
            name: Of an account, existing or not.
            client: Who tries, as `faqbot.api.services.client_of` tells.

        Returns:
            0 when the attempt may go on, else how many seconds to wait.
        """
        return self._by_client.wait(client) or self._by_name.wait(name)

    def forgive(self, name: str) -> None:
        """Forget an account's failed attempts, once it has logged in."""
        self._by_name.forget(name)
