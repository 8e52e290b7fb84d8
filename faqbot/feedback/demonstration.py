"""Invented records for showing the console, marked so that nobody takes them for real ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, delete, insert, select

from faqbot.database.records import Exchange
from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.errors import StoreUnavailable

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


def fill_for_demonstration(connection: Connection, exchanges: Iterable[Exchange]) -> int:
    """Write invented records with what they received, in place of those that were there.

    Args:
        connection: The database, in one transaction: all are written or none.
        exchanges: The records, all of the model `DEMO_MODEL`.

    Returns:
        How many interactions were written.

    Raises:
        StoreUnavailable: The database holds anything that was not invented.
    """
    real = select(interactions.c.id).where(interactions.c.model_id != DEMO_MODEL).limit(1)
    if connection.execute(real).first() is not None:
        msg = (
            "the database holds interactions that are not synthetic, and real and invented ones "
            "must not mix: give another one with --database-url"
        )
        raise StoreUnavailable(msg)
    connection.execute(delete(interactions))
    written = 0
    remaining = iter(exchanges)
    while batch := list(islice(remaining, _BATCH)):
        for table in _TABLES:
            if rows := list(_rows(batch, table.name)):
                connection.execute(insert(table), rows)
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
            yield link | {"entry_id": exchange.choice, "chosen_at": exchange.chosen_at}
