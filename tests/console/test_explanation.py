"""« Pourquoi cette réponse ? » on the real corpus, model and index."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from faqbot.answering.calibration import CalibratedRule
from faqbot.answering.decision import Thresholds
from faqbot.answering.features import FEATURES
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.console.access import Account, _reader, logged_in
from faqbot.console.explanation import _SIGNALS, explain
from faqbot.database.schema import interactions
from faqbot.settings import Settings
from tests.console.conftest import KEY
from tests.samples_of_use import NOON, interaction

QUESTION = "le proxy, on peut s’en passer"
FOLLOW_UP = "et est-il obligatoire ?"
BEFORE = "À quoi sert le Proxy e-Santé ?"


@pytest.fixture
def served(tmp_path: Path, assistant: Assistant) -> Iterator[tuple[TestClient, Service]]:
    """The console with the real assistant, as bob, who may look."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.db'}", secret_key=KEY)
    service = Service.open(settings, assistant)
    app = create_app(service)
    bob = Account("bob", "reader")
    app.dependency_overrides |= {logged_in: lambda: bob, _reader: lambda: bob}
    yield TestClient(app, headers={"accept": "text/html"}), service
    service.store.close()


def test_every_signal_has_a_french_name() -> None:
    assert set(_SIGNALS) == set(FEATURES)
    assert len(set(_SIGNALS.values())) == len(FEATURES)


def test_it_says_what_is_served_and_what_would_be_without_the_first_entry(
    assistant: Assistant,
) -> None:
    found = explain(assistant, QUESTION, ())
    assert found.answer == assistant.ask(QUESTION)
    first = found.candidates[0][0]
    assert first.id == "S05"
    assert found.without is not None
    assert found.without.ranking is not None
    assert first not in [it.entry for it in found.without.ranking.candidates]
    assert len(found.without.ranking.candidates) == len(assistant.corpus.entries) - 1
    assert {signal.name for signal in found.signals} == set(_SIGNALS.values())
    assert found.nearest[0].owner == "S05"
    similarities = [float(near.similarity.replace(",", ".")) for near in found.nearest]
    assert similarities == sorted(similarities, reverse=True)


@pytest.mark.parametrize(("tentative_at", "named"), [(0.7, True), (0.898, False)])
def test_nothing_is_called_likely_where_all_that_is_likely_is_asserted(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tentative_at: float, named: bool
) -> None:
    limits = Thresholds(answer_at=0.9, tentative_at=tentative_at, clarify_at=0.4)
    monkeypatch.setattr(CalibratedRule, "thresholds", lambda *_: limits)
    found = dict(explain(assistant, QUESTION, ()).thresholds)
    assert ("montrée comme probable" in found) == named
    assert (found["affirmée"], found["proposée parmi d’autres"]) == ("90\u00a0%", "40\u00a0%")


@pytest.mark.parametrize(
    ("question", "history", "remark"),
    [
        ("merci beaucoup", (), "small_talk"),
        ("Le proxy est-il vraiment obligatoire ?", (), "own_wording"),
        ("certificat", (), "bare_subject"),
        (FOLLOW_UP, (BEFORE,), "history"),
        ("Que veut dire EDC ?", (), "glossary"),
        ("À quoi sert le proxy ? Combien de temps dure l’habilitation ?", (), "several"),
        ("Qu’est-ce que l’iSC ?", ("Le proxy est-il obligatoire ?",), "alone"),
    ],
)
def test_it_names_what_decided_beside_the_confidence(
    assistant: Assistant, question: str, history: tuple[str, ...], remark: str
) -> None:
    found = explain(assistant, question, history)
    assert remark in found.remarks
    assert (found.alone is None) == (remark != "history")


def test_a_question_that_was_asked_is_explained_in_its_conversation_and_nothing_is_recorded(
    served: tuple[TestClient, Service],
) -> None:
    client, service = served
    service.store.record(interaction(question=BEFORE, asked_at=NOON - timedelta(minutes=1)))
    service.store.record(asked := interaction(question=FOLLOW_UP))
    page = client.get("/admin/why", params={"about": str(asked.id)})
    shown = html.unescape(page.text)
    assert "Les questions précédentes ont compté" in shown
    assert f">{BEFORE}</textarea>" in shown
    typed = client.post("/admin/why", data={"question": QUESTION})
    assert "Sans la fiche S05" in typed.text
    assert client.get("/admin/why").status_code == 200
    assert client.get("/admin/why", params={"about": str(uuid4())}).status_code == 404
    with service.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(interactions)).scalar() == 2


def test_it_is_for_accounts_only(client: TestClient) -> None:
    assert client.get("/admin/why").headers["location"].startswith("/admin/login")
    assert client.post("/admin/why", data={"question": "?"}).status_code == 401
