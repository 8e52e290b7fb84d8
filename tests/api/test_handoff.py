"""A conversation goes to a person: by mail, or signed to the support's own tool."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from faqbot import wording
from faqbot.api import signed_post
from faqbot.api.service import Service
from faqbot.errors import StoreUnavailable
from tests import words
from tests.api.conftest import ClientFactory
from tests.support_tool import SECRET, Tool, support_tool

PAGE = {"accept": "text/html"}
ASKED = "Combien vaut un pont ?"
ADDRESS = "moi@example.org"
TEXT = "Ma question : où est le pont ?\nMerci."


@pytest.fixture
def tool() -> Iterator[Tool]:
    with support_tool() as tool:
        yield tool


@pytest.fixture
def posting(make_small_client: ClientFactory, tool: Tool) -> TestClient:
    return make_small_client(handoff_url=tool.url, handoff_secret=SECRET)


def ask(client: TestClient, question: str = ASKED, session: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = client.post(
        "/api/v1/chat", json={"question": question, "session_id": session}
    ).json()
    return body


def kept(client: TestClient, reply: dict[str, Any]) -> list[str | None]:
    session = client.get(f"/api/v1/session/{reply['session_id']}").json()
    return [it["handoff"] for it in session["interactions"]]


def shown_text(page: str) -> str:
    found = re.search(r"<textarea.*?>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_the_faq_says_how_a_person_is_reached(
    small_client: TestClient, posting: TestClient
) -> None:
    assert small_client.get("/api/v1/faq").json()["handoff"] == "mail"
    assert posting.get("/api/v1/faq").json()["handoff"] == "form"


def test_what_is_posted_is_signed_and_its_outcome_kept(posting: TestClient, tool: Tool) -> None:
    reply = ask(posting)
    body = {"interaction_id": reply["interaction_id"], "text": TEXT, "reply_to": ADDRESS}
    sent = posting.post("/api/v1/handoff", json=body)
    assert (sent.status_code, sent.json()) == (201, {"recorded": True})
    assert [path for path, *_ in tool.got] == ["/tickets"]
    tool.check_signatures()
    (message,) = tool.messages
    assert message["text"] == TEXT
    assert message["reply_to"] == ADDRESS
    assert message["interaction_id"] == reply["interaction_id"]
    assert kept(posting, reply) == ["form"]
    everything = posting.get(f"/api/v1/session/{reply['session_id']}").text
    assert ADDRESS not in everything
    assert "Merci" not in everything


def test_a_mail_is_an_outcome_too_and_goes_with_the_session(small_client: TestClient) -> None:
    reply = ask(small_client)
    assert kept(small_client, reply) == [None]
    said = small_client.post(
        "/api/v1/handoff", json={"interaction_id": reply["interaction_id"]}
    ).json()
    assert said == {"recorded": True}
    assert kept(small_client, reply) == ["mail"]
    small_client.delete(f"/api/v1/session/{reply['session_id']}")
    assert kept(small_client, reply) == []


@pytest.mark.parametrize("interaction", [None, "00000000-0000-4000-8000-000000000000"])
def test_a_message_without_a_record_is_sent_all_the_same(
    posting: TestClient, tool: Tool, interaction: str | None
) -> None:
    sent = posting.post("/api/v1/handoff", json={"interaction_id": interaction, "text": TEXT})
    assert (sent.status_code, sent.json()) == (201, {"recorded": False})
    assert len(tool.messages) == 1


@pytest.mark.parametrize("failure", ["refuses", "redirects", "is slow", "is away", "is none"])
def test_a_tool_that_does_not_take_it_is_told_and_nothing_is_lost(
    make_small_client: ClientFactory, tool: Tool, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = tool.url
    if failure == "refuses":
        tool.status = 500
    elif failure == "redirects":
        tool.status, tool.headers = 302, {"Location": f"{tool.url}/elsewhere"}
    elif failure == "is slow":
        tool.slow = True
        monkeypatch.setattr(signed_post, "_TIMEOUT_S", 0.2)
    elif failure == "is away":
        url = "http://127.0.0.1:9"  # discard: nobody listens
    settings = {} if failure == "is none" else {"handoff_url": url, "handoff_secret": SECRET}
    client = make_small_client(**settings)
    reply = ask(client)
    with capture_logs() as logs:
        sent = client.post(
            "/api/v1/handoff",
            json={"interaction_id": reply["interaction_id"], "text": TEXT, "reply_to": ADDRESS},
        )
        form = {"session": reply["session_id"], "text": TEXT, "reply_to": ADDRESS}
        page = client.post("/transmettre/envoyer", data=form, headers=PAGE)
    told = (409, "handoff_off") if failure == "is none" else (502, "handoff_failed")
    assert (sent.status_code, sent.json()["type"]) == told
    assert sent.json()["detail"] == wording.HANDOFF_FAILED
    assert kept(client, reply) == [None]
    assert {path for path, *_ in tool.got} <= {"/tickets"}
    assert page.status_code == told[0]
    assert wording.HANDOFF_FAILED in page.text
    assert shown_text(page.text).splitlines() == TEXT.splitlines()
    assert quoted(page.text).endswith("Merci.")
    assert ADDRESS not in str(logs)
    assert "pont" not in str(logs)


def quoted(page: str) -> str:
    """The body of the mail that a page offers."""
    found = re.search(r'href="(mailto:[^"]*body=[^"]*)"', page)
    assert found
    return unquote(html.unescape(found[1]).partition("body=")[2])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"text": " \n "}, "message_length"),
        ({"text": "a" * 10_001}, "message_length"),
        ({"text": TEXT, "reply_to": "a" * 255}, "invalid"),
    ],
)
def test_what_cannot_be_sent_is_said_in_french(
    posting: TestClient, tool: Tool, body: dict[str, str], kind: str
) -> None:
    refused = posting.post("/api/v1/handoff", json=body)
    assert (refused.status_code, refused.json()["type"]) == (422, kind)
    page = posting.post("/transmettre/envoyer", data=body, headers=PAGE)
    assert page.status_code == 422
    assert html.escape(refused.json()["detail"]) in page.text
    assert not tool.got


def test_the_page_carries_the_conversation_along_and_posts_what_was_edited(
    posting: TestClient, tool: Tool
) -> None:
    first = ask(posting)
    posting.post(
        "/api/v1/feedback",
        json={
            "interaction_id": first["interaction_id"],
            "entry_id": first["answers"][0]["entry_id"],
            "useful": False,
        },
    )
    session = first["session_id"]
    ask(posting, "Bonjour", session)
    data = {"session": session, "question": "et le tunnel ?"}
    page = posting.post("/transmettre", data=data, headers=PAGE).text
    text = shown_text(page)
    assert ASKED in text
    assert "http://testserver/questions#F11" in text
    assert words.NOT_USEFUL in text
    assert "Bonjour" not in text
    assert text.endswith("et le tunnel ?")
    assert quoted(page).replace("\r\n", "\n") == text

    edited = {"session": session, "text": f"{text} Merci !", "reply_to": ADDRESS}
    last = posting.post("/transmettre/envoyer", data=edited, headers=PAGE)
    assert last.url.query.decode() == f"session={session}"
    assert words.SENT in last.text
    assert tool.messages[0]["text"].endswith("et le tunnel ? Merci !")


def test_the_page_names_the_public_address(make_small_client: ClientFactory) -> None:
    client = make_small_client(public_url="https://www.example.org/faq")
    client.base_url = client.base_url.join("https://www.example.org/")
    session = ask(client)["session_id"]
    page = client.post("/transmettre", data={"session": session}, headers=PAGE).text
    assert "https://www.example.org/faq/questions#F11" in shown_text(page)
    assert 'href="/faq/?session=' in page


def test_the_page_keeps_that_a_mail_was_asked_for(small_client: TestClient) -> None:
    reply = ask(small_client)
    page = small_client.post("/transmettre", data={"session": reply["session_id"]}, headers=PAGE)
    assert ASKED in quoted(page.text)
    assert kept(small_client, reply) == ["mail"]


def test_fields_that_are_empty_count_as_left_out(small_client: TestClient) -> None:
    data = {"session": "", "interaction_id": "", "question": "Où est le pont ?"}
    page = small_client.post("/transmettre", data=data, headers=PAGE)
    assert (page.status_code, "Où est le pont ?" in page.text) == (200, True)
    data["session"] = "a2"
    assert small_client.post("/transmettre", data=data, headers=PAGE).status_code == 422


def test_a_mail_is_no_longer_than_mail_programs_take(small_client: TestClient) -> None:
    reply = ask(small_client, "Où est le pont ? " + "é" * 3000)
    data = {"session": reply["session_id"], "question": "à la fin ?"}
    page = small_client.post("/transmettre", data=data, headers=PAGE).text
    assert quoted(page).startswith("…")
    assert quoted(page).endswith("à la fin ?")
    found = re.search(r'href="(mailto:[^"]*body=[^"]*)"', page)
    assert found
    assert len(html.unescape(found[1])) <= 2000


def test_who_asks_too_often_still_reaches_a_person(make_small_client: ClientFactory) -> None:
    client = make_small_client(rate_limit="1/hour")
    ask(client)
    typed = "Une question\nsur deux lignes ?"
    refused = client.post("/ask", data={"question": typed, "session": ""}, headers=PAGE)
    assert refused.status_code == 429
    assert shown_text(refused.text).splitlines() == typed.splitlines()
    assert 'action="/ask"' in refused.text
    assert quoted(refused.text).splitlines() == typed.splitlines()
    page = client.post("/transmettre", data={"question": typed}, headers=PAGE)
    assert page.status_code == 200


def test_the_page_of_an_error_leads_to_a_person_with_the_conversation(
    make_small_client: ClientFactory,
) -> None:
    client = make_small_client(rate_limit="1/hour")
    session = ask(client)["session_id"]
    refused = client.post("/ask", data={"question": TEXT, "session": session}, headers=PAGE)
    form = refused.text.partition('action="/transmettre"')[2]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    text = shown_text(client.post("/transmettre", data=fields, headers=PAGE).text)
    assert "http://testserver/questions#F11" in text
    assert text.endswith(TEXT)


def test_passwords_are_never_shown_again(make_small_client: ClientFactory) -> None:
    client = make_small_client(rate_limit="1/hour", secret_key=SECRET)
    client.app.state.services.service.database.close()  # type: ignore[attr-defined]
    page = client.post("/admin/login", data={"password": "hunter2"}, headers=PAGE)
    assert "hunter2" not in page.text


def test_a_database_that_is_away_takes_no_message(
    posting: TestClient, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = ask(posting)
    service: Service = posting.app.state.services.service  # type: ignore[attr-defined]

    def fail(*_: object) -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(type(service.store), "hand_over", fail)
    sent = posting.post(
        "/api/v1/handoff", json={"interaction_id": reply["interaction_id"], "text": TEXT}
    )
    assert (sent.status_code, sent.json()) == (201, {"recorded": False})
    assert len(tool.messages) == 1
