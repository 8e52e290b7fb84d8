"""What is sent back: a page or a piece of one for a person, JSON for a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.routing import Match

from faqbot.api.failures import ERRORS, Failure, Kind, failure_of
from faqbot.api.services import address_of, path_within, services_of
from faqbot.errors import NotDelivered, StoreUnavailable

log = structlog.get_logger(__name__)


def render(request: Request, name: str, context: Mapping[str, Any]) -> str:
    """Render a template with what every page shows and the template's own variables."""
    services = services_of(request)
    context = {"address": address_of(request), **context}
    return services.templates.render(name, services.service.corpus, context)


def html(
    request: Request,
    name: str,
    context: Mapping[str, Any],
    code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Send a template."""
    return HTMLResponse(render(request, name, context), code, headers)


def wants_fragment(request: Request) -> bool:
    """Tell whether the page's own script asks, which puts a piece of the page in place itself."""
    return "x-faqbot-fragment" in request.headers


def refusal(request: Request, failure: Failure, fields: FormData | None = None) -> Response:
    """Word a failure for whoever asked; what a form held is there to be sent again."""
    if _wants_page(request):
        context = {"status": failure.status_code, "failure": failure, "fields": fields or {}}
        context["path"] = path_within(request)
        return html(request, "error.html", context, failure.status_code, failure.headers)
    body: dict[str, Any] = {"type": failure.type, "detail": failure.detail}
    if failure.errors:
        body["errors"] = failure.errors
    return JSONResponse(body, failure.status_code, failure.headers)


def _wants_page(request: Request) -> bool:
    if path_within(request).startswith("/api/") or wants_fragment(request):
        return False
    return "text/html" in request.headers.get("accept", "")


def answer_errors(app: FastAPI) -> None:
    """Have every error that handlers let through worded for the client."""
    for error in (Failure, RequestValidationError, HTTPException, *ERRORS):
        app.add_exception_handler(error, _on_error)


async def _on_error(request: Request, error: Exception) -> Response:
    failure = failure_of(error)
    if isinstance(error, StoreUnavailable | NotDelivered):
        log.error(failure.type, reason=str(error))
    if failure.status_code == Kind.METHOD_NOT_ALLOWED.value[0]:
        failure.headers["Allow"] = ", ".join(_allowed(request))
    mendable = request.method == "POST" and failure.status_code in {409, 422, 429, 502, 503}
    readers = not path_within(request).startswith("/admin")  # where passwords are typed
    fields = await request.form() if mendable and readers and _wants_page(request) else None
    return refusal(request, failure, fields)


def _allowed(request: Request) -> list[str]:
    """Name the methods of all routes at an address: the one that refused knows its own only."""
    found = [
        method
        for method in ("GET", "HEAD", "POST", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return found or ["GET", "HEAD"]  # of a file in a mounted folder
