"""What a database has to do for the store, whichever engine it is."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect
from sqlalchemy.exc import SQLAlchemyError

from faqbot.database.migrating import is_current, migrate
from faqbot.errors import StoreUnavailable, StoreUnreachable

_PREPARING_S = 5.0

# Not part of the schema: it stands in a database only while it is filled from another one.
move_in_progress = Table("move_in_progress", MetaData(), Column("source", Text, nullable=False))


class Database(ABC):
    """One database: its transactions, its schema and its errors in plain words.

    Serves all threads of a process. Make one with `faqbot.database.engines.open_database`.

    Args:
        engine: Its connections.
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

    def prepare(self, *, moving: bool = False) -> None:
        """Bring the schema up to date, once; processes that start together take turns.

        Args:
            moving: Accept a database to which another one is only partly moved.

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
                if not moving and self.is_move_target(connection):
                    msg = (
                        f"the database {self.name} holds only a part of another one: finish the "
                        "move by running faqbot feedback migrate again"
                    )
                    raise StoreUnavailable(msg)
                current = is_current(connection)
            if not current:
                with self._transaction(self._writer, patient=True) as connection:
                    self._exclude_other_migrations(connection)
                    migrate(connection)
            self._prepared = True
        finally:
            self._preparing.release()

    def is_move_target(self, connection: Connection) -> bool:
        """Tell whether another database is being moved here.

        Args:
            connection: This database.

        Returns:
            True from the start of the move until its success.
        """
        return inspect(connection).has_table(move_in_progress.name)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction that reads for as long as it takes, whatever the schema is.

        Yields:
            The connection; it sees the database as of one moment.

        Raises:
            StoreUnavailable: The database fails.
        """
        with self._transaction(self._reader, patient=True) as connection:
            yield connection

    @contextmanager
    def reading(self, *, patient: bool = False) -> Iterator[Connection]:
        """Open a transaction that reads, all of it as of the same moment.

        Args:
            patient: Nobody waits for it at a screen: it may take as long as it takes.

        Yields:
            The connection.

        Raises:
            StoreUnavailable: The database fails.
        """
        if not self._prepared:
            self.prepare()
        with self._transaction(self._reader, patient=patient) as connection:
            yield connection

    @contextmanager
    def writing(self, *, patient: bool = False) -> Iterator[Connection]:
        """Open a transaction that writes; what it wrote is on the disk when it is left.

        Args:
            patient: Nobody waits for it at a screen: it may take as long as it takes.

        Yields:
            The connection.

        Raises:
            StoreUnavailable: The database fails; nothing was written, as far as can be known.
        """
        if not self._prepared:
            self.prepare()
        with self._transaction(self._writer, patient=patient) as connection:
            self._before_writing(connection)
            yield connection

    def close(self) -> None:
        """Close all connections; closing twice does no harm."""
        self._closed = True
        self.engine.dispose()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Word what goes wrong inside.

        Yields:
            Nothing.

        Raises:
            StoreUnavailable: The database failed, or is closed.
        """
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
    def require_writable(self, connection: Connection) -> None:
        """Make sure that what is written would be found again.

        Args:
            connection: The database, in a transaction.

        Raises:
            StoreUnavailable: It would not.
        """

    @abstractmethod
    def erase_remains(self) -> None:
        """Remove from the disk, as far as this engine can, what was deleted."""

    @abstractmethod
    def _before_writing(self, connection: Connection) -> None: ...

    @abstractmethod
    def _before_first_use(self) -> None: ...

    @abstractmethod
    def _inspect(self, connection: Connection) -> None: ...

    @abstractmethod
    def _exclude_other_migrations(self, connection: Connection) -> None: ...

    @abstractmethod
    def _failure(self, error: Exception) -> StoreUnavailable: ...
