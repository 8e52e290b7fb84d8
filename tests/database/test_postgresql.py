from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from faqbot.database import postgresql
from faqbot.database.bounded_connection import BoundedConnection
from faqbot.database.engines import open_database, prepared_database
from faqbot.database.interface import Database
from faqbot.errors import StoreUnavailable, StoreUnreachable
from faqbot.feedback.store import FeedbackStore
from tests.database.test_durability import ROOT, eventually
from tests.postgres import Postgres, name_of
from tests.samples_of_use import NOON, interaction


@pytest.fixture
def pg_store(postgres_url: str) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(postgres_url) as store:
        yield store


def setting(url: str, name: str) -> object:
    """What a setting is in the sessions of the store."""
    with closing(open_database(url)) as database, database.reading() as connection:
        return connection.exec_driver_sql(f"SHOW {name}").scalar_one()


@pytest.mark.parametrize(
    ("of_the_server", "in_our_sessions"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")],
)
def test_commits_are_synchronous_whatever_the_server_does(
    postgres: Postgres, postgres_url: str, of_the_server: str, in_our_sessions: str
) -> None:
    name = name_of(postgres_url)
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = {of_the_server}")
    assert setting(postgres_url, "synchronous_commit") == in_our_sessions


def test_a_connection_that_outlives_its_pool_is_closed(postgres_url: str) -> None:
    """Somebody reads while the service stops, or while another thread gives the pool up."""
    database = open_database(postgres_url)
    with database.reading() as connection:
        held = connection.connection.driver_connection
        database.close()
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert held is not None
    assert held.closed


def test_a_connection_that_cannot_be_set_up_is_closed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    execute = BoundedConnection.execute

    def note(self: BoundedConnection, *arguments: Any) -> Any:
        made.append(self)
        return execute(self, *arguments)

    monkeypatch.setattr(BoundedConnection, "execute", note)
    monkeypatch.setattr(postgresql, "_SET_UP", "SELECT nothing, %s, %s")
    with (
        closing(open_database(postgres_url)) as database,
        pytest.raises(StoreUnavailable),
        database.reading(),
    ):
        pass
    assert all(connection.closed for connection in made)
    assert made


def test_sessions_speak_utc_and_utf8_whatever_the_server_does(
    postgres: Postgres, postgres_url: str
) -> None:
    postgres.execute(f"ALTER DATABASE {name_of(postgres_url)} SET timezone = 'Asia/Tokyo'")
    postgres.execute(f"ALTER DATABASE {name_of(postgres_url)} SET client_encoding = 'LATIN1'")
    assert setting(postgres_url, "timezone") == "UTC"
    assert setting(postgres_url, "client_encoding") == "UTF8"
    with FeedbackStore.open(postgres_url) as store:
        asked = interaction(question="« œuvre » 😀")
        store.record(asked)
        found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction == asked


def test_parameters_in_the_address_win(postgres_url: str) -> None:
    assert setting(f"{postgres_url}&application_name=essai", "application_name") == "essai"
    assert setting(postgres_url, "application_name") == "faqbot"


def test_a_database_in_another_encoding_is_refused(postgres: Postgres) -> None:
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreUnavailable, match=r"LATIN1.*createdb --encoding=UTF8"):
        FeedbackStore.open(postgres.url("latin"))


def test_a_missing_database_is_named_with_advice(postgres: Postgres) -> None:
    with pytest.raises(StoreUnavailable, match=r'"nowhere" does not exist.*check user, password'):
        FeedbackStore.open(postgres.url("nowhere"))


def test_an_address_without_database_is_refused() -> None:
    with pytest.raises(StoreUnavailable, match="end it with /NAME"):
        FeedbackStore.open("postgresql+psycopg://me:secret@host")


def test_a_user_without_rights_is_told(postgres: Postgres, postgres_url: str) -> None:
    postgres.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(StoreUnavailable, match=r"permission denied.*own the database's tables"):
        FeedbackStore.open(postgres_url.replace("postgres@", "stranger@"))


@pytest.fixture
def silence() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_password_is_never_repeated(closed_port: int, silence: int) -> None:
    for port in (closed_port, silence):
        address = f"postgresql+psycopg://me:s3cret@127.0.0.1:{port}/db?connect_timeout=2"
        with pytest.raises(StoreUnreachable, match="check that the server runs") as caught:
            FeedbackStore.open(address)
        assert "s3cret" not in str(caught.value)
        assert f"db on 127.0.0.1:{port}" in str(caught.value)


