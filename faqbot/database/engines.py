"""The one place that chooses an engine by the address of the database."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from faqbot.database.interface import Database
from faqbot.database.postgresql import DRIVER, PostgresqlDatabase
from faqbot.database.sqlite import FILE_EXAMPLE, SqliteDatabase
from faqbot.errors import StoreUnavailable, StoreUnreachable

_EXAMPLES = f"{FILE_EXAMPLE}, or a server as in postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"


def open_database(
    address: str, *, read_only: bool = False, given_as: str = "FAQBOT_DATABASE_URL"
) -> Database:
    """Choose the engine that an address names; nothing is opened before the first transaction.

    Args:
        address: ``sqlite:///relative/path.db``, ``sqlite:////absolute/path.db`` or
            ``postgresql+psycopg://user:password@host/name``.
        read_only: Refuse to write, and leave a file as it is.
        given_as: What to correct if it is none.

    Raises:
        StoreUnavailable: It is no such address, or the driver is not installed.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not repeated.
        msg = f"{given_as} is not a database URL: {_EXAMPLES}"
        raise StoreUnavailable(msg) from None
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return SqliteDatabase(url, read_only=read_only)
    if url.drivername == DRIVER:
        return PostgresqlDatabase(url, read_only=read_only)
    msg = f"databases of kind {url.drivername!r} are not supported: {_EXAMPLES}"
    raise StoreUnavailable(msg)


def prepared_database(address: str, *, may_be_down: bool = False) -> Database:
    """Open a database, creating or migrating it first where needed.

    Args:
        address: As for `open_database`; missing folders are made.
        may_be_down: Accept a server that does not answer yet: it is prepared as soon as it does,
            and until then every transaction raises `StoreUnreachable`.

    Raises:
        StoreUnavailable: The database cannot be used, or a newer faqbot has migrated it.
    """
    database = open_database(address)
    try:
        database.prepare()
    except StoreUnavailable as error:
        if may_be_down and isinstance(error, StoreUnreachable):
            return database
        database.close()
        raise
    return database
