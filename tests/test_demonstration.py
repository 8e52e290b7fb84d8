from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.analytics.periods import day_of
from faqbot.database.records import Exchange, Verdict
from faqbot.demonstration import DEMO_MODEL, Template, fill, invent, is_demonstration
from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import MINUTE, NOON, figures, interaction, shown

QUESTIONS = [
    Template(interaction(question=f"Réponse {number} ?"), frozenset({"S01"})) for number in range(8)
] + [
    Template(
        interaction(question="certificat", status="clarify", shown=(shown("S01"), shown("S02", 2))),
        frozenset({"S02"}),
    ),
    Template(interaction(question="facturation", status="no_answer", shown=()), frozenset()),
]
SMALL_TALK = [
    Template(
        interaction(question="merci", status="no_answer", small_talk="thanks", shown=()),
        frozenset(),
    )
]


def story(*, seed: int = 1, days: int = 30) -> dict[str, Any]:
    return {"days": days, "last_day": date(2026, 11, 23), "per_day": 20, "seed": seed}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_the_same_seed_tells_the_same_story(seed: int) -> None:
    told = list(invent(QUESTIONS, SMALL_TALK, **story(seed=seed, days=5)))
    assert told == list(invent(QUESTIONS, SMALL_TALK, **story(seed=seed, days=5)))
    other = list(invent(QUESTIONS, SMALL_TALK, **story(seed=seed + 1, days=5)))
    assert told != other


def test_everything_is_marked_and_lies_within_the_days_in_order() -> None:
    told = list(invent(QUESTIONS, SMALL_TALK, **story()))
    asked = [exchange.interaction for exchange in told]
    assert {found.model_id for found in asked} == {DEMO_MODEL}
    assert len({found.id for found in asked}) == len(asked)
    assert [found.asked_at for found in asked] == sorted(found.asked_at for found in asked)
    days = {day_of(found.asked_at) for found in asked}
    assert max(days) == date(2026, 11, 23)
    assert min(days) >= date(2026, 10, 24)
    assert len({found.session_id for found in asked}) < len(asked)
    assert UUID(int=0) not in {found.session_id for found in asked}


def test_verdicts_and_choices_are_about_answers_that_were_shown() -> None:
    told = list(invent(QUESTIONS, SMALL_TALK, **story()))
    for exchange in told:
        answers = {entry.entry_id for entry in exchange.interaction.shown if entry.role == "answer"}
        assert {verdict.entry_id for verdict in exchange.verdicts} <= answers
        assert exchange.choice is None or exchange.choice in answers
    verdicts = [verdict for exchange in told for verdict in exchange.verdicts]
    assert any(verdict.useful for verdict in verdicts)
    assert any(verdict.comment and verdict.reason for verdict in verdicts if not verdict.useful)
    assert any(exchange.choice for exchange in told)
    assert any(exchange.interaction.small_talk for exchange in told)


def test_two_versions_of_the_corpus_follow_each_other() -> None:
    told = list(invent(QUESTIONS, SMALL_TALK, **story()))
    versions = [exchange.interaction.corpus_digest for exchange in told]
    assert len(set(versions)) == 2
    assert versions.index(versions[-1]) == versions.count(versions[0])


def invented() -> Exchange:
    asked = interaction(model_id=DEMO_MODEL, status="clarify")
    verdict = Verdict(
        interaction_id=asked.id,
        entry_id="S02",
        useful=False,
        reason="outdated",
        comment="Périmé",
        created_at=NOON,
        updated_at=NOON + MINUTE,
    )
    return Exchange(asked, (verdict,), "S01", NOON + MINUTE)


def filled(store: FeedbackStore, *exchanges: Exchange) -> int:
    with store.database.writing() as connection:
        return fill(connection, exchanges)


def is_demo(store: FeedbackStore) -> bool:
    with store.database.reading() as connection:
        return is_demonstration(connection)


def test_invented_records_are_kept_whole_and_recognised(store: FeedbackStore) -> None:
    assert not is_demo(store)
    exchange = invented()
    assert filled(store, exchange) == 1
    assert store.exchange(exchange.interaction.id) == exchange
    assert is_demo(store)


def test_a_demonstration_stays_one_when_someone_asks_a_question_in_it(
    store: FeedbackStore,
) -> None:
    filled(store, invented())
    store.record(interaction(asked_at=NOON + MINUTE))
    assert is_demo(store)


def test_invented_records_never_join_real_ones(store: FeedbackStore) -> None:
    store.record(interaction())
    with pytest.raises(StoreUnavailable, match=r"synthetic.*--database-url"):
        filled(store, invented())
    assert figures(store).questions == 1
    assert not is_demo(store)


def test_filling_again_replaces_what_was_invented_before(store: FeedbackStore) -> None:
    filled(store, invented(), invented())
    assert filled(store, invented()) == 1
    assert figures(store).questions == 1
