"""Unanswered questions put together, for the pages and exports that need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from faqbot.analytics.clustering import Cluster
from faqbot.analytics.grouping import LIMIT, Grouping, Pending
from faqbot.console.dashboard import wording
from faqbot.errors import StoreUnavailable
from faqbot.feedback.filters import Filters
from faqbot.feedback.store import FeedbackStore
from faqbot.feedback.unanswered import (
    OpenQuestion,
    OpenQuestions,
    read_open_questions,
)
from faqbot.vocabulary import Status

PATIENCE_S = 1.5
"""How long a page waits for groups before it says that they are being made."""
_EXPORT_PATIENCE_S = 300.0
_EVERYTHING = 10_000_000


@dataclass(frozen=True, slots=True)
class Statuses:
    """Which questions a page is about."""

    name: str
    """As in the address."""
    chosen: tuple[Status, ...]
    errors: tuple[str, ...]


def read_statuses(status: str = "no_answer") -> Statuses:
    """Understand which questions are meant; a FastAPI dependency.

    Args:
        status: ``no_answer``, ``clarify`` or ``both``.

    Returns:
        The statuses; those without answer, and a sentence, when it cannot be understood.
    """
    known: dict[str, tuple[Status, ...]] = {
        "no_answer": ("no_answer",),
        "clarify": ("clarify",),
        "both": ("no_answer", "clarify"),
    }
    if status in known:
        return Statuses(status, known[status], ())
    return Statuses("no_answer", ("no_answer",), (wording.STATUS_WRONG.format(value=status),))


StatusesDep = Annotated[Statuses, Depends(read_statuses)]


def groups(
    store: FeedbackStore, grouping: Grouping, filters: Filters, statuses: tuple[Status, ...]
) -> tuple[OpenQuestions, tuple[Cluster, ...] | Pending]:
    """Read unanswered questions and put the most frequent ones together.

    Args:
        store: The database.
        grouping: What puts them together.
        filters: Which interactions.
        statuses: Which outcomes.

    Returns:
        The questions, `LIMIT` wordings at most; and their groups, or how far they have got.
    """
    with store.reading(patient=True) as connection:
        found = read_open_questions(connection, filters, statuses, LIMIT)
    return found, grouping.group(found.questions, patience_s=PATIENCE_S)


def all_groups(
    store: FeedbackStore, grouping: Grouping, filters: Filters, statuses: tuple[Status, ...]
) -> tuple[tuple[Cluster, ...], tuple[OpenQuestion, ...]]:
    """Read all unanswered questions, and wait until the most frequent ones are put together.

    Args:
        store: The database.
        grouping: What puts them together.
        filters: Which interactions.
        statuses: Which outcomes.

    Returns:
        The groups; and the wordings beyond `LIMIT`, which belong to none.

    Raises:
        StoreUnavailable: That takes far too long.
    """
    with store.reading(patient=True) as connection:
        found = read_open_questions(connection, filters, statuses, _EVERYTHING)
    clusters = grouping.group(found.questions[:LIMIT], patience_s=_EXPORT_PATIENCE_S)
    if isinstance(clusters, Pending):
        msg = f"the questions were not put together within {_EXPORT_PATIENCE_S:.0f} s"
        raise StoreUnavailable(msg)
    return clusters, found.questions[LIMIT:]
