"""PostgreSQL: how each connection is set up, outages, and errors in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from faqbot.database.interface import Database
from faqbot.database.schema import metadata
from faqbot.errors import StoreUnavailable, StoreUnreachable

if TYPE_CHECKING:
    from faqbot.database.bounded_connection import BoundedConnection

DRIVER = "postgresql+psycopg"

CONNECT_TIMEOUT_S = 3
"""How long a connection may take to be made, in seconds."""
STATEMENT_TIMEOUT_S = 5.0
"""How long a statement may take while somebody waits for it, in seconds."""
LOCK_TIMEOUT_S = 2.0
"""How long a statement waits for a lock, in seconds."""
REPLY_TIMEOUT_S = 7.0
"""How long the server may keep silent, in seconds: longer than its own limits, which word it."""
POOL_TIMEOUT_S = 3.0
"""How long a request waits for a connection that another one holds, in seconds."""
OUTAGE_PAUSE_S = 2.0
"""How long an outage is taken for granted before one request tries again, in seconds."""
POOL_SIZE = 8
"""Most connections of one process."""

_MIGRATION_LOCK = 0x46415142
"""Key of the advisory lock that migrations hold: any number that nobody else uses."""
_TABLES = ", ".join(table.name for table in metadata.sorted_tables)
_PARAMETERS: dict[str, str | int] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "faqbot",
    "client_encoding": "utf8",
    # Of several hosts, the one that takes writes; after a failover another one may be it.
    "target_session_attrs": "read-write",
    # A peer that vanished without a word is noticed although nothing is sent.
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SET_UP = """
SELECT set_config('TimeZone', 'UTC', false),
       set_config('statement_timeout', %s, false),
       set_config('lock_timeout', %s, false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       -- remote_apply asks for more than on; the other values may lose acknowledged commits.
       set_config('synchronous_commit', CASE current_setting('synchronous_commit')
           WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)
"""
_WITHOUT_HURRY = (
    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)"
)
_TAKES_NO_WRITES = (
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"
)
_READ_ONLY = "25006"
_POOL = "faqbot_pool"
"""Under which a connection keeps the pool that it was made for."""
_ADVICE = {
    "08": "try again; if this lasts, check that the server runs and can be reached",
    "22": "if this happens again, please report it",
    "23": "if this happens again, please report it",
    "25": "check that FAQBOT_DATABASE_URL names the primary server, not a standby",
    "28": "check user and password in FAQBOT_DATABASE_URL and the server's pg_hba.conf",
    "3D": "create it, for example with createdb --encoding=UTF8",
    "40": "try again",
    "42": "let this user own the database's tables, or restore them from a backup",
    "53": "free disk space, memory or connections on the server",
    "55": "try again; if this lasts, look for a transaction that holds its locks",
    "57": "try again; if this lasts, look at the server's log and load",
    "58": "check the disk of the server",
    "XX": "look at the server's log; restore the database from a backup if it is damaged",
}
_CHECK_ADDRESS = "check that the server runs, and host, port and options in FAQBOT_DATABASE_URL"
_CHECK_LOGIN = "check user, password and database in FAQBOT_DATABASE_URL"
_REFUSALS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password")
"""What a server says that is there, and does not let us in: waiting will not help."""


class PostgresqlDatabase(Database):
    """A database on a server.

    While the server is out of reach, requests fail at once instead of each waiting for it: after
    a connection failed, one request every `OUTAGE_PAUSE_S` seconds tries again.

    Args:
        url: Its address; connection parameters of libpq may follow it (``?sslmode=verify-full``).
        read_only: Refuse to write, and make do with a standby.

    Raises:
        StoreUnavailable: The address names no database, or the driver is not installed.
    """

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        if not url.database:
            msg = "FAQBOT_DATABASE_URL names no database: end it with /NAME"
            raise StoreUnavailable(msg)
        engine = create_postgresql_engine(url, read_only=read_only)
        reader = engine.execution_options(isolation_level="REPEATABLE READ")
        name = f"{url.database} on {_hosts(url)}"
        driver = engine.dialect.loaded_dbapi
        super().__init__(engine, name, reader=reader, writer=engine, driver_error=driver.Error)
        self._passing: type[Exception] = driver.OperationalError
        self._outage = _Outage()

    def require_room(self, connection: Connection) -> None:
        """Refuse a standby, and a server that was made read-only."""
        if connection.execute(text(_TAKES_NO_WRITES)).scalar_one():
            self.engine.dispose()  # the next connection looks for the primary
            msg = f"the database {self.name} takes no writes: {_ADVICE['25']}"
            raise StoreUnavailable(msg)

    def _erase_remains(self) -> None:
        """Free the space of what was deleted, to be written over."""
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with self._transaction(engine, patient=True) as connection:
            connection.detach()  # closed afterwards, and its settings with it
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text(f"VACUUM {_TABLES}"))

    def _before_writing(self, connection: Connection) -> None:
        """Do nothing: a server that takes no writes says so itself."""

    def _before_first_use(self) -> None:
        """Do nothing: the operator creates the database."""

    def _inspect(self, connection: Connection) -> None:
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            msg = (
                f"the database {self.name} stores text as {encoding}, which cannot hold all of "
                "it: create one with createdb --encoding=UTF8 --template=template0"
            )
            raise StoreUnavailable(msg)

    def _exclude_other_migrations(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})

    def _exclude_other_writers(self, connection: Connection) -> None:
        connection.execute(text(f"LOCK TABLE {_TABLES} IN ACCESS EXCLUSIVE MODE"))

    @contextmanager
    def _transaction(self, engine: Engine, *, patient: bool) -> Iterator[Connection]:
        self._outage.refuse()
        connected = False
        with self.explained():
            try:
                with engine.connect() as connection:
                    connected = True
                    self._outage.end()
                    connection.execution_options(faqbot_patient=patient)
                    with connection.begin():
                        yield connection
            except self.errors as error:
                cause = _cause(error)
                # A connection that was merely lost is replaced by the next request.
                if not connected or getattr(cause, "kept_silent", False):
                    self._outage.begin(self._failure(error))
                elif getattr(cause, "sqlstate", None) == _READ_ONLY:
                    self.engine.dispose()  # the next connection looks for the primary
                raise

    def _failure(self, error: Exception) -> StoreUnavailable:
        cause = _cause(error)
        code = getattr(cause, "sqlstate", None)
        kind = StoreUnavailable
        if code:
            reason = cause.diag.message_primary  # type: ignore[attr-defined]  # psycopg's
            advice = _ADVICE.get(code[:2], "if this happens again, please report it")
            if code[:2] == "22":  # the sentence may quote what somebody wrote
                reason = "a value was refused"
            if code[:2] in {"08", "57"}:
                kind = StoreUnreachable
        else:
            reason, advice = str(cause).partition("\n")[0], _CHECK_ADDRESS
            if any(refusal in reason for refusal in _REFUSALS):
                advice = _CHECK_LOGIN
            elif isinstance(cause, (self._passing, PoolTimeout)):
                kind = StoreUnreachable
        return kind(f"the database {self.name} cannot be used ({reason}): {advice}")


def create_postgresql_engine(url: URL, *, read_only: bool = False) -> Engine:
    """Prepare connections to a server, for all threads; none is opened yet.

    Args:
        read_only: Make do with a standby.

    Raises:
        StoreUnavailable: The driver is not installed.
    """
    try:
        from faqbot.database.bounded_connection import BoundedConnection
    except ImportError:
        msg = (
            "PostgreSQL needs a driver that is not installed: pip install 'faqbot[postgresql]', "
            "or set FAQBOT_DATABASE_URL to an SQLite file"
        )
        raise StoreUnavailable(msg) from None
    given = {name: value for name, value in _PARAMETERS.items() if name not in url.query}
    if read_only:
        given.pop("target_session_attrs", None)
    engine = create_engine(
        url,
        connect_args=given,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,  # what people write has no place in logs and tracebacks
    )

    def connect(
        _dialect: object,
        record: ConnectionPoolEntry,
        words: Sequence[str],
        parameters: Mapping[str, Any],
    ) -> BoundedConnection:
        record.info[_POOL] = engine.pool
        return _set_up(BoundedConnection.connect(*words, **parameters), read_only=read_only)

    def settle(connection: BoundedConnection | None, record: ConnectionPoolEntry) -> None:
        if connection is not None:
            connection.reply_within_s = REPLY_TIMEOUT_S
            if record.info[_POOL] is not engine.pool:
                connection.close()  # the pool it goes back to was given up: it would stay open

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", settle)
    return engine


def _set_up(connection: BoundedConnection, *, read_only: bool) -> BoundedConnection:
    connection.reply_within_s = REPLY_TIMEOUT_S
    limits = [f"{1000 * seconds:.0f}ms" for seconds in (STATEMENT_TIMEOUT_S, LOCK_TIMEOUT_S)]
    try:
        connection.execute(_SET_UP, limits)
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.commit()
    except BaseException:
        connection.close()  # the pool has never heard of it
        raise
    return connection


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("faqbot_patient"):
        # A connection that breaks is still noticed, by the keep-alives.
        driver: Any = connection.connection.driver_connection
        driver.reply_within_s = None
        connection.exec_driver_sql(_WITHOUT_HURRY)


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, StatementError) and error.orig else error


def _hosts(url: URL) -> str:
    host = url.host or ", ".join(url.normalized_query.get("host", ())) or "localhost"
    return f"{host}:{url.port}" if url.port else host


class _Outage:
    """Whether the server was out of reach a moment ago, for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failure: StoreUnavailable | None = None
        self._until = 0.0

    def refuse(self) -> None:
        """Fail as the last attempt did, except for one thread every now and then."""
        with self._lock:
            if self._failure is None:
                return
            now = time.monotonic()
            if now < self._until:
                raise type(self._failure)(str(self._failure))
            self._until = now + OUTAGE_PAUSE_S  # this thread tries, the others go on failing

    def begin(self, failure: StoreUnavailable) -> None:
        """Remember that the server is out of reach, and what to say until somebody tries again."""
        with self._lock:
            self._failure, self._until = failure, time.monotonic() + OUTAGE_PAUSE_S

    def end(self) -> None:
        """Remember that the server answers."""
        with self._lock:
            self._failure = None
