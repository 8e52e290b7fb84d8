"""The entries of all releases, so that no id of an earlier one is given to another entry."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table, and read what it is to hold from the names of the releases' files."""
    released = op.create_table(
        "released_entries",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_released_entries")),
    )
    releases = sa.table("releases", sa.column("digest"), sa.column("content"))
    connection, found = op.get_bind(), set()
    for digest in connection.execute(sa.select(releases.c.digest)).scalars().all():
        one = sa.select(releases.c.content).filter_by(digest=digest)  # of many megabytes
        content = connection.execute(one).scalar_one()
        with suppress(BadZipFile), ZipFile(BytesIO(content)) as archive:
            paths = map(PurePosixPath, archive.namelist())
            entries = (it.name for it in paths if it.parent.as_posix() == "corpus/entries")
            found |= {name.partition("-")[0] for name in entries}
    op.bulk_insert(released, [{"entry_id": entry_id} for entry_id in sorted(found)])
