"""What a widget asks of the API besides: the FAQ itself, trees of answers, and themes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import ANSWERED, ClientFactory


def chat(client: TestClient, question: str, *themes: str) -> dict[str, Any]:
    reply = client.post("/api/v1/chat", json={"question": question, "themes": themes})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


def ids(offered: list[dict[str, Any]]) -> set[str]:
    return {entry["entry_id"] for entry in offered}


def test_the_faq_introduces_itself(small_client: TestClient) -> None:
    body = small_client.get("/api/v1/faq").json()
    assert body["title"] == "FAQ d’essai"
    assert body["publisher"] == "Éditeur d’essai"
    assert body["notice"] is None
    assert body["contact"] == "aide@example.org"
    assert body["entry_count"] == 5
    assert body["themes"] == [{"id": "un", "label": "Un"}, {"id": "deux", "label": "Deux"}]
    # A brief one of each theme, then the next brief ones, in the order of the FAQ.
    assert [example["entry_id"] for example in body["examples"]] == ["F12", "F13", "F14", "F15"]
    assert body["examples"][0]["question"] == "Où est le pont ?"


def test_examples_keep_to_themes(small_client: TestClient) -> None:
    body = small_client.get("/api/v1/faq", params={"themes": ["deux"]}).json()
    assert ids(body["examples"]) == {"F14", "F15"}
    assert body["entry_count"] == 5


def test_an_answer_is_a_tree_too(small_client: TestClient) -> None:
    (answer,) = [
        found
        for found in chat(small_client, "Où est le pont ?")["answers"]
        if found["entry_id"] == "F12"
    ]
    assert answer["theme_label"] == "Un"
    assert answer["answer_nodes"] == [
        {
            "tag": "p",
            "children": [
                "Sur l’eau : ",
                {"tag": "a", "children": ["carte"], "href": "https://www.example.org/carte"},
                ".",
            ],
        }
    ]


def test_highlights_are_marks_of_the_tree(small_client: TestClient) -> None:
    first = chat(small_client, "Combien vaut un pont ?")["answers"][0]
    (start, end) = first["highlights"][0]
    marked = first["answer_text"][start:end]

    def text(nodes: list[Any], *, inside: bool) -> str:
        return "".join(
            (node if inside else "")
            if isinstance(node, str)
            else text(node["children"], inside=inside or node["tag"] == "mark")
            for node in nodes
        )

    assert marked == text(first["answer_nodes"], inside=False)
    assert text(first["answer_nodes"], inside=True) == first["answer_text"]


def test_entries_have_trees_and_labels(small_client: TestClient) -> None:
    listed = small_client.get("/api/v1/entries").json()
    assert [entry["theme_label"] for entry in listed] == ["Un"] * 3 + ["Deux"] * 2
    assert small_client.get("/api/v1/entries/F13").json()["answer_nodes"] == [
        {"tag": "p", "children": ["Le gardien."]}
    ]


def test_within_its_theme_an_answer_stays_one(small_client: TestClient) -> None:
    body = chat(small_client, "Combien vaut une porte ?", "deux")
    assert body["status"] == "answered"
    assert body["answers"][0]["entry_id"] == "F14"
    assert ids(body["answers"]) | ids(body["suggestions"]) <= {"F14", "F15"}


def test_an_answer_of_another_theme_is_not_shown(small_client: TestClient) -> None:
    whole = chat(small_client, "Combien vaut une porte ?")
    assert whole["answers"][0]["entry_id"] == "F14"
    body = chat(small_client, "Combien vaut une porte ?", "un")
    assert body["status"] != "answered"
    assert ids(body["answers"]) | ids(body["suggestions"]) <= {"F11", "F12", "F13"}
    assert body["confidence"] < whole["confidence"]


def test_a_restricted_answer_is_recorded_and_can_be_judged(small_client: TestClient) -> None:
    body = chat(small_client, "Combien vaut une porte ?", "deux")
    vote = {"interaction_id": body["interaction_id"], "entry_id": "F14", "useful": True}
    assert small_client.post("/api/v1/feedback", json=vote).status_code == 201


def test_courtesies_know_no_themes(small_client: TestClient) -> None:
    assert chat(small_client, "Bonjour", "deux")["small_talk"] == "greeting"


def test_suggestions_keep_to_themes(small_client: TestClient) -> None:
    def suggested(*themes: str) -> set[str]:
        query = {"q": "combien", "themes": list(themes)}
        return ids(small_client.get("/api/v1/suggest", params=query).json())

    assert suggested() == suggested("un", "deux") == {"F11", "F14"}
    assert suggested("deux") == {"F14"}


@pytest.mark.parametrize("route", ["chat", "suggest", "faq"])
def test_an_unknown_theme_is_refused_with_the_known_ones(
    small_client: TestClient, route: str
) -> None:
    reply = (
        small_client.post("/api/v1/chat", json={"question": "a", "themes": ["un", "trois"]})
        if route == "chat"
        else small_client.get(f"/api/v1/{route}", params={"q": "a", "themes": ["trois"]})
    )
    assert (reply.status_code, reply.json()["type"]) == (422, "theme_unknown")
    assert reply.json()["detail"].endswith("un, deux.")


def test_typing_never_uses_up_what_asking_may(make_small_client: ClientFactory) -> None:
    client = make_small_client(rate_limit="2/minute")

    def suggest() -> int:
        return client.get("/api/v1/suggest", params={"q": "pont"}).status_code

    assert [suggest() for _ in range(21)] == [200] * 20 + [429]
    assert client.get("/questions", params={"q": "pont"}).status_code == 429
    assert client.get("/questions").status_code == 200
    chat(client, "Où est le pont ?")
    chat(client, "Où est le pont ?")
    refused = client.post("/api/v1/chat", json={"question": "a"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_the_real_faq_answers_within_a_theme_as_without(client: TestClient) -> None:
    whole, within = chat(client, ANSWERED), chat(client, ANSWERED, "proxy-esante")
    assert whole["answers"][0] == within["answers"][0]
    assert within["confidence"] == whole["confidence"]
    elsewhere = chat(client, ANSWERED, "certificats")
    assert elsewhere["status"] in {"clarify", "no_answer"}
    labels = {answer["theme_label"] for answer in elsewhere["answers"]}
    assert labels <= {"Certificats et IGC-Santé"}
