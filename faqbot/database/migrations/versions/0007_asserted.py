"""Several asserted answers to one message, and two more kinds of small talk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KINDS = ("greeting", "thanks", "identity", "farewell", "acknowledged", "unclear")


def upgrade() -> None:
    """Add the column and the kinds."""
    op.add_column(
        "shown_entries",
        sa.Column("asserted", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # Column by column, as in 0002: SQLite cannot replace a check, and rebuilding the table would
    # take all that refers to it along.
    listed = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.execute("ALTER TABLE interactions ADD COLUMN former_small_talk VARCHAR")
    op.execute("UPDATE interactions SET former_small_talk = small_talk")
    op.drop_column("interactions", "small_talk")
    op.execute(
        "ALTER TABLE interactions ADD COLUMN small_talk VARCHAR"
        f" CONSTRAINT ck_interactions_small_talk CHECK (small_talk IN ({listed}))"
    )
    op.execute("UPDATE interactions SET small_talk = former_small_talk")
    op.drop_column("interactions", "former_small_talk")
