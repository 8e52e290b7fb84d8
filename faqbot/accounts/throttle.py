"""Limits on login attempts, in force whatever the limit on questions is.

They are counted in the database, for all servers together. An address that tries too often is
refused for a while. A name never is, or anybody could lock its owner out: the more often a name is
tried, from wherever, or all names together, the longer an answer takes.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import delete, func, insert, select

from faqbot.addresses import subscriber
from faqbot.database.interface import Database
from faqbot.database.schema import login_tries

_WINDOW = timedelta(minutes=15)
_BY_ADDRESS = 30
"""Tries of one address in that time; more are refused."""
_BY_NAME = 10
"""Tries at one name; each one more is answered a second later."""
_ALTOGETHER = 60
"""Tries at all names; the same."""
LONGEST_DELAY_S = 10.0
"""So long an attack makes the owner of a name wait, and no longer."""


class Admission(NamedTuple):
    """Whether an attempt may go on."""

    refused_for_s: int
    """0 when it may, else how many seconds the address has to wait."""
    delay_s: float
    """How long to wait before the password is looked at."""


class LoginThrottle:
    """Counts attempts by account and by client; raises `StoreUnavailable` when it cannot.

    Args:
        secret: Of the operator; without it nobody can tell names or addresses from what is kept.
    """

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret.encode()

    def admit(self, name: str, client: str, *, at: datetime | None = None) -> Admission:
        """Count an attempt, before the password is looked at; forget those of long ago.

        Args:
            name: Of an account, existing or not.
            client: An IP address.
            at: When; default: now.
        """
        at = at or datetime.now(UTC)
        tried, keys = login_tries.c, self._keys(name, client)
        same_name, same_address = (tried[column] == key for column, key in keys.items())
        counts = select(
            func.count().label("altogether"),
            func.count().filter(same_name).label("by_name"),
            func.count().filter(same_address).label("by_address"),
            func.min(tried.at).filter(same_address).label("first"),
        )
        with self._database.writing() as connection:
            # Of the future, too: a clock that was set back must lock nobody out.
            current = tried.at.between(at - _WINDOW, at + _WINDOW)
            connection.execute(delete(login_tries).where(~current))
            before = connection.execute(counts.select_from(login_tries)).one()
            if before.by_address >= _BY_ADDRESS:
                seconds = (before.first + _WINDOW - at).total_seconds()
                return Admission(max(1, math.ceil(seconds)), 0)
            connection.execute(insert(login_tries), {"id": uuid4(), "at": at, **keys})
        excess = max(before.by_name + 1 - _BY_NAME, before.altogether + 1 - _ALTOGETHER, 0)
        return Admission(0, min(float(excess), LONGEST_DELAY_S))

    def forgive(self, name: str, client: str) -> None:
        """Forget the attempts of a client at a name, once it has logged in."""
        with self._database.writing() as connection:
            connection.execute(delete(login_tries).filter_by(**self._keys(name, client)))

    def _keys(self, name: str, client: str) -> dict[str, str]:
        texts = {"name_hash": f"name {name}", "address_hash": f"address {subscriber(client)}"}
        return {
            column: hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
            for column, text in texts.items()
        }