def test_an_outage_is_waited_for_once(silence: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "OUTAGE_PAUSE_S", 3600)
    attempts = []
    connect = psycopg.Connection.connect

    def counted(*words: object, **parameters: object) -> object:
        attempts.append(parameters)
        return connect(*words, **parameters)  # type: ignore[arg-type]

    monkeypatch.setattr("faqbot.database.bounded_connection.BoundedConnection.connect", counted)
    address = f"postgresql+psycopg://me@127.0.0.1:{silence}/db?connect_timeout=2"
    with prepared_database(address, may_be_down=True) as database:
        store = FeedbackStore(database)
        for _ in range(50):
            with pytest.raises(StoreUnreachable, match="connection timeout expired"):
                store.record(interaction())
    assert len(attempts) == 1


def test_a_frozen_server_holds_nobody_up(
    postgres: Postgres, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its kernel still answers: only our own clock can tell."""
    monkeypatch.setattr(postgresql, "REPLY_TIMEOUT_S", 0.5)
    monkeypatch.setattr(postgresql, "OUTAGE_PAUSE_S", 0.0)
    with closing(open_database(postgres_url)) as database:
        with pytest.raises(StoreUnreachable, match=r"no reply within 0\.5 s"):
            _freeze_and_read(postgres, postgres_url, database)
        with database.reading() as connection:  # over a new connection
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def _freeze_and_read(postgres: Postgres, url: str, database: Database) -> None:
    with database.reading() as connection:
        (frozen,) = postgres.backends(url)
        os.kill(frozen, signal.SIGSTOP)
        try:
            connection.execute(text("SELECT 1"))
        finally:
            os.kill(frozen, signal.SIGCONT)


def test_a_connection_that_froze_while_idle_is_replaced(
    postgres: Postgres,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "REPLY_TIMEOUT_S", 0.5)
    with FeedbackStore.open(postgres_url) as store:
        (frozen,) = postgres.backends(postgres_url)
        os.kill(frozen, signal.SIGSTOP)
        try:
            asked = interaction()
            store.record(asked)
            assert store.exchange(asked.id) is not None
        finally:
            os.kill(frozen, signal.SIGCONT)


def test_a_lock_holds_nobody_up_for_long(
    postgres: Postgres, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT_S", 0.2)
    asked = interaction()
    with FeedbackStore.open(postgres_url) as store, closing(open_database(postgres_url)) as other:
        store.record(asked)
        with other.writing() as holder:
            holder.exec_driver_sql("LOCK TABLE verdicts")
            with pytest.raises(StoreUnavailable, match=r"lock timeout.*holds its locks"):
                store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)


def test_a_server_that_takes_no_writes_is_not_ready(
    postgres: Postgres, postgres_url: str, pg_store: FeedbackStore
) -> None:
    """As an old primary after a failover, which is a standby from then on."""
    pg_store.check()
    name = name_of(postgres_url)
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgres.execute(f"SELECT pg_terminate_backend({postgres.backends(postgres_url)[0]}, 5000)")
    with pytest.raises(StoreUnavailable, match="read-only"):
        pg_store.check()
    postgres.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@pytest.mark.parametrize(
    "work", [lambda store: store.record(interaction()), FeedbackStore.check], ids=["write", "check"]
)
def test_after_a_failover_writes_find_the_new_primary(
    postgres: Postgres,
    postgres_url: str,
    pg_store: FeedbackStore,
    work: Callable[[FeedbackStore], object],
) -> None:
    (old,) = postgres.backends(postgres_url)
    # What an open connection meets when its server is demoted.
    postgres.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    postgres.execute("SELECT pg_reload_conf()")
    refusal = _until(StoreUnavailable, lambda: work(pg_store))
    assert re.search(r"(read-only|no writes).*names the primary", refusal)
    postgres.execute(
        "ALTER SYSTEM RESET default_transaction_read_only",
        options="-c default_transaction_read_only=off",
    )
    postgres.execute("SELECT pg_reload_conf()")
    asked = interaction()
    eventually(lambda: pg_store.record(asked))
    assert pg_store.exchange(asked.id) is not None
    assert old not in postgres.backends(postgres_url)


def _until(error: type[Exception], work: Callable[[], object]) -> str:
    """Repeat until it fails: a server's new settings reach its processes when they like."""
    while True:
        try:
            work()
        except error as found:
            return str(found)


def test_what_people_wrote_does_not_appear_in_errors(
    postgres: Postgres, postgres_url: str, pg_store: FeedbackStore
) -> None:
    """PostgreSQL's own message quotes the whole row in its details."""
    postgres.execute(
        "ALTER TABLE interactions ADD CONSTRAINT never CHECK (question = '')", postgres_url
    )
    with pytest.raises(StoreUnavailable, match='check constraint "never"') as caught:
        pg_store.record(interaction(question="Mon numéro secret"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_missing_driver_is_named_with_the_way_to_install_it() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from faqbot.cli import main\n"
        "sys.exit(main(['feedback', 'stats']))"
    )
    environment = {"FAQBOT_DATABASE_URL": "postgresql+psycopg://me@host/db", "PATH": ""}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "pip install 'faqbot[postgresql]'" in run.stderr
    assert "Traceback" not in run.stderr
