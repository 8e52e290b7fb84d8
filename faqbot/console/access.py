"""Who may do what: the dependencies that every route of the console declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, get_args
from urllib.parse import urlsplit

from fastapi import Depends, Request

from faqbot.accounts.journal import Journal
from faqbot.api.services import address_of, path_within
from faqbot.console.services import EntranceDep
from faqbot.vocabulary import AccountRole

_SAFE = {"GET", "HEAD", "OPTIONS"}
_LADDER: tuple[AccountRole, ...] = get_args(AccountRole)
PASSWORD_PAGE = "/admin/password"  # noqa: S105 - an address


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in."""

    name: str
    role: AccountRole

    def may(self, role: AccountRole) -> bool:
        """Tell whether this account may do what a role may."""
        return _LADDER.index(self.role) >= _LADDER.index(role)


class LoginRequired(Exception):
    """Nobody is logged in, or not any more."""


class PasswordRequired(Exception):
    """The password is for one login only: another one has to be chosen first."""


class RoleRequired(Exception):
    """The account has a lesser role."""

    def __init__(self, account: Account, role: AccountRole) -> None:
        super().__init__()
        self.account = account
        self.role = role


class FormRefused(Exception):
    """A form did not come from a page of ours that this session was shown."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class FormOutdated(FormRefused):
    """There is nothing left that a form could be sent for."""


def logged_in(request: Request, entrance: EntranceDep) -> Account:
    """Find who is logged in, with the role it has now; a FastAPI dependency.

    Raises:
        LoginRequired: Nobody is.
        PasswordRequired: Somebody is, who has to choose a password.
    """
    session = entrance.sessions.find(request)
    if session is None:
        raise LoginRequired
    if session.temporary and path_within(request) not in {PASSWORD_PAGE, "/admin/logout"}:
        raise PasswordRequired
    return Account(session.account, session.role)


def comes_from_us(request: Request) -> bool:
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
    return origin.partition("://")[2] in {
        request.headers.get("host"),
        urlsplit(address_of(request)).netloc,
    }


async def _reader(
    request: Request, entrance: EntranceDep, account: Annotated[Account, Depends(logged_in)]
) -> Account:
    """Return who is logged in, once a form is known to come from a page of ours."""
    if request.method not in _SAFE:
        token = (await request.form()).get("csrf_token")
        known = isinstance(token, str) and entrance.sessions.is_form_token(request, token)
        if not known or not comes_from_us(request):
            raise FormRefused(account)
    return account


def _at_least(role: AccountRole) -> Callable[[Account], Account]:
    def require(account: Annotated[Account, Depends(_reader)]) -> Account:
        if not account.may(role):
            raise RoleRequired(account, role)
        return account

    return require


def _journal(entrance: EntranceDep) -> Journal:
    return entrance.journal


ReaderDep = Annotated[Account, Depends(_reader)]
"""Anybody who is logged in. Forms are verified too, so that no route can forget it."""
ReviewerDep = Annotated[Account, Depends(_at_least("reviewer"))]
"""A reviewer; forms are verified too."""
PublisherDep = Annotated[Account, Depends(_at_least("publisher"))]
"""A publisher; forms are verified too."""
AdminDep = Annotated[Account, Depends(_at_least("admin"))]
"""An administrator; forms are verified too."""
JournalDep = Annotated[Journal, Depends(_journal)]
"""The audit log: ``journal.record(account.name, "decision", target, details)``."""
