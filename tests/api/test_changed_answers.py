"""Conversations that showed a text which has been changed or removed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.database.records import Exchange, Interaction
from faqbot.settings import Settings
from tests.api.small import FAQ, small_assistant
from tests.samples import corpus
from tests.samples_of_use import interaction, shown

BRIDGE, WHERE, GUARD, *DOORS = FAQ.entries
EDITED = corpus(replace(BRIDGE, answer="Un pont vaut peu."), WHERE, *DOORS)
"""F11 says something else, F13 is gone, the others are as they were."""
FRAGMENT = {"x-faqbot-fragment": "1"}


@pytest.fixture
def former(tmp_path: Path) -> Iterator[Service]:
    """What was served when the questions were asked."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'small.sqlite3'}")
    yield (service := Service.open(settings, small_assistant(tmp_path / "former")))
    service.store.close()


@pytest.fixture
def client(former: Service, tmp_path: Path) -> TestClient:
    """The page as it is served now."""
    now = former.serving(small_assistant(tmp_path / "now", EDITED))
    return TestClient(create_app(now), raise_server_exceptions=False, follow_redirects=False)


def asked(former: Service, question: str) -> Interaction:
    reply = former.ask(question, None)
    assert reply.interaction.status == "answered"
    return reply.interaction


def offered(former: Service, *ids: str) -> Interaction:
    """Record that these were offered to choose from."""
    digests = {entry.id: entry.text_digest for entry in FAQ.entries}
    found = tuple(
        replace(shown(entry_id, rank), text_digest=digests[entry_id])
        for rank, entry_id in enumerate(ids, start=1)
    )
    former.store.record(asking := interaction(status="clarify", shown=found))
    return asking


def page(client: TestClient, turn: Interaction) -> str:
    reply = client.get("/", params={"session": str(turn.session_id)})
    assert reply.status_code == 200
    return reply.text


def kept(former: Service, turn: Interaction) -> Exchange:
    found = former.store.exchange(turn.id)
    assert found is not None
    return found


def test_an_answer_that_was_changed_says_so(former: Service, client: TestClient) -> None:
    text = page(client, asked(former, BRIDGE.question))
    assert "Un pont vaut peu." in text
    assert text.count(wording.ANSWER_CHANGED) == 1


def test_an_answer_that_stayed_keeps_its_marks_whatever_else_was_edited(
    former: Service, client: TestClient
) -> None:
    first = replace(shown("F12", highlights=((0, 9),)), text_digest=WHERE.text_digest)
    former.store.record(turn := interaction(shown=(first,)))
    text = page(client, turn)
    assert wording.ANSWER_CHANGED not in text
    assert "<mark>Sur l’eau</mark>" in text


def test_what_earlier_versions_kept_is_not_called_changed(
    former: Service, client: TestClient
) -> None:
    former.store.record(turn := interaction(shown=(shown("F11"),)))
    assert wording.ANSWER_CHANGED not in page(client, turn)


def test_an_answer_that_is_gone_leaves_its_place_empty_and_the_vote_stands(
    former: Service, client: TestClient
) -> None:
    turn = asked(former, GUARD.question)
    form = {"interaction_id": str(turn.id), "entry_id": "F13"}
    text = page(client, turn)
    assert wording.ANSWER_GONE in text
    assert turn.question in text
    assert wording.ANSWER_CHANGED not in text
    said = client.post("/vote", data={**form, "useful": "false"}, headers=FRAGMENT)
    assert said.status_code == 200
    assert "cette réponse ne vous a pas été utile" in said.text
    assert client.post("/vote", data={**form, "useful": "true"}).status_code == 303
    again = client.post("/api/v1/feedback", json={**form, "useful": False, "reason": "outdated"})
    assert again.status_code == 200
    (verdict,) = kept(former, turn).verdicts
    assert (verdict.useful, verdict.reason) == (False, "outdated")


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_choice_that_is_gone_is_kept_and_said(
    former: Service, client: TestClient, headers: dict[str, str]
) -> None:
    turn = offered(former, "F13", "F11")
    form = {"interaction_id": str(turn.id), "entry_id": "F13"}
    reply = client.post("/choose", data=form, headers=headers)
    text = reply.text if headers else page(client, turn)
    assert reply.status_code in {200, 303}
    assert wording.ANSWER_GONE in text
    assert BRIDGE.question in text
    assert kept(former, turn).choice == "F13"


def test_a_question_asked_back_of_which_nothing_is_left_says_so(
    former: Service, client: TestClient
) -> None:
    text = page(client, offered(former, "F13"))
    assert wording.ANSWER_GONE in text
    assert wording.DID_YOU_MEAN not in text


def test_what_is_kept_names_the_text_that_was_shown(former: Service, client: TestClient) -> None:
    turn = asked(former, BRIDGE.question)
    body = client.get(f"/api/v1/session/{turn.session_id}").json()
    assert body["interactions"][0]["shown"][0]["text_digest"] == BRIDGE.text_digest
