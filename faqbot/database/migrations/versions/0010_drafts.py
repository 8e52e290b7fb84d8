"""Drafts of entries, and the role that publishes them.

SQLite makes the table of accounts anew, which ends the console's sessions: people log in again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ROLE = "ck_accounts_role"


def upgrade() -> None:
    """Allow the role, and add the table."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f(_ROLE), type_="check")
        accounts.create_check_constraint(op.f(_ROLE), "role IN ('reader', 'reviewer', 'publisher')")
    op.create_table(
        "drafts",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_drafts")),
    )
