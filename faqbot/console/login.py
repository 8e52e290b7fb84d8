"""Logging in and out."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Form, Request, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from faqbot.accounts.sessions import FORM_COOKIE
from faqbot.accounts.store import NAME_LIMIT, account_name
from faqbot.api.services import client_of
from faqbot.console import wording
from faqbot.console.access import ReaderDep, comes_from_us
from faqbot.console.addresses import see
from faqbot.console.entrance import Entrance
from faqbot.console.frame import render_console
from faqbot.console.services import EntranceDep
from faqbot.errors import AccountError

log = structlog.get_logger(__name__)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HOME = "/admin"
"""The console's first page."""


class LoginForm(BaseModel):
    """Name and password."""

    name: str = ""
    password: str = ""
    next: str = HOME
    csrf_token: str = ""


@router.get("/admin/login")
def login_page(
    request: Request,
    entrance: EntranceDep,
    next: str = HOME,  # noqa: A002 - as the address has it
    goodbye: bool = False,
) -> Response:
    """Ask who is there."""
    target = safe_target(next)
    if entrance.sessions.find(request):
        return see(target)
    return show_login(request, entrance, target, notice=wording.LOGGED_OUT if goodbye else None)


@router.post("/admin/login")
async def login(
    request: Request, entrance: EntranceDep, form: Annotated[LoginForm, Form()]
) -> Response:
    """Let somebody in, or say why not."""
    known = entrance.cookies.is_form_token(
        form.csrf_token, entrance.cookies.read(request, FORM_COOKIE)
    )
    if not known or not comes_from_us(request):
        return _refuse(request, entrance, form, wording.LOGIN_EXPIRED, status.HTTP_403_FORBIDDEN)
    name = _name_or_nobody(form.name)
    client = client_of(request)
    admission = await run_in_threadpool(entrance.throttle.admit, name, client)
    if seconds := admission.refused_for_s:
        log.warning("login_throttled")
        page = _refuse(
            request,
            entrance,
            form,
            wording.login_wait(seconds),
            status.HTTP_429_TOO_MANY_REQUESTS,
        )
        page.headers["Retry-After"] = str(seconds)
        return page
    if admission.delay_s:
        log.warning("login_slowed", delay_s=admission.delay_s)
        await asyncio.sleep(admission.delay_s)  # not in a thread, which questions would wait for
    return await run_in_threadpool(_check, request, entrance, form, name, client)


def _check(
    request: Request, entrance: Entrance, form: LoginForm, name: str, client: str
) -> Response:
    account = entrance.accounts.find(name)
    kept = account.password_hash if account else None
    if not entrance.passwords.check(form.password, kept) or account is None or kept is None:
        # What was typed may be a password in the wrong field: only a name that exists is kept.
        entrance.journal.record(None, "login.failed", account.name if account else None)
        return _refuse(request, entrance, form, wording.LOGIN_WRONG, status.HTTP_401_UNAUTHORIZED)
    if entrance.passwords.is_outdated(kept):
        renewed = entrance.passwords.hash(form.password)
        entrance.accounts.set_password(
            name, renewed, keep_sessions=True, temporary=account.temporary
        )
    entrance.throttle.forgive(name, client)
    return enter(request, entrance, name, see(safe_target(form.next)))


def _refuse(
    request: Request, entrance: Entrance, form: LoginForm, error: str, code: int
) -> HTMLResponse:
    target, typed = safe_target(form.next), form.name[:NAME_LIMIT]
    return show_login(request, entrance, target, typed=typed, error=error, status_code=code)


@router.post("/admin/logout")
def logout(request: Request, entrance: EntranceDep, account: ReaderDep) -> Response:
    """Say goodbye."""
    response = see("/admin/login?goodbye=1")
    entrance.sessions.close(request, response)
    entrance.journal.record(account.name, "logout")
    return response


def enter(
    request: Request, entrance: Entrance, name: str, response: Response, *, by: str | None = None
) -> Response:
    """Open a session: give a response its cookie.

    Args:
        by: The OpenID provider that proved it; None when a password did.
    """
    entrance.sessions.open(request, response, name)
    entrance.cookies.delete(request, response, FORM_COOKIE)
    entrance.journal.record(name, "login", details={"by": by} if by else None)
    return response


def show_login(
    request: Request,
    entrance: Entrance,
    target: str,
    *,
    typed: str = "",
    error: str | None = None,
    notice: str | None = None,
    status_code: int = status.HTTP_200_OK,
) -> HTMLResponse:
    """Show the login form, with the cookie that it belongs to.

    Args:
        target: Where to go afterwards, from `safe_target`.
        typed: The name to show again.
        error: What went wrong.
        notice: What went well.
    """
    tie = entrance.cookies.read(request, FORM_COOKIE) or secrets.token_urlsafe()
    context = {
        "target": target,
        "typed": typed,
        "error": error,
        "notice": notice,
        "csrf_token": entrance.cookies.form_token(tie),
    }
    page = render_console(request, "console/login.html", context, None, "", status_code=status_code)
    entrance.cookies.write(request, page, FORM_COOKIE, tie)
    return page


def safe_target(address: str) -> str:
    """Keep an address within the console: a plain path below ``/admin``, else its first page."""
    plain = address.isascii() and address.isprintable() and not set(address) & set("\\ <>\"'")
    if not plain or not address.startswith(HOME):  # so that it names no host, not even half of one
        return HOME
    steps = urlsplit(address).path.lower().replace("%2e", ".").split("/")
    if steps[:2] != ["", "admin"] or {"", ".", ".."} & set(steps[2:]):
        return HOME
    return HOME if steps[2:3] in (["login"], ["logout"], ["oidc"]) else address


def _name_or_nobody(typed: str) -> str:
    try:
        return account_name(typed)
    except AccountError:
        return ""  # no account has that name; the password is checked all the same
