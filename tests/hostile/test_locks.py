"""Another process keeps the database's file to itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, make_url

from faqbot.database.sqlite import database_path
from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, interaction


def test_answers_wait_for_it_a_moment_once_and_verdicts_longer(sqlite_url: str) -> None:
    waits: list[int] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("PRAGMA busy_timeout = "):
            waits.append(int(statement.split()[-1]))

    asked = interaction()
    file = database_path(make_url(sqlite_url))
    with FeedbackStore.open(sqlite_url) as store, closing(sqlite3.connect(file)) as other:
        store.record(asked)
        event.listen(store.database.engine, "before_cursor_execute", note)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="locked"):
                store.record(interaction(), hurried=True)
        other.rollback()
        for _ in range(2):
            store.record(interaction(), hurried=True)
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    first, second, third, fourth, vote = waits
    assert second == third < first / 10
    assert fourth == first < 1000 < vote
