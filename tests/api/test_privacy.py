"""What is kept, for how long, and a person's own data over HTTP and on the page."""

from __future__ import annotations

import asyncio
import dataclasses
import html
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.api import retention
from faqbot.api.retention import purging
from faqbot.api.service import Service
from faqbot.errors import StoreUnavailable
from tests.api.conftest import ClientFactory
from tests.samples_of_use import figures, interaction

HTML = {"accept": "text/html"}
ASKED = "Comment Mme Durand, joignable au 06 12 34 56 78, déclare-t-elle le Proxy ?"
KEPT = "Comment Mme [nom], joignable au [téléphone], déclare-t-elle le Proxy ?"
LIMITER = (
    "Pour limiter le nombre de demandes, l’adresse IP reste en mémoire vive le temps de les "
    "compter\u202f; elle n’est jamais écrite."
)
UNKNOWN = (
    "Rien n’est enregistré sous cet identifiant\u00a0: la conversation n’existe pas, ou elle est "
    "déjà effacée."
)
INVALID = (
    "Cet identifiant n’est pas complet. Copiez celui qui figure dans l’adresse de la page de "
    "conversation, après «\u00a0session=\u00a0»\u00a0: 36 caractères, tirets compris."
)


def ask(client: TestClient, question: str = ASKED) -> str:
    reply = client.post("/api/v1/chat", json={"question": question})
    assert reply.status_code == 200
    return str(reply.json()["session_id"])


def test_a_question_is_kept_without_personal_data_and_counted(client: TestClient) -> None:
    kept = client.get(f"/api/v1/session/{ask(client)}").json()
    assert [turn["question"] for turn in kept["interactions"]] == [KEPT]
    figures = client.get("/metrics").text
    assert 'faqbot_redactions_total{kind="phone"} 1.0' in figures
    assert 'faqbot_redactions_total{kind="name"} 1.0' in figures


def test_the_address_that_the_faq_publishes_is_kept(client: TestClient) -> None:
    question = "Qui répond à ans-support-convergence@esante.gouv.fr ?"
    kept = client.get(f"/api/v1/session/{ask(client, question)}").json()
    assert kept["interactions"][0]["question"] == question


def against(answered: dict, comment: str) -> dict:
    """Make a vote against an answer that says why."""
    return {
        "interaction_id": answered["interaction_id"],
        "entry_id": answered["answers"][0]["entry_id"],
        "useful": False,
        "comment": comment,
    }


def test_a_vote_is_confirmed_with_the_comment_that_is_kept(
    client: TestClient, answered: dict
) -> None:
    vote = against(answered, "Appelez le 0612345678")
    assert client.post("/api/v1/feedback", json=vote).json()["comment"] == "Appelez le [téléphone]"
    kept = client.get(f"/api/v1/session/{answered['session_id']}").json()
    assert kept["interactions"][0]["verdicts"][0]["comment"] == "Appelez le [téléphone]"


PASTED = "kJ8-Qm3LzP0x"


