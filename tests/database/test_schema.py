from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from faqbot.database.interface import Database
from faqbot.database.schema import Spans, UtcDateTime, metadata
from faqbot.database.sqlite import create_sqlite_engine
from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, interaction


@pytest.fixture
def engine(store: FeedbackStore, database: Database) -> Engine:
    """Connections set up as the store's, to a database with one vote and one choice."""
    asked = interaction(status="clarify")
    store.record(asked)
    store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    store.choose(asked.id, "S01", at=NOON)
    return database.engine


def test_every_sqlite_connection_is_set_up_to_keep_what_it_acknowledged(
    sqlite_store: FeedbackStore, path: Path
) -> None:
    del sqlite_store
    engine = create_sqlite_engine(path)
    with engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        full = 2
        assert pragma("foreign_keys") == 1
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == full
        assert pragma("secure_delete") == 1
        assert pragma("busy_timeout") == 5_000
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE interactions SET status = 'perhaps'", "ck_interactions_status"),
        ("UPDATE shown_entries SET role = 'advert'", "ck_shown_entries_role"),
        ("UPDATE shown_entries SET rank = 0", "ck_shown_entries_rank"),
        ("UPDATE verdicts SET reason = 'ugly'", "ck_verdicts_reason"),
        ("UPDATE verdicts SET entry_id = 'S99'", "FOREIGN KEY|foreign key"),
        ("UPDATE choices SET entry_id = 'S99'", "FOREIGN KEY|foreign key"),
        (
            "INSERT INTO choices SELECT interaction_id, 'S02', chosen_at FROM choices",
            "UNIQUE|unique",
        ),
        ("UPDATE interactions SET small_talk = 'joke'", "ck_interactions_small_talk"),
        ("UPDATE shown_entries SET highlights = NULL", "NOT NULL|not-null"),
        (
            "UPDATE shown_entries SET interaction_id = '00000000000000000000000000000000'"
            " WHERE entry_id = 'F11'",
            "FOREIGN KEY|foreign key",
        ),
        ("INSERT INTO verdicts SELECT * FROM verdicts", "UNIQUE|unique"),
        ("INSERT INTO interactions SELECT * FROM interactions", "UNIQUE|unique"),
        ("UPDATE interactions SET question = NULL", "NOT NULL|not-null"),
    ],
)
def test_the_database_itself_refuses_what_makes_no_sense(
    engine: Engine, statement: str, constraint: str
) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError, match=constraint):
        connection.exec_driver_sql(statement)


def test_all_that_is_attached_goes_with_its_interaction(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM interactions")
        for table in ("shown_entries", "verdicts", "choices"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0  # noqa: S608


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
        assert "interaction_id UUID" in ddl
    assert "DATETIME" not in ddl
    longest = 63  # PostgreSQL cuts longer names
    assert all(len(name) <= longest for name in ddl.split())


def test_no_table_numbers_its_rows_itself() -> None:
    # A database that moves would have to take the counter along.
    assert all(table.autoincrement_column is None for table in metadata.sorted_tables)


def test_a_record_made_twice_is_refused_in_plain_words(store: FeedbackStore) -> None:
    asked = interaction(id=uuid4())
    store.record(asked)
    with pytest.raises(StoreUnavailable, match=r"(?i)unique constraint.*interactions"):
        store.record(asked)
