"""Duplicates and contradictions, as the console lists them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from fastapi.testclient import TestClient

from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.console.access import Account, _reader, logged_in
from faqbot.settings import Settings
from tests.api.small import small_assistant
from tests.console.conftest import KEY
from tests.review.test_pairs import FAQ
from tests.samples_of_use import interaction, shown

QUESTION = "<b>le pont</b>"


def test_a_pair_is_shown_with_its_answers_and_the_questions_between(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.db'}", secret_key=KEY)
    service = Service.open(settings, small_assistant(tmp_path, FAQ))
    asked = interaction(
        question=QUESTION,
        status="clarify",
        shown=(shown("F11"), shown("F12", 2)),
        asked_at=datetime.now(UTC),
    )
    service.store.record(asked)
    service.store.choose(asked.id, "F12", at=datetime.now(UTC))
    app = create_app(service)
    bob = Account("bob", "reader")
    app.dependency_overrides |= {logged_in: lambda: bob, _reader: lambda: bob}
    client = TestClient(app, headers={"accept": "text/html"})
    page = client.get("/admin/pairs").text
    assert QUESTION not in page
    said = unescape(page)
    assert f"«\u00a0{QUESTION}\u00a0»" in said
    assert "F11 venait en premier, l’utilisateur a choisi F12" in said
    assert "Chiffres qu’elle est seule à donner\u00a0: 3" in said
    assert "Valable 2 ans." in said
    assert "F13" not in said.split("<main")[1]
    assert "Aucune fiche ne ressemble" in client.get("/admin/pairs?theme=deux").text
    assert 'href="/admin/pairs?' in client.get("/admin/entries").text
    service.store.close()
