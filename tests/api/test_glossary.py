"""What the glossary answers, wherever it is shown, voted on and counted."""

from __future__ import annotations

import html
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.evaluation.systems import ServedSystem
from tests.samples_of_use import figures

FRAGMENT = {"x-faqbot-fragment": "1"}
CNDA = "glossary:CNDA"
MEANING = "CNDA\u00a0: Centre National de Dépôt et d’Agrément"


def test_the_meaning_of_an_acronym_is_answered_from_the_glossary(client: TestClient) -> None:
    body = client.post("/api/v1/chat", json={"question": "Qu’est-ce que le CNDA ?"}).json()
    (answer,) = body["answers"]
    assert (body["status"], body["confidence"], body["fallback"]) == ("answered", 1.0, None)
    assert (answer["kind"], answer["entry_id"], answer["asserted"]) == ("glossary", CNDA, True)
    assert answer["question"] == "Que signifie CNDA\u202f?"
    assert answer["answer_text"] == MEANING
    assert answer["answer_nodes"][0]["children"][0]["children"] == ["CNDA"]
    assert answer["theme_label"] == "Sigles"
    assert answer["provenance"]["label"] == "Glossaire de la FAQ\u00a0:"
    assert "développement usuel" in answer["provenance"]["source_title"]
    assert answer["provenance"]["source_url"] == ""
    assert len(body["suggestions"]) == 3
    assert not any(it["entry_id"].startswith("glossary") for it in body["suggestions"])


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("que signifie LPS ?", "glossary:LPS"),
        ("c'est quoi le DMP", "glossary:DMP"),
        ("PSC ? definition", "glossary:PSC"),
        ("what does ASP stand for?", "glossary:ASP"),
        ("ke veu dir PSC", "glossary:PSC"),
        ("PASSI signification", "glossary:PASSI"),
        # By themselves, where no entry is for them.
        ("EDC", "glossary:EDC"),
        ("Bonjour, MIE ?", "glossary:MIE"),
        # Wordings of entries, and questions that ask for more, stay theirs.
        ("NIE signification", "F30"),
        ("c’est quoi edit", "F37"),
        ("Qu’est-ce que l’EDC PSC ?", "F39"),
    ],
)
def test_an_entry_that_is_asked_keeps_its_question(
    assistant: Assistant, question: str, entry_id: str
) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert answer.shown[0].entry.id == entry_id


def test_what_asks_for_more_or_is_unknown_is_no_definition(assistant: Assistant) -> None:
    for question in (
        "Qu’est-ce que l’homologation CNDA et qui doit l’obtenir ?",
        "Que signifie XQZ ?",
    ):
        shown = assistant.ask(question).shown
        assert all(offer.entry.kind == "entry" for offer in shown)


def test_a_definition_can_be_voted_on_and_is_counted(client: TestClient, service: Service) -> None:
    body = client.post("/api/v1/chat", json={"question": "CNDA signification"}).json()
    verdict = {"interaction_id": body["interaction_id"], "entry_id": CNDA, "useful": False}
    assert client.post("/api/v1/feedback", json=verdict).status_code == 201
    exchange = service.store.exchange(UUID(body["interaction_id"]))
    assert exchange is not None
    assert exchange.interaction.shown[0].entry_id == CNDA
    assert [row["entry_id"] for row in service.store.export_rows()] == [CNDA]
    stats = figures(service.store)
    assert stats.questions == 1
    kept = client.get(f"/api/v1/session/{body['session_id']}").json()
    shown = kept["interactions"][0]["shown"]
    assert [it["asserted"] for it in shown] == [True, False, False, False]
    assert len({it["rank"] for it in shown}) == 4


def test_the_page_shows_it_with_what_is_related(client: TestClient) -> None:
    question = {"question": "c’est quoi le CNDA"}
    turn = html.unescape(client.post("/ask", data=question, headers=FRAGMENT).text)
    assert MEANING.removeprefix("CNDA") in turn
    assert "Questions proches dans la FAQ" in turn
    assert f'href="/questions#{CNDA}">Sigles</a>' in turn
    assert "copie de la page" not in turn
    address = client.post("/ask", data=question, follow_redirects=False).headers["location"]
    page = html.unescape(client.get(address).text)
    assert MEANING.removeprefix("CNDA") in page
    assert page.count('name="useful" value="true"') == 1


def test_a_definition_has_a_place_of_its_own(client: TestClient) -> None:
    assert f'id="{CNDA}"' in client.get("/questions").text
    assert "58\u00a0questions" in html.unescape(client.get("/questions").text)
    assert client.get(f"/api/v1/entries/{CNDA}").json()["answer_text"] == MEANING
    assert {it["kind"] for it in client.get("/api/v1/entries").json()} == {"entry"}


def test_evaluation_sees_what_was_said(assistant: Assistant) -> None:
    response = ServedSystem(assistant).respond("Que veut dire LPS ?", ())
    assert response.status == "answered"
    assert response.shown == ("glossary:LPS",)
    ids, scores = zip(*response.ranking, strict=True)
    assert ids[0] == "glossary:LPS"
    assert list(scores) == sorted(scores, reverse=True)
    assert len(ids) == len(set(ids)) == 10
