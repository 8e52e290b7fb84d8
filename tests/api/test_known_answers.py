"""What is asked again is answered as before, without being ranked again."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot.api import known_answers
from faqbot.api.known_answers import Known, KnownAnswers
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.settings import Settings
from tests.api.conftest import ClientFactory
from tests.api.small import small_assistant
from tests.samples_of_use import interaction

NO_THEMES: frozenset[str] = frozenset()


def test_an_answer_is_of_a_question_after_the_same_ones_within_the_same_themes() -> None:
    known = KnownAnswers()
    cases = [("a", (), NO_THEMES), ("a", ("b",), NO_THEMES), ("a", (), frozenset({"b"}))]
    assert [known.find(*case) for case in cases] == [None] * 3
    answers = [interaction(confidence=n / 10) for n in range(3)]
    for case, answer in zip(cases, answers, strict=True):
        known.keep(*case, answer)
    assert [known.find(*case) for case in cases] == [Known(answer) for answer in answers]


def test_nothing_is_kept_of_who_asked(make_small_client: ClientFactory) -> None:
    client = make_small_client()
    questions = ("Où est le pont de Jeanne Martin ?", "Où est le pont ?")
    asked = [
        client.post("/api/v1/chat", json={"question": question}).json()
        for question in questions * 3
    ]
    known = client.app.state.services.service.known  # type: ignore[attr-defined]
    kept = repr(vars(known))
    assert "F12" in kept
    for reply in asked:
        for personal in (reply["question"], reply["interaction_id"], reply["session_id"]):
            assert personal not in kept


def test_what_was_asked_for_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_answers, "MOST", 2)
    known = KnownAnswers()
    for question in ("a", "b"):
        known.keep(question, (), NO_THEMES, interaction())
    assert known.find("a", (), NO_THEMES)
    known.keep("c", (), NO_THEMES, interaction())
    found = {question: known.find(question, (), NO_THEMES) for question in "abc"}
    assert [question for question, answer in found.items() if answer] == ["a", "c"]


def test_a_reply_to_a_known_question_differs_in_its_ids_alone(
    make_small_client: ClientFactory,
) -> None:
    client = make_small_client()
    replies = [client.post("/api/v1/chat", json={"question": "Où est le pont ?"}) for _ in range(3)]
    first, *others = [reply.json() for reply in replies]
    ids = {"interaction_id", "session_id"}
    for other in others:
        assert {name for name in first if first[name] != other[name]} == ids
    figures = client.get("/metrics").text
    assert 'faqbot_known_answers_total{known="true"} 2.0' in figures
    assert 'faqbot_known_answers_total{known="false"} 1.0' in figures


def test_a_known_answer_is_given_without_a_turn_and_without_the_database(
    make_small_client: ClientFactory, tmp_path: Path
) -> None:
    client = make_small_client()
    question = {"question": "Où est le pont ?"}
    *_, before = [client.post("/api/v1/chat", json=question).json() for _ in range(3)]
    client.app.state.services.asking._present = 10**6  # type: ignore[attr-defined]
    (tmp_path / "small.sqlite3").rename(tmp_path / "away.sqlite3")
    reply = client.post("/api/v1/chat", json=question)
    assert reply.status_code == 200
    ids = {"interaction_id", "session_id"}
    assert {name for name in before if reply.json()[name] != before[name]} == {*ids, "recorded"}
    assert reply.json()["recorded"] is False
    assert client.post("/api/v1/chat", json={"question": "autre"}).status_code == 503


def test_what_is_personal_is_taken_out_and_counted_each_time(
    make_small_client: ClientFactory,
) -> None:
    client = make_small_client()
    question = {"question": "Je suis Jeanne Martin, mot de passe : Xk2Wq9Lz7. Où est le pont ?"}
    replies = [client.post("/api/v1/chat", json=question).json() for _ in range(3)]
    for reply in replies:
        assert (reply["secret_removed"], reply["masked"]) == (True, replies[0]["masked"])
        assert reply["masked"]
        kept = client.get(f"/api/v1/session/{reply['session_id']}").text
        assert "Jeanne" not in kept
        assert "Xk2" not in kept
    figures = client.get("/metrics").text
    assert 'faqbot_redactions_total{kind="secret"} 3.0' in figures
    assert 'faqbot_redactions_total{kind="name"} 3.0' in figures


def test_another_assistant_knows_no_answer(small: Assistant, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.sqlite3'}")
    service = Service.open(settings, small)
    with service.database:
        service.ask("Où est le pont ?", None)
        other = small_assistant(tmp_path, small.corpus)
        assert not service.serving(other).known.find("Où est le pont ?", (), NO_THEMES)
        assert service.known.find("Où est le pont ?", (), NO_THEMES)
