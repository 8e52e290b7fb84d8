"""Unanswered questions put together, for the pages and exports that need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi import Request as HttpRequest

from faqbot.analytics.clustering import Cluster
from faqbot.analytics.clustering_jobs import LIMIT, ClusteringJobs, Pending
from faqbot.api.failures import ServiceDown
from faqbot.console.dashboard import wording
from faqbot.database.interface import Database
from faqbot.feedback.filters import InteractionFilter
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


def _grouping(request: HttpRequest) -> ClusteringJobs:
    grouping: ClusteringJobs = request.app.state.grouping
    return grouping


GroupingDep = Annotated[ClusteringJobs, Depends(_grouping)]
"""Puts questions together, and remembers what it has done."""


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
    database: Database,
    grouping: ClusteringJobs,
    filters: InteractionFilter,
    statuses: tuple[Status, ...],
) -> tuple[OpenQuestions, tuple[Cluster, ...] | Pending]:
    """Read unanswered questions and put the most frequent ones together.

    Args:
        database: Where they were kept.
        grouping: What puts them together.
        filters: Which interactions.
        statuses: Which outcomes.

    Returns:
        The questions, `LIMIT` wordings at most; and their groups, or how far they have got.
    """
    with database.reading(patient=True) as connection:
        found = read_open_questions(connection, filters, statuses, LIMIT)
    return found, grouping.clusters(found.questions, patience_s=PATIENCE_S)


def all_groups(
    database: Database,
    grouping: ClusteringJobs,
    filters: InteractionFilter,
    statuses: tuple[Status, ...],
) -> tuple[tuple[Cluster, ...], tuple[OpenQuestion, ...]]:
    """Read all unanswered questions, and wait until the most frequent ones are put together.

    Args:
        database: Where they were kept.
        grouping: What puts them together.
        filters: Which interactions.
        statuses: Which outcomes.

    Returns:
        The groups; and the wordings beyond `LIMIT`, which belong to none.

    Raises:
        ServiceDown: That takes far too long.
    """
    with database.reading(patient=True) as connection:
        found = read_open_questions(connection, filters, statuses, _EVERYTHING)
    clusters = grouping.clusters(found.questions[:LIMIT], patience_s=_EXPORT_PATIENCE_S)
    if isinstance(clusters, Pending):
        raise ServiceDown
    return clusters, found.questions[LIMIT:]
