"""Run by Alembic for each upgrade: migrate over the connection that the caller passes.

There is no alembic.ini and no address here: `faqbot.database.migrating` decides which database,
under which lock and in which transaction.
"""

from __future__ import annotations

from alembic import context

from faqbot.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column: rebuild the table instead
)
with context.begin_transaction():
    context.run_migrations()
