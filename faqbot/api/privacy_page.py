"""The page « Confidentialité »: what is kept, and a person's own data, without JavaScript."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faqbot import privacy_wording
from faqbot.api.form_fields import uuid_or_none
from faqbot.api.replies import html
from faqbot.api.service import Service
from faqbot.api.services import ServiceDep, limit_rate

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_PATH = "/confidentialite"
_ID_LIMIT = 100


@router.get(_PATH)
def privacy_page(
    request: Request, service: ServiceDep, session: str = "", effacee: str = ""
) -> HTMLResponse:
    """Say what is kept, with the settings in force."""
    notice = privacy_wording.ERASED if effacee else None
    return _page(request, service, session, notice=notice)


@router.post(f"{_PATH}/donnees", dependencies=[Depends(limit_rate)])
def download(
    request: Request, service: ServiceDep, session: Annotated[str, Form()] = ""
) -> Response:
    """Give a conversation as a file."""
    identifier = uuid_or_none(session.strip())
    if identifier is None:
        return _page(request, service, session, error=privacy_wording.YOURS_INVALID)
    kept = service.kept(identifier)
    if not kept["interactions"]:
        return _page(request, service, session, notice=privacy_wording.UNKNOWN)
    name = privacy_wording.YOURS_FILE.format(session=identifier)
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post(f"{_PATH}/effacer", dependencies=[Depends(limit_rate)])
def erase(
    request: Request,
    service: ServiceDep,
    session: Annotated[str, Form()] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Erase a conversation, once it was confirmed."""
    identifier = uuid_or_none(session.strip())
    if identifier is None:
        return _page(request, service, session, error=privacy_wording.YOURS_INVALID)
    if confirmed:
        service.forget(identifier)
        return RedirectResponse(f"{_PATH}?effacee=1#vos-donnees", status.HTTP_303_SEE_OTHER)
    count = len(service.store.conversation(identifier))
    if not count:
        return _page(request, service, session, notice=privacy_wording.UNKNOWN)
    return _page(request, service, session, confirm=privacy_wording.confirm_text(count))


def _page(
    request: Request,
    service: Service,
    session: str,
    *,
    error: str | None = None,
    notice: str | None = None,
    confirm: str | None = None,
) -> HTMLResponse:
    settings = service.settings
    example = privacy_wording.MASKED_EXAMPLE
    context: dict[str, Any] = {
        "p": privacy_wording,
        "session": session.strip()[:_ID_LIMIT],
        "carried": request.method == "GET" and uuid_or_none(session.strip()) is not None,
        "error": error,
        "notice": notice,
        "confirm": confirm,
        "retention": privacy_wording.retention_text(settings.retention_days),
        "limited": settings.rate_limit != "off",
        "masked": service.store.redactor.preview(example),
    }
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if error else status.HTTP_200_OK
    return html(request, "privacy.html", context, code)
