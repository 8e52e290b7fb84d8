from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from faqbot.database.records import Exchange, Interaction, Verdict
from faqbot.errors import StoreUnavailable, UnknownAnswer, UnknownChoice
from faqbot.feedback.store import FeedbackStore
from faqbot.privacy.redaction import redact
from faqbot.vocabulary import Reason
from tests.conftest import ENGINES
from tests.samples_of_use import MINUTE, NOON, SESSION, figures, interaction, shown

# What PostgreSQL and SQLite both store: NUL and lone surrogates never reach the store.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.fixture(scope="module", params=ENGINES)
def shared_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FeedbackStore]:
    """One store for all the examples of a property."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('shared')}/faqbot.db"
    else:
        url = request.getfixturevalue("postgres").create()
    with FeedbackStore.open(url) as store:
        yield store


def recorded(store: FeedbackStore, **changes: object) -> Interaction:
    asked = interaction(**changes)
    store.record(asked)
    return asked


def verdict_on(store: FeedbackStore, interaction_id: UUID) -> Verdict:
    exchange = store.exchange(interaction_id)
    assert exchange is not None
    (verdict,) = exchange.verdicts
    return verdict


def test_an_interaction_comes_back_as_it_was_recorded(store: FeedbackStore) -> None:
    asked = recorded(store)
    assert store.exchange(asked.id) == Exchange(asked, ())


def test_what_comes_together_is_written_and_refused_together(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, free, transactions = store.database.writing, threading.Event(), []

    @contextmanager
    def gated(**how: bool) -> Iterator[Connection]:
        transactions.append(len(transactions))
        assert free.wait(10)
        with writing(**how) as connection:
            yield connection

    monkeypatch.setattr(store.database, "writing", gated)
    first, *others = [interaction(id=uuid4()) for _ in range(6)]
    with ThreadPoolExecutor(8) as pool:
        leads = pool.submit(store.record, first)
        while not transactions:
            time.sleep(0.01)
        follow = [pool.submit(store.record, asked) for asked in others]
        while len(store._batch.interactions) < len(others):
            time.sleep(0.01)
        free.set()
        assert {it.result(10) for it in (leads, *follow)} == {first.question}
    assert len(transactions) == 2
    assert {it.interaction.id for it in store.conversation(SESSION)} == {
        it.id for it in (first, *others)
    }

    free.clear()
    with ThreadPoolExecutor(8) as pool:
        leads = pool.submit(store.record, new := interaction(id=uuid4()))
        while len(transactions) < 3:
            time.sleep(0.01)
        follow = [pool.submit(store.record, it) for it in (first, interaction(id=uuid4()))]
        while len(store._batch.interactions) < 2:
            time.sleep(0.01)
        free.set()
        leads.result(10)
        for it in follow:  # the first of them is there already: nobody is told that it was kept
            with pytest.raises(StoreUnavailable):
                it.result(10)
    assert len(store.conversation(SESSION)) == 7
    assert store.exchange(new.id)


def test_small_talk_and_highlights_come_back_as_they_were_recorded(store: FeedbackStore) -> None:
    courtesy = recorded(store, status="no_answer", shown=(), small_talk="thanks")
    asked = recorded(store, shown=(shown("S01", highlights=((0, 4), (10, 12))), shown("S02", 2)))
    assert store.exchange(courtesy.id) == Exchange(courtesy, ())
    assert store.exchange(asked.id) == Exchange(asked, ())


def test_that_an_answer_was_likely_comes_back_as_it_was_recorded(store: FeedbackStore) -> None:
    asked = recorded(store, status="clarify", tentative=True)
    found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction == asked
    assert store.kept(SESSION)["interactions"][0]["tentative"] is True


def test_that_a_question_went_to_a_person_is_kept_of_the_last_time(store: FeedbackStore) -> None:
    asked = recorded(store)
    assert store.hand_over(asked.id, "mail")
    assert store.hand_over(asked.id, "form")
    found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction.handoff == "form"
    assert store.kept(SESSION)["interactions"][0]["handoff"] == "form"
    assert store.vote(asked.id, "S01", useful=False, reason=None, comment=None, at=NOON)
    assert [row["handoff"] for row in store.export_rows()] == ["form"]
    assert store.forget(SESSION) == 1
    assert not store.hand_over(asked.id, "form")


def test_a_likely_answer_is_judged_as_any_answer(store: FeedbackStore) -> None:
    asked = recorded(store, status="clarify", tentative=True)
    assert store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    assert store.choose(asked.id, "S02", at=NOON)


def test_an_interaction_that_showed_nothing_comes_back_too(store: FeedbackStore) -> None:
    asked = recorded(store, status="no_answer", shown=())
    assert store.exchange(asked.id) == Exchange(asked, ())


def test_times_come_back_in_utc(store: FeedbackStore) -> None:
    paris = timezone(timedelta(hours=1))
    asked = recorded(store, asked_at=NOON.astimezone(paris))
    found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction.asked_at.isoformat() == "2026-11-23T12:00:00.123456+00:00"


def test_answers_come_before_suggestions_whatever_their_ranks(store: FeedbackStore) -> None:
    first, second, offered = shown("S02"), shown("S01", 2), shown("F11", 1, "suggestion")
    asked = recorded(store, shown=(offered, second, first))
    found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction.shown == (first, second, offered)


def test_an_unknown_interaction_is_none(store: FeedbackStore) -> None:
    assert store.exchange(uuid4()) is None


def test_an_interaction_is_recorded_whole_or_not_at_all(store: FeedbackStore) -> None:
    asked = interaction(shown=(shown("S01"), shown("S01", 2)))
    with pytest.raises(StoreUnavailable, match=r"(?i)unique constraint"):
        store.record(asked)
    assert store.exchange(asked.id) is None


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(question=texts, comment=texts)
def test_any_text_without_personal_data_is_kept_character_for_character(
    shared_store: FeedbackStore, question: str, comment: str
) -> None:
    asked = recorded(shared_store, question=question)
    shared_store.vote(
        asked.id, "S01", useful=False, reason="other", comment=comment, at=asked.asked_at
    )
    found = shared_store.exchange(asked.id)
    assert found is not None
    assert found.interaction.question == redact(question).text
    assert found.verdicts[0].comment == redact(comment).text


def test_a_first_verdict_is_created(store: FeedbackStore) -> None:
    asked = recorded(store)
    created = store.vote(
        asked.id, "S02", useful=False, reason="outdated", comment="Ancien lien.", at=NOON
    )
    assert created
    assert verdict_on(store, asked.id) == Verdict(
        interaction_id=asked.id,
        entry_id="S02",
        useful=False,
        reason="outdated",
        comment="Ancien lien.",
        created_at=NOON,
        updated_at=NOON,
    )


def test_a_later_verdict_replaces_the_earlier_one_and_keeps_its_birthday(
    store: FeedbackStore,
) -> None:
    asked = recorded(store)
    store.vote(asked.id, "S01", useful=False, reason="other", comment="Bof", at=NOON)
    created = store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON + MINUTE)
    assert not created
    assert verdict_on(store, asked.id) == Verdict(
        interaction_id=asked.id,
        entry_id="S01",
        useful=True,
        reason=None,
        comment=None,
        created_at=NOON,
        updated_at=NOON + MINUTE,
    )


def test_each_answer_has_its_own_verdict(store: FeedbackStore) -> None:
    asked, other = recorded(store), recorded(store)
    for judged, entry_id in ((asked, "S02"), (asked, "S01"), (other, "S01")):
        assert store.vote(judged.id, entry_id, useful=True, reason=None, comment=None, at=NOON)
    found = store.exchange(asked.id)
    assert found is not None
    assert [verdict.entry_id for verdict in found.verdicts] == ["S01", "S02"], (
        "order of the answers"
    )


@pytest.mark.parametrize("entry_id", ["F11", "S99", ""], ids=["suggested", "not shown", "empty"])
def test_only_what_was_shown_as_an_answer_can_be_judged(
    store: FeedbackStore, entry_id: str
) -> None:
    asked = recorded(store)
    with pytest.raises(UnknownAnswer, match=f"did not show '{entry_id}' as an answer"):
        store.vote(asked.id, entry_id, useful=True, reason=None, comment=None, at=NOON)
    assert store.exchange(asked.id) == Exchange(asked, ())


def test_an_unknown_interaction_cannot_be_judged(store: FeedbackStore) -> None:
    with pytest.raises(UnknownAnswer):
        store.vote(uuid4(), "S01", useful=True, reason=None, comment=None, at=NOON)


def test_a_reason_out_of_the_vocabulary_is_refused(store: FeedbackStore) -> None:
    asked = recorded(store)
    ugly: Reason = "ugly"  # type: ignore[assignment]  # what a type checker cannot see
    with pytest.raises(StoreUnavailable, match=r"(?i)check constraint"):
        store.vote(asked.id, "S01", useful=False, reason=ugly, comment=None, at=NOON)


def test_a_conversation_is_one_session_oldest_first(store: FeedbackStore) -> None:
    later = recorded(store, asked_at=NOON + MINUTE)
    earlier = recorded(store)
    recorded(store, session_id=uuid4())
    store.vote(later.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    conversation = store.conversation(SESSION)
    assert [turn.interaction for turn in conversation] == [earlier, later]
    assert [len(turn.verdicts) for turn in conversation] == [0, 1]


def test_the_conversation_of_an_unknown_session_is_empty(store: FeedbackStore) -> None:
    assert store.conversation(uuid4()) == ()


def clarification(store: FeedbackStore, **changes: object) -> Interaction:
    return recorded(store, status="clarify", **changes)


def test_a_later_choice_replaces_the_earlier_one(store: FeedbackStore) -> None:
    asked, other = clarification(store), clarification(store)
    assert store.choose(asked.id, "S01", at=NOON)
    assert not store.choose(asked.id, "S02", at=NOON + MINUTE)
    assert store.exchange(asked.id) == Exchange(asked, (), "S02", NOON + MINUTE)
    assert store.exchange(other.id) == Exchange(other, ())
    assert {turn.choice for turn in store.conversation(SESSION)} == {"S02", None}


def test_a_choice_and_a_verdict_stand_side_by_side(store: FeedbackStore) -> None:
    asked = clarification(store)
    store.choose(asked.id, "S02", at=NOON)
    store.vote(asked.id, "S02", useful=True, reason=None, comment=None, at=NOON)
    found = store.exchange(asked.id)
    assert found is not None
    assert (found.choice, [verdict.entry_id for verdict in found.verdicts]) == ("S02", ["S02"])


@pytest.mark.parametrize(
    ("status", "entry_id"),
    [
        ("clarify", "F11"),  # suggested
        ("clarify", "S99"),
        ("clarify", ""),
        ("answered", "S01"),
        ("no_answer", "F11"),
    ],
)
def test_only_what_was_offered_in_a_clarification_can_be_chosen(
    store: FeedbackStore, status: str, entry_id: str
) -> None:
    asked = recorded(store, status=status)
    with pytest.raises(UnknownChoice, match=f"did not offer '{entry_id}' to choose from"):
        store.choose(asked.id, entry_id, at=NOON)
    assert store.exchange(asked.id) == Exchange(asked, ())


def test_nothing_can_be_chosen_in_an_unknown_interaction(store: FeedbackStore) -> None:
    with pytest.raises(UnknownChoice):
        store.choose(uuid4(), "S01", at=NOON)


def test_the_latest_questions_of_a_session_come_oldest_first(store: FeedbackStore) -> None:
    for number in (3, 1, 2, 0):
        recorded(store, question=f"Question {number} ?", asked_at=NOON + number * MINUTE)
    recorded(store, question="Ailleurs ?", session_id=uuid4())
    recorded(store, question="Merci", small_talk="thanks", asked_at=NOON + 9 * MINUTE)
    assert store.questions(SESSION, 3) == ("Question 1 ?", "Question 2 ?", "Question 3 ?")
    assert store.questions(uuid4(), 3) == ()


def test_a_verdict_is_exported_with_all_that_it_is_about(store: FeedbackStore) -> None:
    asked = recorded(store)
    store.vote(asked.id, "S02", useful=False, reason="incomplete", comment="Où ?", at=NOON)
    assert list(store.export_rows()) == [
        {
            "interaction_id": str(asked.id),
            "session_id": str(SESSION),
            "asked_at": "2026-11-23T12:00:00.123456+00:00",
            "question": "Où trouver le REM ?",
            "status": "answered",
            "confidence": 0.8,
            "entry_id": "S02",
            "rank": 2,
            "score": asked.shown[1].score,
            "entry_confidence": 0.4,
            "useful": False,
            "reason": "incomplete",
            "comment": "Où ?",
            "created_at": "2026-11-23T12:00:00.123456+00:00",
            "updated_at": "2026-11-23T12:00:00.123456+00:00",
            "duration_ms": 12.5,
            "corpus_digest": "c" * 64,
            "model_id": "intfloat/multilingual-e5-small",
            "model_digest": "e" * 64,
            "chosen": None,
            "chosen_at": None,
            "tentative": False,
            "handoff": None,
        }
    ]


def test_a_choice_is_exported_with_or_without_a_verdict(store: FeedbackStore) -> None:
    judged, silent = clarification(store), clarification(store)
    store.vote(judged.id, "S01", useful=False, reason=None, comment=None, at=NOON)
    store.vote(judged.id, "S02", useful=True, reason=None, comment=None, at=NOON + MINUTE)
    store.choose(judged.id, "S02", at=NOON + MINUTE)
    store.choose(silent.id, "S01", at=NOON)
    columns = ("interaction_id", "entry_id", "useful", "chosen", "chosen_at", "created_at")
    noon, later = NOON.isoformat(), (NOON + MINUTE).isoformat()
    assert [tuple(row[column] for column in columns) for row in store.export_rows()] == [
        (str(judged.id), "S01", False, False, later, noon),
        (str(judged.id), "S02", True, True, later, later),
        (str(silent.id), "S01", None, True, noon, None),
    ]


def test_choices_are_exported_completely_over_many_batches(store: FeedbackStore) -> None:
    chosen = [clarification(store).id for _ in range(501)]
    for number, interaction_id in enumerate(chosen):
        store.choose(interaction_id, "S01", at=NOON + number // 2 * MINUTE)
    exported = [row["interaction_id"] for row in store.export_rows()]
    assert sorted(exported) == sorted(map(str, chosen))


def test_the_export_is_complete_and_in_order_over_many_batches(store: FeedbackStore) -> None:
    # More than two batches, most of them given at the same instant.
    entries = [f"E{number:04}" for number in range(1001)]
    asked = recorded(store, shown=tuple(shown(entry_id) for entry_id in entries))
    for entry_id in reversed(entries):
        at = NOON - MINUTE if entry_id == "E1000" else NOON
        store.vote(asked.id, entry_id, useful=True, reason=None, comment=None, at=at)
    exported = [row["entry_id"] for row in store.export_rows()]
    assert exported == ["E1000", *entries[:1000]]


def test_votes_go_on_while_an_export_is_being_read(store: FeedbackStore) -> None:
    asked = recorded(store)
    store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    rows = store.export_rows()
    next(rows)
    assert store.vote(asked.id, "S02", useful=True, reason=None, comment=None, at=NOON + MINUTE)


def test_purging_erases_what_is_older_with_everything_attached(store: FeedbackStore) -> None:
    old, new = recorded(store), recorded(store, asked_at=NOON + MINUTE)
    for asked in (old, new):
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON + MINUTE)
    store.choose(clarification(store).id, "S01", at=NOON + MINUTE)
    assert store.purge(NOON) == 0, "an interaction of that very instant stays"
    paris = timezone(timedelta(hours=1))
    assert store.purge((NOON + MINUTE).astimezone(paris)) == 2
    assert store.exchange(old.id) is None
    assert [row["interaction_id"] for row in store.export_rows()] == [str(new.id)]
    assert figures(store).questions == 1


def test_what_is_purged_is_gone_from_the_disk(sqlite_store: FeedbackStore, path: Path) -> None:
    store = sqlite_store
    asked = recorded(store, question="IDENTIFIABLE")
    store.vote(asked.id, "S01", useful=False, reason=None, comment="NOMINATIF", at=NOON)

    def on_disk() -> bytes:
        return b"".join(file.read_bytes() for file in path.parent.iterdir())

    assert b"IDENTIFIABLE" in on_disk()
    assert b"NOMINATIF" in on_disk()
    store.purge(NOON + MINUTE)
    assert b"IDENTIFIABLE" not in on_disk()
    assert b"NOMINATIF" not in on_disk()


def test_times_without_zone_are_refused(store: FeedbackStore) -> None:
    asked = recorded(store)
    naive = datetime(2026, 11, 23, 12)
    with pytest.raises(ValueError, match="at must carry a time zone"):
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=naive)
    with pytest.raises(ValueError, match="at must carry a time zone"):
        store.choose(asked.id, "S01", at=naive)
    with pytest.raises(ValueError, match="before must carry a time zone"):
        store.purge(naive)


def test_a_closed_store_says_so(url: str) -> None:
    with FeedbackStore.open(url) as store:
        store.check()
    store.close()
    with pytest.raises(StoreUnavailable, match="is closed: open the store again"):
        store.check()
