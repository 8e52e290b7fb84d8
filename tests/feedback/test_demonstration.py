from __future__ import annotations

import pytest

from faqbot.database.records import Exchange, Verdict
from faqbot.errors import StoreUnavailable
from faqbot.feedback.demonstration import DEMO_MODEL, fill_for_demonstration, is_demonstration
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import MINUTE, NOON, interaction


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


def fill(store: FeedbackStore, *exchanges: Exchange) -> int:
    with store.database.writing() as connection:
        return fill_for_demonstration(connection, exchanges)


def is_demo(store: FeedbackStore) -> bool:
    with store.database.reading() as connection:
        return is_demonstration(connection)


def test_invented_records_are_kept_whole_and_recognised(store: FeedbackStore) -> None:
    assert not is_demo(store)
    exchange = invented()
    assert fill(store, exchange) == 1
    assert store.exchange(exchange.interaction.id) == exchange
    assert is_demo(store)


def test_a_demonstration_stays_one_when_someone_asks_a_question_in_it(
    store: FeedbackStore,
) -> None:
    fill(store, invented())
    store.record(interaction(asked_at=NOON + MINUTE))
    assert is_demo(store)


def test_invented_records_never_join_real_ones(store: FeedbackStore) -> None:
    store.record(interaction())
    with pytest.raises(StoreUnavailable, match=r"synthetic.*--database-url"):
        fill(store, invented())
    assert store.stats().interactions == 1
    assert not is_demo(store)


def test_filling_again_replaces_what_was_invented_before(store: FeedbackStore) -> None:
    fill(store, invented(), invented())
    assert fill(store, invented()) == 1
    assert store.stats().interactions == 1
