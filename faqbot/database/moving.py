"""Move everything to another database: in batches, resumable, verified by counts and checksums.

Nothing here knows what the tables hold: whatever stands in the metadata is moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    Connection,
    MetaData,
    Row,
    Table,
    func,
    insert,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from faqbot.database import schema
from faqbot.database.interface import Database, move_in_progress
from faqbot.database.migrating import is_current
from faqbot.database.records import storable
from faqbot.errors import MoveFailed
from faqbot.progress import Progress

_BATCH = 500
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class TableSum:
    """What a table holds, told apart from how an engine stores it."""

    rows: int
    checksum: str
    """Hexadecimal; the same for the same rows in any order."""


def move(
    source: Database,
    target: Database,
    *,
    progress: Progress,
    metadata: MetaData = schema.metadata,
) -> Mapping[str, TableSum]:
    """Copy every row of every table, then compare both sides.

    A move that was interrupted goes on when it is started again: what the source holds by then is
    what the target will hold. Until it has succeeded, the target serves no one.

    Args:
        source: Where the rows are; opened to be read only, and left as it is.
        target: Where they go: a new database, or one of an interrupted move of the same source.
        progress: Told of each table that is copied, then checked.
        metadata: The tables.

    Returns:
        What each table now holds on both sides, in the order in which they were copied.

    Raises:
        MoveFailed: The target holds something else, or differs in the end.
        StoreUnavailable: One of the databases fails, or the source has an older schema.
    """
    if source.name == target.name:
        msg = f"source and target are the same database, {source.name}: give two with --from, --to"
        raise MoveFailed(msg)
    tables = metadata.sorted_tables
    with source.snapshot() as connection:
        if not is_current(connection):
            msg = (
                f"the database {source.name} has an older schema, and moving changes nothing in "
                "it: run faqbot feedback stats with it first, which brings it up to date"
            )
            raise MoveFailed(msg)
        target.prepare(moving=True)
        if _begin(source, target, tables):
            for table in tables:
                _copy(connection, target, table, progress)
    sums = _verified(source, target, tables, progress)
    with target.writing() as connection:
        move_in_progress.drop(connection, checkfirst=True)
    return sums


def _begin(source: Database, target: Database, tables: Sequence[Table]) -> bool:
    """Mark the target as ours; False when it is not empty and no move was interrupted."""
    with target.writing() as connection:
        move_in_progress.create(connection, checkfirst=True)
        other = connection.execute(select(move_in_progress.c.source)).scalar_one_or_none()
        if other is None:
            if any(_count(connection, table) for table in tables):
                move_in_progress.drop(connection)
                return False
            connection.execute(insert(move_in_progress), {"source": source.name})
        elif other != source.name:
            msg = (
                f"the database {target.name} holds part of another one, {other}: move that one, "
                "or give an empty database"
            )
            raise MoveFailed(msg)
    return True


def _copy(source: Connection, target: Database, table: Table, progress: Progress) -> None:
    total, done, stage = _count(source, table), 0, f"Copying {table.name}"
    progress(stage, done, total)
    statement = _upsert(target, table)
    for batch in _batches(source, table):
        rows = [dict(row._mapping) for row in batch]
        for row in rows:
            _require_storable(table, row)
        with target.writing(patient=True) as connection:
            connection.execute(statement, rows)
        done += len(rows)
        progress(stage, done, max(total, done))
    _set_sequence(target, table)


def _upsert(target: Database, table: Table) -> Any:  # noqa: ANN401 - either engine's own statement
    dialect = sqlite if target.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    key = [column.name for column in table.primary_key]
    # What an interrupted run copied may have changed since: the source has the last word.
    rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    if rest:
        return statement.on_conflict_do_update(index_elements=key, set_=rest)
    return statement.on_conflict_do_nothing(index_elements=key)


def _set_sequence(target: Database, table: Table) -> None:
    """Let PostgreSQL go on counting after the numbers that were copied, as SQLite does itself."""
    column = table.autoincrement_column
    if column is None or target.engine.dialect.name != "postgresql":
        return
    with target.writing() as connection:
        name = text("pg_get_serial_sequence(:table, :column)")
        found = connection.execute(
            select(name), {"table": table.name, "column": column.name}
        ).scalar_one()
        if found is not None:
            last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            connection.execute(select(func.setval(found, last, False)))


def _verified(
    source: Database, target: Database, tables: Sequence[Table], progress: Progress
) -> Mapping[str, TableSum]:
    sums: dict[str, TableSum] = {}
    differences = []
    with source.snapshot() as ours, target.snapshot() as theirs:
        for table in tables:
            progress(f"Checking {table.name}", 0, 0)
            here, there = sum_of(ours, table), sum_of(theirs, table)
            sums[table.name] = here
            if here.rows != there.rows:
                differences.append(f"{table.name} has {here.rows} rows, there {there.rows}")
            elif here != there:
                differences.append(f"{table.name} has {here.rows} rows on both sides that differ")
        unfinished = target.is_move_target(theirs)
    if differences:
        found = "; ".join(differences)
        advice = (
            "stop what writes to either database, then run the same again; if rows were erased "
            "in the source since, give a new database"
            if unfinished
            else "it holds data of its own, so nothing was copied: give an empty database"
        )
        msg = f"the databases {source.name} and {target.name} differ ({found}): {advice}"
        raise MoveFailed(msg)
    return sums


def sum_of(connection: Connection, table: Table) -> TableSum:
    """Count and add up the rows of a table.

    Args:
        connection: The database, in one transaction.
        table: The table.

    Returns:
        The sum, in which neither the order of rows nor the engine's way to store them counts.
    """
    rows = total = 0
    for batch in _batches(connection, table):
        for row in batch:
            line = json.dumps([_canonical(value) for value in row], ensure_ascii=True)
            total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
        rows += len(batch)
    return TableSum(rows, f"{total % 2**256:064x}")


def _canonical(value: Any) -> Any:  # noqa: ANN401 - whatever a column may hold
    # Each kind is named, so that « 1 », 1, 1.0 and true stay four things.
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": (value + 0.0).hex()}  # SQLite forgets the sign of zero
    if isinstance(value, datetime | date):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, UUID):
        return {"uuid": value.hex}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Mapping):
        return {"map": [[key, _canonical(value[key])] for key in sorted(value)]}
    if isinstance(value, Sequence):
        return [_canonical(item) for item in value]
    msg = f"cannot compare values of type {type(value).__name__}: teach _canonical about it"
    raise TypeError(msg)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[AnyRow]]:
    """Read a table by its key, a few rows in memory at a time."""
    key = list(table.primary_key)
    page = select(table).order_by(*key).limit(_BATCH)
    statement = page
    while True:
        batch = connection.execute(statement).all()
        if batch:
            yield batch
        if len(batch) < _BATCH:
            return
        last = batch[-1]._mapping
        statement = page.where(tuple_(*key) > tuple(last[column] for column in key))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _require_storable(table: Table, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if isinstance(value, str) and not storable(value):
            key = ", ".join(str(row[column.name]) for column in table.primary_key)
            msg = (
                f"{table.name}.{name} of row {key} holds a NUL character, which PostgreSQL "
                "refuses: remove it in the source, then run the same again"
            )
            raise MoveFailed(msg)
