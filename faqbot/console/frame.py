"""Every page of the console, in one frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from faqbot.api.replies import html
from faqbot.api.services import services_of
from faqbot.console import wording
from faqbot.console.access import Account
from faqbot.console.services import console_of
from faqbot.feedback.demonstration import is_demonstration
from faqbot.feedback.store import FeedbackStore


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
        context: The template's own variables. It also gets ``c``, the console's wording, and
            ``csrf_token``, which ``{% include "console/_csrf.html" %}`` puts into a form.
        account: Who is logged in; None on a page for nobody in particular, without the menu.
        section: Which place in the menu is marked: ``dashboard``, ``entries``, ``unanswered``,
            ``review`` or ``audit``; anything else marks none.
        status_code: Of the response.

    Returns:
        The page.
    """
    frame = {
        "c": wording,
        "account": account,
        "section": section,
        "sections": [
            found
            for found in wording.SECTIONS
            if account and (account.is_reviewer or not found.reviewers_only)
        ],
        "demonstration": bool(account) and _is_demonstration(services_of(request).service.store),
        "csrf_token": console_of(request).desk.sessions.form_token(request) if account else None,
    }
    return html(request, template, frame | dict(context), status_code)


def _is_demonstration(store: FeedbackStore) -> bool:
    with store.reading() as connection:
        return is_demonstration(connection)
