"""What somebody is told who may not do what they asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, status
from fastapi.responses import Response

from faqbot.api.services import path_within
from faqbot.console import wording
from faqbot.console.access import (
    PASSWORD_PAGE,
    Account,
    FormRefused,
    LoginRequired,
    PasswordRequired,
    RoleRequired,
)
from faqbot.console.addresses import see
from faqbot.console.frame import render_console


def _on_login_required(request: Request, _: Exception) -> Response:
    if request.method in {"GET", "HEAD"}:
        asked = path_within(request) + (f"?{request.url.query}" if request.url.query else "")
        return see(f"/admin/login?next={quote(asked, safe='')}")
    said = wording.SESSION_ENDED_TITLE, wording.SESSION_ENDED
    return _refusal(request, *said, status.HTTP_401_UNAUTHORIZED)


def _on_password_required(_: Request, __: Exception) -> Response:
    return see(PASSWORD_PAGE)


def _on_role_required(request: Request, refusal: RoleRequired) -> Response:
    role = refusal.role
    said = wording.FORBIDDEN_TITLE, wording.FORBIDDEN[role].format(role=wording.ROLES[role])
    return _refusal(request, *said, status.HTTP_403_FORBIDDEN, refusal.account)


def _on_form_refused(request: Request, _: Exception) -> Response:
    said = wording.FORM_REFUSED_TITLE, wording.FORM_REFUSED
    return _refusal(request, *said, status.HTTP_403_FORBIDDEN)


def _refusal(
    request: Request, title: str, message: str, code: int, account: Account | None = None
) -> Response:
    context = {"title": title, "message": message}
    return render_console(request, "console/refusal.html", context, account, "", status_code=code)


HANDLERS: Mapping[type[Exception], Callable[[Request, Any], Response]] = {
    LoginRequired: _on_login_required,
    PasswordRequired: _on_password_required,
    RoleRequired: _on_role_required,
    FormRefused: _on_form_refused,
}
