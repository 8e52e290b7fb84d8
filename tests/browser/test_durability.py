"""An acknowledged vote survives the death of the server."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.browser.conftest import serve


def vote(address: str, *, useful: bool) -> tuple[UUID, str, bool]:
    """Ask, vote, and return what the server acknowledged."""
    with httpx2.Client(base_url=address, timeout=30) as client:
        body = client.post("/api/v1/chat", json={"question": "proxy e-santé obligatoire"}).json()
        shown = body["answers"][0]["entry_id"]
        verdict = {
            "interaction_id": body["interaction_id"],
            "entry_id": shown,
            "useful": useful,
        }
        assert client.post("/api/v1/feedback", json=verdict).status_code == 201
    return UUID(body["interaction_id"]), shown, useful


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killing_the_server_between_two_votes_loses_none(
    request: pytest.FixtureRequest,
    settings: Settings,
    tmp_path: Path,
    assistant: object,
    engine: str,
) -> None:
    del assistant  # only makes sure that model and index are in place
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres").create()
    acknowledged = []
    for _life in range(2):
        running = serve(settings, tmp_path / "faqbot.sqlite3", url)
        try:
            acknowledged += [vote(running.address, useful=useful) for useful in (True, False)]
        finally:
            running.process.kill()  # SIGKILL: no handler, no flush, no goodbye
            running.process.wait(timeout=20)
    with FeedbackStore.open(url) as store:
        kept = []
        for interaction_id, _entry, _useful in acknowledged:
            exchange = store.exchange(interaction_id)
            assert exchange is not None
            (verdict,) = exchange.verdicts
            kept.append((interaction_id, verdict.entry_id, verdict.useful))
    assert kept == acknowledged
