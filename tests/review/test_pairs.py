"""Entries near each other, and the questions between them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from faqbot.analytics.proportions import MINIMUM
from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from faqbot.review.decisions import RightEntry
from faqbot.review.pairs import NEAR, Between, pairs_of, read_between, read_evaluated
from faqbot.review.store import DecisionStore
from tests.api.small import small_assistant
from tests.review.decided import chosen, decided
from tests.samples import corpus, entry
from tests.samples_of_use import MINUTE, NOON, interaction, shown

WAIT = "Il faut attendre dix jours ouvrés, puis écrire au support."
FAQ = corpus(
    entry("F11", "Combien vaut un pont ?", f"{WAIT} Valable 3 ans.", "Prix du pont"),
    entry("F12", "Combien vaut ce pont ?", f"{WAIT} Valable 2 ans.", "Prix de ce pont"),
    entry("F13", "Qui joue ?", "Kkkk ffff ggg.", "Jojo", "Kiki"),
)


def between(store: FeedbackStore, **which: object) -> list[Between]:
    with store.database.reading() as connection:
        return read_between(connection, InteractionFilter(**which))  # type: ignore[arg-type]


def test_each_question_is_listed_once_as_the_strongest_evidence_has_it(
    store: FeedbackStore,
) -> None:
    first, second = shown("S01"), shown("S02", 2, "suggestion")
    as_sure = dataclasses.replace(second, confidence=first.confidence - 0.05)
    store.record(interaction(question="sûre", shown=(first, second)))
    store.record(
        interaction(question="proche", shown=(first, as_sure), asked_at=NOON + MINUTE),
    )
    suggestions = tuple(dataclasses.replace(it, role="suggestion") for it in (first, as_sure))
    store.record(interaction(question="rien", status="no_answer", shown=suggestions))
    chosen(store, "choisie", "S02")
    chosen(store, "la première", "S01")
    reviewed = decided(RightEntry("S02", "query"), (chosen(store, "relue"), "relue, corrigée"))
    DecisionStore(store.database).decide(reviewed, replaces=None)
    found = between(store)
    assert found[0].text == "proche"
    assert {(it.text, it.why) for it in found} == {
        ("proche", "close"),
        ("la première", "close"),
        ("choisie", "chosen"),
        ("relue, corrigée", "reviewed"),
    }
    assert {(it.first, it.other) for it in found} == {("S01", "S02")}
    assert between(store, entry_ids=("F11",)) == []
    assert [it.text for it in between(store, since=NOON + MINUTE)] == ["proche"]


def test_what_the_evaluation_got_wrong_is_read_from_its_file(tmp_path: Path) -> None:
    def outcome(
        text: str, right: dict[str, int], *found: str, history: tuple[str, ...] = ()
    ) -> object:
        query = {"text": text, "history": history}
        ranking = [(it, 1.0) for it in found]
        return {"query": query, "relevant": right, "response": {"ranking": ranking}}

    outcomes = [
        outcome("fausse", {"F12": 1}, "F11", "F12"),
        outcome("juste", {"F11": 1}, "F11"),
        outcome("hors sujet", {}, "F11"),
        outcome("suite", {"F12": 1}, "F11", history=("avant",)),
        outcome("vide", {"F12": 1}),
    ]
    assert read_evaluated(tmp_path) == []
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"outcomes": outcomes}), encoding="utf-8")
    assert read_evaluated(tmp_path) == [Between("fausse", "evaluated", "F11", "F12")]
    baseline.write_text("[]", encoding="utf-8")
    assert read_evaluated(tmp_path) == []


def test_near_entries_and_those_with_questions_between_them_are_paired(tmp_path: Path) -> None:
    assistant = small_assistant(tmp_path, FAQ)
    (near,) = pairs_of(assistant, [Between("?", "close", "F11", "gone")])
    assert [it.id for it in near.entries] == ["F11", "F12"]
    assert near.answered > NEAR
    assert near.figures == (["3"], ["2"])
    hesitant = [Between(f"{number} ?", "chosen", "F13", "F11") for number in range(MINIMUM)]
    first, second = pairs_of(assistant, hesitant)
    assert [it.id for it in first.entries] == ["F11", "F13"]
    assert first.questions == tuple(hesitant)
    assert first.figures == ([], [])
    assert second == near
    assert pairs_of(assistant, hesitant[1:]) == [near]
