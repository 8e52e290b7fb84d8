"""The database goes away while faqbot serves, and comes back."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.cli.serving import _announce_console
from faqbot.database import postgresql
from faqbot.settings import Settings
from tests.api.conftest import ANSWERED
from tests.postgres import Postgres

HTML = {"accept": "text/html"}
FRAGMENT = {"x-faqbot-fragment": "1"}
NO_VERDICT = (
    "Avis momentanément indisponible\u00a0: cette réponse ne peut pas être évaluée pour l’instant."
)


class Outage(Protocol):
    """A database that can be taken away and given back."""

    url: str

    def begin(self) -> None: ...
    def end(self) -> None: ...


class FileOutage:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "faqbot.sqlite3"
        self._away = folder / "away.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def begin(self) -> None:
        self._file.rename(self._away)

    def end(self) -> None:
        self._away.rename(self._file)


class ServerOutage:
    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._down = False
        self.url = postgres.create()

    def begin(self) -> None:
        self._postgres.crash()
        self._down = True

    def end(self) -> None:
        if self._down:
            self._postgres.start()
        self._down = False


@pytest.fixture(params=["sqlite", "postgresql"])
def outage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outage]:
    monkeypatch.setattr(postgresql, "OUTAGE_PAUSE_S", 0.2)
    if request.param == "sqlite":
        yield FileOutage(tmp_path)
        return
    server = ServerOutage(request.getfixturevalue("postgres"))
    yield server
    server.end()


@pytest.fixture
def client(outage: Outage, assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(Service.open(Settings(database_url=outage.url), assistant))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def ask(client: TestClient, **more: Any) -> dict[str, Any]:
    reply = client.post("/api/v1/chat", json={"question": ANSWERED, **more})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    assert body["status"] == "answered"
    return body


def vote(client: TestClient, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    verdict = {
        "interaction_id": asked["interaction_id"],
        "entry_id": asked["answers"][0]["entry_id"],
        "useful": True,
    }
    reply = client.post("/api/v1/feedback", json=verdict)
    return reply.status_code, reply.json()


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.1)


def test_the_chat_goes_on_and_says_that_nothing_is_kept(client: TestClient, outage: Outage) -> None:
    before = ask(client)
    assert before["recorded"] is True
    assert client.get("/readyz").status_code == 200

    outage.begin()
    during = ask(client, session_id=before["session_id"])
    assert during["recorded"] is False
    assert during["answers"] == before["answers"]
    code, refusal = vote(client, before)
    assert (code, refusal["type"]) == (503, "store_unavailable")
    assert refusal["detail"] == wording.STORE_UNAVAILABLE
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
    assert int(ready.headers["retry-after"]) > 0
    assert client.get("/healthz").status_code == 200

    outage.end()
    eventually(lambda: client.get("/readyz").status_code == 200)
    assert vote(client, before)[0] == 201
    assert ask(client)["recorded"] is True


def test_without_javascript_the_answer_comes_with_the_reply(
    client: TestClient, outage: Outage
) -> None:
    session = str(uuid4())
    outage.begin()
    form = {"question": ANSWERED, "session": session}
    page = client.post("/ask", data=form, headers=HTML, follow_redirects=False)
    assert page.status_code == 200
    assert "est obligatoire pour répondre aux exigences" in page.text
    assert NO_VERDICT in html.unescape(page.text)
    assert 'action="/vote"' not in page.text
    assert f'name="session" value="{session}"' in page.text


@pytest.mark.parametrize("outage", ["postgresql"], indirect=True)
def test_a_conversation_that_cannot_be_read_can_be_gone_on_with(
    client: TestClient, outage: Outage
) -> None:
    session = ask(client)["session_id"]
    outage.begin()
    page = client.get("/", params={"session": session}, headers=HTML)
    assert page.status_code == 503
    assert wording.CONVERSATION_UNAVAILABLE in page.text
    assert 'action="/ask"' in page.text
    assert f'name="session" value="{session}"' in page.text


@pytest.mark.parametrize("outage", ["sqlite"], indirect=True)
def test_what_can_still_be_read_stands_above_the_answer(client: TestClient, outage: Outage) -> None:
    session = ask(client)["session_id"]
    outage.begin()
    form = {"question": "Qui paie le proxy ?", "session": session}
    page = client.post("/ask", data=form, headers=HTML).text
    assert page.count('id="tour-') == 2


def test_with_javascript_no_vote_is_offered_that_would_fail(
    client: TestClient, outage: Outage
) -> None:
    outage.begin()
    turn = client.post("/ask", data={"question": ANSWERED}, headers=FRAGMENT)
    assert turn.status_code == 200
    assert NO_VERDICT in html.unescape(turn.text)
    assert 'action="/vote"' not in turn.text


def test_what_was_offered_during_an_outage_can_be_chosen_after_it(
    client: TestClient, outage: Outage
) -> None:
    outage.begin()
    turn = client.post("/ask", data={"question": "mon certificat"}, headers=FRAGMENT).text
    assert 'data-status="clarify"' in turn
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', turn[turn.index('action="/choose"') :]))
    outage.end()
    eventually(lambda: client.get("/readyz").status_code == 200)
    card = client.post("/choose", data=form, headers=FRAGMENT)
    assert card.status_code == 200
    assert f'data-entry="{form["entry_id"]}"' in card.text


def test_a_server_starts_without_its_postgresql_and_finds_it_later(
    postgres: Postgres, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "OUTAGE_PAUSE_S", 0.2)
    url = postgres.create(migrated=False)
    postgres.crash()
    try:
        key = "a key for tests, of more than 32 characters"
        service = Service.open(Settings(database_url=url, secret_key=key), assistant)
        _announce_console(service)  # as `serve` does, which must not end there
        with TestClient(create_app(service)) as client:
            assert ask(client)["recorded"] is False
            assert client.get("/readyz").status_code == 503
            postgres.start()
            eventually(lambda: client.get("/readyz").status_code == 200)
            assert vote(client, ask(client))[0] == 201
    finally:
        postgres.start()


@pytest.mark.parametrize("entry_id", ["S\x0005", "\x00"])
def test_a_vote_on_text_that_no_database_stores_is_a_vote_on_nothing(
    client: TestClient, entry_id: str
) -> None:
    for path in ("/api/v1/feedback", "/api/v1/choice"):
        body: dict[str, Any] = {"interaction_id": str(uuid4()), "entry_id": entry_id}
        if path.endswith("feedback"):
            body["useful"] = True
        assert client.post(path, json=body).status_code == 404
