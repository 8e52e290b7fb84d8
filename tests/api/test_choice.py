"""Asked what was meant, a person chooses; the choice is shown, kept, and may change."""

from __future__ import annotations

import html
import re
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.database.records import Interaction
from tests.api.recorded import OFFERED, clarification
from tests.samples_of_use import shown

HTML = {"accept": "text/html"}
FRAGMENT = {"x-faqbot-fragment": "1"}


@pytest.fixture
def asked(service: Service, assistant: Assistant) -> Interaction:
    return clarification(service.store, assistant)


def choose(client: TestClient, asked: Interaction, entry_id: str) -> tuple[int, dict]:
    body = {"interaction_id": str(asked.id), "entry_id": entry_id}
    reply = client.post("/api/v1/choice", json=body)
    return reply.status_code, reply.json()


def lose_database(service: Service) -> None:
    database = Path(service.settings.database_url.removeprefix("sqlite:///"))
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()


def test_a_choice_is_kept_and_a_second_one_replaces_it(
    client: TestClient, service: Service, asked: Interaction
) -> None:
    kept = {"interaction_id": str(asked.id), "entry_id": "F53"}
    assert choose(client, asked, "F53") == (201, kept)
    assert choose(client, asked, "F55") == (200, kept | {"entry_id": "F55"})
    exchange = service.store.exchange(asked.id)
    assert exchange is not None
    assert exchange.choice == "F55"
    assert "faqbot_choices_total 2.0" in client.get("/metrics").text


@pytest.mark.parametrize("entry_id", ["F51", "S01", "Z99"], ids=["suggested", "other", "unknown"])
def test_what_was_not_offered_cannot_be_chosen(
    client: TestClient, asked: Interaction, entry_id: str
) -> None:
    code, body = choose(client, asked, entry_id)
    assert (code, body) == (404, {"type": "choice_unknown", "detail": wording.CHOICE_UNKNOWN})


def test_an_answer_that_was_asserted_is_no_choice(client: TestClient, answered: dict) -> None:
    body = {"interaction_id": answered["interaction_id"], "entry_id": "S05"}
    assert client.post("/api/v1/choice", json=body).status_code == 404


@pytest.mark.parametrize(
    "change", [{"interaction_id": "1"}, {"entry_id": ""}, {"entry_id": None}, {"extra": 1}]
)
def test_a_malformed_choice_is_refused(
    client: TestClient, asked: Interaction, change: dict[str, object]
) -> None:
    body = {"interaction_id": str(asked.id), "entry_id": "F53", **change}
    reply = client.post("/api/v1/choice", json=body)
    assert reply.status_code == 422
    assert set(reply.json()) == {"type", "detail", "errors"}


def test_a_lost_database_is_said_to_programs(
    client: TestClient, service: Service, asked: Interaction
) -> None:
    lose_database(service)
    code, body = choose(client, asked, "F53")
    assert (code, body["type"]) == (503, "store_unavailable")


def page_of(client: TestClient, asked: Interaction) -> str:
    page = client.get("/", params={"session": str(asked.session_id)})
    return html.unescape(page.text)


def offered(page: str) -> list[str]:
    """The entries that the page offers to choose, in order."""
    return re.findall(r'data-entry="(\w+)"><form method="post" action="/choose"', page)


def test_a_clarification_offers_buttons_questions_and_the_support(
    client: TestClient, asked: Interaction, assistant: Assistant
) -> None:
    page = page_of(client, asked)
    assert offered(page) == list(OFFERED)
    assert all(assistant.corpus.by_id[entry_id].question in page for entry_id in OFFERED)
    assert wording.DID_YOU_MEAN in page
    assert "Rien ne convient\u202f? Voyez aussi" in page
    assert page.count(f">{wording.HANDOFF}</button>") == 2  # beneath the box, too
    assert 'class="answer__text"' not in page


def test_choosing_by_form_leads_back_to_the_turn_with_the_answer(
    client: TestClient, asked: Interaction
) -> None:
    form = {"interaction_id": str(asked.id), "entry_id": "F53", "session": str(asked.session_id)}
    reply = client.post("/choose", data=form, follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == f"/?session={asked.session_id}#tour-{asked.id}"
    page = page_of(client, asked)
    assert '<div class="card" data-entry="F53"' in page
    assert f'id="avis-{asked.id}-F53"' in page
    assert "Ce n’était pas cela\u202f?" in page
    assert wording.DID_YOU_MEAN not in page
    assert offered(page) == ["F55", "F52"]

    client.post("/choose", data=form | {"entry_id": "F52"})
    page = page_of(client, asked)
    assert '<div class="card" data-entry="F52"' in page
    assert offered(page) == ["F55", "F53"]


def test_a_script_gets_the_turn_with_the_answer(client: TestClient, asked: Interaction) -> None:
    form = {"interaction_id": str(asked.id), "entry_id": "F53"}
    reply = client.post("/choose", data=form, headers=FRAGMENT)
    assert reply.status_code == 200
    assert reply.text.lstrip().startswith("<article")
    assert f'data-announcement="{wording.STATUS_CHOSEN}."' in reply.text
    assert offered(reply.text) == ["F55", "F52"]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"interaction_id": str(uuid4()), "entry_id": "F53"}, 404),
        ({"interaction_id": "x", "entry_id": "F53"}, 422),
        ({}, 422),
    ],
)
def test_choosing_nothing_is_refused_with_a_page(
    client: TestClient, form: dict[str, str], code: int
) -> None:
    reply = client.post("/choose", data=form, headers=HTML)
    assert reply.status_code == code
    title = {404: "Page introuvable", 422: "Demande incomplète"}[code]
    assert title in reply.text


def test_without_the_database_the_answer_is_shown_all_the_same(
    client: TestClient, service: Service, asked: Interaction
) -> None:
    lose_database(service)
    form = {"interaction_id": str(asked.id), "entry_id": "F53"}
    fragment = client.post("/choose", data=form, headers=FRAGMENT)
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<div class="card" data-entry="F53"')
    assert "feedback" not in fragment.text, "a verdict could not be kept either"
    page = client.post("/choose", data=form, headers=HTML)
    assert page.url.path == "/questions"
    assert page.url.fragment == "F53"
    unknown = client.post("/choose", data=form | {"entry_id": "Z99"}, headers=HTML)
    assert unknown.status_code == 404


def test_a_chosen_entry_that_left_the_corpus_is_offered_no_more(
    client: TestClient, service: Service, assistant: Assistant
) -> None:
    left = (shown("Z98"), shown("F53", 2), shown("F52", 3))
    asked = clarification(service.store, assistant, shown=left)
    service.store.choose(asked.id, "Z98", at=asked.asked_at)
    page = page_of(client, asked)
    assert wording.DID_YOU_MEAN in page
    assert offered(page) == ["F53", "F52"]
