"""Who may do what: the dependencies that every route of the console declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from faqbot.accounts.journal import AuditLog
from faqbot.console.desk import Desk
from faqbot.console.services import DeskDep
from faqbot.vocabulary import AccountRole

_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in."""

    name: str
    role: AccountRole

    @property
    def is_reviewer(self) -> bool:
        """Whether this account may decide."""
        return self.role == "reviewer"


class LoginRequired(Exception):
    """Nobody is logged in, or not any more."""


class ReviewerRequired(Exception):
    """The account may look, and not decide."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class FormRefused(Exception):
    """A form did not come from a page of ours that this session was shown."""


def logged_in(request: Request, desk: DeskDep) -> Account:
    """Find who is logged in; a FastAPI dependency.

    Args:
        request: The request.
        desk: The console's parts.

    Returns:
        The account, with the role it has now.

    Raises:
        LoginRequired: Nobody is.
    """
    session = desk.sessions.find(request)
    if session is None:
        raise LoginRequired
    return Account(session.account, session.role)


async def verify_csrf(
    request: Request, desk: DeskDep, account: Annotated[Account, Depends(logged_in)]
) -> None:
    """Make sure that a form was sent from a page of ours; a FastAPI dependency.

    Args:
        request: The request; its form holds the field ``csrf_token``.
        desk: The console's parts.
        account: Who is logged in, which is looked at first.

    Raises:
        FormRefused: It was not.
    """
    del account
    if request.method in _SAFE:
        return
    token = (await request.form()).get("csrf_token")
    known = isinstance(token, str) and desk.sessions.is_form_token(request, token)
    if not known or not comes_from_us(request, desk):
        raise FormRefused


def comes_from_us(request: Request, desk: Desk) -> bool:
    """Ask the browser where a form was sent from.

    Args:
        request: The request.
        desk: The console's parts.

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
    hosts = {request.headers.get("host"), urlsplit(desk.public_url or "").netloc or None}
    return urlsplit(origin).netloc in hosts - {None}


def _reader(
    account: Annotated[Account, Depends(logged_in)],
    _: Annotated[None, Depends(verify_csrf)],
) -> Account:
    return account


def _reviewer(account: Annotated[Account, Depends(_reader)]) -> Account:
    if not account.is_reviewer:
        raise ReviewerRequired(account)
    return account


def _audit(desk: DeskDep) -> AuditLog:
    return desk.audit


ReaderDep = Annotated[Account, Depends(_reader)]
"""Anybody who is logged in. Forms are verified too, so that no route can forget it."""
ReviewerDep = Annotated[Account, Depends(_reviewer)]
"""A reviewer; forms are verified too."""
AuditDep = Annotated[AuditLog, Depends(_audit)]
"""The audit log: ``audit.record(account.name, "decision", target, details)``."""
