"""The whole web application: the chat page, the API and the console."""

from __future__ import annotations

from fastapi import FastAPI

from faqbot.api import app as api
from faqbot.api.middleware import configure_logging
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.console.install import install
from faqbot.progress import silent
from faqbot.settings import Settings


def create_app(service: Service) -> FastAPI:
    """Build the application around a service; it closes the service's store when it stops.

    Args:
        service: What it serves with.

    Returns:
        The ASGI application.
    """
    app = api.create_app(service)
    install(app, service)
    return app


def create_worker_app() -> FastAPI:
    """Build the application of one worker among several, from the environment.

    Returns:
        The ASGI application.
    """
    settings = Settings.from_env()
    configure_logging(settings.log_level)
    assistant = Assistant.open(settings, progress=silent)
    return create_app(api.open_service(settings, assistant))
