"""The page « Transmettre au support »: what goes to a person, seen before it does."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Form, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faqbot.api.chat_page import read_turns
from faqbot.api.contract import MESSAGE_LIMIT, Address, Message
from faqbot.api.form_fields import uuid_or_none
from faqbot.api.replies import html
from faqbot.api.services import HANDS, READS, ServiceDep

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_PATH = "/transmettre"
_Id: TypeAlias = Annotated[UUID | None, Form()]


# Not limited by client: whoever asks too often needs a person all the more.
@router.post(_PATH, dependencies=READS)
def prepare(
    request: Request,
    service: ServiceDep,
    session: _Id = None,
    interaction_id: _Id = None,
    question: Annotated[str, Form(description="What stands in the box, unanswered.")] = "",
) -> HTMLResponse:
    """Show the message that would be sent."""
    turns = read_turns(service, session) or []
    about = interaction_id or (turns[-1].interaction_id if turns else None)
    posts = service.settings.handoff_url is not None
    if not posts:
        service.hand_over(about)
    context = {
        "session": session,
        "about": about,
        "turns": turns,
        "draft": service.store.redactor.without_secrets(question.strip()),
        "posts": posts,
        "max_length": MESSAGE_LIMIT,
    }
    return html(request, "handoff.html", context)


@router.post(f"{_PATH}/envoyer", dependencies=HANDS)
def send(
    service: ServiceDep,
    text: Annotated[Message, Form()],
    reply_to: Annotated[Address, Form()] = None,
    session: _Id = None,
    interaction_id: _Id = None,
) -> Response:
    """Post the message; when that fails, the page of the error holds it."""
    service.hand_over(interaction_id, text, reply_to)
    return RedirectResponse(f"{_PATH}?session={session or ''}", status.HTTP_303_SEE_OTHER)


@router.get(_PATH)
def sent(request: Request, session: str = "") -> HTMLResponse:
    """Say that the message was sent."""
    return html(request, "handoff_sent.html", {"session": uuid_or_none(session)})
