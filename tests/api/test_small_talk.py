from __future__ import annotations

import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api.service import Service
from tests.samples_of_use import figures

FRAGMENT = {"x-faqbot-fragment": "1"}
KINDS = [
    ("Bonjour", "greeting"),
    ("merci bcp !", "thanks"),
    ("t’es un robot ?", "identity"),
    ("au revoir", "farewell"),
    ("ok", "acknowledged"),
    ("x", "unclear"),
]


@pytest.mark.parametrize(("message", "kind"), KINDS)
def test_a_courtesy_gets_a_courteous_reply(
    client: TestClient, service: Service, message: str, kind: str
) -> None:
    body = client.post("/api/v1/chat", json={"question": message}).json()
    assert body["small_talk"] == kind
    assert (body["status"], body["confidence"]) == ("no_answer", 0.0)
    assert body["answers"] == body["suggestions"] == []
    assert body["fallback"] == {
        "message": wording.SMALL_TALK[kind].format(count=58),
        "contact": "ans-support-convergence@esante.gouv.fr",
    }
    exchange = service.store.exchange(UUID(body["interaction_id"]))
    assert exchange is not None
    assert exchange.interaction.small_talk == kind


def test_a_courtesy_is_counted_apart(client: TestClient, service: Service) -> None:
    client.post("/api/v1/chat", json={"question": "Merci"})
    metrics = client.get("/metrics").text
    assert 'faqbot_answer_seconds_count{status="small_talk"} 1.0' in metrics
    assert 'status="no_answer"' not in metrics
    stats = figures(service.store)
    assert (stats.questions, stats.small_talk) == (0, 1)


def test_a_courtesy_with_a_question_is_a_question(client: TestClient) -> None:
    question = "Bonjour, le Proxy e-Santé est-il obligatoire ? Merci"
    body = client.post("/api/v1/chat", json={"question": question}).json()
    assert body["small_talk"] is None
    assert body["answers"][0]["entry_id"] == "S05"


@pytest.mark.parametrize(("message", "kind"), KINDS)
def test_the_page_replies_without_a_card_and_offers_a_beginning(
    client: TestClient, message: str, kind: str
) -> None:
    turn = client.post("/ask", data={"question": message}, headers=FRAGMENT).text
    reply = wording.SMALL_TALK[kind].format(count=58)
    assert f'<p class="courtesy">{reply}</p>' in turn
    assert f'data-announcement="{reply}"' in turn
    assert "card" not in turn
    assert "feedback" not in turn
    assert "Nous n’avons pas trouvé la réponse dans la FAQ" not in turn
    examples = re.findall(r'<button class="choice" type="submit">', turn)
    assert len(examples) == (4 if kind in {"greeting", "identity"} else 0)


def test_a_courtesy_is_found_again_after_reloading(client: TestClient) -> None:
    page = client.post("/ask", data={"question": "Bonjour"}).text
    assert wording.SMALL_TALK["greeting"].format(count=58) in page
    assert "Nous n’avons pas trouvé la réponse dans la FAQ" not in page
