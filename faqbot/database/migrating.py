"""Bring a database to the schema of this version of faqbot, and refuse one that is ahead of it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from faqbot.errors import StoreUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic keeps the migration in progress in a module global.
_one_at_a_time = threading.Lock()
_VERSIONS = Path(__file__).parent / "migrations" / "versions"
"""The migrations; a file's name begins with its revision."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Configure Alembic in memory, with the scripts of the installed package.

    Args:
        connection: The database to migrate, already in a transaction; None to read the scripts.
    """
    from alembic.config import Config  # a database that is up to date is served without Alembic

    config = Config()
    config.set_main_option("script_location", "faqbot.database:migrations")
    config.attributes["connection"] = connection
    return config


def is_current(connection: Connection) -> bool:
    """Tell whether the database already has this version's schema; an empty or older one has not.

    Raises:
        StoreUnavailable: A newer faqbot has migrated it; writing to it could damage it.
    """
    known = sorted(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py"))
    revision = None
    if inspect(connection).has_table("alembic_version"):
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in known:
        msg = (
            f"the database {connection.engine.url.database} has the schema {revision!r} of a newer "
            f"faqbot (this one knows up to {known[-1]!r}): upgrade faqbot, or set "
            "FAQBOT_DATABASE_URL to another database"
        )
        raise StoreUnavailable(msg)
    return bool(revision == known[-1])


def migrate(connection: Connection) -> None:
    """Apply the migrations that are missing.

    Args:
        connection: The database, in a transaction that excludes other writers: either all
            migrations are applied or none.

    Raises:
        StoreUnavailable: A newer faqbot has migrated it.
    """
    # Another process may have migrated between the caller's look and its lock.
    if not is_current(connection):
        from alembic import command

        with _one_at_a_time:
            command.upgrade(alembic_config(connection), "head")
