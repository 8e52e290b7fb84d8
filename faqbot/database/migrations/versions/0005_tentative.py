"""Whether the first of a choice was shown at once, as likely."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a column; nothing was shown so before."""
    op.add_column(
        "interactions",
        sa.Column("tentative", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
