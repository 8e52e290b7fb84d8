"""SQLite: where the file is, how each connection is set up, and its errors in plain words."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import StatementError

from faqbot.database.interface import Database
from faqbot.errors import StoreUnavailable

BUSY_TIMEOUT_S = 5.0
"""How long a connection waits for another process's write before it gives up."""

FILE_EXAMPLE = "give a file as in sqlite:///data/faqbot.db (relative) or sqlite:////srv/faqbot.db"
_UNREACHABLE = "check that its folder exists and that this user may write there"
_DAMAGED = "restore it from a backup, or move it away to start with an empty one"
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process is writing for too long; try again, or stop that process",
    sqlite3.SQLITE_LOCKED: "try again",
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_PERM: _UNREACHABLE,
    sqlite3.SQLITE_READONLY: _UNREACHABLE,
    sqlite3.SQLITE_IOERR: "check the disk and the free space on it",
    sqlite3.SQLITE_FULL: "free some disk space",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


class SqliteDatabase(Database):
    """A database in a file.

    Args:
        read_only: Refuse to write, and leave the file as it is.

    Raises:
        StoreUnavailable: The address names no file.
    """

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        self._path = database_path(url)
        engine = create_sqlite_engine(self._path, read_only=read_only)
        # A transaction that will write says so at its start: SQLite then waits for its turn,
        # where one that had read first would have to fail.
        writer = engine.execution_options(sqlite_begin="IMMEDIATE")
        super().__init__(
            engine, str(self._path), reader=engine, writer=writer, driver_error=sqlite3.Error
        )
        self._file_id: tuple[int, int] | None = None

    def require_room(self, connection: Connection) -> None:
        """Write the first page anew: where the disk is full, that fails."""
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    def _erase_remains(self) -> None:
        """Empty the write-ahead log, unless a reader needs it."""
        with self.explained():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def _before_writing(self, connection: Connection) -> None:
        """Refuse a file that is not the one that was opened."""
        del connection
        # Open connections would go on writing into a file that nobody can find any more.
        found = _file_id(self._path)
        if found is None or found != self._file_id:
            msg = (
                f"the database {self._path} was removed or replaced while in use: put it back, "
                "then restart faqbot"
            )
            raise StoreUnavailable(msg)

    def _before_first_use(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives what it makes beside the file the file's rights.
            with suppress(FileExistsError):
                self._path.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise StoreUnavailable(_explain(error, self._path)) from error

    def _inspect(self, connection: Connection) -> None:
        del connection
        self._file_id = _file_id(self._path)

    def _exclude_other_migrations(self, connection: Connection) -> None:
        """Do nothing: the file takes one writer at a time."""

    def _exclude_other_writers(self, connection: Connection) -> None:
        """Do nothing: the file takes one writer at a time."""

    def _failure(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(_explain(error, self._path))


def database_path(url: URL) -> Path:
    """Find the file that a URL such as ``sqlite:///data/faqbot.db`` names.

    Returns:
        The absolute path, so that a later change of folder moves nothing.

    Raises:
        StoreUnavailable: It names no file.
    """
    if url.host or url.query or not url.database or url.database.startswith((":memory:", "file:")):
        # A database in memory would lose every vote at the end of the process.
        msg = f"the database URL {url.render_as_string()!r} names no plain file: {FILE_EXAMPLE}"
        raise StoreUnavailable(msg)
    return Path(url.database).absolute()


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def create_sqlite_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Prepare connections to a file, for all threads; none is opened yet.

    Transactions begin as SQLite's ``DEFERRED``, or as the execution option ``sqlite_begin`` says.

    Args:
        read_only: Refuse to write, and leave the file as it is.
    """
    database = f"file:{quote(str(path))}?mode=ro" if read_only else str(path)
    engine = create_engine(
        URL.create("sqlite", database=database, query={"uri": "true"} if read_only else {}),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        pool_timeout=BUSY_TIMEOUT_S,
        pool_use_lifo=True,  # each connection has a cache: the fewer are in turn used, the better
        hide_parameters=True,  # what people write has no place in logs and tracebacks
    )
    event.listen(engine, "connect", _set_up_to_read if read_only else _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_to_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself, but only at the first write: a transaction
    # that reads first could then fail at once when another one writes. `_begin` does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_wal(connection)
    # WAL's usual NORMAL may lose the last commits at a power cut; an acknowledged vote stays.
    connection.execute("PRAGMA synchronous = FULL")
    # What is purged is overwritten, not only forgotten.
    connection.execute("PRAGMA secure_delete = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    # Two processes that both switch a new file to WAL: SQLite refuses one of them at once,
    # without the wait that it grants everywhere else.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    wait = options.get("wait_s", BUSY_TIMEOUT_S)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait * 1000:.0f}")
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")


def _explain(error: Exception, path: Path) -> str:
    """Say in one line what happened and what to do, without SQL or anything that people wrote."""
    if isinstance(error, OSError):
        return f"the database {path} cannot be used ({error.strerror}): {_UNREACHABLE}"
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    # Extended codes carry the primary one in the low byte.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    advice = _ADVICE.get(code, "if this happens again, please report it")
    reason = str(cause).partition("\n")[0]
    return f"the database {path} cannot be used ({reason}): {advice}"
