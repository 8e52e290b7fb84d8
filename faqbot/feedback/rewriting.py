"""Redact texts that are kept already."""

from __future__ import annotations

from operator import eq

from sqlalchemy import Column, Connection, Table, select, update

from faqbot.database.schema import interactions, verdicts
from faqbot.privacy.redaction import Redactor

_TEXTS: tuple[tuple[Table, Column[str]], ...] = (
    (interactions, interactions.c.question),
    (verdicts, verdicts.c.comment),
)
"""Every column that holds what a person wrote."""


def redact_rows(connection: Connection, redactor: Redactor) -> int:
    """Redact every question and comment of a database; return how many texts changed."""
    changed = 0
    for table, column in _TEXTS:
        keys = tuple(table.primary_key.columns)
        rows = connection.execute(select(column, *keys).where(column.is_not(None))).all()
        for text, *key in rows:
            redacted = redactor(text)
            if redacted != text:
                this = update(table).where(*map(eq, keys, key))
                connection.execute(this.values({column: redacted}))
                changed += 1
    return changed
