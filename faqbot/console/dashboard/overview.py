"""The dashboard: how much is asked, what becomes of it, and whether it helps."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from faqbot.analytics.activity import periods_of, total_of
from faqbot.analytics.drift import drift_of
from faqbot.analytics.proportions import Proportion
from faqbot.console.dashboard.desk import DashboardDep
from faqbot.console.dashboard.views import (
    alerts,
    coverage_chart,
    drift_chart,
    satisfaction_chart,
    volume_chart,
)
from faqbot.feedback.activity import read_activity

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/admin")
def dashboard(desk: DashboardDep) -> HTMLResponse:
    """Show the figures of a period."""
    asked = desk.asked
    with desk.reading() as connection:
        activity = read_activity(connection, desk.filters)
    now, before = total_of(activity), desk.total(asked.before)
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
        "current": desk.corpus.digest,
        "assumed": desk.service.settings.outside_share,
    }
    return desk.page("dashboard", "dashboard", context)
