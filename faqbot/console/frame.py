"""Every page of the console, in one frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from faqbot.api.templates import render
from faqbot.console import french, wording
from faqbot.console.access import Account
from faqbot.console.desk import Desk
from faqbot.database.interface import Database
from faqbot.demonstration import is_demonstration


def render_console(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    account: Account | None,
    section: str,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    """Render a page.

    Args:
        request: The request.
        template: A template that extends ``console/base.html``, such as ``console/audit.html``.
        context: The template's own variables. It also gets ``c``, the console's wording, ``f``,
            numbers and dates in French, and ``csrf_token``, which
            ``{% include "console/_csrf.html" %}`` puts into a form.
        account: Who is logged in; None on a page for nobody in particular, without the menu.
        section: Which place in the menu is marked: ``dashboard``, ``entries``, ``unanswered``,
            ``review`` or ``audit``; anything else marks none.
        status_code: Of the response.

    Returns:
        The page.
    """
    desk: Desk = request.app.state.desk
    database = request.app.state.service.database
    frame = {
        "c": wording,
        "f": french,
        "account": account,
        "section": section,
        "sections": [
            found
            for found in wording.SECTIONS
            if account and (account.is_reviewer or not found.reviewers_only)
        ],
        "demonstration": bool(account) and _is_demonstration(database),
        "csrf_token": desk.sessions.form_token(request) if account else None,
    }
    return HTMLResponse(render(request, template, frame | dict(context)), status_code)


def _is_demonstration(database: Database) -> bool:
    with database.reading() as connection:
        return is_demonstration(connection)
