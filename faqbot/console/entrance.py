"""Accounts and sessions: what lets people into the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from faqbot.accounts.journal import Journal
from faqbot.accounts.office import Office
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.sessions import Cookies, Sessions
from faqbot.accounts.store import AccountStore
from faqbot.accounts.throttle import LoginThrottle
from faqbot.database.interface import Database
from faqbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Entrance:
    """Accounts, sessions, and what guards them."""

    accounts: AccountStore
    journal: Journal
    cookies: Cookies
    sessions: Sessions
    passwords: Passwords
    throttle: LoginThrottle
    public_url: str | None
    openid_name: str | None
    """What the OpenID provider is called, when there is one."""

    def office(self, actor: str, *, by: str | None = None) -> Office:
        """Have somebody change accounts; see `Office`."""
        return Office(self.accounts, self.journal, actor, by)

    @classmethod
    def open(cls, database: Database, settings: Settings) -> Self:
        """Put the parts together, with the operator's keys and other choices."""
        keys, openid = settings.secret_keys, settings.openid
        accounts, cookies = AccountStore(database), Cookies(keys)
        return cls(
            accounts=accounts,
            journal=Journal(database),
            cookies=cookies,
            sessions=Sessions(accounts, cookies),
            passwords=Passwords(),
            throttle=LoginThrottle(database, keys[-1]),
            public_url=settings.public_url,
            openid_name=openid.name if openid else None,
        )
