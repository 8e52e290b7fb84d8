"""What is asked again is answered as before, without being ranked again."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path

import pytest

from faqbot.answering.answer import Answer
from faqbot.api import known_answers
from faqbot.api.known_answers import KnownAnswers
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.settings import Settings
from tests.api.conftest import ClientFactory
from tests.api.small import small_assistant

NO_THEMES: frozenset[str] = frozenset()


class Asked:
    """An assistant that counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, question: str, history: Sequence[str], themes: Set[str]) -> Answer:
        self.times += 1
        return Answer(question, "no_answer", len(history) / 10, (), ())


def test_the_same_question_after_the_same_ones_within_the_same_themes_is_asked_once() -> None:
    known, ask = KnownAnswers(), Asked()
    cases = [("a", (), NO_THEMES), ("a", ("b",), NO_THEMES), ("a", (), frozenset({"b"}))]
    first = [known.get(*case, ask) for case in cases]
    again = [known.get(*case, ask) for case in cases]
    assert ask.times == len(cases)
    assert [was_known for _, was_known in first] == [False] * 3
    assert again == [(answer, True) for answer, _ in first]


def test_nothing_that_was_asked_is_kept() -> None:
    known, ask = KnownAnswers(), Asked()
    answer, _ = known.get("Je suis Jeanne Martin", ("06 12 34 56 78",), NO_THEMES, ask)
    assert answer.question == "Je suis Jeanne Martin"
    assert "Jeanne" not in repr(vars(known))
    assert "06 12" not in repr(vars(known))


def test_what_was_asked_for_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_answers, "MOST", 2)
    known, ask = KnownAnswers(), Asked()
    for question in ("a", "b", "a", "c"):
        known.get(question, (), NO_THEMES, ask)
    kept = {question: known.get(question, (), NO_THEMES, ask)[1] for question in ("a", "c")}
    assert kept == {"a": True, "c": True}
    assert not known.get("b", (), NO_THEMES, ask)[1]


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


def test_another_assistant_knows_no_answer(small: Assistant, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.sqlite3'}")
    service = Service.open(settings, small)
    with service.database:
        service.ask("Où est le pont ?", None)
        other = small_assistant(tmp_path, small.corpus)
        assert not service.serving(other).known.get("Où est le pont ?", (), NO_THEMES, other.ask)[1]
        assert service.known.get("Où est le pont ?", (), NO_THEMES, small.ask)[1]
