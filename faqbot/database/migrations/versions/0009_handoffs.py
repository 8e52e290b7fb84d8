"""Which questions ended with a person."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    # Written out as in 0002: for a check Alembic would rebuild the table on SQLite.
    op.execute(
        "ALTER TABLE interactions ADD COLUMN handoff VARCHAR"
        " CONSTRAINT ck_interactions_handoff CHECK (handoff IN ('mail', 'form'))"
    )
