"""The whole application on the real corpus and a real database; only the model is left out."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from faqbot.accounts.journal import Journal
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.settings import Settings
from tests.api.conftest import quiet_logs
from tests.fakes import mute_assistant

KEY = "a key for tests, of more than 32 characters"
PASSWORD = "correct horse battery"  # noqa: S105

ServiceFactory = Callable[..., Service]
ClientFactory = Callable[..., TestClient]
Login = Callable[..., TestClient]


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    quiet_logs()


@pytest.fixture
def server_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the server into UTC, as most are, while its readers live in France."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@cache
def _hash() -> str:
    return Passwords().hash(PASSWORD)


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path)}"


@pytest.fixture
def make_service(url: str) -> Iterator[ServiceFactory]:
    """Make a service whose assistant knows the corpus and cannot be asked."""
    with ExitStack() as stack:

        def make(**choices: Any) -> Service:
            settings = Settings(**{"database_url": url, "secret_key": KEY} | choices)
            service = Service.open(settings, mute_assistant())
            stack.callback(service.store.close)
            return service

        yield make


@pytest.fixture
def service(make_service: ServiceFactory) -> Service:
    return make_service()


@pytest.fixture
def make_client() -> ClientFactory:
    """Make a browser that is at the application's address, or at another address of it."""

    def make(service: Service, base_url: str = "http://testserver", **options: Any) -> TestClient:
        # Not entered: the end of one browser is not the end of the application.
        return TestClient(
            create_app(service),
            base_url=base_url,
            raise_server_exceptions=True,
            follow_redirects=False,
            headers={"accept": "text/html"},
            **options,
        )

    return make


@pytest.fixture
def client(make_client: ClientFactory, service: Service) -> TestClient:
    """A browser that nobody is logged in at."""
    return make_client(service)


@pytest.fixture
def accounts(service: Service) -> AccountStore:
    """The accounts: alice may decide, bob may look; both have the password `PASSWORD`."""
    found = AccountStore(service.database)
    now = datetime.now(UTC)
    alice = StoredAccount(name="alice", role="reviewer", password_hash=_hash(), created_at=now)
    found.create(alice)
    found.create(replace(alice, name="bob", role="reader"))
    return found


@pytest.fixture
def journal(service: Service) -> Journal:
    return Journal(service.database)


@pytest.fixture
def reviewer(client: TestClient, accounts: AccountStore) -> TestClient:
    """A browser that alice is logged in at."""
    assert log_in(client, "alice").status_code == 303
    return client


@pytest.fixture
def reader(client: TestClient, accounts: AccountStore) -> TestClient:
    """A browser that bob is logged in at."""
    assert log_in(client, "bob").status_code == 303
    return client


def show_cookie(client: TestClient, name: str, value: str) -> None:
    """Make a browser send a cookie with that value, instead of its own."""
    if name in client.cookies:
        client.cookies.delete(name)
    client.cookies.set(name, value, domain="testserver.local", path="/admin")


def form_token(page: Response) -> str:
    """Return the token of a page's first form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def typed_fields(page: Response) -> list[str]:
    """Name what a person types into a page's forms that send something, passwords aside."""
    forms = "".join(re.findall(r'<form[^>]* method="post".*?</form>', page.text, re.DOTALL))
    fields = re.findall(r"<(?:input|textarea) [^>]*>", forms)
    mute = re.compile('type="(hidden|password|radio|checkbox)"')
    return [re.findall(' name="([^"]+)"', field)[0] for field in fields if not mute.search(field)]


def log_in(client: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Response:
    """Fill in the login form as a browser does."""
    page = client.get("/admin/login", params={"next": fields.pop("next", "/admin")})
    target = re.search(r'name="next" value="([^"]*)"', page.text)
    assert target
    form = {"name": name, "password": password, "next": target[1], "csrf_token": form_token(page)}
    return client.post("/admin/login", data=form | fields)
