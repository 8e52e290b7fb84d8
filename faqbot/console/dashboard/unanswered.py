"""What the FAQ did not answer, put together by meaning."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from faqbot.analytics.clustering import Cluster
from faqbot.analytics.grouping import LIMIT, Pending
from faqbot.analytics.periods import Granularity, period_of, periods_between
from faqbot.api.services import CorpusDep, ServiceDep
from faqbot.console import french
from faqbot.console.access import ReaderDep
from faqbot.console.charts import sparkline
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.entries import PageNumber
from faqbot.console.dashboard.filters import Asked, AskedDep
from faqbot.console.dashboard.groups import StatusesDep, groups
from faqbot.console.dashboard.overview import render_dashboard
from faqbot.console.paging import Paging
from faqbot.console.services import GroupingDep
from faqbot.feedback.activity import read_corpus_versions

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_CLUSTERS = 20
EXAMPLES = 3
_SPARK_DAYS = 92
"""Longest time whose days are drawn one by one."""


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A group with its picture."""

    cluster: Cluster
    spark: Markup


@router.get("/admin/unanswered")
def unanswered_page(
    request: Request,
    service: ServiceDep,
    corpus: CorpusDep,
    account: ReaderDep,
    asked: AskedDep,
    grouping: GroupingDep,
    statuses: StatusesDep,
    page: PageNumber = 1,
) -> HTMLResponse:
    """List groups of questions, those asked most first."""
    filters = asked.filters(corpus)
    with service.store.reading(patient=True) as connection:
        versions = read_corpus_versions(connection)
    found, clusters = groups(service.store, grouping, filters, statuses.chosen)
    ready = () if isinstance(clusters, Pending) else clusters
    shown = Paging.of(len(ready), _CLUSTERS, page)
    context = {
        "statuses": statuses.name,
        "found": found,
        "pending": clusters if isinstance(clusters, Pending) else None,
        "clusters": [
            ClusterView(cluster, _spark(cluster, asked))
            for cluster in ready[shown.start : shown.end]
        ],
        "start": shown.start,
        "total": len(ready),
        "single": sum(cluster.count == 1 for cluster in ready),
        "number": shown.number,
        "pages": shown.pages,
        "limit": LIMIT,
        "examples": EXAMPLES,
        "errors": statuses.errors,
    }
    return render_dashboard(
        request, "console/unanswered.html", context, account, "unanswered", asked, versions
    )


def _spark(cluster: Cluster, asked: Asked) -> Markup:
    by: Granularity = "day" if asked.days <= _SPARK_DAYS else "week"
    counts = dict.fromkeys(periods_between(asked.first, asked.last, by), 0)
    for day, count in cluster.by_day().items():
        counts[period_of(day, by)] += count
    label = wording.CLUSTER_SPARK[by].format(
        first=french.day(asked.first),
        last=french.day(asked.last),
        count=french.integer(max(counts.values())),
    )
    return sparkline(label, list(counts.values()))
