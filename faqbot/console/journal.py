"""The journal: who did what in the console."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from faqbot.accounts.journal import JournalEntry, JournalFilter, as_plain
from faqbot.api.form_fields import OptionalDate
from faqbot.console import wording
from faqbot.console.access import JournalDep, ReviewerDep
from faqbot.console.frame import render_console
from faqbot.console.paging import Paging
from faqbot.feedback.export import Value, write_csv, write_jsonl

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE_SIZE = 50
_COLUMNS = ("at", "actor", "action", "target", "details")


class JournalQuery(BaseModel):
    """The filter, as its form sends it."""

    actor: str = ""
    action: str = ""
    since: OptionalDate = None
    until: OptionalDate = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    def filter(self) -> JournalFilter:
        """Return what to read; days are those of the server's time zone."""
        after = self.until + timedelta(days=1) if self.until else None
        return JournalFilter(
            actor=self.actor or None,
            action=self.action or None,
            since=_midnight(self.since),
            until=_midnight(after),
        )

    def address(self, page: int | None = None, form: str = "") -> str:
        """Return the address of this filter, of a page or of an export of it."""
        given = {
            "actor": self.actor,
            "action": self.action,
            "since": self.since,
            "until": self.until,
            "page": page if page and page > 1 else None,
        }
        fields = urlencode({name: value for name, value in given.items() if value})
        return f"/admin/audit{form}" + (f"?{fields}" if fields else "")


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line as the page shows it."""

    at: datetime
    actor: str
    action: str
    target: str
    details: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, entry: JournalEntry) -> JournalLine:
        """Put a line into French."""
        return cls(
            at=entry.at,
            actor=wording.audit_actor(entry.actor),
            action=wording.AUDIT_ACTIONS.get(entry.action, entry.action),
            target=entry.target or "",
            details=tuple(
                (wording.AUDIT_DETAILS.get(key, key), _worded(value))
                for key, value in entry.details.items()
            ),
        )


@router.get("/admin/audit")
def journal_page(
    request: Request,
    account: ReviewerDep,
    journal: JournalDep,
    query: Annotated[JournalQuery, Query()],
) -> HTMLResponse:
    """Show a page of the journal."""
    wanted = query.filter()
    count = journal.count(wanted)
    page = Paging.of(count, PAGE_SIZE, query.page)
    entries = journal.page(wanted, offset=page.start, limit=PAGE_SIZE)
    actors, actions = journal.vocabulary()
    context = {
        "query": query,
        "lines": [JournalLine.of(entry) for entry in entries],
        "count": count,
        "here": page.number,
        "last": page.pages,
        "actors": [(actor, wording.audit_actor(actor)) for actor in actors],
        "actions": [(action, wording.AUDIT_ACTIONS.get(action, action)) for action in actions],
    }
    return render_console(request, "console/audit.html", context, account, "audit")


@router.get("/admin/audit.{form}")
def export(
    form: Literal["csv", "jsonl"],
    account: ReviewerDep,
    journal: JournalDep,
    query: Annotated[JournalQuery, Query()],
) -> Response:
    """Give the journal as a file, whole."""
    journal.record(account.name, "export", f"audit.{form}")
    found = [as_plain(entry) for entry in journal.all(query.filter())]
    file = io.StringIO(newline="")
    if form == "csv":
        write_csv(map(_flat, found), file, columns=_COLUMNS)
    else:
        write_jsonl(found, file)
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    name = {"Content-Disposition": f'attachment; filename="faqbot-audit.{form}"'}
    return Response(file.getvalue(), media_type=f"{kind}; charset=utf-8", headers=name)


def _flat(line: Mapping[str, Value]) -> dict[str, Value]:
    return {**line, "details": json.dumps(line["details"], ensure_ascii=False)}


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time()).astimezone()


def _worded(value: object) -> str:
    if isinstance(value, str):
        return wording.ROLES.get(value, value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return ", ".join(map(_worded, value))
    return json.dumps(value, ensure_ascii=False)
