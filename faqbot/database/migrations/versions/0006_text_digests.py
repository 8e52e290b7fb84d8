"""Which text of an entry was shown, so that it can be told when it has changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column, empty for what was shown before."""
    op.add_column("shown_entries", sa.Column("text_digest", sa.String(), nullable=True))
