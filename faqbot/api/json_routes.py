"""The JSON routes under ``/api/v1``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from faqbot.api.contract import (
    QUESTION_LIMIT,
    SUGGESTIONS,
    ChatRequest,
    ChatResponse,
    ChoiceRequest,
    ChoiceResponse,
    EntryBody,
    ErrorBody,
    FaqBody,
    FeedbackRequest,
    FeedbackResponse,
    HandoffRequest,
    SessionBody,
    SuggestionBody,
)
from faqbot.api.failures import Failure, Kind
from faqbot.api.presenter import EntryView, TurnView, examples_of
from faqbot.api.service import Reply, Service
from faqbot.api.services import (
    HANDS,
    KEEPS,
    LIMITED,
    SUGGESTS,
    CorpusDep,
    ServiceDep,
    services_of,
)
from faqbot.corpus.entry import Corpus, Entry
from faqbot.database.records import Exchange

Themes = Annotated[
    tuple[str, ...], Query(description="Ids of the themes to keep to, one each; none for all.")
]

_ANSWER = {
    "interaction_id": "$response.body#/interaction_id",
    "entry_id": "$response.body#/answers/0/entry_id",
}
_LINKS = {
    name: {"operationId": operation, "requestBody": _ANSWER | more}
    for name, operation, more in (
        ("verdict", "feedback_api_v1_feedback_post", {"useful": True}),
        ("choice", "choice_api_v1_choice_post", {}),
    )
}
"""What a reply leads to, for those who test by the description."""

_OWN = {"interaction_id", "session_id", "question", "recorded"}
"""What of a reply is its own, and not the same for everybody who asks that."""

_UNAVAILABLE: dict[int | str, dict[str, Any]] = {
    503: {"model": ErrorBody, "description": "The database is unavailable."}
}

router = APIRouter(
    prefix="/api/v1",
    tags=["FAQ"],
    responses={code: {"model": ErrorBody} for code in (400, 422, 429)},
)


@router.post(
    "/chat",
    response_model=ChatResponse,
    dependencies=LIMITED,
    responses={413: {"model": ErrorBody}, 503: {"model": ErrorBody}, 200: {"links": _LINKS}},
)
async def chat(asked: ChatRequest, request: Request) -> Response:
    """Answer a question with entries of the FAQ, or say that it holds no answer."""
    services = services_of(request)  # not as a dependency: that would take longer than the answer
    service = services.service
    themes = _known(asked.themes, service.corpus)
    known = None if asked.session_id else service.known.find(asked.question, (), themes)
    if known and known.body:
        reply = await service.ask_again(asked.question, known)
        return _body(reply, known.body)
    async with services.asking.taken(request):
        return await run_in_threadpool(_answer, asked, service, themes)


def _answer(asked: ChatRequest, service: Service, themes: frozenset[str]) -> Response:
    reply = service.ask(asked.question, asked.session_id, themes)
    turn = TurnView.of(Exchange(reply.interaction, ()), service.corpus, kept=reply.kept)
    shown = ChatResponse.model_validate(turn, from_attributes=True)
    body = shown.model_dump_json(exclude=_OWN).encode()
    if reply.known and reply.kept == asked.question:
        reply.known.body = body
    return _body(reply, body)


def _body(reply: Reply, body: bytes) -> Response:
    """Put what belongs to this reply alone before what is the same whenever that is asked."""
    asked = reply.interaction
    own = {
        "interaction_id": str(asked.id),
        "session_id": str(asked.session_id),
        "recorded": reply.kept is not None,
        "question": asked.question,
    }
    head = json.dumps(own, ensure_ascii=False)[:-1].encode()
    return Response(head + b"," + body[1:], media_type="application/json")


def _keeping(model: type[BaseModel], unknown: str) -> dict[str, Any]:
    """Describe a route that keeps what somebody says, of which the latest word stands."""
    return {
        "status_code": status.HTTP_201_CREATED,
        "dependencies": KEEPS,
        "responses": {
            200: {"model": model, "description": "It replaces what was said before."},
            404: {"model": ErrorBody, "description": unknown},
            413: {"model": ErrorBody},
            **_UNAVAILABLE,
        },
    }


@router.post("/feedback", **_keeping(FeedbackResponse, "That answer was not shown."))
def feedback(request: FeedbackRequest, response: Response, service: ServiceDep) -> FeedbackResponse:
    """Say whether an answer was useful; a second verdict on it replaces the first."""
    if not service.vote(request):
        response.status_code = status.HTTP_200_OK
    comment = service.store.redactor.preview(request.comment) if request.comment else None
    kept = {"comment": comment} | ({"reason": None} if request.useful else {})
    return FeedbackResponse(**request.model_dump() | kept)


@router.post("/choice", **_keeping(ChoiceResponse, "That answer was not offered to choose from."))
def choice(request: ChoiceRequest, response: Response, service: ServiceDep) -> ChoiceResponse:
    """Say which answer of a clarification was meant; a second choice replaces the first."""
    if not service.choose(request.interaction_id, request.entry_id):
        response.status_code = status.HTTP_200_OK
    return ChoiceResponse(interaction_id=request.interaction_id, entry_id=request.entry_id)


@router.post(
    "/handoff",
    status_code=status.HTTP_201_CREATED,
    dependencies=HANDS,
    responses={code: {"model": ErrorBody} for code in (409, 413, 502)},
)
def handoff(request: HandoffRequest, service: ServiceDep) -> dict[str, bool]:
    """Send a message to the support, or say that its sender mails one; tell what is recorded."""
    return {"recorded": service.hand_over(request.interaction_id, request.text, request.reply_to)}


@router.get("/session/{session_id}", dependencies=KEEPS, responses=_UNAVAILABLE)
def session(session_id: UUID, service: ServiceDep) -> SessionBody:
    """Return all that is kept about a conversation; its id is the key to it."""
    return SessionBody.model_validate(service.store.kept(session_id))


@router.delete(
    "/session/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=KEEPS,
    responses=_UNAVAILABLE,
)
def forget(session_id: UUID, service: ServiceDep) -> None:
    """Erase all that is kept about a conversation; doing it twice does no harm."""
    service.forget(session_id)


@router.get("/entries", response_model=list[EntryBody])
def entries(corpus: CorpusDep) -> list[EntryView]:
    """List all entries, in the order of the themes."""
    return [EntryView.of(entry, corpus) for entry in corpus.entries]


@router.get("/entries/{entry_id}", response_model=EntryBody, responses={404: {"model": ErrorBody}})
def entry(entry_id: str, corpus: CorpusDep) -> EntryView:
    """Return one entry, or what the glossary says of an acronym."""
    if entry_id not in corpus.answers:
        raise Failure(Kind.ENTRY_UNKNOWN)
    return EntryView.of(corpus.answers[entry_id], corpus)


@router.get(
    "/suggest",
    response_model=list[SuggestionBody],
    dependencies=SUGGESTS,
    responses={503: {"model": ErrorBody}},
)
def suggest(
    service: ServiceDep,
    q: Annotated[str, Query(max_length=QUESTION_LIMIT)] = "",
    themes: Themes = (),
) -> list[Entry]:
    """Suggest questions of the FAQ for what is being typed."""
    return service.assistant.suggest(q, SUGGESTIONS, _known(themes, service.corpus))


@router.get("/faq", response_model=FaqBody)
def faq(service: ServiceDep, themes: Themes = ()) -> dict[str, Any]:
    """Say what the FAQ is, with some of its questions for a beginning."""
    corpus = service.corpus
    return {
        "title": corpus.title,
        "language": corpus.language,
        "publisher": corpus.publisher,
        "notice": corpus.notice,
        "contact": corpus.contact,
        "handoff": "form" if service.settings.handoff_url else "mail",
        "entry_count": len(corpus.entries),
        "themes": corpus.themes,
        "examples": examples_of(corpus, _known(themes, corpus)),
    }


def name_themes(app: FastAPI) -> None:
    """Have the description of the API name the themes of the FAQ that is served."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        described = describe()
        chat = described["components"]["schemas"][ChatRequest.__name__]["properties"]
        queries = (described["paths"][f"/api/v1/{name}"]["get"] for name in ("suggest", "faq"))
        asked = [it["schema"] for query in queries for it in query["parameters"]]
        for themes in (chat["themes"], *(it for it in asked if it["type"] == "array")):
            themes["items"]["enum"] = ["", *app.state.services.service.corpus.theme_labels]
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _known(themes: Iterable[str], corpus: Corpus) -> frozenset[str]:
    known, wanted = corpus.theme_labels, frozenset(filter(None, themes))
    if not known.keys() >= wanted:
        raise Failure(Kind.THEME_UNKNOWN, themes=", ".join(known))
    return wanted
