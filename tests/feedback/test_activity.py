from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from faqbot.feedback.activity import (
    Activity,
    CorpusVersion,
    HourCount,
    QuestionCount,
    VoteCount,
    read_activity,
    read_corpus_versions,
)
from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import MINUTE, NOON, interaction, shown

HOUR = timedelta(hours=1)
TWELVE = datetime(2026, 11, 23, 12, tzinfo=UTC)
OTHER_SESSION = UUID("00000000-0000-4000-8000-000000000002")


def activity(store: FeedbackStore, filters: InteractionFilter | None = None) -> Activity:
    with store.database.reading() as connection:
        return read_activity(connection, filters or InteractionFilter())


def test_nothing_recorded_counts_nothing(store: FeedbackStore) -> None:
    assert activity(store) == Activity((), (), (), ())


def test_messages_are_counted_by_hour_status_and_class_of_confidence(store: FeedbackStore) -> None:
    for changes in (
        {"confidence": 0.8},
        {"confidence": 0.899999},
        {"confidence": 1.0, "asked_at": NOON + HOUR},
        {"confidence": 0.0, "status": "no_answer", "asked_at": NOON + HOUR},
        {"confidence": 0.1, "status": "clarify"},
        {"confidence": 0.1, "status": "clarify", "tentative": True},
        {"confidence": 0.1, "status": "clarify", "tentative": True, "handoff": "mail"},
        {"confidence": 0.0, "status": "no_answer", "small_talk": "thanks", "shown": ()},
    ):
        store.record(interaction(**changes))
    assert set(activity(store).questions) == {
        QuestionCount(TWELVE, "answered", False, 8, 2),
        QuestionCount(TWELVE, "clarify", False, 1, 1),
        QuestionCount(TWELVE, "clarify", False, 1, 1, tentative=True),
        QuestionCount(TWELVE, "clarify", False, 1, 1, tentative=True, handed_over=True),
        QuestionCount(TWELVE, "no_answer", True, 0, 1),
        QuestionCount(TWELVE + HOUR, "answered", False, 9, 1),
        QuestionCount(TWELVE + HOUR, "no_answer", False, 0, 1),
    }


def test_a_session_counts_once_when_its_first_question_was_asked(store: FeedbackStore) -> None:
    store.record(interaction(asked_at=NOON + HOUR))
    store.record(interaction(asked_at=NOON))
    store.record(interaction(asked_at=NOON + HOUR, session_id=OTHER_SESSION))
    store.record(interaction(asked_at=NOON - HOUR, status="no_answer", small_talk="greeting"))
    assert activity(store).sessions == (HourCount(TWELVE, 1), HourCount(TWELVE + HOUR, 1))


def test_verdicts_are_counted_by_the_hour_of_their_question(store: FeedbackStore) -> None:
    asked = interaction()
    store.record(asked)
    later = NOON + 30 * HOUR
    store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=later)
    store.vote(asked.id, "S02", useful=False, reason="outdated", comment=None, at=later)
    assert set(activity(store).votes) == {
        VoteCount(TWELVE, True, None, 1),
        VoteCount(TWELVE, False, "outdated", 1),
    }


def test_a_period_holds_its_beginning_and_not_its_end(store: FeedbackStore) -> None:
    for moment in (NOON - MINUTE, NOON, NOON + HOUR):
        store.record(interaction(asked_at=moment))
    within = activity(store, InteractionFilter(since=NOON, until=NOON + HOUR))
    assert [count.count for count in within.questions] == [1]


def test_a_theme_holds_the_questions_whose_first_entry_belongs_to_it(store: FeedbackStore) -> None:
    first, second = interaction(), interaction(shown=(shown("S02"), shown("S01", 2)))
    nothing = interaction(status="no_answer", shown=())
    for asked in (first, second, nothing):
        store.record(asked)
        for entry in asked.shown[:2]:
            store.vote(asked.id, entry.entry_id, useful=True, reason=None, comment=None, at=NOON)
    found = activity(store, InteractionFilter(entry_ids=("S01",)))
    assert [count.count for count in found.questions] == [1]
    assert [count.count for count in found.votes] == [2]


def test_a_corpus_version_is_chosen_by_the_beginning_of_its_digest(store: FeedbackStore) -> None:
    store.record(interaction(corpus_digest="ab_1" + "0" * 60))
    store.record(interaction(corpus_digest="abc1" + "0" * 60, asked_at=NOON + HOUR))
    assert len(activity(store, InteractionFilter(corpus="ab")).questions) == 2
    assert len(activity(store, InteractionFilter(corpus="ab_")).questions) == 1
    with store.database.reading() as connection:
        versions = read_corpus_versions(connection)
    assert versions == (
        CorpusVersion("abc1" + "0" * 60, 1, NOON + HOUR, NOON + HOUR),
        CorpusVersion("ab_1" + "0" * 60, 1, NOON, NOON),
    )


def test_small_talk_is_no_question_of_a_version(store: FeedbackStore) -> None:
    thanks = {"status": "no_answer", "small_talk": "thanks", "asked_at": NOON + HOUR}
    digest = "b" * 64
    for changes in ({"corpus_digest": digest}, {"corpus_digest": digest} | thanks, thanks):
        store.record(interaction(**changes))
    with store.database.reading() as connection:
        assert read_corpus_versions(connection) == (CorpusVersion(digest, 1, NOON, NOON),)


def test_a_question_that_was_asked_back_is_abandoned_when_nothing_comes_after_it(
    store: FeedbackStore,
) -> None:
    for number in range(6):
        session = UUID(int=number)
        asked = interaction(
            status="clarify", tentative=number == 5, session_id=session, asked_at=NOON
        )
        store.record(asked)
        if number == 1:
            store.choose(asked.id, "S01", at=NOON)
        elif number == 2:
            store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
        elif number == 3:
            store.record(interaction(session_id=session, asked_at=NOON + MINUTE))
    assert activity(store).abandoned == (HourCount(TWELVE, 2),)
