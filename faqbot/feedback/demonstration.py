"""Invented records for showing the console, marked so that nobody takes them for real ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, insert, select

from faqbot.errors import StoreUnavailable
from faqbot.feedback.records import Exchange
from faqbot.feedback.schema import choices, interactions, shown_entries, verdicts

DEMO_MODEL = "demo"
"""The model that invented interactions name; no embedding model is called so."""
_BATCH = 1000


def is_demonstration(connection: Connection) -> bool:
    """Tell whether a database was filled with invented records.

    Args:
        connection: The database.

    Returns:
        Whether its oldest interaction is invented: what is asked later, in a demonstration, makes
        it no real one.
    """
    oldest = select(interactions.c.model_id).order_by(interactions.c.asked_at).limit(1)
    return connection.execute(oldest).scalar() == DEMO_MODEL


def require_nothing_real(connection: Connection) -> None:
    """Refuse a database that holds anything else than invented records.

    Args:
        connection: The database.

    Raises:
        StoreUnavailable: It does.
    """
    real = select(interactions.c.id).where(interactions.c.model_id != DEMO_MODEL).limit(1)
    if connection.execute(real).first() is not None:
        msg = (
            "the database holds interactions that are not synthetic, and real and invented ones "
            "must not mix: give another one with --database-url"
        )
        raise StoreUnavailable(msg)


def write_exchanges(connection: Connection, exchanges: Iterable[Exchange]) -> int:
    """Write records with what they received, many at a time.

    Args:
        connection: The database, in one transaction: all are written or none.
        exchanges: New records.

    Returns:
        How many interactions were written.
    """
    written = 0
    remaining = iter(exchanges)
    while batch := list(islice(remaining, _BATCH)):
        rows = {table: list(_rows(batch, table.name)) for table in _TABLES}
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
        written += len(batch)
    return written


_TABLES = (interactions, shown_entries, verdicts, choices)


def _rows(batch: list[Exchange], table: str) -> Iterator[dict[str, object]]:
    for exchange in batch:
        asked = exchange.interaction
        link = {"interaction_id": asked.id}
        if table == "interactions":
            yield {name: getattr(asked, name) for name in interactions.c.keys()}  # noqa: SIM118
        elif table == "shown_entries":
            yield from (link | dataclasses.asdict(entry) for entry in asked.shown)
        elif table == "verdicts":
            yield from (dataclasses.asdict(verdict) for verdict in exchange.verdicts)
        elif exchange.choice is not None:
            yield link | {"entry_id": exchange.choice, "chosen_at": asked.asked_at}
