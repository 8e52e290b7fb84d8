"""Put the chat page and the API together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_swagger import patch_fastapi
from starlette.middleware.cors import CORSMiddleware

from faqbot.api import (
    chat_page,
    embed_pages,
    failures,
    json_routes,
    privacy_page,
    probes,
    widget,
)
from faqbot.api.log_throttle import Seldom
from faqbot.api.metrics import Metrics
from faqbot.api.middleware import Observe
from faqbot.api.origins import WatchOrigins
from faqbot.api.rate_limits import BodyLimit, RateLimits
from faqbot.api.retention import purging
from faqbot.api.service import Service
from faqbot.api.templates import Templates, VersionedFiles
from faqbot.api.widget_files import Widget
from faqbot.assistant import Assistant
from faqbot.feedback.store import FeedbackStore
from faqbot.privacy.redaction import Redactor, public_words
from faqbot.settings import Settings, resource_folder


def create_app(service: Service) -> FastAPI:
    """Build the application around a service; it closes the service's store when it stops.

    Args:
        service: What it serves with.

    Returns:
        The ASGI application.

    Raises:
        WidgetMissing: faqbot was installed without its widget.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        async with purging(service):
            yield
        service.store.close()

    app = FastAPI(
        title="faqbot",
        version=version("faqbot"),
        summary="Answers questions with an FAQ's own words, and says so when it cannot.",
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        lifespan=lifespan,
    )
    web = resource_folder("web")
    app.state.service = service
    app.state.templates = Templates(web)
    app.state.limits = RateLimits.of(service.settings.rate_limit)
    app.state.widget = Widget.read(web / "widget")
    app.state.seldom = Seldom()
    for module in (json_routes, embed_pages, probes, chat_page, privacy_page, widget):
        app.include_router(module.router)
    app.mount("/static", VersionedFiles(directory=web / "static"), name="static")
    # FastAPI's own /docs page loads its scripts from elsewhere; this one brings them along.
    patch_fastapi(app, redirect_from_root_to_docs=False)
    failures.install(app)
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit)
    app.add_middleware(failures.CatchUnexpected)
    origins = service.settings.allowed_origins
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After"],
        max_age=3600,
    )
    app.add_middleware(WatchOrigins, allowed=origins, seldom=app.state.seldom)
    app.add_middleware(Observe, metrics=service.metrics)
    return app


def open_service(settings: Settings, assistant: Assistant) -> Service:
    """Open the database and put a service together.

    Args:
        settings: The operator's choices.
        assistant: What answers.

    Returns:
        The service; a database server that does not answer yet may do so later.

    Raises:
        StoreUnavailable: The database cannot be opened or migrated.
    """
    metrics = Metrics()
    redactor = Redactor(public_words(assistant.corpus), metrics.redacted)
    store = FeedbackStore.open(settings.database_url, redactor, may_be_down=True)
    return Service(assistant, store, settings, metrics)