def test_a_secret_is_read_by_nothing_and_its_removal_said(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    ask_assistant = type(service.assistant).ask

    def asked(assistant: object, question: str, *rest: object) -> object:
        read.append(question)
        return ask_assistant(assistant, question, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(service.assistant), "ask", asked)
    form = {"question": f"Mon client_secret={PASTED} est refusé, pourquoi ?"}
    body = client.post("/api/v1/chat", json=form).json()
    kept = "Mon client_secret=[secret] est refusé, pourquoi ?"
    assert read == [kept]
    assert (body["secret_removed"], body["question"]) == (True, kept)
    assert 'faqbot_redactions_total{kind="secret"} 1.0' in client.get("/metrics").text
    # without JavaScript, and for the page's script
    for headers in (HTML, {"accept": "text/html", "x-faqbot-fragment": "1"}):
        page = client.post("/ask", data=form, headers=headers).text
        assert f'<p class="notice">{wording.WITHHELD}</p>' in html.unescape(page)
        assert PASTED not in page
    assert not client.post("/api/v1/chat", json={"question": ASKED}).json()["secret_removed"]


def test_a_secret_in_a_comment_is_not_kept_and_that_is_said(
    client: TestClient, answered: dict
) -> None:
    vote = against(answered, f"Mon mot de passe {PASTED} ne marche pas")
    body = client.post("/api/v1/feedback", json=vote).json()
    assert body["comment"] == "Mon mot de passe [secret] ne marche pas"
    assert body["secret_removed"] is True
    page = html.unescape(client.post("/vote", data=vote, headers=HTML).text)
    assert wording.WITHHELD in page
    assert PASTED not in page


def test_a_session_is_erased_once_and_for_all(client: TestClient) -> None:
    session = ask(client)
    for _ in range(2):
        reply = client.delete(f"/api/v1/session/{session}")
        assert (reply.status_code, reply.content) == (204, b"")
    assert client.get(f"/api/v1/session/{session}").json() == {
        "session_id": session,
        "interactions": [],
    }


def test_a_malformed_session_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/session/mine").status_code == 422
    assert client.delete("/api/v1/session/mine").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", f"/api/v1/session/{UUID(int=1)}", None),
        ("DELETE", f"/api/v1/session/{UUID(int=1)}", None),
        ("POST", "/confidentialite/donnees", {"session": str(UUID(int=1))}),
        ("POST", "/confidentialite/effacer", {"session": str(UUID(int=1))}),
    ],
)
def test_trying_sessions_out_is_limited(
    make_client: ClientFactory, method: str, path: str, form: dict[str, str] | None
) -> None:
    client = make_client(rate_limit="2/minute")
    codes = [client.request(method, path, data=form).status_code for _ in range(3)]
    assert codes[2] == 429
    assert 429 not in codes[:2]


def test_the_page_states_the_settings_in_force(make_client: ClientFactory) -> None:
    client = make_client(retention_days=90, rate_limit="100/minute")
    page = html.unescape(client.get("/confidentialite").text)
    assert "90\u00a0jours, soit environ 3\u00a0mois" in page
    assert LIMITER in page
    page = html.unescape(make_client(retention_days=None).get("/confidentialite").text)
    assert wording.retention_text(None) in page
    assert LIMITER not in page


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "bout de 1\u00a0jour."), (45, "bout de 45\u00a0jours."), (396, "396\u00a0jours, soit")],
)
def test_a_duration_is_said_in_days_and_months(days: int, said: str) -> None:
    assert said in wording.retention_text(days)


def test_every_page_leads_to_it(client: TestClient) -> None:
    for path in ("/", "/questions", "/confidentialite"):
        assert 'href="/confidentialite"' in client.get(path).text
    session = ask(client)
    chat = client.get("/", params={"session": session}).text
    assert f'href="/confidentialite?session={session}#vos-donnees"' in chat
    page = client.get("/confidentialite", params={"session": session}).text
    assert f'value="{session}"' in page
    assert "C’est celui de la conversation d’où vous venez." in page


def test_ones_data_can_be_downloaded(client: TestClient) -> None:
    session = ask(client)
    reply = client.post("/confidentialite/donnees", data={"session": f" {session} "})
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["content-disposition"] == (
        f'attachment; filename="conversation-{session}.json"'
    )
    assert json.loads(reply.text) == client.get(f"/api/v1/session/{session}").json() | {
        "interactions": json.loads(reply.text)["interactions"]
    }
    assert json.loads(reply.text)["interactions"][0]["question"] == KEPT


def test_erasing_asks_first(client: TestClient) -> None:
    session = ask(client)
    page = html.unescape(client.post("/confidentialite/effacer", data={"session": session}).text)
    assert "1\u00a0question, et les avis qui s’y rapportent, seront effacés." in page
    assert client.get(f"/api/v1/session/{session}").json()["interactions"]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
    done = client.post("/confidentialite/effacer", data=fields)
    assert str(done.url).endswith("/confidentialite?effacee=1#vos-donnees")
    assert "La conversation est effacée." in done.text
    assert client.get(f"/api/v1/session/{session}").json()["interactions"] == []


@pytest.mark.parametrize("action", ["donnees", "effacer"])
def test_a_session_that_is_unknown_or_cut_is_said_to_be(client: TestClient, action: str) -> None:
    address = f"/confidentialite/{action}"
    reply = client.post(address, data={"session": str(uuid4())}, headers=HTML)
    assert (reply.status_code, UNKNOWN in html.unescape(reply.text)) == (200, True)
    reply = client.post(address, data={"session": '1b4e"<b>'}, headers=HTML)
    assert (reply.status_code, INVALID in html.unescape(reply.text)) == (422, True)
    assert 'value="1b4e&#34;&lt;b&gt;"' in reply.text


