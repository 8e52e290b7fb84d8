"""The role that gives and withdraws access, and passwords that have to be changed.

SQLite makes the table of accounts anew, which ends the console's sessions: people log in again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ROLE = "ck_accounts_role"


def upgrade() -> None:
    """Allow the role, and add the column; every password so far was chosen by its owner."""
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(
            sa.Column("temporary", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        accounts.drop_constraint(op.f(_ROLE), type_="check")
        accounts.create_check_constraint(
            op.f(_ROLE), "role IN ('reader', 'reviewer', 'publisher', 'admin')"
        )
