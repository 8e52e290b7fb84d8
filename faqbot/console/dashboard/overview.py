"""The dashboard: how much is asked, what becomes of it, and whether it helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.analytics.activity import Figures, periods_of, total_of
from faqbot.analytics.drift import drift_of
from faqbot.analytics.periods import day_of, period_of
from faqbot.analytics.proportions import MINIMUM, Proportion
from faqbot.api.service import Service
from faqbot.api.services import ServiceDep, path_within, services_of
from faqbot.console.access import Account, ReaderDep
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import PRESETS, DashboardFilter, DashboardFilterDep
from faqbot.console.dashboard.views import (
    alerts,
    coverage_chart,
    drift_chart,
    satisfaction_chart,
    volume_chart,
)
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.feedback.activity import CorpusVersion, read_activity, read_corpus_versions

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/admin")
def dashboard(
    request: Request, service: ServiceDep, account: ReaderDep, asked: DashboardFilterDep
) -> HTMLResponse:
    """Show the figures of a period."""
    corpus = service.corpus
    with service.database.reading(patient=True) as connection:
        activity = read_activity(connection, asked.filters(corpus))
        versions = read_corpus_versions(connection)
    now, before = total_of(activity), read_total(service, asked.before)
    periods = periods_of(activity, asked.first, asked.last, asked.granularity)
    drift = drift_of(before.bins, now.bins)
    context = {
        "now": now,
        "before": before,
        "alerts": alerts(now, before),
        "periods": periods,
        "volume": volume_chart(periods, asked),
        "coverage": coverage_chart(periods, asked),
        "satisfaction": satisfaction_chart(periods, asked),
        "drift": drift,
        "confidence": drift_chart(before, now, drift),
        "part": Proportion,
        "versions": versions,
        "current": corpus.digest,
        "assumed": service.settings.outside_share,
    }
    return render_dashboard(
        request, "console/dashboard.html", context, account, "dashboard", asked, versions
    )


def read_total(service: Service, asked: DashboardFilter) -> Figures:
    """Count everything that a filter lets through."""
    with service.database.reading(patient=True) as connection:
        activity = read_activity(connection, asked.filters(service.corpus))
    return total_of(activity)


def render_dashboard(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    account: Account,
    section: str,
    asked: DashboardFilter,
    versions: tuple[CorpusVersion, ...],
    hints: Sequence[str] = (),
) -> HTMLResponse:
    """Render a page with filters, as `render_console` does.

    Args:
        versions: The versions of the corpus to choose from.
        hints: What could not be understood beside the filters.
    """
    latest = today()
    presets = [
        (wording.LAST_DAYS.format(days=days), asked.preset(days, latest)) for days in PRESETS
    ]
    monday = period_of(latest, "week")
    presets.insert(1, (wording.LAST_WEEK, asked.preset(7, monday - timedelta(days=1))))
    if versions:
        start = day_of(min(version.first for version in versions))
        whole = asked.preset((latest - start).days + 1, latest)
        presets.append((wording.SINCE_START, whole))
    page = {
        "d": wording,
        "minimum": MINIMUM,
        "asked": asked,
        "themes": services_of(request).service.corpus.theme_labels,
        "versions_known": [version.digest for version in versions],
        "presets": presets,
        "path": path_within(request),
        "any_question": bool(versions),
    }
    return render_console(
        request, template, page | dict(context), account, section, hints=(*asked.hints, *hints)
    )
