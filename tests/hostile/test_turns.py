"""More than can be done soon: refused at once, and nothing else waits for it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from starlette.types import Message

from faqbot import wording
from faqbot.api import turns
from faqbot.api.failures import Failure, Kind
from faqbot.api.turns import WAITING, Turns
from tests.api.conftest import ANSWERED


async def _nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


WAITED_FOR = Request({"type": "http"}, _nothing)


async def test_more_than_can_be_answered_soon_is_refused_at_once() -> None:
    questions = Turns(1, Kind.BUSY)
    questions._present = WAITING  # as many wait
    async with AsyncExitStack() as held:
        await held.enter_async_context(questions.taken(WAITED_FOR))
        with pytest.raises(Failure) as refused:
            await held.enter_async_context(questions.taken(WAITED_FOR))
    assert (refused.value.status_code, refused.value.type) == (503, "busy")
    assert int(refused.value.headers["Retry-After"]) > 0
    assert questions._present == WAITING


async def test_nobody_waits_long_for_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "WAIT_S", 0.01)
    questions = Turns(1, Kind.BUSY)
    async with AsyncExitStack() as held:
        await held.enter_async_context(questions.taken(WAITED_FOR))
        with pytest.raises(Failure):
            await held.enter_async_context(questions.taken(WAITED_FOR))
        assert questions._present == 1


async def test_a_turn_ends_whatever_happens_in_it() -> None:
    questions = Turns(1, Kind.BUSY)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with questions.taken(WAITED_FOR):
                raise ZeroDivisionError
    async with questions.taken(WAITED_FOR):
        assert questions._present == 1


def test_questions_and_votes_keep_one_another_and_health_out_of_no_turn(
    small_client: TestClient,
) -> None:
    services = small_client.app.state.services  # type: ignore[attr-defined]
    question = {"question": ANSWERED}

    def vote() -> int:
        unknown = {"interaction_id": "0" * 32, "entry_id": "F1", "useful": True}
        return small_client.post("/api/v1/feedback", json=unknown).status_code

    services.asking._present = 10**6
    refused = small_client.post("/api/v1/chat", json=question)
    assert (refused.status_code, refused.json()["detail"]) == (503, wording.BUSY)
    assert int(refused.headers["Retry-After"]) > 0
    page = small_client.post("/ask", data=question, headers={"accept": "text/html"})
    assert (page.status_code, f">\n{ANSWERED}</textarea>" in page.text) == (503, True)
    # The filter of all questions asks the model, as suggestions do; the whole list does not.
    filtered = [small_client.get("/questions", params={"q": q}).status_code for q in ("pont", "")]
    assert filtered == [503, 200]
    assert vote() == 404
    services.asking._present, services.keeping._present = 0, 10**6
    assert small_client.post("/api/v1/chat", json=question).status_code == 200
    assert vote() == 503
    services.asking._present = 10**6
    assert [small_client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
