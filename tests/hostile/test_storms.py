"""A real server under more than it can do, beside clients that stall, and killed amid votes."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import pytest

from faqbot import wording
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.browser.conftest import serve
from tests.conftest import ENGINES
from tests.hostile.damage import CASES
from tests.hostile.test_connections import HALF_BODY
from tests.samples_of_use import figures

LIVES = max(2, CASES // 100)
AT_ONCE, ASKED = 8, 300


def vote_on(
    address: str, acknowledged: list[tuple[UUID, str, bool]], numbers: Iterator[int]
) -> None:
    """Ask and vote until the server is gone, and note what it acknowledged."""
    with httpx2.Client(base_url=address, timeout=30) as client, suppress(httpx2.TransportError):
        for number in numbers:
            chat = {"question": f"Le Proxy e-Santé est-il obligatoire ? (cas {number})"}
            reply = client.post("/api/v1/chat", json=chat)
            if reply.status_code == 503:  # a busy machine
                continue
            turn, useful = reply.json(), number % 2 == 0
            voted, entry = turn["interaction_id"], turn["answers"][0]["entry_id"]
            verdict = {"interaction_id": voted, "entry_id": entry, "useful": useful}
            if client.post("/api/v1/feedback", json=verdict).status_code == 201:
                acknowledged.append((UUID(voted), entry, useful))


@pytest.mark.parametrize("engine", ENGINES)
def test_kill_9_amid_votes_loses_none_that_was_acknowledged(
    request: pytest.FixtureRequest,
    settings: Settings,
    tmp_path: Path,
    assistant: object,
    engine: str,
) -> None:
    del assistant  # only makes sure that model and index are in place
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    chance, acknowledged, numbers = random.Random(0), [], iter(range(10_000))  # noqa: S311
    for life in range(LIVES):
        running = serve(settings, tmp_path / "faqbot.sqlite3", url)
        enough = len(acknowledged) + chance.randrange(10, 60)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                voting = [
                    pool.submit(vote_on, running.address, acknowledged, numbers)
                    for _ in range(AT_ONCE)
                ]
                while len(acknowledged) < enough and not any(it.done() for it in voting):
                    threading.Event().wait(0.005)
            finally:
                running.process.kill()  # SIGKILL: no handler, no flush, no goodbye
                running.process.wait(timeout=20)
        for it in voting:
            it.result()
        assert len(acknowledged) >= enough, life
    with FeedbackStore.open(url) as store:
        for voted, entry, useful in acknowledged:
            exchange = store.exchange(voted)
            assert exchange is not None
            (verdict,) = exchange.verdicts
            assert (verdict.entry_id, verdict.useful) == (entry, useful)


async def ask_at_once(address: str) -> tuple[list[httpx2.Response], list[int]]:
    """Ask far more at once than is let wait; ask for health all the while."""
    unbounded = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=unbounded) as client:

        async def ask(number: int) -> httpx2.Response:
            question = f"Combien de temps vaut un certificat ? (cas {number})"
            return await client.post("/api/v1/chat", json={"question": question})

        asking = asyncio.gather(*map(ask, range(ASKED)))
        health = []
        while not asking.done():
            health.append((await client.get("/healthz")).status_code)
        return await asking, health


def test_too_much_at_once_is_refused_in_words_while_health_and_records_go_on(
    settings: Settings, tmp_path: Path, assistant: object
) -> None:
    del assistant
    running = serve(settings, tmp_path / "faqbot.sqlite3")
    place = urlsplit(running.address)
    with ExitStack() as stalled:
        stalled.callback(running.process.kill)
        # Half a head, half a body, a page that nobody reads.
        for sent in (
            b"GET / HTTP/1.1\r\nHost:",
            HALF_BODY,
            b"GET /questions HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            for _ in range(30):
                client = socket.create_connection((place.hostname, place.port), timeout=30)
                stalled.enter_context(client)
                client.sendall(sent)
        replies, health = asyncio.run(ask_at_once(running.address))
        again = httpx2.post(f"{running.address}/api/v1/chat", json={"question": "Qui contacter ?"})
    running.process.wait(timeout=20)
    statuses = Counter(reply.status_code for reply in replies)
    assert set(statuses) == {200, 503}
    assert set(health) == {200}
    for reply in replies:
        if reply.status_code == 503:
            assert int(reply.headers["retry-after"]) > 0
            assert reply.json()["detail"] == wording.BUSY
    recorded = [
        it.json()["interaction_id"]
        for it in replies
        if it.status_code == 200 and it.json()["recorded"]
    ]
    assert again.status_code == 200
    with FeedbackStore.open(f"sqlite:///{running.database}") as store:
        assert all(store.exchange(UUID(it)) for it in recorded)
        assert figures(store).questions == len(recorded) + again.json()["recorded"]
