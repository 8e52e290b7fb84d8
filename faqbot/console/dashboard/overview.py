"""The dashboard: how much is asked, what becomes of it, and whether it helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.analytics.activity import periods_of, total_of
from faqbot.analytics.periods import day_of
from faqbot.api.services import CorpusDep, ServiceDep, services_of
from faqbot.console import french
from faqbot.console.access import Account, ReaderDep
from faqbot.console.dashboard import wording as dashboard_wording
from faqbot.console.dashboard.filters import PRESETS, Asked, AskedDep, today
from faqbot.console.dashboard.views import (
    coverage_panel,
    drift_panel,
    key_figures,
    reasons_table,
    satisfaction_panel,
    versions_table,
    volume_panel,
)
from faqbot.console.frame import render_console
from faqbot.feedback.activity import (
    CorpusVersion,
    read_activity,
    read_corpus_versions,
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/admin")
def dashboard(
    request: Request,
    service: ServiceDep,
    corpus: CorpusDep,
    account: ReaderDep,
    asked: AskedDep,
) -> HTMLResponse:
    """Show the figures of a period."""
    with service.store.reading(patient=True) as connection:
        activity = read_activity(connection, asked.filters(corpus))
        earlier = read_activity(connection, asked.before.filters(corpus))
        versions = read_corpus_versions(connection)
    periods = periods_of(activity, asked.first, asked.last, asked.granularity)
    now = total_of(period.figures for period in periods)
    past = asked.before
    before = total_of(
        period.figures for period in periods_of(earlier, past.first, past.last, "month")
    )
    context = {
        "now": now,
        "figures": key_figures(now, before),
        "panels": [
            panel(periods, asked) for panel in (volume_panel, coverage_panel, satisfaction_panel)
        ],
        "drift": drift_panel(before, now),
        "reasons": reasons_table(now),
        "versions": versions_table(versions, corpus.digest),
    }
    return render_dashboard(
        request, "console/dashboard.html", context, account, "dashboard", asked, versions
    )


def render_dashboard(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    account: Account,
    section: str,
    asked: Asked,
    versions: tuple[CorpusVersion, ...],
) -> HTMLResponse:
    """Render a page with filters.

    Args:
        request: The request.
        template: Its template.
        context: The template's own variables; ``errors`` are added to those of the filters.
        account: Who is logged in.
        section: Which place in the menu is marked.
        asked: The filters.
        versions: The versions of the corpus to choose from.

    Returns:
        The page; its status is 422 when a filter could not be understood.
    """
    latest = today()
    presets = [
        (dashboard_wording.LAST_DAYS.format(days=days), asked.preset(days, latest))
        for days in PRESETS
    ]
    if versions:
        start = day_of(min(version.first for version in versions))
        whole = asked.preset((latest - start).days + 1, latest)
        presets.append((dashboard_wording.SINCE_START, whole))
    errors = (*asked.errors, *context.get("errors", ()))
    page = {
        "d": dashboard_wording,
        "f": french,
        "asked": asked,
        "themes": services_of(request).service.corpus.theme_labels,
        "versions_known": [version.digest for version in versions],
        "presets": presets,
        "path": request.url.path,
        "any_question": bool(versions),
    }
    code = 422 if errors else 200
    return render_console(
        request, template, page | dict(context) | {"errors": errors}, account, section,
        status_code=code,
    )  # fmt: skip
