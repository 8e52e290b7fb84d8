"""Copy everything into an empty database, and compare.

Nothing here knows what the tables hold. They are made, filled and compared in one transaction:
until it has succeeded the target shows nothing and takes nothing, and what interrupts it leaves
the target as empty as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, LargeBinary, Row, Table, func, insert, select

from faqbot.database.interface import Database
from faqbot.database.migrating import is_current
from faqbot.database.records import storable
from faqbot.database.schema import metadata
from faqbot.errors import MoveFailed, counted
from faqbot.progress import Progress

_BATCH = 500
Batch: TypeAlias = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class TableSum:
    """What a table holds, told apart from how an engine stores it."""

    rows: int
    checksum: str
    """Hexadecimal; the same for the same rows in any order."""


def move(source: Database, target: Database, *, progress: Progress) -> Mapping[str, TableSum]:
    """Copy every row of every table, then read all of them back.

    Args:
        source: Opened to be read only, and left as it is.
        progress: Told of each table that is copied, then checked.

    Returns:
        What each table now holds on both sides, in the order in which they were copied.

    Raises:
        MoveFailed: The source has an older schema, the target is not empty, or came out different.
        StoreUnavailable: One of the databases fails.
    """
    _require_current(source, target)
    with target.filling() as there:
        if held := [table.name for table in metadata.sorted_tables if _count(there, table)]:
            msg = (
                f"the database {target.name} holds data of its own ({', '.join(held)}): nothing "
                "was copied; give an empty database"
            )
            raise MoveFailed(msg)
        with source.snapshot() as here:
            tables = metadata.sorted_tables
            sums = {table: _sum(_copied(here, there, table, progress)) for table in tables}
        _require_same(there, sums, progress)
    return {table.name: found for table, found in sums.items()}


def _require_current(source: Database, target: Database) -> None:
    if source.name == target.name:
        msg = f"source and target are the same database, {source.name}: give two with --from, --to"
        raise MoveFailed(msg)
    with source.snapshot() as connection:
        if not is_current(connection):
            msg = (
                f"the database {source.name} has an older schema, and moving changes nothing in "
                "it: run faqbot feedback stats with it first, which brings it up to date"
            )
            raise MoveFailed(msg)


def _copied(here: Connection, there: Connection, table: Table, report: Progress) -> Iterator[Batch]:
    total, done, stage = _count(here, table), 0, f"Copying {table.name}"
    report(stage, done, total)
    for batch in _batches(here, table):
        there.execute(insert(table), [_storable(table, row._asdict()) for row in batch])
        done += len(batch)
        report(stage, done, total)
        yield batch


def _require_same(there: Connection, sums: Mapping[Table, TableSum], progress: Progress) -> None:
    differences = []
    for table, copied in sums.items():
        progress(f"Checking {table.name}", 0, 0)
        found = sum_of(there, table)
        if found.rows != copied.rows:
            differences.append(
                f"{table.name} had {counted(copied.rows, 'row')}, there {found.rows}"
            )
        elif found != copied:
            differences.append(f"{counted(found.rows, 'row')} of {table.name} not as they were")
    if differences:
        msg = (
            f"the copy came out different ({'; '.join(differences)}) and was taken back: try "
            "again; if this happens again, please report it"
        )
        raise MoveFailed(msg)


def sum_of(connection: Connection, table: Table) -> TableSum:
    """Count and add up the rows of a table, whatever their order and the engine that keeps them."""
    return _sum(_batches(connection, table))


def _sum(batches: Iterable[Batch]) -> TableSum:
    rows = total = 0
    for batch in batches:
        for row in batch:
            # Adding zero: SQLite forgets the sign of zero.
            values = [value + 0.0 if isinstance(value, float) else value for value in row]
            line = json.dumps(values, default=str)
            total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
        rows += len(batch)
    return TableSum(rows, f"{total % 2**256:064x}")


def _batches(connection: Connection, table: Table) -> Iterator[Batch]:
    """Read a table, a few rows in memory at a time."""
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    options = {"yield_per": 1 if large else _BATCH}
    return connection.execute(select(table), execution_options=options).partitions()


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _storable(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for name, value in row.items():
        if isinstance(value, str) and not storable(value):
            key = ", ".join(str(row[column.name]) for column in table.primary_key)
            msg = (
                f"{table.name}.{name} of row {key} holds a NUL character, which PostgreSQL "
                "refuses: remove it in the source, then run the same again"
            )
            raise MoveFailed(msg)
    return row
