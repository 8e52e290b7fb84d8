"""Put the chat page and the API together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_swagger import patch_fastapi
from starlette.middleware.cors import CORSMiddleware

from faqbot.api import chat, failures, operations, pages
from faqbot.api.limiting import BodyLimit, RateLimiter
from faqbot.api.observing import Observe
from faqbot.api.service import Service
from faqbot.api.templates import Templates, VersionedFiles
from faqbot.assistant import Assistant
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings, resource_folder


def create_app(service: Service) -> FastAPI:
    """Build the application around a service; it closes the service's store when it stops.

    Args:
        service: What it serves with.

    Returns:
        The ASGI application.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
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
    app.state.limiter = RateLimiter(service.settings.rate_limit)
    for module in (chat, operations, pages):
        app.include_router(module.router)
    app.mount("/static", VersionedFiles(directory=web / "static"), name="static")
    # FastAPI's own /docs page loads its scripts from elsewhere; this one brings them along.
    patch_fastapi(app, redirect_from_root_to_docs=False)
    failures.install(app)
    app.add_middleware(BodyLimit)
    if service.settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            max_age=3600,
        )
    app.add_middleware(Observe, metrics=service.metrics)
    return app


def open_service(settings: Settings, assistant: Assistant) -> Service:
    """Open the database and put a service together.

    Args:
        settings: The operator's choices.
        assistant: What answers.

    Returns:
        The service.

    Raises:
        StoreUnavailable: The database cannot be opened or migrated.
    """
    return Service(assistant, FeedbackStore.open(settings.database_url), settings)
