"""Who may do what: the dependencies that every route of the console declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from faqbot.accounts.journal import Journal
from faqbot.console.entrance import Entrance
from faqbot.console.services import EntranceDep
from faqbot.vocabulary import AccountRole

_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in."""

    name: str
    role: AccountRole

    @property
    def is_reviewer(self) -> bool:
        """Whether this account may decide and draft."""
        return self.role != "reader"

    @property
    def is_publisher(self) -> bool:
        """Whether this account may publish what others drafted."""
        return self.role == "publisher"


class LoginRequired(Exception):
    """Nobody is logged in, or not any more."""


class RoleRequired(Exception):
    """The account has a lesser role."""

    def __init__(self, account: Account, role: AccountRole) -> None:
        super().__init__()
        self.account = account
        self.role = role


class FormRefused(Exception):
    """A form did not come from a page of ours that this session was shown."""


def logged_in(request: Request, entrance: EntranceDep) -> Account:
    """Find who is logged in, with the role it has now; a FastAPI dependency.

    Raises:
        LoginRequired: Nobody is.
    """
    session = entrance.sessions.find(request)
    if session is None:
        raise LoginRequired
    return Account(session.account, session.role)


def comes_from_us(request: Request, entrance: Entrance) -> bool:
    """Ask the browser where a form was sent from.

    Returns:
        False when the browser says: from elsewhere. One that says nothing is believed, since
        forms carry a token as well.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    hosts = {request.headers.get("host"), urlsplit(entrance.public_url or "").netloc or None}
    return urlsplit(origin).netloc in hosts - {None}


async def _reader(
    request: Request, entrance: EntranceDep, account: Annotated[Account, Depends(logged_in)]
) -> Account:
    """Return who is logged in, once a form is known to come from a page of ours."""
    if request.method not in _SAFE:
        token = (await request.form()).get("csrf_token")
        known = isinstance(token, str) and entrance.sessions.is_form_token(request, token)
        if not known or not comes_from_us(request, entrance):
            raise FormRefused
    return account


def _reviewer(account: Annotated[Account, Depends(_reader)]) -> Account:
    if not account.is_reviewer:
        raise RoleRequired(account, "reviewer")
    return account


def _publisher(account: Annotated[Account, Depends(_reader)]) -> Account:
    if not account.is_publisher:
        raise RoleRequired(account, "publisher")
    return account


def _journal(entrance: EntranceDep) -> Journal:
    return entrance.journal


ReaderDep = Annotated[Account, Depends(_reader)]
"""Anybody who is logged in. Forms are verified too, so that no route can forget it."""
ReviewerDep = Annotated[Account, Depends(_reviewer)]
"""A reviewer; forms are verified too."""
PublisherDep = Annotated[Account, Depends(_publisher)]
"""A publisher; forms are verified too."""
JournalDep = Annotated[Journal, Depends(_journal)]
"""The audit log: ``journal.record(account.name, "decision", target, details)``."""
