"""What a database has to do for the stores, whichever engine it is."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from sqlalchemy import Column, Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from faqbot.database.migrating import is_current, migrate
from faqbot.errors import StoreUnavailable, StoreUnreachable

_PREPARING_S = 5.0


class Database(ABC):
    """One database: its transactions, its schema and its errors in plain words.

    Serves all threads of a process. Make one with `faqbot.database.engines`; close it, or use it as
    a context manager. A transaction raises `StoreUnavailable` when the database fails.

    Args:
        name: What messages call it; holds no password.
        reader: The engine with the options of a transaction that only reads.
        writer: The same of one that writes.
        driver_error: What the driver raises where SQLAlchemy does not wrap it.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        *,
        reader: Engine,
        writer: Engine,
        driver_error: type[Exception],
    ) -> None:
        self.engine = engine
        self.name = name
        self.errors: tuple[type[Exception], ...] = (SQLAlchemyError, driver_error)
        self._reader = reader
        self._writer = writer
        self._preparing = threading.Lock()
        self._prepared = False
        self._closed = False

    def prepare(self) -> None:
        """Bring the schema up to date, once; processes that start together take turns.

        Raises:
            StoreUnavailable: The database cannot be used, or a newer faqbot has migrated it.
        """
        # A migration may take long, and whoever asks meanwhile is not to wait for it.
        if not self._preparing.acquire(timeout=_PREPARING_S):
            msg = f"the database {self.name} is being prepared: try again"
            raise StoreUnreachable(msg)
        try:
            if self._prepared:
                return
            self._before_first_use()
            with self._transaction(self._reader, patient=False) as connection:
                self._inspect(connection)
                current = is_current(connection)
            if not current:
                with self._transaction(self._writer, patient=True) as connection:
                    self._exclude_other_migrations(connection)
                    migrate(connection)
            self._prepared = True
        finally:
            self._preparing.release()

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """Open a transaction that has made the tables and shuts out all who would write.

        Until it is left, nobody else sees any of it; if it fails, nothing was made.
        """
        self._before_first_use()
        with self._transaction(self._writer, patient=True) as connection:
            self._inspect(connection)
            self._exclude_other_migrations(connection)
            migrate(connection)
            self._exclude_other_writers(connection)
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction that reads for as long as it takes, whatever the schema is."""
        with self._transaction(self._reader, patient=True) as connection:
            yield connection

    @contextmanager
    def reading(self, *, patient: bool = False) -> Iterator[Connection]:
        """Open a transaction that reads, all of it as of the same moment.

        Args:
            patient: Nobody waits for it at a screen: it may take as long as it takes.
        """
        if not self._prepared:
            self.prepare()
        with self._transaction(self._reader, patient=patient) as connection:
            yield connection

    def span(self, column: Column[datetime]) -> tuple[datetime, datetime] | None:
        """Read the earliest and the latest time of a column; None when it holds none."""
        ends = select(func.min(column), func.max(column)).having(func.count(column) > 0)
        with self.reading(patient=True) as connection:
            found = connection.execute(ends).one_or_none()
        return (found[0], found[1]) if found else None

    @contextmanager
    def writing(
        self, *, patient: bool = False, wait_s: float | None = None
    ) -> Iterator[Connection]:
        """Open a transaction that writes; what it wrote is on the disk when it is left.

        If it fails nothing was written, as far as can be known.

        Args:
            patient: As for `reading`.
            wait_s: How long another process's write may keep it waiting in a database that has one
                writer; None for as long as usual.
        """
        if not self._prepared:
            self.prepare()
        writer = self._writer if wait_s is None else self._writer.execution_options(wait_s=wait_s)
        with self._transaction(writer, patient=patient) as connection:
            self._before_writing(connection)
            yield connection

    @contextmanager
    def erasing(self) -> Iterator[Connection]:
        """Open a patient transaction that writes; what it deleted then leaves the disk too.

        PostgreSQL gives its place on the disk free to be written over; its write-ahead log and
        backups keep it for as long as the operator keeps those.
        """
        with self.writing(patient=True) as connection:
            yield connection
        self._erase_remains()

    def close(self) -> None:
        """Close all connections; closing twice does no harm."""
        self._closed = True
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Word what goes wrong inside, as `StoreUnavailable`."""
        if self._closed:
            msg = f"the database {self.name} is closed: open the store again"
            raise StoreUnavailable(msg)
        try:
            yield
        except self.errors as error:
            # Not chained: a driver's message may quote the row, and so what a person wrote.
            raise self._failure(error) from None

    @contextmanager
    def _transaction(self, engine: Engine, *, patient: bool) -> Iterator[Connection]:
        del patient
        with self.explained(), engine.begin() as connection:
            yield connection

    @abstractmethod
    def require_room(self, connection: Connection) -> None:
        """Make sure that a vote would be taken, by writing nothing new, or raise what it would."""

    @abstractmethod
    def _erase_remains(self) -> None: ...

    @abstractmethod
    def _before_writing(self, connection: Connection) -> None: ...

    @abstractmethod
    def _before_first_use(self) -> None: ...

    @abstractmethod
    def _inspect(self, connection: Connection) -> None: ...

    @abstractmethod
    def _exclude_other_migrations(self, connection: Connection) -> None: ...

    @abstractmethod
    def _exclude_other_writers(self, connection: Connection) -> None: ...

    @abstractmethod
    def _failure(self, error: Exception) -> StoreUnavailable: ...