def test_a_broken_database_is_said_to_the_person(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr("faqbot.feedback.store.FeedbackStore.forget", fails)
    reply = client.delete(f"/api/v1/session/{uuid4()}")
    assert (reply.status_code, reply.json()["type"]) == (503, "store_unavailable")
    form = {"session": str(uuid4()), "confirmed": "true"}
    page = client.post("/confidentialite/effacer", data=form, headers=HTML)
    assert (page.status_code, wording.STORE_UNAVAILABLE in page.text) == (503, True)


# --- Retention ---


def aged(service: Service, days: int) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    Journal(service.database).record("alice", "login", at=at)
    service.store.record(interaction(asked_at=at))


def kept(service: Service) -> int:
    """Count what is left of questions and of the journal's lines, each of the same age."""
    lines = Journal(service.database).count(JournalFilter())
    return max(figures(service.store).questions, lines)


async def until(condition: object) -> None:
    for _ in range(1000):
        if condition():  # type: ignore[operator]
            return
        await asyncio.sleep(0.01)
    raise AssertionError


async def test_what_is_too_old_is_erased_after_a_while_and_again_later(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(service, 397)
    aged(service, 395)
    monkeypatch.setattr(retention, "_DAY_S", 0.01)
    async with purging(service):
        await asyncio.sleep(0.05)
        assert kept(service) == 2
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    async with purging(service):
        await until(lambda: kept(service) == 1)
        aged(service, 400)
        await until(lambda: kept(service) == 1)
    assert kept(service) == 1


async def test_a_clock_by_which_everything_is_too_old_erases_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two years ahead at the start, and people go on asking."""
    for days in (731, 740, 800):
        aged(service, days)
    monkeypatch.setattr(retention, "log", structlog.get_logger())
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    monkeypatch.setattr(retention, "_DAY_S", 0)
    with structlog.testing.capture_logs() as logs:
        async with purging(service):
            await until(lambda: logs)
            aged(service, 0)
            await asyncio.sleep(0.05)
    assert [line["event"] for line in logs] == ["purge_postponed"]
    assert kept(service) == 4


async def test_a_purge_takes_one_month_at_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (800, 770, 768, 500, 1):
        aged(service, days)
    monkeypatch.setattr(retention, "log", structlog.get_logger())
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    with structlog.testing.capture_logs() as logs:
        async with purging(service):
            await until(lambda: len(logs) == 2)
    assert kept(service) == 3
    assert [line["event"] for line in logs] == ["purged", "purge_bounded"]


async def test_nothing_is_erased_when_retention_is_off(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(service, 10_000)
    off = service.settings.model_copy(update={"retention_days": None})
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    monkeypatch.setattr(retention, "_DAY_S", 0)
    async with purging(dataclasses.replace(service, settings=off)):
        await asyncio.sleep(0.05)
    assert kept(service) == 1


async def test_a_purge_that_fails_is_logged_and_tried_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(service, 400)
    aged(service, 1)
    purge = service.store.purge
    failures = iter([StoreUnavailable("the disk is full"), None])

    def sometimes(before: datetime) -> int:
        if failure := next(failures, None):
            raise failure
        return purge(before)

    monkeypatch.setattr(service.store, "purge", sometimes)
    # A logger of its own: the module's may have been configured by an earlier test.
    monkeypatch.setattr(retention, "log", structlog.get_logger())
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    monkeypatch.setattr(retention, "_RETRY_S", 0.01)
    with structlog.testing.capture_logs() as logs:
        async with purging(service):
            await until(lambda: kept(service) == 1)
            await until(lambda: any(line["event"] == "purged" for line in logs))
    assert [line["event"] for line in logs] == ["purge_failed", "purged"]
    assert logs[1]["interactions"] == 1


def test_the_server_purges(
    make_client: ClientFactory, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(service, 10)
    aged(service, 1)
    monkeypatch.setattr(retention, "_FIRST_S", 0)
    client = make_client(retention_days=5)
    for _ in range(1000):
        if kept(service) == 1:
            break
        client.get("/healthz")
    assert kept(service) == 1
