"""Follow-up questions are asked with the ones before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import fields
from pathlib import Path
from uuid import uuid4

import pytest

from faqbot.answering.answer import Answer
from faqbot.api.service import Service
from faqbot.assistant import Assistant
from faqbot.settings import Settings

heard: list[tuple[str, ...]] = []


class Attentive(Assistant):
    """The real assistant, which also notes what it was told of the conversation."""

    def ask(
        self, question: str, history: Sequence[str] = (), themes: Set[str] = frozenset()
    ) -> Answer:
        heard.append(tuple(history))
        return Assistant.ask(self, question, history, themes)


@pytest.fixture
def service(assistant: Assistant, tmp_path: Path) -> Iterator[Service]:
    heard.clear()
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.sqlite3'}")
    parts = {field.name: getattr(assistant, field.name) for field in fields(assistant)}
    service = Service.open(settings, Attentive(**parts))
    yield service
    service.store.close()


def test_the_last_questions_are_passed_oldest_first_without_small_talk(service: Service) -> None:
    session = uuid4()
    for question in (
        "Un ?",
        "Bonjour",
        "Deux ?",
        "Trois ?",
        "merci",
        "Quatre ?",
        "Cinq ?",
        "Six ?",
    ):
        service.ask(question, session)
    service.ask("Et après ?", session)
    assert heard[0] == ()
    assert heard[2] == ("Un ?",)
    assert heard[-1] == ("Deux ?", "Trois ?", "Quatre ?", "Cinq ?", "Six ?")


def test_another_conversation_is_not_listened_to(service: Service) -> None:
    service.ask("Un ?", uuid4())
    service.ask("Deux ?", uuid4())
    service.ask("Trois ?", None)
    assert heard == [(), (), ()]


def test_without_the_database_the_question_is_answered_on_its_own(service: Service) -> None:
    session = uuid4()
    service.ask("Un ?", session)
    service.store.close()
    interaction, recorded, _ = service.ask("Le Proxy e-Santé est-il obligatoire ?", session)
    assert interaction.shown[0].entry_id == "S05"
    assert not recorded
    assert heard == [(), ()]
