"""What a person meant when asked, small talk, and the passages that were highlighted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two columns and a table."""
    # Written out, because Alembic would rebuild the table on SQLite to add a check: dropping the
    # old one would take every shown entry and verdict along, whose foreign keys cascade.
    op.execute(
        "ALTER TABLE interactions ADD COLUMN small_talk VARCHAR"
        " CONSTRAINT ck_interactions_small_talk"
        " CHECK (small_talk IN ('greeting', 'thanks', 'identity', 'farewell'))"
    )
    op.add_column(
        "shown_entries", sa.Column("highlights", sa.Text(), server_default="[]", nullable=False)
    )
    op.create_table(
        "choices",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id", "entry_id"],
            ["shown_entries.interaction_id", "shown_entries.entry_id"],
            name=op.f("fk_choices_interaction_id_entry_id_shown_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_choices")),
    )
    op.create_index(
        op.f("ix_choices_chosen_at_interaction_id"), "choices", ["chosen_at", "interaction_id"]
    )
