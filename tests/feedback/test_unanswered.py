from __future__ import annotations

from datetime import UTC, datetime, timedelta

from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from faqbot.feedback.unanswered import (
    OpenQuestion,
    OpenQuestions,
    read_open_questions,
)
from faqbot.vocabulary import Status
from tests.samples_of_use import MINUTE, NOON, interaction

HOUR = timedelta(hours=1)
TWELVE = datetime(2026, 11, 23, 12, tzinfo=UTC)


def open_questions(
    store: FeedbackStore,
    *statuses: Status,
    limit: int = 10,
    filters: InteractionFilter | None = None,
) -> OpenQuestions:
    with store.database.reading() as connection:
        return read_open_questions(connection, filters or InteractionFilter(), statuses, limit)


def test_wordings_are_counted_and_the_most_frequent_comes_first(store: FeedbackStore) -> None:
    for question, status, moment in (
        ("Quel prix ?", "no_answer", NOON),
        ("Quel prix ?", "no_answer", NOON + MINUTE),
        ("Quel prix ?", "no_answer", NOON + HOUR),
        ("Quel prix ?", "answered", NOON),
        ("certificat", "clarify", NOON),
        ("Quel tarif ?", "no_answer", NOON),
    ):
        store.record(interaction(question=question, status=status, asked_at=moment))
    store.record(interaction(question="merci", status="no_answer", small_talk="thanks"))

    price = OpenQuestion("Quel prix ?", 3, NOON + HOUR, ((TWELVE, 2), (TWELVE + HOUR, 1)))
    certificate = OpenQuestion("certificat", 1, NOON, ((TWELVE, 1),))
    rate = OpenQuestion("Quel tarif ?", 1, NOON, ((TWELVE, 1),))
    assert open_questions(store, "no_answer") == OpenQuestions((price, rate), 2, 4)
    assert set(open_questions(store, "no_answer", "clarify").questions) == {
        price,
        certificate,
        rate,
    }


def test_what_is_left_out_is_counted(store: FeedbackStore) -> None:
    for number in range(5):
        store.record(
            interaction(question=f"Q{number}", status="no_answer", asked_at=NOON + number * MINUTE)
        )
    found = open_questions(store, "no_answer", limit=2)
    assert [question.text for question in found.questions] == ["Q4", "Q3"]
    assert (found.wordings, found.asked) == (5, 5)


def test_filters_apply_to_every_count(store: FeedbackStore) -> None:
    for moment in (NOON, NOON + HOUR):
        store.record(interaction(question="Q", status="no_answer", asked_at=moment))
    found = open_questions(store, "no_answer", filters=InteractionFilter(since=NOON + MINUTE))
    assert found.questions == (OpenQuestion("Q", 1, NOON + HOUR, ((TWELVE + HOUR, 1),)),)
    assert open_questions(store, "no_answer", filters=InteractionFilter(until=NOON)).wordings == 0
