from __future__ import annotations

import pytest

from faqbot.errors import StoreUnavailable
from faqbot.feedback.demonstration import DEMO_MODEL, is_demonstration
from faqbot.feedback.records import Exchange, Verdict
from faqbot.feedback.store import FeedbackStore
from tests.feedback.samples import MINUTE, NOON, interaction


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
    return Exchange(asked, (verdict,), "S01")


def test_invented_records_are_kept_whole_and_recognised(store: FeedbackStore) -> None:
    assert not store.read(is_demonstration)
    exchange = invented()
    assert store.fill_for_demonstration([exchange]) == 1
    assert store.exchange(exchange.interaction.id) == exchange
    assert store.read(is_demonstration)


def test_a_demonstration_stays_one_when_someone_asks_a_question_in_it(
    store: FeedbackStore,
) -> None:
    store.fill_for_demonstration([invented()])
    store.record(interaction(asked_at=NOON + MINUTE))
    assert store.read(is_demonstration)


def test_invented_records_never_join_real_ones(store: FeedbackStore) -> None:
    store.record(interaction())
    with pytest.raises(StoreUnavailable, match=r"synthetic.*--database-url"):
        store.fill_for_demonstration([invented()])
    assert store.stats().interactions == 1
    assert not store.read(is_demonstration)
