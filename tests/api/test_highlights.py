"""Passages that respond best: in the API's text, and marked on the page."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from fastapi.testclient import TestClient

from faqbot.api.contract import ChatResponse
from faqbot.api.presenter import TurnView
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.database.records import Exchange
from tests.api.conftest import ANSWERED
from tests.api.recorded import clarification
from tests.samples_of_use import shown


def test_an_answers_highlights_are_told_and_kept(service: Service, assistant: Assistant) -> None:
    answer = assistant.ask(ANSWERED)
    first = replace(answer.shown[0], highlights=((0, 5), (8, 9)))
    answer = replace(answer, shown=(first, *answer.shown[1:]))
    interaction = replace(assistant.interaction(answer), id=uuid4())
    turn = TurnView.of(Exchange(interaction, ()), assistant.corpus)
    body = ChatResponse.model_validate(turn, from_attributes=True).model_dump(mode="json")
    assert body["answers"][0]["highlights"] == [[0, 5], [8, 9]]
    service.store.record(interaction)
    found = service.store.exchange(interaction.id)
    assert found is not None
    assert found.interaction.shown[0].highlights == ((0, 5), (8, 9))


def test_highlights_are_marked_as_long_as_the_corpus_is_the_same(
    client: TestClient, service: Service, assistant: Assistant
) -> None:
    for digest, marks in ((assistant.corpus.digest, 1), ("0" * 64, 0)):
        asked = clarification(
            service.store,
            assistant,
            status="answered",
            question=ANSWERED,
            corpus_digest=digest,
            shown=(shown("S05", highlights=((3, 17),)),),
        )
        page = client.get("/", params={"session": str(asked.session_id)}).text
        assert page.count("<mark>Proxy e-Santé </mark>") == marks
        assert page.count("<mark>") == marks
