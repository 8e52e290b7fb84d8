"""The chat page: complete without JavaScript, by plain forms and redirects after each post.

A conversation is named by the session id in the page's own address. No cookie is set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Form, Query, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from faqbot import wording
from faqbot.api.contract import QUESTION_LIMIT, ChoiceRequest, FeedbackRequest, clean_question
from faqbot.api.failures import invalid
from faqbot.api.form_fields import blank_to_none, uuid_or_none
from faqbot.api.presenter import EntryView, TurnView, examples_of
from faqbot.api.replies import html, wants_fragment
from faqbot.api.service import Service
from faqbot.api.services import ASKS, KEEPS, READS, ServiceDep
from faqbot.corpus.entry import Corpus
from faqbot.database.records import Exchange
from faqbot.errors import StoreUnavailable, UnknownAnswer, UnknownChoice
from faqbot.vocabulary import Reason

log = structlog.get_logger(__name__)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


TURNS = 50
"""Turns of a conversation that one page shows."""


class AskForm(BaseModel):
    """The question box."""

    question: str = ""
    session: Annotated[UUID | None, BeforeValidator(blank_to_none)] = None


class VoteForm(FeedbackRequest):
    """« Cette réponse vous a-t-elle été utile ? »."""

    model_config = ConfigDict(extra="ignore")
    useful: bool
    reason: Annotated[Reason | None, BeforeValidator(blank_to_none)] = None


class ChooseForm(ChoiceRequest):
    """« Votre question porte-t-elle sur… ? »."""

    model_config = ConfigDict(extra="ignore")
    recorded: bool = True
    """False when the page knew that the interaction could not be kept."""


@router.get("/", dependencies=READS)
def chat_page(
    request: Request,
    service: ServiceDep,
    session: str = "",
    skipped: Annotated[int, Query(ge=0, le=100_000, description="Later turns left out.")] = 0,
) -> HTMLResponse:
    """Show the end of the conversation, or the welcome."""
    # An address that was cut or mistyped shows a fresh page, which is what its reader wants.
    known = uuid_or_none(session)
    turns = read_turns(service, known, skipped)
    return _chat_page(request, service.corpus, known, turns, skipped=skipped)


@router.post("/ask", dependencies=ASKS)
def ask(request: Request, service: ServiceDep, form: Annotated[AskForm, Form()]) -> Response:
    """Answer the question box."""
    try:
        question = clean_question(form.question)
    except PydanticCustomError as refusal:
        if wants_fragment(request):
            defect = {"loc": ("body", "question"), "msg": refusal.message(), "type": refusal.type}
            raise invalid([{**defect, "ctx": refusal.context}]) from None
        turns, said = read_turns(service, form.session), refusal.message()
        return _chat_page(
            request, service.corpus, form.session, turns, error=said, draft=form.question
        )
    interaction, kept, _ = service.ask(question, form.session)
    turn = TurnView.of(Exchange(interaction, ()), service.corpus, kept=kept)
    if kept is not None:
        return _show_turn(request, turn)
    # There is nothing to redirect to: the answer has to come with this very reply.
    if wants_fragment(request):
        return html(request, "_turn.html", {"turn": turn})
    # What was asked before, if that can be read, or else nothing.
    earlier = read_turns(service, form.session) or []
    return _chat_page(request, service.corpus, interaction.session_id, [*earlier, turn])


@router.post("/vote", dependencies=KEEPS)
def vote(request: Request, service: ServiceDep, form: Annotated[VoteForm, Form()]) -> Response:
    """Keep a verdict."""
    service.vote(form)
    exchange = service.store.exchange(form.interaction_id)
    if exchange is None:  # purged between the two calls
        raise UnknownAnswer
    interaction = exchange.interaction
    if wants_fragment(request):
        # An answer as far as its vote goes: the corpus need not hold it any more.
        voted = {
            "interaction_id": interaction.id,
            "session_id": interaction.session_id,
            "entry_id": form.entry_id,
            "verdict": exchange.verdict_on(form.entry_id),
        }
        return html(request, "_feedback.html", {"answer": voted})
    address = f"/?session={interaction.session_id}#avis-{interaction.id}-{form.entry_id}"
    return RedirectResponse(address, status.HTTP_303_SEE_OTHER)


@router.post("/choose", dependencies=KEEPS)
def choose(request: Request, service: ServiceDep, form: Annotated[ChooseForm, Form()]) -> Response:
    """Show the answer that was meant, and remember which one it was."""
    if not form.recorded:
        return _show_entry(request, service.corpus, form.entry_id)
    try:
        service.choose(form.interaction_id, form.entry_id)
        exchange = service.store.exchange(form.interaction_id)
    except StoreUnavailable as error:
        log.error("choice_not_recorded", reason=str(error))
        return _show_entry(request, service.corpus, form.entry_id)
    if exchange is None:  # purged between the two calls
        raise UnknownChoice
    return _show_turn(request, TurnView.of(exchange, service.corpus))


def read_turns(service: Service, session: UUID | None, skipped: int = 0) -> list[TurnView] | None:
    """Read the end of a conversation; None when the database is unavailable."""
    try:
        read = service.store.conversation
        # One more than is shown tells whether there are earlier ones.
        exchanges = read(session, latest=TURNS + 1, skipped=skipped) if session else ()
    except StoreUnavailable as error:
        log.error("conversation_not_read", reason=str(error))
        return None
    return [TurnView.of(exchange, service.corpus) for exchange in exchanges]


def _chat_page(
    request: Request,
    corpus: Corpus,
    session: UUID | None,
    turns: Sequence[TurnView] | None,
    *,
    error: str | None = None,
    draft: str = "",
    skipped: int = 0,
) -> HTMLResponse:
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if error else status.HTTP_200_OK
    if turns is None:  # asking goes on without what was asked before
        turns, code = [], status.HTTP_503_SERVICE_UNAVAILABLE
        error = error or wording.CONVERSATION_UNAVAILABLE
    context = {
        "earlier": skipped + TURNS if len(turns) > TURNS else None,
        "later": max(0, skipped - TURNS) if skipped else None,
        "session_id": str(session) if session else None,
        "examples": examples_of(corpus),
        "turns": turns[-TURNS:],
        "max_length": QUESTION_LIMIT,
        "error": error,
        "draft": draft,
    }
    return html(request, "chat.html", context, code)


def _show_turn(request: Request, turn: TurnView) -> Response:
    if wants_fragment(request):
        return html(request, "_turn.html", {"turn": turn})
    address = f"/?session={turn.session_id}#tour-{turn.interaction_id}"
    return RedirectResponse(address, status.HTTP_303_SEE_OTHER)


def _show_entry(request: Request, corpus: Corpus, entry_id: str) -> Response:
    """Show an entry without its conversation, which takes no database."""
    if entry_id not in corpus.answers:
        raise UnknownChoice
    if wants_fragment(request):
        answer = EntryView.of(corpus.answers[entry_id], corpus)
        return html(request, "_card.html", {"answer": answer})
    return RedirectResponse(f"/questions#{entry_id}", status.HTTP_303_SEE_OTHER)
