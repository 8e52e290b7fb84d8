"""Votes and decisions are for people to act upon: they never change an answer by themselves."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.conftest import ANSWERED


def shown(client: TestClient) -> dict[str, Any]:
    """What a newcomer gets, but for the names of the exchange."""
    body: dict[str, Any] = client.post("/api/v1/chat", json={"question": ANSWERED}).json()
    del body["interaction_id"], body["session_id"]
    return body


def test_an_answer_is_the_same_however_often_it_was_voted_down(client: TestClient) -> None:
    before = shown(client)
    for _ in range(5):
        reply = client.post("/api/v1/chat", json={"question": ANSWERED}).json()
        vote = {
            "interaction_id": reply["interaction_id"],
            "entry_id": reply["answers"][0]["entry_id"],
            "useful": False,
            "reason": "incorrect",
        }
        assert client.post("/api/v1/feedback", json=vote).status_code == 201
    assert shown(client) == before
