"""What the FAQ did not answer, put together by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from faqbot import french
from faqbot.analytics.clustering import Cluster
from faqbot.analytics.clustering_jobs import LIMIT, Pending
from faqbot.analytics.periods import Granularity, period_of, periods_between
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.desk import DashboardDep
from faqbot.console.dashboard.filters import DashboardFilter, choose
from faqbot.console.paging import PageNumber, Paging
from faqbot.console.review_pages.filters import QueueFilter, QueueFilterDep
from faqbot.console.review_pages.views import shared
from faqbot.console.services import ConsoleDep, ReviewDep
from faqbot.corpus.text import wording_key
from faqbot.feedback.unanswered import read_open_questions
from faqbot.review.signals import Signalled
from faqbot.vocabulary import Status

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_CLUSTERS = 20
EXAMPLES = 3
_PATIENCE_S = 1.5
"""How long the page waits for groups before it says that they are being made."""
_SPARK_DAYS = 92
"""Longest time whose days are drawn one by one."""
_STATUSES: dict[str, tuple[Status, ...]] = {
    "no_answer": ("no_answer",),
    "clarify": ("clarify",),
    "both": ("no_answer", "clarify"),
}


class Statuses:
    """Which questions a page is about.

    Args:
        status: ``no_answer``, which is the default, ``clarify`` or ``both``.
    """

    def __init__(self, status: str = "") -> None:
        self.hints: list[str] = []
        self.name = choose(status, _STATUSES, "no_answer", wording.STATUS_WRONG, self.hints)
        self.chosen = _STATUSES[self.name]


StatusesDep = Annotated[Statuses, Depends()]


def _outcome(query: QueueFilterDep) -> QueueFilter:
    return query


OutcomeDep = Annotated[QueueFilter, Depends(_outcome)]
"""What has just been decided, beside the page's own filters."""


@router.get("/admin/unanswered")
def unanswered_page(
    desk: DashboardDep,
    console: ConsoleDep,
    statuses: StatusesDep,
    review: ReviewDep,
    query: OutcomeDep,
    page: PageNumber = 1,
) -> HTMLResponse:
    """List groups of questions, those asked most first."""
    with desk.reading() as connection:
        found = read_open_questions(connection, desk.filters, statuses.chosen, LIMIT)
    clusters = console.grouping.clusters(
        found.questions, desk.service.assistant, patience_s=_PATIENCE_S
    )
    ready = () if isinstance(clusters, Pending) else clusters
    paging = Paging.of(len(ready), _CLUSTERS, page)
    pending = review.decisions.pending() if desk.account.may("reviewer") and ready else ()
    waiting = {wording_key(it.question): it for it in pending if it.key.signal == "unanswered"}
    context = {
        **shared(review, query),
        "statuses": statuses.name,
        "found": found,
        "pending": clusters if isinstance(clusters, Pending) else None,
        "clusters": [
            (cluster, _spark(cluster, desk.asked), _waiting(cluster, waiting))
            for cluster in ready[paging.start : paging.end]
        ],
        "single": sum(cluster.count == 1 for cluster in ready),
        "paging": paging,
        "limit": LIMIT,
        "examples": EXAMPLES,
    }
    return desk.page("unanswered", "unanswered", context, statuses.hints)


def _waiting(cluster: Cluster, waiting: Mapping[str, Signalled]) -> tuple[Signalled, ...]:
    """Find one question of each wording that nobody has decided on, for a reviewer."""
    keys = dict.fromkeys(wording_key(it.text) for it in cluster.questions)
    return tuple(waiting[key] for key in keys if key in waiting)


def _spark(cluster: Cluster, asked: DashboardFilter) -> tuple[str, list[int]]:
    """Draw how often a group was asked: what that says, and counts of equal periods."""
    by: Granularity = "day" if asked.days <= _SPARK_DAYS else "week"
    counts = dict.fromkeys(periods_between(asked.first, asked.last, by), 0)
    for day, count in cluster.by_day().items():
        counts[period_of(day, by)] += count
    label = wording.CLUSTER_SPARK[by].format(
        first=french.day(asked.first),
        last=french.day(asked.last),
        count=french.integer(max(counts.values())),
    )
    return label, list(counts.values())
