"""Every failure a client can meet: one French sentence, one status, never a stack trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqbot import wording
from faqbot.api.templates import render
from faqbot.errors import StoreUnavailable, UnknownAnswer, UnknownChoice

log = structlog.get_logger(__name__)

FRAGMENT_HEADER = "x-faqbot-fragment"


class Failure(Exception):
    """A refusal that is sent to the client."""

    status_code = status.HTTP_400_BAD_REQUEST
    type = "bad_request"
    detail = wording.REQUEST_INVALID
    headers: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed
    errors: list[dict[str, str]] | None = None


class NotFound(Failure):
    """There is nothing at this address."""

    status_code = status.HTTP_404_NOT_FOUND
    type = "not_found"
    detail = wording.NOT_FOUND


class MethodNotAllowed(Failure):
    """This address does not take this method."""

    status_code = status.HTTP_405_METHOD_NOT_ALLOWED
    type = "method_not_allowed"
    detail = wording.METHOD_NOT_ALLOWED


class EntryUnknown(Failure):
    """The FAQ has no entry of that id."""

    status_code = status.HTTP_404_NOT_FOUND
    type = "entry_unknown"
    detail = wording.ENTRY_UNKNOWN


class ThemeUnknown(Failure):
    """The FAQ has no theme of that id."""

    status_code = status.HTTP_422_UNPROCESSABLE_CONTENT
    type = "theme_unknown"

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self.detail = wording.THEME_UNKNOWN.format(themes=", ".join(known))


class AnswerUnknown(Failure):
    """A vote names an answer that was not shown."""

    status_code = status.HTTP_404_NOT_FOUND
    type = "answer_unknown"
    detail = wording.ANSWER_UNKNOWN


class ChoiceUnknown(Failure):
    """A choice names an answer that was not offered."""

    status_code = status.HTTP_404_NOT_FOUND
    type = "choice_unknown"
    detail = wording.CHOICE_UNKNOWN


class BodyTooLarge(Failure):
    """The body is longer than anything we accept."""

    status_code = status.HTTP_413_CONTENT_TOO_LARGE
    type = "body_too_large"
    detail = wording.BODY_TOO_LARGE


class Invalid(Failure):
    """Fields are missing or malformed."""

    status_code = status.HTTP_422_UNPROCESSABLE_CONTENT
    type = "invalid"

    def __init__(self, defects: Sequence[Any]) -> None:
        super().__init__()
        self.errors = [
            {
                "field": ".".join(str(part) for part in defect["loc"][1:]),
                "message": str(defect["msg"]),
            }
            for defect in defects
        ]
        # Our own validators speak French to the user; the library's messages are for developers.
        for defect in defects:
            if "text" in defect.get("ctx", {}):
                self.type, self.detail = defect["type"], str(defect["ctx"]["text"])


class RateExceeded(Failure):
    """The client asks too often."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    type = "rate_limited"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.detail = wording.RATE_LIMITED.format(seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


class ServiceDown(Failure):
    """The database does not take what the client sent."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    type = "store_unavailable"
    detail = wording.STORE_UNAVAILABLE


class Broken(Failure):
    """An error of ours."""

    status_code = status.HTTP_500_INTERNAL_SERVER_ERROR
    type = "internal_error"
    detail = wording.INTERNAL_ERROR


def install(app: FastAPI) -> None:
    """Map every exception to a reply.

    Args:
        app: The application.
    """

    def on_failure(request: Request, failure: Exception) -> Response:
        return respond(request, failure if isinstance(failure, Failure) else Broken())

    def on_validation(request: Request, error: Exception) -> Response:
        defects = error.errors() if isinstance(error, RequestValidationError) else ()
        return respond(request, Invalid(defects))

    def on_http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return respond(request, Broken())
        known: dict[int, type[Failure]] = {404: NotFound, 405: MethodNotAllowed}
        failure = known.get(error.status_code, Failure)()
        failure.headers = dict(error.headers or {})  # Allow, which a 405 must carry
        return respond(request, failure)

    def on_unknown(request: Request, error: Exception) -> Response:
        return respond(
            request, ChoiceUnknown() if isinstance(error, UnknownChoice) else AnswerUnknown()
        )

    def on_store(request: Request, error: Exception) -> Response:
        log.error("store_unavailable", reason=str(error))
        return respond(request, ServiceDown())

    app.add_exception_handler(Failure, on_failure)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(UnknownAnswer, on_unknown)
    app.add_exception_handler(UnknownChoice, on_unknown)
    app.add_exception_handler(StoreUnavailable, on_store)


class CatchUnexpected:
    """Middleware that answers an error of ours like any other failure.

    Starlette's own handler for these stands outside all other middleware, so its replies would
    lack what they add: without CORS headers a widget could not even tell that it got a reply.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            # The traceback goes to the log only; it holds code and no question.
            log.error("unexpected_error", route=scope["path"], exc_info=error)
            await respond(Request(scope), Broken())(scope, receive, send)


def respond(request: Request, failure: Failure) -> Response:
    """Word a failure for whoever asked: a page for a person, JSON for a program.

    Args:
        request: The request.
        failure: What went wrong.

    Returns:
        The response.
    """
    if _wants_page(request):
        context = {"status": failure.status_code, "failure": failure}
        page = render(request, "error.html", context)
        return HTMLResponse(page, failure.status_code, headers=failure.headers)
    body: dict[str, Any] = {"type": failure.type, "detail": failure.detail}
    if failure.errors:
        body["errors"] = failure.errors
    return JSONResponse(body, failure.status_code, headers=failure.headers)


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/api/") or FRAGMENT_HEADER in request.headers:
        return False
    return "text/html" in request.headers.get("accept", "")
