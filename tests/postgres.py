"""A real PostgreSQL for the tests: one server per session, one database per test."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock
from sqlalchemy import URL, make_url

from faqbot.feedback.store import FeedbackStore

with warnings.catch_warnings():
    # Importing it asks for a runtime folder, which not every machine has; it needs none.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pgserver

_PATIENCE_S = 60


class Postgres:
    """A server in a folder of its own, reached through a socket in it."""

    def __init__(self) -> None:
        # Not pytest's folder: the server runs as another user when the tests run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="faqbot-pg-"))
        # pgserver makes that user; two sessions at once would both try.
        with FileLock(Path(tempfile.gettempdir()) / "faqbot-pgserver.lock"):
            self._server = pgserver.get_server(self._folder / "data")
        self._data = self._server.pgdata
        self._numbers = itertools.count(1)
        # Nothing here has to survive a power cut; a killed process loses nothing without it.
        self.execute("ALTER SYSTEM SET fsync = off")
        self.execute("SELECT pg_reload_conf()")
        self.execute("CREATE DATABASE template_faqbot")
        FeedbackStore.open(self.url("template_faqbot")).close()

    def url(self, database: str) -> str:
        """The address of one of its databases, as faqbot takes it."""
        url = URL.create(
            "postgresql+psycopg",
            "postgres",
            database=database,
            query={"host": str(self._data)},
        )
        return url.render_as_string()

    def create(self, *, migrated: bool = True) -> str:
        """Make a database, with or without the tables, and return its address."""
        name = f"test_{next(self._numbers)}"
        template = "template_faqbot" if migrated else "template1"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")

    def execute(
        self, statement: str, url: str | None = None, *, options: str = ""
    ) -> Sequence[tuple[Any, ...]]:
        """Run a statement beside the store, and return its rows."""
        database = name_of(url) if url else "postgres"
        with psycopg.connect(
            host=str(self._data), user="postgres", dbname=database, autocommit=True, options=options
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else ()

    def backends(self, url: str) -> list[int]:
        """The process ids of the server's processes that serve a database."""
        found = self.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid != pg_backend_pid()"
            " AND datname = current_database() AND backend_type = 'client backend'",
            url,
        )
        return [pid for (pid,) in found]

    def kill_backend(self, url: str) -> None:
        """Kill -9 a process that serves a database: the server then restarts all of them."""
        os.kill(self.backends(url)[0], signal.SIGKILL)
        self._await_ready()

    def crash(self) -> None:
        """Kill -9 every process of the server, the first one first."""
        postmaster = self._postmaster()
        os.kill(postmaster, signal.SIGSTOP)  # it shall make no more of them
        listed = subprocess.check_output(["ps", "-o", "pid=", "--ppid", str(postmaster)], text=True)
        processes = [postmaster, *map(int, listed.split())]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _wait(lambda: not any(map(_alive, processes)))
        # Where nobody waits for the dead, their ids would be taken for a running server's.
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self._data / name).unlink(missing_ok=True)

    def stop(self) -> None:
        """Shut down, throwing clients out."""
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start again after a crash or a stop, in the same place; do nothing if it runs."""
        if _alive(self._postmaster()):
            return
        options = f"-h '' -k {self._data}"
        self._pg_ctl("-w", "-l", str(self._data / "log"), "-o", options, "start")
        self._await_ready()

    def close(self) -> None:
        """Stop and remove everything."""
        if _alive(self._postmaster()):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _postmaster(self) -> int:
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return 0

    def _pg_ctl(self, *words: str) -> None:
        pgserver.pg_ctl(list(words), pgdata=self._data, user=self._server.system_user)

    def _await_ready(self) -> None:
        def ready() -> bool:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                return False
            return True

        _wait(ready)


def name_of(url: str) -> str:
    """The name of the database in an address."""
    return str(make_url(url).database)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            msg = "PostgreSQL did not get there in time"
            raise TimeoutError(msg)
        time.sleep(0.05)
