"""Every page of the console, in one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse

from faqbot.api.replies import html
from faqbot.api.services import services_of
from faqbot.console import wording
from faqbot.console.access import Account
from faqbot.console.services import console_of
from faqbot.database.interface import Database
from faqbot.demonstration import is_demonstration


def render_console(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    account: Account | None,
    section: str,
    *,
    hints: Sequence[str] = (),
    status_code: int = status.HTTP_200_OK,
) -> HTMLResponse:
    """Render a page.

    Args:
        template: A template that extends ``console/base.html``, such as ``console/audit.html``.
        context: The template's own variables. It also gets ``c``, the console's wording, and
            ``csrf_token``, which ``{% include "console/_csrf.html" %}`` puts into a form.
        account: Who is logged in; None on a page for nobody in particular, without the menu.
        section: Which place in the menu is marked: ``dashboard``, ``entries``, ``unanswered``,
            ``why``, ``review``, ``drafts``, ``audit`` or ``accounts``; anything else marks none.
        hints: What of the address could not be understood; the status is 422 then.
    """
    service = services_of(request).service
    sessions = console_of(request).entrance.sessions
    editing, openid = service.settings.editing == "on", service.settings.openid
    frame = {
        "c": wording,
        "account": account,
        "section": section,
        "sections": [
            found
            for found in wording.SECTIONS
            if account and account.may(found.role)
            if editing or not found.editing_only
        ],
        "may_edit": editing and account and account.may("reviewer"),
        "demonstration": bool(account) and _is_demonstration(service.database),
        "provider": openid.name if openid else None,
        "csrf_token": sessions.form_token(request) if account else None,
        "hints": hints,
        "warnings": service.warnings if account else (),
    }
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if hints else status_code
    return html(request, template, frame | dict(context), code)


def _is_demonstration(database: Database) -> bool:
    with database.reading() as connection:
        return is_demonstration(connection)
