"""The journal: who did what in the console."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from faqbot.accounts.journal import COLUMNS, JournalEntry, JournalFilter, as_row
from faqbot.console import wording
from faqbot.console.access import JournalDep, ReviewerDep
from faqbot.console.addresses import address_of
from faqbot.console.attachment import Locale, attachment, refuse_hints
from faqbot.console.frame import render_console
from faqbot.console.paging import ListQuery, Paging
from faqbot.console.review_pages.wording import KINDS
from faqbot.downloads import TableFormat

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE_SIZE = 50


class JournalQuery(ListQuery):
    """Which lines to show, as the form sends it."""

    actor: str = ""
    action: str = ""
    locale: Locale = ""

    def wanted(self) -> JournalFilter:
        """Return which lines to read."""
        return JournalFilter(
            actor=self.actor, action=self.action, since=self.days.since, until=self.days.until
        )

    def address(self, page: int = 1, form: str = "", locale: Locale = "") -> str:
        """Return the address of this filter, of a page or of an export of it."""
        return address_of(
            f"/admin/audit{form}",
            {
                "actor": self.actor,
                "action": self.action,
                "since": self.days.first,
                "until": self.days.last,
                "page": page if page > 1 else None,
                "locale": locale,
            },
        )


QueryDep = Annotated[JournalQuery, Query()]


@router.get("/admin/audit")
def journal_page(
    request: Request, account: ReviewerDep, journal: JournalDep, query: QueryDep
) -> HTMLResponse:
    """Show a page of the journal."""
    wanted = query.wanted()
    paging = Paging.of(journal.count(wanted), PAGE_SIZE, query.page)
    actors, actions = journal.vocabulary()
    context = {
        "query": query,
        "paging": paging,
        "lines": [*map(_in_french, journal.page(wanted, offset=paging.start, limit=PAGE_SIZE))],
        "actors": [(actor, wording.journal_actor(actor)) for actor in actors],
        "actions": [(action, wording.JOURNAL_ACTIONS.get(action, action)) for action in actions],
    }
    return render_console(
        request, "console/audit.html", context, account, "audit", hints=query.days.hints
    )


@router.get("/admin/audit.{form}")
def export(
    form: TableFormat, account: ReviewerDep, journal: JournalDep, query: QueryDep
) -> StreamingResponse:
    """Give the journal as a file, whole."""
    refuse_hints(query.days.hints)
    journal.record(account.name, "export", f"audit.{form}")
    lines = journal.all(query.wanted())
    rows = map(_in_french if form == "csv" and query.locale else as_row, lines)
    return attachment(rows, COLUMNS, form, query.locale, "audit")


def _in_french(entry: JournalEntry) -> dict[str, object]:
    """Word a line as the page and a French spreadsheet show it."""
    return {
        "at": entry.at,
        "actor": wording.journal_actor(entry.actor),
        "action": wording.JOURNAL_ACTIONS.get(entry.action, entry.action),
        "target": entry.target or "",
        "details": ", ".join(
            f"{wording.JOURNAL_DETAILS.get(key, key)}\u00a0: {_worded(value)}"
            for key, value in entry.details.items()
        ),
    }


def _worded(value: object) -> str:
    if isinstance(value, str):
        return {**wording.ROLES, **KINDS}.get(value, value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return ", ".join(map(_worded, value))
    return json.dumps(value, ensure_ascii=False)
