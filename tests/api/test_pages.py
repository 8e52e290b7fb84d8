"""The pages' forms and redirects, without a browser."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api import chat_page
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.settings import Settings
from tests.api.conftest import ANSWERED, ClientFactory
from tests.api.small import FAQ, small_assistant

HTML = {"accept": "text/html"}
FRAGMENT = {"x-faqbot-fragment": "1"}
TITLES = {404: "Page introuvable", 422: "Demande incomplète"}


def ask(client: TestClient, question: str = ANSWERED, session: str = "") -> str:
    """Ask by the form and return the address of the page that shows the reply."""
    reply = client.post(
        "/ask", data={"question": question, "session": session}, follow_redirects=False
    )
    assert reply.status_code == 303
    return reply.headers["location"]


def test_a_question_leads_to_a_page_that_can_be_reloaded(client: TestClient) -> None:
    address = ask(client)
    assert re.fullmatch(r"/\?session=[0-9a-f-]{36}#tour-[0-9a-f-]{36}", address)
    for _ in range(2):
        page = client.get(address).text
        assert "est obligatoire pour répondre aux exigences" in page
        assert page.count('id="tour-') == 1


def test_a_conversation_goes_on_in_its_session(client: TestClient) -> None:
    first = ask(client)
    session = re.search(r"session=([0-9a-f-]+)", first)[1]  # type: ignore[index]
    second = ask(client, "Qui paie le proxy ?", session)
    assert session in second
    page = client.get(second).text
    assert page.index("Qui paie le proxy") > page.index("est obligatoire pour répondre")


def test_a_vote_by_form_leads_back_to_the_answer(client: TestClient) -> None:
    address = ask(client)
    interaction = address.rsplit("tour-")[1]
    reply = client.post(
        "/vote",
        data={"interaction_id": interaction, "entry_id": "S05", "useful": "false"},
        follow_redirects=False,
    )
    assert reply.status_code == 303
    assert reply.headers["location"].endswith(f"#avis-{interaction}-S05")
    page = html.unescape(client.get(reply.headers["location"]).text)
    assert "Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile." in page


def test_a_reason_and_a_comment_complete_a_vote(client: TestClient) -> None:
    address = ask(client)
    reply = client.post(
        "/vote",
        data={
            "interaction_id": address.rsplit("tour-")[1],
            "entry_id": "S05",
            "useful": "false",
            "reason": "outdated",
            "comment": "Vu\r\nhier <b>",
        },
    )
    assert wording.REASONS["outdated"] in reply.text
    assert "Vu\nhier &lt;b&gt;" in reply.text


def test_a_script_gets_fragments(client: TestClient) -> None:
    reply = client.post("/ask", data={"question": ANSWERED}, headers=FRAGMENT)
    assert reply.status_code == 200
    assert reply.text.lstrip().startswith("<article")
    interaction = re.search(r"tour-([0-9a-f-]+)", reply.text)[1]  # type: ignore[index]
    vote = {"interaction_id": interaction, "entry_id": "S05", "useful": "true"}
    state = client.post("/vote", data=vote, headers=FRAGMENT)
    assert 'data-state="yes"' in state.text
    assert "<html" not in state.text


def test_an_empty_question_shows_the_page_with_the_reason(client: TestClient) -> None:
    reply = client.post("/ask", data={"question": "  "}, headers=HTML)
    assert reply.status_code == 422
    assert wording.QUESTION_EMPTY in reply.text


def test_an_overlong_question_is_kept_in_the_box(client: TestClient) -> None:
    reply = client.post("/ask", data={"question": "proxy " * 700}, headers=HTML)
    assert reply.status_code == 422
    assert "proxy proxy" in reply.text
    assert "trop longue" in reply.text


def test_a_script_gets_refusals_as_json(client: TestClient) -> None:
    reply = client.post("/ask", data={"question": ""}, headers=FRAGMENT | HTML)
    assert (reply.status_code, reply.json()["type"]) == (422, "question_empty")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"interaction_id": str(uuid4()), "entry_id": "S05", "useful": "true"}, 404),
        ({"interaction_id": "x", "entry_id": "S05", "useful": "true"}, 422),
        ({}, 422),
    ],
)
def test_a_vote_on_nothing_is_refused_with_a_page(
    client: TestClient, form: dict[str, str], code: int
) -> None:
    reply = client.post("/vote", data=form, headers=HTML)
    assert reply.status_code == code
    assert reply.headers["content-type"].startswith("text/html")
    assert TITLES[code] in reply.text


def test_too_many_questions_are_refused_with_a_page(make_client: ClientFactory) -> None:
    client = make_client(rate_limit="1/minute")
    client.post("/ask", data={"question": "proxy"})
    reply = client.post("/ask", data={"question": "proxy"}, headers=HTML)
    assert reply.status_code == 429
    assert "retry-after" in reply.headers
    assert "Trop de questions à la fois" in reply.text


@pytest.mark.parametrize("session", ["", "nonsense", str(UUID(int=1))])
def test_an_unknown_session_shows_an_empty_conversation(client: TestClient, session: str) -> None:
    reply = client.get("/", params={"session": session})
    assert reply.status_code == 200
    assert 'id="tour-' not in reply.text


def test_all_questions_are_listed_with_their_anchors(client: TestClient) -> None:
    page = client.get("/questions").text
    assert all(f'id="{identifier}"' in page for identifier in ("S01", "S10", "F11", "F56"))


def test_the_filter_ignores_accents_and_case(client: TestClient) -> None:
    page = client.get("/questions", params={"q": "SECURITE couche"}).text
    assert 'id="F48"' in page or 'data-entry="F48"' in page
    assert 'data-entry="S01"' not in page
    assert "Aucune question ne correspond" in client.get("/questions", params={"q": "zzz"}).text


def test_pages_use_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", ask(client), "/questions"):
        page = client.get(path).text
        loaded = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="([^"]+)"', page)
        assert loaded
        assert all(address.startswith("/static/") for address in loaded)
        assert "<style" not in page
        assert " style=" not in page


@pytest.mark.parametrize(
    ("asked", "shown"), [(7, ["456", "123", "0"]), (6, ["345", "012"]), (3, ["012"])]
)
def test_a_long_conversation_is_shown_in_pages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, asked: int, shown: list[str]
) -> None:
    monkeypatch.setattr(chat_page, "TURNS", 3)
    session: dict[str, str] = {}
    for number in range(asked):
        form = {"question": f"Question {number} ?"} | session
        session = {"session_id": client.post("/api/v1/chat", json=form).json()["session_id"]}
    address, pages = f"/?session={session['session_id']}", []
    while address:
        page = client.get(address).text
        pages.append(re.findall(r"Question (\d) \?", page.partition('id="tours"')[2]))
        before = re.search(r'href="([^"]*)">Échanges précédents', page)
        address = html.unescape(before[1]) if before else ""
    assert ["".join(dict.fromkeys(page)) for page in pages] == shown
    assert client.get(f"/?session={session['session_id']}&skipped={10**30}").status_code < 500


def test_words_of_a_faq_in_another_language_say_so(tmp_path: Path) -> None:
    """A page that speaks French would have them read with a French voice."""
    asked = "Combien vaut un pont ?"
    shown = {}
    for language in ("fr", "en"):
        (folder := tmp_path / language).mkdir()
        assistant = small_assistant(folder, replace(FAQ, language=language))
        app = create_app(Service.open(Settings(database_url=f"sqlite:///{folder}/db"), assistant))
        with TestClient(app) as client:
            assert client.get("/api/v1/faq").json()["language"] == language
            pages = (client.get(ask(client, asked)), client.get("/questions"), client.get("/"))
            shown[language] = "".join(page.text for page in pages)
    assert set(re.findall(r'lang="(\w+)"', shown["fr"])) == {"fr"}
    marked = re.findall(r'<(\w+)[^>]* lang="en">([^<]*)', shown["en"])
    assert {("h3", asked), ("summary", ""), ("div", ""), ("span", "Un")} <= {
        (tag, text.strip()) for tag, text in marked
    }
