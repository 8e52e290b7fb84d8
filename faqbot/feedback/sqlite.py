"""SQLite: where the file is, how each connection is set up, and its errors in plain words."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, StatementError

from faqbot.errors import StoreUnavailable

BUSY_TIMEOUT_S = 15.0
"""How long a connection waits for another process's write before it gives up."""

_EXAMPLE = "give a file as in sqlite:///data/faqbot.db (relative) or sqlite:////srv/faqbot.db"
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


def database_path(address: str) -> Path:
    """Find the file that a database URL names.

    Args:
        address: A URL such as ``sqlite:///data/faqbot.db``.

    Returns:
        The absolute path, so that a later change of folder moves nothing.

    Raises:
        StoreUnavailable: It is no URL, is no SQLite URL or names no file.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        # The text may hold a password, so it is not repeated.
        msg = f"FAQBOT_DATABASE_URL is not a database URL: {_EXAMPLE}"
        raise StoreUnavailable(msg) from None
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        msg = f"databases of kind {url.drivername!r} are not supported yet: {_EXAMPLE}"
        raise StoreUnavailable(msg)
    if url.host or url.query or not url.database or url.database.startswith((":memory:", "file:")):
        # A database in memory would lose every vote at the end of the process.
        msg = f"the database URL {url.render_as_string()!r} names no plain file: {_EXAMPLE}"
        raise StoreUnavailable(msg)
    return Path(url.database).absolute()


def create_sqlite_engine(path: Path) -> Engine:
    """Prepare connections to a file; none is opened yet.

    Transactions begin as SQLite's ``DEFERRED``, or as the execution option ``sqlite_begin`` says.

    Args:
        path: The database file.

    Returns:
        The engine, safe to share between threads.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        pool_timeout=BUSY_TIMEOUT_S,
        hide_parameters=True,  # what people write has no place in logs and tracebacks
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


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
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def empty_wal(engine: Engine) -> None:
    """Move the write-ahead log into the database file and empty it, unless a reader needs it.

    Args:
        engine: The database.
    """
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def explain(error: Exception, path: Path) -> str:
    """Say in one line what happened to the database and what to do.

    Args:
        error: What SQLAlchemy, sqlite3 or the file system raised.
        path: The database file.

    Returns:
        The message, without SQL and without anything that a person wrote.
    """
    if isinstance(error, OSError):
        return f"the database {path} cannot be used ({error.strerror}): {_UNREACHABLE}"
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    # Extended codes carry the primary one in the low byte.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    advice = _ADVICE.get(code, "if this happens again, please report it")
    reason = str(cause).partition("\n")[0]
    return f"the database {path} cannot be used ({reason}): {advice}"
