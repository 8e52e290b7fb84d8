"""The whole web application: the chat page, the API, the console, and what stands around them."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import APIRouter, FastAPI

from faqbot import memory
from faqbot.api import (
    chat_page,
    embed_pages,
    handoff_page,
    json_routes,
    privacy_page,
    probes,
    questions_page,
    widget,
)
from faqbot.api.docs_page import add_docs
from faqbot.api.log_format import configure_logging
from faqbot.api.middleware import middleware
from faqbot.api.reloading import following
from faqbot.api.replies import answer_errors
from faqbot.api.retention import purging
from faqbot.api.service import Service
from faqbot.api.services import Services
from faqbot.api.templates import VersionedFiles
from faqbot.console import accounts, editing, explanation, journal, login
from faqbot.console.dashboard import entries, exports, overview, unanswered
from faqbot.console.refusals import HANDLERS
from faqbot.console.review_pages import routes as review_routes
from faqbot.console.services import ConsoleServices
from faqbot.console.webhooks import telling
from faqbot.errors import FaqbotError, SettingsError
from faqbot.progress import silent
from faqbot.settings import OpenIdSettings, Settings, resource_folder

log = structlog.get_logger(__name__)

_RETRY_S = 30
"""Until a worker that cannot start is replaced: what is wrong may take a person to mend it."""
PUBLIC = (
    json_routes.router,
    embed_pages.router,
    probes.router,
    chat_page.router,
    handoff_page.router,
    questions_page.router,
    privacy_page.router,
    widget.router,
)
CONSOLE = (
    login.router,
    overview.router,
    entries.router,
    unanswered.router,
    exports.router,
    explanation.router,
    journal.router,
    accounts.router,
    review_routes.router,
)
"""The pages of the console; a new one is added here."""


def create_app(service: Service) -> FastAPI:
    """Build the application around a service; it closes the service's database when it stops.

    Raises:
        WidgetMissing: faqbot was installed without its widget.
        SettingsError: OpenID Connect is configured, and its libraries are not installed.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with purging(service):
            with following(app), telling(app):
                yield
        service.database.close()

    services = Services.of(service)
    documented = service.settings.api_docs == "on"
    app = FastAPI(
        title="faqbot",
        version=version("faqbot"),
        summary="Answers questions with an FAQ's own words, and says so when it cannot.",
        openapi_url="/openapi.json" if documented else None,
        docs_url=None,  # FastAPI's own page loads its scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=middleware(services),
    )
    app.state.services = services
    for router in PUBLIC:
        app.include_router(router)
    # Pages and widget share modules; of those the pages take, the widget has the one copy.
    for path, folder in {"/static/widget": "widget", "/static": "static"}.items():
        app.mount(path, VersionedFiles(directory=resource_folder("web") / folder))
    if documented:
        add_docs(app)
    answer_errors(app)
    json_routes.name_themes(app)
    _add_console(app, service)
    return app


def create_worker_app() -> FastAPI:
    """Build the application of one worker among several, from the environment.

    Raises:
        SystemExit: It cannot. The others serve on, and uvicorn starts a new one in its place.
    """
    memory.share_arenas()
    settings = Settings.from_env()
    configure_logging(settings.log_level)
    try:
        app = create_app(Service.start(settings, progress=silent))
    except Exception as error:
        known = isinstance(error, FaqbotError)
        log.error(
            "worker_not_started", reason=str(error), retried_in_s=_RETRY_S, exc_info=not known
        )
        for stop in (signal.SIGINT, signal.SIGTERM):  # uvicorn's handlers would let it sleep on
            signal.signal(stop, signal.SIG_DFL)
        time.sleep(_RETRY_S)
        sys.exit(1)
    memory.settle()
    return app


def _add_console(app: FastAPI, service: Service) -> None:
    """Add the console; nothing of it exists without a secret key."""
    if service.settings.secret_key is None:
        return
    openid = service.settings.openid
    app.state.console = ConsoleServices.open(service)
    drafting = [editing.router] if service.settings.editing == "on" else []
    for router in (*CONSOLE, *drafting, *([_openid_router(openid)] if openid else [])):
        app.include_router(router)
    for error, handler in HANDLERS.items():
        app.add_exception_handler(error, handler)


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
