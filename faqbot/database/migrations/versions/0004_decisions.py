"""What reviewers decided about the signals that users gave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "decisions",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "signal IN ('negative_vote', 'unanswered', 'choice')",
            name=op.f("ck_decisions_signal"),
        ),
        sa.CheckConstraint(
            "kind IN ('right_entry', 'missing_entry', 'wrong_entry', 'out_of_scope', 'ignored')",
            name=op.f("ck_decisions_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_decisions_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interaction_id", "signal", "entry_id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_decision_id"), "decisions", ["decision_id"])
    op.create_index(
        op.f("ix_decisions_decided_at_decision_id"), "decisions", ["decided_at", "decision_id"]
    )
