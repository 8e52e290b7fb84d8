"""How each entry fares, and the questions that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from faqbot.analytics.proportions import Proportion
from faqbot.analytics.ranking import Order, rank_entries, satisfaction_of
from faqbot.api.services import CorpusDep, ServiceDep
from faqbot.console.access import ReaderDep
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import AskedDep
from faqbot.console.dashboard.overview import render_dashboard
from faqbot.console.frame import render_console
from faqbot.console.paging import Paging
from faqbot.corpus.entry import Corpus
from faqbot.feedback.activity import read_corpus_versions
from faqbot.feedback.entries import (
    EntryActivity,
    EntryQuestion,
    Wanted,
    count_entry_questions,
    read_entries,
    read_entry_questions,
)
from faqbot.feedback.filters import Filters
from faqbot.feedback.store import FeedbackStore

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_QUESTIONS = 25
_COMMENTS = 10
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry with its counts."""

    activity: EntryActivity
    question: str
    theme: str

    @property
    def satisfaction(self) -> Proportion:
        """Share of its verdicts that say useful."""
        return satisfaction_of(self.activity)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list."""

    rows: tuple[EntryQuestion, ...]
    number: int
    pages: int
    total: int


@router.get("/admin/entries")
def entries_page(
    request: Request,
    service: ServiceDep,
    corpus: CorpusDep,
    account: ReaderDep,
    asked: AskedDep,
    order: str = "satisfaction",
) -> HTMLResponse:
    """List entries, those that surely disappoint first."""
    chosen: Order | None = next((known for known in get_args(Order) if known == order), None)
    with service.store.reading(patient=True) as connection:
        found = read_entries(connection, asked.filters(corpus))
        versions = read_corpus_versions(connection)
    ranked = rank_entries(found, chosen or "satisfaction")
    seen = {entry.entry_id for entry in found if entry.shown}
    context = {
        "order": chosen or "satisfaction",
        "ranked": [_row(entry, corpus) for entry in ranked.ranked],
        "too_few": [_row(entry, corpus) for entry in ranked.too_few],
        "never": [
            entry
            for entry in corpus.entries
            if entry.id not in seen and asked.theme in {"", entry.theme}
        ],
        "errors": () if chosen else (wording.ORDER_WRONG.format(value=order),),
    }
    return render_dashboard(
        request, "console/entries.html", context, account, "entries", asked, versions
    )


@router.get("/admin/entries/{entry_id}")
def entry_page(
    request: Request,
    service: ServiceDep,
    corpus: CorpusDep,
    account: ReaderDep,
    asked: AskedDep,
    entry_id: str,
    page: PageNumber = 1,
    comments_page: PageNumber = 1,
) -> HTMLResponse:
    """Show one entry: what was thought of it, and after which questions."""
    with service.store.reading(patient=True) as connection:
        versions = read_corpus_versions(connection)
        known = entry_id in corpus.by_id or bool(
            read_entries(connection, Filters(entry_ids=(entry_id,)))  # in an earlier corpus
        )
    if not known:
        message = wording.ENTRY_UNKNOWN_HELP.format(entry=entry_id)
        refusal = {"title": wording.ENTRY_UNKNOWN, "message": message}
        return render_console(
            request, "console/refusal.html", refusal, account, "entries", status_code=404
        )
    within = replace(asked.filters(corpus), entry_ids=(entry_id,))
    with service.store.reading(patient=True) as connection:
        found = read_entries(connection, within)
    activity = found[0] if found else _nothing(entry_id)
    context = {
        "row": _row(activity, corpus),
        "entry": corpus.by_id.get(entry_id),
        "reasons": sorted(activity.reasons.items(), key=lambda item: -item[1]),
        "comments": _page(
            service.store, within, Wanted(entry_id, only_comments=True), comments_page, _COMMENTS
        ),
        "led": _page(service.store, within, Wanted(entry_id), page, _QUESTIONS),
    }
    return render_dashboard(
        request, "console/entry.html", context, account, "entries", asked, versions
    )


def _page(store: FeedbackStore, filters: Filters, wanted: Wanted, number: int, size: int) -> Page:
    with store.reading(patient=True) as connection:
        total = count_entry_questions(connection, filters, wanted)
        page = Paging.of(total, size, number)
        rows = read_entry_questions(connection, filters, wanted, limit=size, offset=page.start)
    return Page(rows, page.number, page.pages, total)


def _row(activity: EntryActivity, corpus: Corpus) -> EntryRow:
    known = corpus.by_id.get(activity.entry_id)
    if known is None:
        return EntryRow(activity, wording.REMOVED_ENTRY, "")
    return EntryRow(activity, known.question, corpus.theme_labels[known.theme])


def _nothing(entry_id: str) -> EntryActivity:
    return EntryActivity(
        entry_id=entry_id,
        shown=0,
        first=0,
        suggested=0,
        chosen=0,
        useful=0,
        not_useful=0,
        reasons={},
        comments=0,
    )
