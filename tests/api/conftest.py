"""A whole application on the real assistant and a real database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.settings import Settings
from tests.api.small import small_assistant

ClientFactory = Callable[..., TestClient]

ANSWERED = "À quoi sert le Proxy e-Santé et est-il obligatoire ?"
UNANSWERED = "Quelle est la recette de la tarte aux pommes de ma grand-mère ?"


def quiet_logs() -> None:
    """Render log lines as in production, and keep them off the screen."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    quiet_logs()


@pytest.fixture
def service(assistant: Assistant, migrated: Path, tmp_path: Path) -> Iterator[Service]:
    settings = Settings(database_url=f"sqlite:///{shutil.copy(migrated, tmp_path)}")
    service = Service.open(settings, assistant)
    yield service
    service.store.close()


@pytest.fixture
def make_client(assistant: Assistant, migrated: Path, tmp_path: Path) -> Iterator[ClientFactory]:
    url = f"sqlite:///{shutil.copy(migrated, tmp_path)}"
    with ExitStack() as stack:

        def make(**choices: Any) -> TestClient:
            settings = Settings(database_url=url, **choices)
            app = create_app(Service.open(settings, assistant))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(make_client: ClientFactory) -> TestClient:
    return make_client()


@pytest.fixture
def answered(client: TestClient) -> dict[str, Any]:
    """The reply to a question that the FAQ answers."""
    reply = client.post("/api/v1/chat", json={"question": ANSWERED})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    assert body["status"] == "answered"
    return body


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant of five entries, without the model."""
    return small_assistant(tmp_path_factory.mktemp("small"))


@pytest.fixture
def make_small_client(small: Assistant, tmp_path: Path) -> Iterator[ClientFactory]:
    with ExitStack() as stack:

        def make(**choices: Any) -> TestClient:
            url = f"sqlite:///{tmp_path / 'small.sqlite3'}"
            app = create_app(Service.open(Settings(database_url=url, **choices), small))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def small_client(make_small_client: ClientFactory) -> TestClient:
    return make_small_client()
