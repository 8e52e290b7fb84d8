"""A database moves to another one: whole, verified, resumable."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)

from faqbot.accounts.store import AccountStore
from faqbot.database import moving
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.database.moving import move, sum_of
from faqbot.database.schema import Spans, UtcDateTime, metadata
from faqbot.errors import MoveFailed, StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from faqbot.progress import silent
from tests.conftest import ENGINES
from tests.database.test_durability import ROOT
from tests.postgres import Postgres
from tests.samples_of_use import MINUTE, NOON, SESSION, interaction, shown

Opener = Callable[..., Database]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Open databases that are closed in the end."""
    with ExitStack() as stack:

        def opener(url: str, *, read_only: bool = False) -> Database:
            return stack.enter_context(closing(open_database(url, read_only=read_only)))

        yield opener


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
    """Record questions of every kind, with verdicts and choices, and an account."""
    AccountStore(store).create("zoé", "reader", password_hash="h", subject=None, at=NOON)  # noqa: S106
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
        accounts = AccountStore(store).all()
        return store.conversation(SESSION), rows, store.stats(), accounts


def test_everything_is_there_afterwards(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)
    sums = move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert everything(target_url) == everything(url)
    assert sums["interactions"].rows == 20
    assert sums["choices"].rows == 7
    assert list(sums) == [table.name for table in metadata.sorted_tables]


def test_an_empty_database_moves_too(url: str, target_url: str, opened: Opener) -> None:
    FeedbackStore.open(url).close()
    sums = move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert {found.rows for found in sums.values()} == {0}
    assert everything(target_url) == everything(url)


def test_the_source_file_keeps_every_byte(
    sqlite_url: str, path: Path, target_url: str, opened: Opener
) -> None:
    with FeedbackStore.open(sqlite_url) as store:
        fill(store)
    before = path.read_bytes()
    move(opened(sqlite_url, read_only=True), opened(target_url), progress=silent)
    assert path.read_bytes() == before


def test_a_move_interrupted_anywhere_goes_on(
    store: FeedbackStore,
    url: str,
    target_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moving, "_BATCH", 7)
    fill(store)
    interruptions = 0
    while True:
        steps = iter(range(interruptions, -1, -1))

        def stop(*_: object, steps: Iterator[int] = steps) -> None:
            if next(steps, 0) == 0:
                raise KeyboardInterrupt

        try:
            with (
                closing(open_database(url, read_only=True)) as source,
                closing(open_database(target_url)) as target,
            ):
                move(source, target, progress=stop)
        except KeyboardInterrupt:
            interruptions += 1
        else:
            break
    assert interruptions > len(metadata.sorted_tables) * 2
    assert everything(target_url) == everything(url)


