"""The page « Confidentialité »: what is kept, and a person's own data, without JavaScript."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Form, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faqbot import wording
from faqbot.api.form_fields import uuid_or_none
from faqbot.api.replies import html
from faqbot.api.service import Service
from faqbot.api.services import KEEPS, ServiceDep

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_PATH = "/confidentialite"
_ID_LIMIT = 100

_Outcome: TypeAlias = Literal["erased", "unknown", "invalid"]


@router.get(_PATH)
def privacy_page(
    request: Request, service: ServiceDep, session: str = "", effacee: str = ""
) -> HTMLResponse:
    """Say what is kept, with the settings in force."""
    return _page(request, service, session, "erased" if effacee else None)


@router.post(f"{_PATH}/donnees", dependencies=KEEPS)
def download(
    request: Request, service: ServiceDep, session: Annotated[str, Form()] = ""
) -> Response:
    """Give a conversation as a file."""
    identifier = uuid_or_none(session.strip())
    if identifier is None:
        return _page(request, service, session, "invalid")
    kept = service.store.kept(identifier)
    if not kept["interactions"]:
        return _page(request, service, session, "unknown")
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="conversation-{identifier}.json"'},
    )


@router.post(f"{_PATH}/effacer", dependencies=KEEPS)
def erase(
    request: Request,
    service: ServiceDep,
    session: Annotated[str, Form()] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Erase a conversation, once it was confirmed."""
    identifier = uuid_or_none(session.strip())
    if identifier is None:
        return _page(request, service, session, "invalid")
    if confirmed:
        service.forget(identifier)
        return RedirectResponse(f"{_PATH}?effacee=1#vos-donnees", status.HTTP_303_SEE_OTHER)
    count = len(service.store.conversation(identifier))
    return _page(request, service, session, None if count else "unknown", to_erase=count)


def _page(
    request: Request,
    service: Service,
    session: str,
    outcome: _Outcome | None,
    *,
    to_erase: int = 0,
) -> HTMLResponse:
    settings = service.settings
    context: dict[str, Any] = {
        "session": session.strip()[:_ID_LIMIT],
        "carried": request.method == "GET" and uuid_or_none(session.strip()) is not None,
        "outcome": outcome,
        "to_erase": to_erase,
        "retention": wording.retention_text(settings.retention_days),
        "limited": settings.rate_limit != "off",
        "masked": service.store.redactor.preview(wording.MASKED_EXAMPLE),
    }
    refused = outcome == "invalid"
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refused else status.HTTP_200_OK
    return html(request, "privacy.html", context, code)
