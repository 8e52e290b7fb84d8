"""The first of a choice that leads clearly is shown at once, as likely; the others beneath."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.answering.decision import Judgement
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.database.records import Interaction
from faqbot.retrieval.ranking import Ranking
from faqbot.settings import Settings
from tests.api.recorded import clarification
from tests.samples_of_use import shown

QUESTION = "Combien vaut le pont de la porte ?"
LIKELY = f'<strong class="likely__mark">{wording.TENTATIVE}</strong>'


class Likely:
    """Takes the first candidate of everything for likely."""

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        return Judgement("clarify", (0.7, 0.1, 0.05, 0.01)[:depth], tentative=True)


@pytest.fixture
def service(small: Assistant, tmp_path: Path) -> Iterator[Service]:
    assistant = dataclasses.replace(small, rule=Likely())
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'likely.sqlite3'}")
    service = Service.open(settings, assistant)
    yield service
    service.store.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as client:
        yield client


def asked(client: TestClient, question: str = QUESTION) -> dict[str, Any]:
    reply = client.post("/api/v1/chat", json={"question": question})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


def page_of(client: TestClient, session: object) -> str:
    return html.unescape(client.get("/", params={"session": str(session)}).text)


def folded(page: str) -> list[str]:
    """What stands beneath the likely answer, folded, to choose from."""
    (fold,) = re.findall(r'<details class="fold">(.*?)</details>', page, re.DOTALL)
    assert f"<summary><h3>{wording.NOT_THIS}</h3></summary>" in fold
    return re.findall(r'data-entry="(\w+)"><form method="post" action="/choose"', fold)


def test_the_api_marks_the_first_answer_of_a_choice(client: TestClient) -> None:
    body = asked(client)
    assert body["status"] == "clarify"
    assert [answer["tentative"] for answer in body["answers"]] == [True, False, False]


def test_every_answer_comes_with_a_line_of_it(client: TestClient) -> None:
    """It begins with what is marked, which this model chooses by its letters."""
    lines = {answer["entry_id"]: answer["excerpt"] for answer in asked(client)["answers"]}
    assert (lines["F11"], lines["F12"]) == ("Il dure longtemps.", "Sur l’eau : carte.")


def test_the_description_of_the_api_tells_of_it(client: TestClient) -> None:
    answer = client.get("/openapi.json").json()["components"]["schemas"]["AnswerBody"]
    assert "as likely" in answer["properties"]["tentative"]["description"]
    assert {"tentative", "excerpt"} <= answer["properties"].keys()


def test_the_page_shows_the_likely_answer_in_full_and_folds_the_others(client: TestClient) -> None:
    body = asked(client)
    first, *others = (answer["entry_id"] for answer in body["answers"])
    page = page_of(client, body["session_id"])
    assert f'<div class="card" data-entry="{first}"' in page
    assert page.count(LIKELY) == 1
    assert wording.TENTATIVE_LEAD in page
    assert page.count('class="answer__text"') == page.count('class="provenance ') == 1
    assert f'id="avis-{body["interaction_id"]}-{first}"' in page
    assert f'data-announcement="{wording.TENTATIVE}."' in page
    assert folded(page) == others
    assert wording.DID_YOU_MEAN not in page


def test_a_vote_on_the_likely_answer_is_a_vote(client: TestClient) -> None:
    body = asked(client)
    first = body["answers"][0]["entry_id"]
    vote = {"interaction_id": body["interaction_id"], "entry_id": first, "useful": "true"}
    reply = client.post("/vote", data=vote, follow_redirects=False)
    assert reply.headers["location"].endswith(f"#avis-{body['interaction_id']}-{first}")
    page = page_of(client, body["session_id"])
    assert "Merci\u202f! Vous avez trouvé cette réponse utile." in page
    assert LIKELY in page


def test_choosing_another_shows_that_one_and_offers_the_likely_one_again(
    client: TestClient, service: Service
) -> None:
    body = asked(client)
    first, second, third = (answer["entry_id"] for answer in body["answers"])
    form = {"interaction_id": body["interaction_id"], "entry_id": second}
    client.post("/choose", data=form)
    page = page_of(client, body["session_id"])
    assert f'<div class="card" data-entry="{second}"' in page
    assert LIKELY not in page
    assert "Ce n’était pas cela\u202f?" in page
    offered = re.findall(r'data-entry="(\w+)"><form method="post" action="/choose"', page)
    assert offered == [first, third]
    (exchange,) = service.store.conversation(UUID(body["session_id"]))
    assert (exchange.choice, exchange.interaction.tentative) == (second, True)

    client.post("/choose", data=form | {"entry_id": first})
    page = page_of(client, body["session_id"])
    assert f'<div class="card" data-entry="{first}"' in page
    assert LIKELY not in page, "what a person chose is no guess any more"


def test_what_is_kept_about_a_conversation_says_so(client: TestClient) -> None:
    body = asked(client)
    kept = client.get(f"/api/v1/session/{body['session_id']}").json()
    assert kept["interactions"][0]["tentative"] is True


def test_a_likely_answer_that_left_the_corpus_leaves_a_plain_choice(
    client: TestClient, service: Service
) -> None:
    left: tuple[Any, ...] = (shown("Z98"), shown("F11", 2), shown("F12", 3))
    gone: Interaction = clarification(service.store, service.assistant, shown=left, tentative=True)
    page = page_of(client, gone.session_id)
    assert LIKELY not in page
    assert wording.DID_YOU_MEAN in page


def test_a_plain_choice_shows_a_line_of_each_answer(client: TestClient, service: Service) -> None:
    text = "Un pont vaut cher. Il dure longtemps."
    start = text.index("Il dure")
    marked = shown("F11", highlights=((start, len(text)),))
    plain = clarification(service.store, service.assistant, shown=(marked, shown("F13", 2)))
    page = page_of(client, plain.session_id)
    lines = re.findall(r'<span class="candidate__excerpt">(.*?)</span>', page)
    assert lines == ["Il dure longtemps.", "Le gardien."]
    assert wording.TENTATIVE not in page
