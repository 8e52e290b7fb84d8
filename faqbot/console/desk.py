"""Who may enter the console, and what sees to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from faqbot.accounts.journal import AuditLog
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.sessions import Cookies, Sessions
from faqbot.accounts.store import AccountStore
from faqbot.accounts.throttle import LoginThrottle
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """Accounts, sessions, and what guards them."""

    accounts: AccountStore
    audit: AuditLog
    cookies: Cookies
    sessions: Sessions
    passwords: Passwords
    throttle: LoginThrottle
    public_url: str | None
    openid_name: str | None
    """What the OpenID provider is called, when there is one."""

    @classmethod
    def open(cls, store: FeedbackStore, secret: str, settings: Settings) -> Self:
        """Put the parts together.

        Args:
            store: The database.
            secret: The operator's key.
            settings: The operator's other choices.

        Returns:
            The desk.
        """
        accounts = AccountStore(store)
        public_url, openid = settings.public_url, settings.openid
        https_only = public_url is not None and public_url.startswith("https://")
        cookies = Cookies(secret, https_only=https_only)
        return cls(
            accounts=accounts,
            audit=AuditLog(store),
            cookies=cookies,
            sessions=Sessions(accounts, cookies),
            passwords=Passwords(),
            throttle=LoginThrottle(),
            public_url=public_url,
            openid_name=openid.name if openid else None,
        )