def test_what_changed_between_two_runs_is_moved_as_it_stands(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Checking interactions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(opened(url, read_only=True), opened(target_url), progress=stop)
    changed = store.conversation(SESSION)[1].interaction
    store.vote(changed.id, "S01", useful=True, reason=None, comment=None, at=NOON + MINUTE)
    store.record(interaction())
    move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert everything(target_url) == everything(url)


def test_kill_9_in_the_middle_loses_and_doubles_nothing(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)
    program = (
        "import os, signal, sys\n"
        "from faqbot.database import moving\n"
        "from faqbot.database.engines import open_database\n"
        "moving._BATCH = 5\n"
        "def die(stage, done, total):\n"
        "    if stage == 'Copying shown_entries' and done >= 15:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "source = open_database(sys.argv[1], read_only=True)\n"
        "moving.move(source, open_database(sys.argv[2]), progress=die)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, url, target_url], cwd=ROOT)
    assert killed.returncode == -9
    with pytest.raises(StoreUnavailable, match="only a part of another one: finish the move"):
        FeedbackStore.open(target_url)
    move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert everything(target_url) == everything(url)


def test_moving_twice_finds_nothing_to_do(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)
    first = move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert move(opened(url, read_only=True), opened(target_url), progress=silent) == first


def test_a_target_with_data_of_its_own_is_refused_and_left_alone(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)
    with FeedbackStore.open(target_url) as other:
        other.record(interaction())
    before = everything(target_url)
    with pytest.raises(MoveFailed, match=r"interactions has 20 rows, there 1.*of its own"):
        move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert everything(target_url) == before


def test_a_target_with_part_of_another_database_is_refused(
    store: FeedbackStore, url: str, target_url: str, opened: Opener, tmp_path: Path
) -> None:
    fill(store, 3)

    def stop(stage: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(opened(url, read_only=True), opened(target_url), progress=stop)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    FeedbackStore.open(other).close()
    with pytest.raises(MoveFailed, match="holds part of another one"):
        move(opened(other, read_only=True), opened(target_url), progress=silent)


def test_a_difference_is_found_and_named(
    store: FeedbackStore, url: str, target_url: str, opened: Opener
) -> None:
    fill(store)
    target = opened(target_url)

    def tamper(stage: str, done: int, total: int) -> None:
        if stage == f"Copying {metadata.sorted_tables[-1].name}" and done == total:
            with target.writing() as connection:
                connection.exec_driver_sql("UPDATE verdicts SET comment = comment || '!'")
                connection.exec_driver_sql("DELETE FROM choices")

    with pytest.raises(MoveFailed) as caught:
        move(opened(url, read_only=True), target, progress=tamper)
    message = str(caught.value)
    assert "choices has 7 rows, there 0" in message
    assert "verdicts has 10 rows on both sides that differ" in message
    assert "run the same again" in message
    move(opened(url, read_only=True), opened(target_url), progress=silent)
    assert everything(target_url) == everything(url)


def test_a_database_does_not_move_onto_itself(url: str, opened: Opener) -> None:
    FeedbackStore.open(url).close()
    with pytest.raises(MoveFailed, match="the same database"):
        move(opened(url, read_only=True), opened(url), progress=silent)


def test_a_source_with_an_older_schema_is_refused_and_not_migrated(
    empty_url: str, path: Path, tmp_path: Path, opened: Opener
) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).close()
    path.touch()
    target = opened(f"sqlite:///{tmp_path / 'target.db'}")
    with pytest.raises(MoveFailed, match="older schema"):
        move(opened(empty_url, read_only=True), target, progress=silent)


def test_a_missing_source_is_not_created(path: Path, sqlite_url: str, opened: Opener) -> None:
    path.parent.mkdir()
    with pytest.raises(StoreUnavailable, match="check that its folder exists"):
        move(opened(sqlite_url, read_only=True), opened(f"{sqlite_url}.new"), progress=silent)
    assert not path.exists()


def test_text_that_postgresql_refuses_is_named_with_its_place(
    sqlite_url: str, path: Path, postgres_url: str, opened: Opener
) -> None:
    asked = interaction()
    with FeedbackStore.open(sqlite_url) as store:
        store.record(asked)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE interactions SET question = 'a' || char(0) || 'b'")
        connection.commit()
    with pytest.raises(MoveFailed, match=rf"interactions\.question of row {asked.id} holds a NUL"):
        move(opened(sqlite_url, read_only=True), opened(postgres_url), progress=silent)


other_tables = MetaData()
parents = Table(
    "parents",
    other_tables,
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("blob", LargeBinary),
    Column("data", JSON),
)
children = Table(
    "children",
    other_tables,
    Column("parent_id", Integer, ForeignKey(parents.c.id), primary_key=True),
    Column("label", String, primary_key=True),
)


def test_tables_of_other_kinds_move_too_and_go_on_counting(
    url: str, target_url: str, opened: Opener
) -> None:
    source = opened(url)
    with source.writing() as connection:
        other_tables.create_all(connection)
        connection.execute(
            insert(parents),
            [
                {"name": name, "blob": b"\0\xff", "data": {"b": [1, 2.5, None], "a": True}}
                for name in ("Zoé", "eve", "Ève", "zoe")
            ],
        )
        labels = ({"parent_id": 1 + n % 4, "label": f"{'aAéE'[n % 4]}{n}"} for n in range(1200))
        connection.execute(insert(children), list(labels))
    target = opened(target_url)
    with target.writing() as connection:
        other_tables.create_all(connection)
    sums = move(source, target, progress=silent, metadata=other_tables)
    assert {name: found.rows for name, found in sums.items()} == {"parents": 4, "children": 1200}
    with target.writing() as connection:
        connection.execute(insert(parents), {"name": "suivante"})
        assert (
            connection.execute(
                select(parents.c.id).where(parents.c.name == "suivante")
            ).scalar_one()
            == 5
        )


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
        pair = tuple(stack.enter_context(closing(open_database(url))) for url in urls)
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
