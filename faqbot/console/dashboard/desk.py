"""What the dashboards work with: the filters of a page, what they let through, and its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from faqbot.analytics.activity import Figures, total_of
from faqbot.analytics.periods import day_of, period_of
from faqbot.analytics.proportions import MINIMUM
from faqbot.api.services import ServiceDep, path_within
from faqbot.console.access import ReaderDep
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import PRESETS, DashboardFilter, DashboardFilterDep
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.feedback.activity import CorpusVersion, read_activity, read_corpus_versions


class Dashboard:
    """A page with filters, as one request works with it."""

    def __init__(
        self, request: Request, service: ServiceDep, account: ReaderDep, asked: DashboardFilterDep
    ) -> None:
        self._request = request
        self.service, self.account, self.asked = service, account, asked
        self.corpus = service.corpus
        self.filters = asked.filters(service.corpus)
        self.reading = partial(service.database.reading, patient=True)

    def total(self, asked: DashboardFilter) -> Figures:
        """Count everything that a filter lets through."""
        with self.reading() as connection:
            return total_of(read_activity(connection, asked.filters(self.corpus)))

    def page(
        self, name: str, section: str, context: Mapping[str, Any], hints: Sequence[str] = ()
    ) -> HTMLResponse:
        """Render a page, as `render_console` does.

        Args:
            hints: What could not be understood beside the filters.
        """
        with self.reading() as connection:
            versions = read_corpus_versions(connection)
        page = {
            "d": wording,
            "minimum": MINIMUM,
            "asked": self.asked,
            "themes": self.corpus.theme_labels,
            "versions": versions,
            "presets": self._presets(versions),
            "path": path_within(self._request),
        }
        hints = (*self.asked.hints, *hints)
        template = f"console/{name}.html"
        return render_console(
            self._request, template, page | dict(context), self.account, section, hints=hints
        )

    def _presets(self, versions: Sequence[CorpusVersion]) -> list[tuple[str, str]]:
        """List other times, by what they are called and the filters that choose them."""
        asked, latest = self.asked, today()
        presets = [
            (wording.LAST_DAYS.format(days=days), asked.preset(days, latest)) for days in PRESETS
        ]
        monday = period_of(latest, "week")
        presets.insert(1, (wording.LAST_WEEK, asked.preset(7, monday - timedelta(days=1))))
        if versions:
            start = day_of(min(version.first for version in versions))
            whole = asked.preset((latest - start).days + 1, latest)
            presets.append((wording.SINCE_START, whole))
        return presets


DashboardDep = Annotated[Dashboard, Depends()]
