"""What somebody is told who may not do what they asked for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from faqbot.api.services import path_within
from faqbot.console import wording
from faqbot.console.access import (
    PASSWORD_PAGE,
    Account,
    FormOutdated,
    FormRefused,
    LoginRequired,
    PasswordRequired,
    RoleRequired,
    comes_from_us,
)
from faqbot.console.addresses import see
from faqbot.console.frame import render_console
from faqbot.console.login import HOME, safe_target


async def _on_login_required(request: Request, _: Exception) -> Response:
    if request.method in {"GET", "HEAD"}:
        asked = path_within(request) + (f"?{request.url.query}" if request.url.query else "")
        return see(f"/admin/login?next={quote(asked, safe='')}")
    said = wording.SESSION_ENDED_TITLE, wording.SESSION_ENDED
    return await _refusal(request, *said, status.HTTP_401_UNAUTHORIZED, None, _page_of(request))


def _on_password_required(_: Request, __: Exception) -> Response:
    return see(PASSWORD_PAGE)


async def _on_role_required(request: Request, refusal: RoleRequired) -> Response:
    role = refusal.role
    said = wording.FORBIDDEN_TITLE, wording.FORBIDDEN[role].format(role=wording.ROLES[role])
    return await _refusal(request, *said, status.HTTP_403_FORBIDDEN, refusal.account, HOME)


async def _on_form_refused(request: Request, refusal: FormRefused) -> Response:
    said = wording.FORM_REFUSED_TITLE, wording.FORM_REFUSED
    back, code = _page_of(request), status.HTTP_403_FORBIDDEN
    return await _refusal(request, *said, code, refusal.account, back)


async def _on_form_outdated(request: Request, refusal: FormOutdated) -> Response:
    said = wording.FORM_OUTDATED_TITLE, wording.FORM_OUTDATED
    return await _refusal(request, *said, status.HTTP_409_CONFLICT, refusal.account, HOME)


def _page_of(request: Request) -> str:
    """Return the address of the page that a form stood on, from the application's root."""
    page = re.sub("^https?://[^/]*", "", request.headers.get("referer", ""))
    return safe_target(page.removeprefix(request.scope.get("root_path", "")))


async def _refusal(
    request: Request, title: str, message: str, code: int, account: Account | None, back: str
) -> Response:
    # What another site sent would stand there as ours.
    form = await request.form() if comes_from_us(request) else {}
    context = {
        "title": title,
        "message": message,
        "back": back,
        "typed": [
            (label, text)
            for name, text in form.items()
            if isinstance(text, str) and text.strip() and (label := wording.field_label(name))
        ],
    }
    page = request, "console/refusal.html", context, account, ""
    return await run_in_threadpool(render_console, *page, status_code=code)


HANDLERS: Mapping[type[Exception], Callable[[Request, Any], Response | Awaitable[Response]]] = {
    LoginRequired: _on_login_required,
    PasswordRequired: _on_password_required,
    RoleRequired: _on_role_required,
    FormRefused: _on_form_refused,
    FormOutdated: _on_form_outdated,
}
