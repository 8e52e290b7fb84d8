from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot.feedback.entries import (
    EntryActivity,
    EntryQuestion,
    count_entry_questions,
    read_entries,
    read_entry_questions,
)
from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import MINUTE, NOON, interaction, shown


def entry(identifier: str, **counts: object) -> EntryActivity:
    zero = dict.fromkeys(
        ("shown", "first", "suggested", "chosen", "useful", "not_useful", "comments"), 0
    )
    return EntryActivity(**{"entry_id": identifier, "reasons": {}, **zero, **counts})  # type: ignore[arg-type]


def entries(store: FeedbackStore, filters: InteractionFilter) -> tuple[EntryActivity, ...]:
    with store.database.reading() as connection:
        return read_entries(connection, filters)


def test_each_entry_is_counted_in_all_its_roles(store: FeedbackStore) -> None:
    first = interaction()
    second = interaction(status="clarify", shown=(shown("F11"), shown("S01", 2)))
    refused = interaction(status="no_answer", shown=(shown("S01", 1, "suggestion"),))
    for asked in (first, second, refused):
        store.record(asked)
    store.vote(first.id, "S01", useful=False, reason="outdated", comment="Périmé", at=NOON)
    store.vote(second.id, "S01", useful=False, reason=None, comment=None, at=NOON)
    store.vote(first.id, "S02", useful=True, reason=None, comment=None, at=NOON)
    store.choose(second.id, "S01", at=NOON)

    assert entries(store, InteractionFilter()) == (
        entry("F11", shown=1, first=1, suggested=1),
        entry(
            "S01",
            shown=2,
            first=1,
            suggested=1,
            chosen=1,
            not_useful=2,
            reasons={"outdated": 1, None: 1},
            comments=1,
        ),
        entry("S02", shown=1, useful=1),
    )
    assert entries(store, InteractionFilter(until=NOON)) == ()
    only = InteractionFilter(since=NOON, entry_ids=("S02",))
    assert [found.entry_id for found in entries(store, only)] == ["S02"]


def questions(
    store: FeedbackStore, entry_id: str | None = None, **how: object
) -> tuple[EntryQuestion, ...]:
    which = InteractionFilter(entry_ids=(entry_id,) if entry_id else None)
    with store.database.reading() as connection:
        return read_entry_questions(connection, which, **{"limit": 10} | how)  # type: ignore[arg-type]


def test_the_questions_that_led_to_an_entry_come_latest_first(store: FeedbackStore) -> None:
    long = "Où trouver le REM ? " * 400
    old, new = interaction(question=long), interaction(asked_at=NOON + MINUTE, status="clarify")
    for asked in (old, new):
        store.record(asked)
    store.vote(old.id, "S02", useful=False, reason="other", comment="Un\nmot", at=NOON)
    store.choose(new.id, "S02", at=NOON)

    latest, earliest = questions(store, "S02")
    assert (latest.question, latest.chosen, latest.useful) == ("Où trouver le REM ?", True, None)
    assert (earliest.question, earliest.chosen) == (long, False)
    assert (earliest.useful, earliest.reason, earliest.comment) == (False, "other", "Un\nmot")
    assert questions(store, only_comments=True) == (earliest,)
    assert questions(store, "F11") == ()  # suggested only
    with store.database.reading() as connection:
        assert count_entry_questions(connection, InteractionFilter()) == 4


def test_only_the_first_of_a_choice_was_shown_as_likely(store: FeedbackStore) -> None:
    store.record(interaction(status="clarify", tentative=True))
    found = {row.entry_id: row.tentative for row in questions(store)}
    assert found == {"S01": True, "S02": False}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(minutes=st.lists(st.integers(0, 3), max_size=6), size=st.integers(1, 5))
def test_pages_and_batches_give_every_row_once_in_the_same_order(
    store: FeedbackStore, minutes: list[int], size: int
) -> None:
    for minute in minutes:
        store.record(interaction(asked_at=NOON + minute * MINUTE))
    everything = questions(store, limit=10_000)
    assert [row.asked_at for row in everything] == sorted(
        (row.asked_at for row in everything), reverse=True
    )
    batches: list[EntryQuestion] = []
    while batch := questions(store, limit=size, after=batches[-1].place if batches else None):
        batches += batch
    pages: list[EntryQuestion] = []
    while page := questions(store, limit=size, offset=len(pages)):
        pages += page
    assert tuple(batches) == tuple(pages) == everything
