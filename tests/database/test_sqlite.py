from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from faqbot.database import sqlite
from faqbot.database.sqlite import database_path
from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, interaction


def test_a_relative_address_stays_where_it_is_when_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert database_path(make_url("sqlite:///data/faqbot.db")) == tmp_path / "data" / "faqbot.db"


def test_an_address_may_hold_spaces_accents_and_percent_signs(tmp_path: Path) -> None:
    path = tmp_path / "données 100%" / "é.db"
    with FeedbackStore.open(f"sqlite:///{path}") as store:
        store.check()
    assert path.is_file()


def test_what_people_wrote_is_for_the_owners_eyes(path: Path, sqlite_url: str) -> None:
    with FeedbackStore.open(sqlite_url) as store:
        store.record(interaction(asked_at=NOON))
        made = {it.name: it.stat().st_mode & 0o777 for it in path.parent.iterdir()}
    assert set(made.values()) == {0o600}
    assert made.keys() >= {path.name, f"{path.name}-wal"}
    path.chmod(0o640)  # as its owner wants it
    with FeedbackStore.open(sqlite_url):
        assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "not a database URL: give a file as in sqlite:///data"),
        ("data/faqbot.db", "not a database URL"),
        ("postgresql://me@host/db", "'postgresql' are not supported"),
        ("postgresql+asyncpg://me@host/db", r"'postgresql\+asyncpg' are not supported"),
        ("mysql://host/db", "'mysql' are not supported"),
        ("sqlite+aiosqlite:///faqbot.db", r"'sqlite\+aiosqlite' are not supported"),
        ("sqlite://", "names no plain file"),
        ("sqlite:///:memory:", "names no plain file"),
        ("sqlite://data/faqbot.db", "names no plain file"),
        ("sqlite:///file:faqbot.db?uri=true", "names no plain file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_an_example(
    address: str, message: str
) -> None:
    with pytest.raises(StoreUnavailable, match=message) as caught:
        FeedbackStore.open(address)
    assert "sqlite:///data/faqbot.db" in str(caught.value)


@pytest.mark.parametrize("address", ["postgresql://me:secret@host/db", "me:secret@host/db"])
def test_a_password_is_not_repeated(address: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        FeedbackStore.open(address)
    assert "secret" not in str(caught.value)


# Not even root creates files in /proc, or folders inside a file.
@pytest.mark.parametrize("address", ["/proc/faqbot.db", "/dev/null/data/faqbot.db", "/proc"])
def test_a_folder_that_cannot_be_written_is_named_with_advice(address: str) -> None:
    with pytest.raises(StoreUnavailable, match=f"database {address} .* may write there"):
        FeedbackStore.open(f"sqlite:///{address}")


def test_a_file_that_is_no_database_is_refused_and_left_alone(sqlite_url: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("Ceci n'est pas une base. " * 100)
    with pytest.raises(
        StoreUnavailable, match=r"not a database.*restore it from a backup, or move"
    ):
        FeedbackStore.open(sqlite_url)
    assert path.read_text() == "Ceci n'est pas une base. " * 100


def test_a_damaged_database_is_reported_with_advice(sqlite_url: str, path: Path) -> None:
    with FeedbackStore.open(sqlite_url) as store:
        store.record(interaction())
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(StoreUnavailable, match=r"malformed.*restore it from a backup"):
        FeedbackStore.open(sqlite_url)


def test_a_database_that_another_program_keeps_locked_is_reported(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.1)
    asked = interaction()
    with FeedbackStore.open(sqlite_url) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=r"locked.*another process is writing"):
            store.record(asked)
        assert store.exchange(asked.id) is None, "reading goes on"
        other.rollback()
        store.record(asked)


def test_opening_waits_for_a_process_that_is_setting_the_file_up(
    sqlite_url: str, path: Path
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as other:
        other.execute("CREATE TABLE unrelated (id INTEGER)")
        # SQLite refuses the switch to WAL at once while another connection is in this state.
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, other.rollback)
        timer.start()
        with FeedbackStore.open(sqlite_url) as store:
            store.record(interaction())
        timer.join()


def test_a_database_removed_or_replaced_while_in_use_takes_no_more_votes(
    sqlite_store: FeedbackStore, path: Path
) -> None:
    store, asked = sqlite_store, interaction()
    store.record(asked)
    store.check()
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    path.unlink()
    removed = "removed or replaced while in use: put it back, then restart"
    with pytest.raises(StoreUnavailable, match=removed):
        store.check()
    copy.rename(path)
    with pytest.raises(StoreUnavailable, match=removed):
        store.check()
    with pytest.raises(StoreUnavailable, match=removed):
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)


def test_what_people_wrote_does_not_appear_in_errors(store: FeedbackStore) -> None:
    asked = interaction(question="Mon numéro secret")
    store.record(asked)
    with pytest.raises(StoreUnavailable) as caught:
        store.record(asked)
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)
