"""Which interactions a reading is about, and expressions that databases word differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, exists, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from faqbot.database.schema import interactions, shown_entries

BINS = 10
"""Classes of equal width into which confidences in [0, 1] are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionFilter:
    """Which interactions count; by default all."""

    since: datetime | None = None
    """Aware; asked at this time or later."""
    until: datetime | None = None
    """Aware; asked before this time."""
    entry_ids: tuple[str, ...] | None = None
    """Entries of a theme: their rows, and questions whose first entry is one of them."""
    corpus: str = ""
    """The beginning of the corpus digest."""


def conditions(filters: InteractionFilter) -> list[ColumnElement[bool]]:
    """Say which interactions are meant; the theme is left to `of_theme` and `entry_is_meant`."""
    asked = interactions.c
    found: list[ColumnElement[bool]] = []
    if filters.since is not None:
        found.append(asked.asked_at >= filters.since)
    if filters.until is not None:
        found.append(asked.asked_at < filters.until)
    if filters.corpus:
        found.append(asked.corpus_digest.startswith(filters.corpus, autoescape=True))
    return found


def of_theme(filters: InteractionFilter) -> list[ColumnElement[bool]]:
    """Say which questions belong to the theme: those whose first entry does."""
    if filters.entry_ids is None:
        return []
    first = select(1).where(
        shown_entries.c.interaction_id == interactions.c.id,
        shown_entries.c.rank == 1,
        shown_entries.c.entry_id.in_(filters.entry_ids),
    )
    return [exists(first)]


def entry_is_meant(
    filters: InteractionFilter, entry_id: ColumnElement[str]
) -> list[ColumnElement[bool]]:
    """Say which entries belong to the theme."""
    return [] if filters.entry_ids is None else [entry_id.in_(filters.entry_ids)]


class utc_hour(FunctionElement[str]):  # noqa: N801 - reads like a function of SQL
    """The hour of a time in UTC, as ``2026-11-23 12``.

    SQLite knows no time zones, so that days of a zone cannot be counted there. Zones differ by
    whole hours where this FAQ is read: hours are counted here, and put into days by whoever asks.
    """

    type = String()
    inherit_cache = True


@compiles(utc_hour)
def _hour(element: utc_hour, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_hour, "postgresql")
def _hour_in_postgresql(
    element: utc_hour,
    compiler: SQLCompiler,
    **options: Any,  # noqa: ANN401
) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def hour_of(text: str) -> datetime:
    """Read an hour that `utc_hour` returned; give its start, in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)


def confidence_bin() -> ColumnElement[int]:
    """Number the class of an interaction's confidence.

    Returns:
        0 to `BINS` - 1. Comparisons, since databases disagree on how a cast rounds.
    """
    value = interactions.c.confidence
    return case(*((value < (n + 1) / BINS, n) for n in range(BINS - 1)), else_=BINS - 1)
