"""Two questions in one message, and long messages."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.evaluation.systems import ServedSystem

FRAGMENT = {"x-faqbot-fragment": "1"}
TWO = "À quoi sert le Proxy e-Santé ? Et pourquoi n’ai-je pas reçu le rappel d’expiration ?"
MAIL = (
    "Bonjour à toute l’équipe, pour donner un peu de contexte : nous avons suivi le webinaire "
    "de mardi, puis relu la documentation technique et le référentiel. Le déploiement chez nos "
    "clients est prévu pour la rentrée, une centaine d’établissements sont concernés, et notre "
    "direction attend un retour avant vendredi. J’ai déjà appelé la hotline sans succès. Le "
    "Proxy e-Santé est-il obligatoire ? Je vous remercie par avance pour votre retour. Bien "
    "cordialement, Claire, cheffe de produit, notre société est située à Lyon et joignable aux "
    "heures de bureau."
)


def test_two_questions_are_both_answered(client: TestClient, service: Service) -> None:
    body = client.post("/api/v1/chat", json={"question": TWO}).json()
    assert body["status"] == "answered"
    assert [it["entry_id"] for it in body["answers"]] == ["S05", "F54"]
    assert [it["asserted"] for it in body["answers"]] == [True, True]
    assert body["confidence"] == body["answers"][0]["confidence"]
    assert body["suggestions"] == []
    for answer in body["answers"]:
        verdict = {"interaction_id": body["interaction_id"], "entry_id": answer["entry_id"]}
        assert client.post("/api/v1/feedback", json=verdict | {"useful": True}).status_code == 201
    exchange = service.store.exchange(UUID(body["interaction_id"]))
    assert exchange is not None
    assert [it.asserted for it in exchange.interaction.shown] == [True, True]
    assert len(exchange.verdicts) == 2


def test_each_has_a_card_and_a_vote(client: TestClient) -> None:
    turn = client.post("/ask", data={"question": TWO}, headers=FRAGMENT).text
    assert re.findall(r'class="card" data-entry="(\w+)"', turn) == ["S05", "F54"]
    assert turn.count("feedback__ask") == 2
    assert "Autres réponses" not in turn
    # Read back from the database, too.
    session = re.search(r'data-session="([^"]+)"', turn)
    page = client.get(f"/?session={session[1]}").text  # type: ignore[index]
    assert re.findall(r'class="card" data-entry="(\w+)"', page) == ["S05", "F54"]


def test_of_one_question_the_first_alone_is_asserted(client: TestClient) -> None:
    body = client.post("/api/v1/chat", json={"question": "À quoi sert le Proxy e-Santé ?"}).json()
    assert [it["asserted"] for it in body["answers"]] == [True, False, False]


@pytest.mark.parametrize(
    "question",
    [
        # A wording of an entry, though it asks two things.
        "À quoi sert le Proxy e-Santé et est-il obligatoire ?",
        # The second question has no answer.
        "À quoi sert le Proxy e-Santé ? Et combien coûte un billet pour Lyon ?",
        # Both are answered by the same entry.
        "À quoi sert le Proxy e-Santé ? Le Proxy e-Santé est-il obligatoire ?",
    ],
)
def test_otherwise_a_message_is_read_as_before(assistant: Assistant, question: str) -> None:
    shown = assistant.ask(question).shown
    assert sum(offer.asserted for offer in shown) <= 1


def test_evaluation_sees_both(assistant: Assistant) -> None:
    ranking = ServedSystem(assistant).respond(TWO, ()).ranking
    assert [entry_id for entry_id, _ in ranking[:2]] == ["S05", "F54"]
    assert len({entry_id for entry_id, _ in ranking}) == 10


def test_in_a_long_message_the_sentence_that_asks_decides(assistant: Assistant) -> None:
    answer = assistant.ask(MAIL)
    assert answer.status == "answered"
    assert answer.shown[0].entry.id == "S05"
    assert answer.question == MAIL


def test_a_message_may_be_as_long_as_the_contract_says(client: TestClient) -> None:
    body = client.post("/api/v1/chat", json={"question": f"{MAIL} {'a' * 3000}"}).json()
    assert body["answers"][0]["entry_id"] == "S05"
    reply = client.post("/api/v1/chat", json={"question": "é" * (QUESTION_LIMIT + 1)})
    assert reply.status_code == 422
    assert "4000" in reply.json()["detail"]
