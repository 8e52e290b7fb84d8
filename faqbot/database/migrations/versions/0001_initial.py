"""Interactions, the entries they showed and the verdicts on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "interactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("corpus_digest", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("model_digest", sa.String(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "status IN ('answered', 'clarify', 'no_answer')", name=op.f("ck_interactions_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(
        op.f("ix_interactions_session_id_asked_at"), "interactions", ["session_id", "asked_at"]
    )
    op.create_index(op.f("ix_interactions_asked_at"), "interactions", ["asked_at"])
    op.create_table(
        "shown_entries",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.CheckConstraint("role IN ('answer', 'suggestion')", name=op.f("ck_shown_entries_role")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_shown_entries_rank")),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_shown_entries_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interaction_id", "entry_id", name=op.f("pk_shown_entries")),
    )
    op.create_index(op.f("ix_shown_entries_entry_id"), "shown_entries", ["entry_id"])
    op.create_table(
        "verdicts",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('incorrect', 'incomplete', 'outdated', 'off_topic', 'other')",
            name=op.f("ck_verdicts_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id", "entry_id"],
            ["shown_entries.interaction_id", "shown_entries.entry_id"],
            name=op.f("fk_verdicts_interaction_id_entry_id_shown_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interaction_id", "entry_id", name=op.f("pk_verdicts")),
    )
    op.create_index(
        op.f("ix_verdicts_created_at_interaction_id_entry_id"),
        "verdicts",
        ["created_at", "interaction_id", "entry_id"],
    )
