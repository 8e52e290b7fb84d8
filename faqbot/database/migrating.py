"""Bring a database to the schema of this version of faqbot, and refuse one that is ahead of it."""

from __future__ import annotations

import threading

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from faqbot.errors import StoreUnavailable

# Alembic keeps the migration in progress in a module global.
_one_at_a_time = threading.Lock()


def alembic_config(connection: Connection | None = None) -> Config:
    """Configure Alembic in memory, with the scripts of the installed package.

    Args:
        connection: The database to migrate, already in a transaction; None to read the scripts.
    """
    config = Config()
    config.set_main_option("script_location", "faqbot.database:migrations")
    config.attributes["connection"] = connection
    return config


def is_current(connection: Connection) -> bool:
    """Tell whether the database already has this version's schema; an empty or older one has not.

    Raises:
        StoreUnavailable: A newer faqbot has migrated it; writing to it could damage it.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        msg = (
            f"the database {connection.engine.url.database} has the schema {revision!r} of a newer "
            f"faqbot (this one knows up to {scripts.get_current_head()!r}): upgrade faqbot, or set "
            "FAQBOT_DATABASE_URL to another database"
        )
        raise StoreUnavailable(msg)
    return revision == scripts.get_current_head()


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
        with _one_at_a_time:
            command.upgrade(alembic_config(connection), "head")
