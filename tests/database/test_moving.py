"""A database moves to another one: whole, verified, all at once or not at all."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Double, Integer, MetaData, Table, Text, event, insert

from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.database import moving
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.database.moving import TableSum, move, sum_of
from faqbot.database.schema import Spans, UtcDateTime, metadata, releases
from faqbot.errors import MoveFailed, StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from faqbot.progress import Progress, silent
from tests.conftest import ENGINES
from tests.database.test_durability import ROOT
from tests.postgres import Postgres
from tests.samples_of_use import MINUTE, NOON, SESSION, fared, figures, interaction, shown


def moved(url: str, target_url: str, progress: Progress = silent) -> Mapping[str, TableSum]:
    with open_database(url, read_only=True) as source, open_database(target_url) as target:
        return move(source, target, progress=progress)


@pytest.fixture(params=ENGINES)
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database, of either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target' / 'faqbot.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create(migrated=False)
    yield url
    postgres.drop(url)


def fill(store: FeedbackStore, count: int = 20) -> None:
    """Record questions of every kind, with verdicts and choices, an account and a release."""
    zoe = StoredAccount(name="zoé", role="reader", password_hash="h", created_at=NOON)  # noqa: S106
    AccountStore(store.database).create(zoe)
    told = {"digest": "d", "format": 1, "created_at": NOON, "corpus_digest": "c", "entries": 2}
    with store.database.writing() as connection:
        connection.execute(insert(releases), told | {"content": bytes(range(256))})
    for number in range(count):
        asked = interaction(
            question=f"Où est le REM n° {number} ? « é » 😀\n" + "?" * number,
            asked_at=NOON + number * MINUTE,
            status="clarify" if number % 3 == 0 else "answered",
            confidence=1 / (number + 1),
            duration_ms=math.pi * number,
            shown=(shown("S01", highlights=((0, 3), (5, 9))), shown("S02", 2)),
            small_talk="thanks" if number % 7 == 6 else None,
        )
        store.record(asked)
        if number % 2:
            store.vote(asked.id, "S01", useful=False, reason="other", comment='Là ; "ici"', at=NOON)
        if asked.status == "clarify":
            store.choose(asked.id, "S02", at=NOON + MINUTE)


def everything(url: str) -> tuple[object, ...]:
    with FeedbackStore.open(url) as store:
        rows = sorted(store.export_rows(), key=lambda row: str(row["interaction_id"]))
        accounts = AccountStore(store.database).all()
        return store.conversation(SESSION), rows, figures(store), fared(store), accounts


def test_everything_is_there_afterwards(
    store: FeedbackStore, url: str, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_BATCH", 7)
    fill(store)
    FeedbackStore.open(target_url).close()  # tables without rows are empty enough
    sums = moved(url, target_url)
    assert everything(target_url) == everything(url)
    assert sums["interactions"].rows == 20
    assert sums["choices"].rows == 7
    assert list(sums) == [table.name for table in metadata.sorted_tables]


def test_the_source_file_keeps_every_byte(sqlite_url: str, path: Path, target_url: str) -> None:
    with FeedbackStore.open(sqlite_url) as store:
        fill(store)
    before = path.read_bytes()
    moved(sqlite_url, target_url)
    assert path.read_bytes() == before


def test_kill_9_in_the_middle_loses_and_doubles_nothing(
    store: FeedbackStore, url: str, target_url: str
) -> None:
    fill(store)
    program = (
        "import os, signal, sys\n"
        "from faqbot.database import moving\n"
        "from faqbot.database.engines import open_database\n"
        "moving._BATCH = 5\n"
        "def die(stage, done, total):\n"
        "    if stage == sys.argv[3] and done >= int(sys.argv[4]):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "source = open_database(sys.argv[1], read_only=True)\n"
        "moving.move(source, open_database(sys.argv[2]), progress=die)\n"
    )
    for stage, rows in (("Copying shown_entries", "15"), ("Checking decisions", "0")):
        command = [sys.executable, "-c", program, url, target_url, stage, rows]
        assert subprocess.run(command, cwd=ROOT).returncode == -9
        with FeedbackStore.open(target_url) as left:
            assert figures(left).questions == 0
    moved(url, target_url)
    assert everything(target_url) == everything(url)


def test_the_target_serves_no_one_until_it_is_whole(
    store: FeedbackStore, url: str, target_url: str
) -> None:
    fill(store)
    started: list[Future[object]] = []
    with ThreadPoolExecutor(1) as pool:

        def meanwhile(stage: str, done: int, total: int) -> None:
            started[:] = started or [pool.submit(everything, target_url)]
            assert not started[0].done()

        moved(url, target_url, meanwhile)
        assert started[0].result() == everything(url)


def test_a_target_with_data_of_its_own_is_refused_and_left_alone(
    store: FeedbackStore, url: str, target_url: str
) -> None:
    fill(store)
    with FeedbackStore.open(target_url) as other:
        other.record(interaction())
    before = everything(target_url)
    with pytest.raises(MoveFailed, match=r"of its own \(interactions, shown_entries\).*an empty"):
        moved(url, target_url)
    assert everything(target_url) == before


def test_a_difference_is_found_and_named_and_nothing_stays(
    store: FeedbackStore, url: str, target_url: str
) -> None:
    fill(store)
    with open_database(url, read_only=True) as source, open_database(target_url) as target:

        @event.listens_for(target.engine, "after_cursor_execute")
        def tamper(connection: Any, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO verdicts"):
                connection.exec_driver_sql("UPDATE interactions SET question = 'Autre chose'")
                connection.exec_driver_sql("DELETE FROM choices")

        with pytest.raises(MoveFailed, match=r"came out different.*taken back") as caught:
            move(source, target, progress=silent)
    assert "20 rows of interactions not as they were" in str(caught.value)
    assert "choices had 7 rows, there 0" in str(caught.value)
    with FeedbackStore.open(target_url) as left:
        assert figures(left).questions == 0


def test_a_database_does_not_move_onto_itself(url: str) -> None:
    with pytest.raises(MoveFailed, match="the same database"):
        moved(url, url)


def test_a_source_with_an_older_schema_is_refused_and_not_migrated(
    empty_url: str, path: Path, tmp_path: Path
) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(MoveFailed, match="older schema"):
        moved(empty_url, f"sqlite:///{tmp_path / 'target.db'}")


def test_a_missing_source_is_not_created(path: Path, sqlite_url: str) -> None:
    path.parent.mkdir()
    with pytest.raises(StoreUnavailable, match="check that its folder exists"):
        moved(sqlite_url, f"{sqlite_url}.new")
    assert list(path.parent.iterdir()) == []


def test_text_that_postgresql_refuses_is_named_with_its_place(
    sqlite_url: str, path: Path, postgres_url: str
) -> None:
    asked = interaction()
    with FeedbackStore.open(sqlite_url) as store:
        store.record(asked)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE interactions SET question = 'a' || char(0) || 'b'")
        connection.commit()
    with pytest.raises(MoveFailed, match=rf"interactions\.question of row {asked.id} holds a NUL"):
        moved(sqlite_url, postgres_url)


values = Table(
    "every_value",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", Text),
    Column("number", Double),
    Column("flag", Boolean),
    Column("moment", UtcDateTime),
    Column("spans", Spans),
)


@pytest.fixture(scope="module")
def two_engines(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Database]]:
    urls = f"sqlite:///{tmp_path_factory.mktemp('values')}/v.db", postgres.create()
    with ExitStack() as stack:
        pair = tuple(stack.enter_context(open_database(url)) for url in urls)
        for database in pair:
            with database.writing() as connection:
                values.create(connection)
        yield pair  # type: ignore[misc]


@example([{"text": "", "number": -0.0, "flag": False, "moment": NOON, "spans": ()}])
@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
                "number": st.none() | st.floats(allow_nan=False),
                "flag": st.none() | st.booleans(),
                "moment": st.none()
                | st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)),
                "spans": st.just(((1, 2), (3, 4))),
            }
        ),
        max_size=5,
    )
)
def test_checksums_do_not_depend_on_the_engine(
    two_engines: tuple[Database, Database], rows: list[dict[str, object]]
) -> None:
    sums = []
    for database, order in zip(two_engines, (1, -1), strict=True):
        with database.writing() as connection:
            connection.execute(values.delete())
            for number, row in list(enumerate(rows))[::order]:
                connection.execute(insert(values), row | {"id": number})
            sums.append(sum_of(connection, values))
    assert sums[0] == sums[1]


def test_checksums_tell_rows_apart(store: FeedbackStore, database: Database) -> None:
    seen = set()
    store.record(interaction(id=uuid4()))
    for change in (
        "question = '1'",
        "question = '1.0'",
        "confidence = 0.5",
        "small_talk = 'thanks'",
    ):
        with database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE interactions SET {change}")  # noqa: S608
            seen.add(sum_of(connection, metadata.tables["interactions"]))
    assert len(seen) == 4
