from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from faqbot.errors import StoreUnavailable
from faqbot.feedback.schema import Spans, UtcDateTime, metadata
from faqbot.feedback.sqlite import create_sqlite_engine
from faqbot.feedback.store import FeedbackStore
from tests.feedback.samples import NOON, interaction


@pytest.fixture
def cursor(store: FeedbackStore, path: Path) -> Iterator[sqlite3.Cursor]:
    """A cursor set up as the store does, in a database with one vote and one choice."""
    asked = interaction(status="clarify")
    store.record(asked)
    store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    store.choose(asked.id, "S01", at=NOON)
    engine = create_sqlite_engine(path)
    with closing(engine.raw_connection()) as connection:
        yield connection.cursor()  # type: ignore[misc]  # the driver's own cursor
    engine.dispose()


def test_every_connection_is_set_up_to_keep_what_it_acknowledged(cursor: sqlite3.Cursor) -> None:
    def pragma(name: str) -> object:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]

    full = 2
    assert pragma("foreign_keys") == 1
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == full
    assert pragma("secure_delete") == 1
    assert pragma("busy_timeout") == 15_000


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE interactions SET status = 'perhaps'", "ck_interactions_status"),
        ("UPDATE shown_entries SET role = 'advert'", "ck_shown_entries_role"),
        ("UPDATE shown_entries SET rank = 0", "ck_shown_entries_rank"),
        ("UPDATE verdicts SET reason = 'ugly'", "ck_verdicts_reason"),
        ("UPDATE verdicts SET entry_id = 'S99'", "FOREIGN KEY"),
        ("UPDATE choices SET entry_id = 'S99'", "FOREIGN KEY"),
        ("INSERT INTO choices SELECT interaction_id, 'S02', chosen_at FROM choices", "UNIQUE"),
        ("UPDATE interactions SET small_talk = 'joke'", "ck_interactions_small_talk"),
        ("UPDATE shown_entries SET highlights = NULL", "NOT NULL"),
        ("UPDATE shown_entries SET interaction_id = 'x'", "FOREIGN KEY"),
        ("INSERT INTO verdicts SELECT * FROM verdicts", "UNIQUE"),
        ("INSERT INTO interactions SELECT * FROM interactions", "UNIQUE"),
        ("UPDATE interactions SET question = NULL", "NOT NULL"),
    ],
)
def test_the_database_itself_refuses_what_makes_no_sense(
    cursor: sqlite3.Cursor, statement: str, constraint: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=constraint):
        cursor.execute(statement)


def test_all_that_is_attached_goes_with_its_interaction(cursor: sqlite3.Cursor) -> None:
    cursor.execute("DELETE FROM interactions")
    assert cursor.execute("SELECT count(*) FROM shown_entries").fetchone() == (0,)
    assert cursor.execute("SELECT count(*) FROM verdicts").fetchone() == (0,)
    assert cursor.execute("SELECT count(*) FROM choices").fetchone() == (0,)


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 1),
        max_value=datetime(9998, 1, 1),
        timezones=st.integers(-720, 840).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_times_are_kept_to_the_microsecond_whatever_their_zone(moment: datetime) -> None:
    kind, dialect = UtcDateTime(), sqlite.dialect()
    stored = kind.process_bind_param(moment, dialect)
    assert stored is not None
    # What SQLite does with it.
    read = kind.process_result_value(stored.replace(tzinfo=None), dialect)
    assert read == moment
    assert read is not None
    assert read.tzinfo is UTC


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=8).map(sorted))
def test_spans_come_back_as_they_were_stored(bounds: list[int]) -> None:
    spans = tuple(zip(bounds[::2], bounds[1::2], strict=False))
    kind, dialect = Spans(), sqlite.dialect()
    assert kind.process_result_value(kind.process_bind_param(spans, dialect), dialect) == spans


@pytest.mark.parametrize(
    "stored",
    [
        *(
            "",
            '""',
            "null",
            "{}",
            "3",
            "[3]",
            "[[1]]",
            "[[1, 2, 3]]",
            '[["1", "2"]]',
            "[[1.0, 2.0]]",
        ),
        *(
            "[[true, 2]]",
            "[[2, 1]]",
            "[[1, 1]]",
            "[[-1, 1]]",
            "[[3, 4], [1, 2]]",
            "[[1, 3], [2, 4]]",
        ),
        '[["a", "b"]]',
    ],
)
def test_what_is_no_list_of_spans_is_refused(stored: str) -> None:
    with pytest.raises(StoreUnavailable, match="restore it from a backup"):
        Spans().process_result_value(stored, sqlite.dialect())


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_suit_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    ddl = str(CreateTable(table).compile(dialect=dialect))
    if "interaction_id" in ddl:
        assert "interaction_id UUID NOT NULL" in ddl
    assert "DATETIME" not in ddl
    longest = 63  # PostgreSQL cuts longer names
    assert all(len(name) <= longest for name in ddl.split())


def test_a_record_made_twice_is_refused_in_plain_words(store: FeedbackStore) -> None:
    asked = interaction(id=uuid4())
    store.record(asked)
    with pytest.raises(StoreUnavailable, match=r"UNIQUE constraint failed: interactions\.id"):
        store.record(asked)
