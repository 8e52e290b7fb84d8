"""Put the console into the application, when the operator has switched it on."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, status
from fastapi.responses import RedirectResponse, Response

from faqbot.analytics.clustering_jobs import ClusteringJobs
from faqbot.api.service import Service
from faqbot.console import journal, login, wording
from faqbot.console.access import FormRefused, LoginRequired, ReviewerRequired
from faqbot.console.dashboard import entries, exports, overview, unanswered
from faqbot.console.entrance import Entrance
from faqbot.console.frame import render_console
from faqbot.console.review_pages import routes as review_routes
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.errors import SettingsError
from faqbot.settings import OpenIdSettings

ROUTERS = (
    login.router,
    overview.router,
    entries.router,
    unanswered.router,
    exports.router,
    journal.router,
    review_routes.router,
)
"""The pages of the console; a new one is added here."""


def install(app: FastAPI, service: Service) -> None:
    """Add the console; nothing of it exists without a secret key.

    Args:
        app: The application.
        service: What it serves with.

    Raises:
        SettingsError: OpenID Connect is configured, and its libraries are not installed.
    """
    key = service.settings.secret_key
    if key is None:
        return
    app.state.entrance = Entrance.open(service.database, key.get_secret_value(), service.settings)
    assistant = service.assistant
    app.state.grouping = ClusteringJobs(
        assistant.embedder, [entry.question for entry in assistant.corpus.entries]
    )
    app.state.review = ReviewDesk(service, app.state.grouping)
    openid = service.settings.openid
    for router in (*ROUTERS, *([_openid_router(openid)] if openid else [])):
        app.include_router(router)
    app.add_exception_handler(LoginRequired, _on_login_required)
    app.add_exception_handler(ReviewerRequired, _on_reviewer_required)
    app.add_exception_handler(FormRefused, _on_form_refused)


def _openid_router(settings: OpenIdSettings) -> APIRouter:
    try:
        from faqbot.accounts.openid import OpenId
        from faqbot.console.openid_login import router_for
    except ModuleNotFoundError as error:
        msg = (
            f"FAQBOT_OIDC_ISSUER needs a library that is not installed ({error.name}): "
            "pip install 'faqbot[oidc]', or leave the FAQBOT_OIDC_ settings out"
        )
        raise SettingsError(msg) from None
    return router_for(OpenId(settings))


def _on_login_required(request: Request, _: Exception) -> Response:
    if request.method in {"GET", "HEAD"}:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = f"/admin/login?next={quote(asked, safe='')}"
        return RedirectResponse(address, status.HTTP_303_SEE_OTHER)
    context = {"title": wording.SESSION_ENDED_TITLE, "message": wording.SESSION_ENDED}
    return _refusal(request, context, status.HTTP_401_UNAUTHORIZED)


def _on_reviewer_required(request: Request, refusal: Exception) -> Response:
    context = {"title": wording.FORBIDDEN_TITLE, "message": wording.FORBIDDEN}
    account = refusal.account if isinstance(refusal, ReviewerRequired) else None
    return render_console(
        request,
        "console/refusal.html",
        context,
        account,
        "",
        status_code=status.HTTP_403_FORBIDDEN,
    )


def _on_form_refused(request: Request, _: Exception) -> Response:
    context = {"title": wording.FORM_REFUSED_TITLE, "message": wording.FORM_REFUSED}
    return _refusal(request, context, status.HTTP_403_FORBIDDEN)


def _refusal(request: Request, context: dict[str, str], code: int) -> Response:
    return render_console(request, "console/refusal.html", context, None, "", status_code=code)
