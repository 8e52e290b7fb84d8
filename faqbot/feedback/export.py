"""What is kept, as rows to export: all of it, or one person's; no shortened text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from faqbot.database.records import Exchange, Interaction, Verdict

Value: TypeAlias = str | int | float | bool | None

EXPORT_COLUMNS = (
    "interaction_id",
    "session_id",
    "asked_at",
    "question",
    "status",
    "confidence",
    "entry_id",
    "rank",
    "score",
    "entry_confidence",
    "useful",
    "reason",
    "comment",
    "created_at",
    "updated_at",
    "duration_ms",
    "corpus_digest",
    "model_id",
    "model_digest",
    "chosen",
    "chosen_at",
)
"""Columns of an exported verdict or choice; what was not given is empty.

``confidence`` is the interaction's, ``score`` a cosine. ``chosen`` says whether the person chose
this entry when several were offered; it is empty when nothing was chosen.
"""


def session_rows(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    """Write down all that is kept about a session, for the person whose session it is.

    Returns:
        One mapping per question, of values that JSON can hold; times in ISO 8601 with offset.
    """
    return [
        _fields(exchange.interaction)
        | {
            "verdicts": [_fields(verdict) for verdict in exchange.verdicts],
            "choice": exchange.choice,
            "chosen_at": plain(exchange.chosen_at),
        }
        for exchange in exchanges
    ]


def _fields(record: Interaction | Verdict) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(record).items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record or a row holds
    """Turn a time into ISO 8601 with offset and a UUID into text; leave the rest as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
