"""Accounts and sessions: what lets people into the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from faqbot.accounts.journal import Journal
from faqbot.accounts.office import Office
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.sessions import Cookies, Sessions
from faqbot.accounts.store import AccountStore
from faqbot.accounts.throttle import LoginThrottle
from faqbot.database.interface import Database


@dataclass(frozen=True, slots=True)
class Entrance:
    """Accounts, sessions, and what guards them."""

    accounts: AccountStore
    journal: Journal
    cookies: Cookies
    sessions: Sessions
    passwords: Passwords
    throttle: LoginThrottle

    def office(self, actor: str, *, by: str | None = None) -> Office:
        """Have somebody change accounts; see `Office`."""
        return Office(self.accounts, self.journal, actor, by)

    @classmethod
    def open(cls, database: Database, keys: Sequence[str]) -> Self:
        """Put the parts together, with the operator's keys; the last one is the current one."""
        accounts, cookies = AccountStore(database), Cookies(keys)
        return cls(
            accounts=accounts,
            journal=Journal(database),
            cookies=cookies,
            sessions=Sessions(accounts, cookies),
            passwords=Passwords(),
            throttle=LoginThrottle(database, keys[-1]),
        )
