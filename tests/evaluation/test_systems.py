from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from faqbot.answering.answer import Answer
from faqbot.assistant import Assistant
from faqbot.errors import EvaluationError
from faqbot.evaluation.baselines import Ranking
from faqbot.evaluation.systems import (
    DEPTH,
    SYSTEM_NAMES,
    RankingSystem,
    ServedSystem,
    check_names,
    open_systems,
)

QUESTION = "Le Proxy e-Santé est-il obligatoire ?"


class Alphabet:
    def rank(self, question: str) -> Ranking:
        return tuple((letter, float(-place)) for place, letter in enumerate("ABCDEFGHIJKLM"))


class Silent:
    def rank(self, question: str) -> Ranking:
        return ()


def test_a_ranker_alone_keeps_ten_entries_and_its_first_score() -> None:
    found = RankingSystem("x", Alphabet()).respond("?", ())
    assert len(found.ranking) == DEPTH
    assert (found.confidence, found.status, found.shown) == (0.0, None, ())
    assert RankingSystem("x", Silent()).respond("?", ()).confidence == 0.0


def test_the_served_system_is_the_assistant(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    found = ServedSystem(assistant).respond(QUESTION, ())
    assert (found.status, found.confidence) == (answer.status, answer.confidence)
    assert found.shown == tuple(offer.entry.id for offer in answer.shown)
    assert tuple(entry_id for entry_id, _ in found.ranking[:3]) == found.shown
    assert len({entry_id for entry_id, _ in found.ranking}) == DEPTH
    scores = [score for _, score in found.ranking]
    assert scores == sorted(scores, reverse=True)


def test_the_served_system_passes_the_conversation_on() -> None:
    asked = []

    def ask(question: str, history: tuple[str, ...]) -> Answer:
        asked.append((question, history))
        return Answer(question, "no_answer", 0.0, (), ())

    fake = SimpleNamespace(ask=ask, retriever=SimpleNamespace(retrieve=lambda *_: []))
    ServedSystem(fake).respond("et lui ?", ("qui ?",))  # type: ignore[arg-type]
    assert asked == [("et lui ?", ("qui ?",))]


def test_small_talk_shows_no_entry_so_it_ranks_none(assistant: Assistant) -> None:
    answer = replace(Answer("merci", "no_answer", 0.0, (), ()), small_talk="thanks")
    fake = SimpleNamespace(ask=lambda *_: answer, retriever=assistant.retriever)
    assert ServedSystem(fake).respond("merci", ()).ranking == ()  # type: ignore[arg-type]


def test_every_system_ranks_the_entry_whose_question_is_asked(assistant: Assistant) -> None:
    question = assistant.corpus.by_id["F49"].question
    for system in open_systems(SYSTEM_NAMES, assistant):
        assert system.respond(question, ()).ranking[0][0] == "F49", system.name


def test_names_are_checked_and_taken_once() -> None:
    assert check_names(["dense", "bm25", "dense"]) == ("dense", "bm25")
    with pytest.raises(EvaluationError, match="'bm52' is not a system, choose from: bm25, dense"):
        check_names(["bm52"])
