"""How each entry fares, and the questions that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.analytics.proportions import Proportion
from faqbot.analytics.ranking import Order, rank_entries, satisfaction_of
from faqbot.api.presenter import EntryView
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.desk import Dashboard, DashboardDep
from faqbot.console.dashboard.filters import choose
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.console.paging import PageNumber, Paging
from faqbot.corpus.checks import reviews_due
from faqbot.corpus.entry import Corpus
from faqbot.feedback.entries import (
    EntryActivity,
    EntryQuestion,
    count_entry_questions,
    read_entries,
    read_entry_questions,
)
from faqbot.feedback.filters import InteractionFilter
from faqbot.review.pairs import NEAR, pairs_of, read_between, read_evaluated

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_QUESTIONS = 25
_COMMENTS = 10
_PAIRS = 30
_ORDERS: tuple[Order, ...] = get_args(Order)
_DEFAULT_ORDER: Order = "satisfaction"


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


class Page(NamedTuple):
    """A page of a list."""

    rows: tuple[EntryQuestion, ...]
    paging: Paging


@router.get("/admin/entries")
def entries_page(desk: DashboardDep, order: str = "") -> HTMLResponse:
    """List entries, those that surely disappoint first."""
    corpus = desk.corpus
    hints: list[str] = []
    chosen = choose(order, _ORDERS, _DEFAULT_ORDER, wording.ORDER_WRONG, hints)
    with desk.reading() as connection:
        found = read_entries(connection, desk.filters)
    ranked = rank_entries(found, chosen)
    seen = {entry.entry_id for entry in found if entry.shown}
    context = {
        "order": chosen,
        "today": today(),
        "due": reviews_due(corpus, today()),
        "ranked": [_row(entry, corpus) for entry in ranked.ranked],
        "too_few": [_row(entry, corpus) for entry in ranked.too_few],
        "never": [
            entry
            for entry in corpus.entries
            if entry.id not in seen and desk.asked.theme in {"", entry.theme}
        ],
    }
    return desk.page("entries", "entries", context, hints)


@router.get("/admin/pairs")
def pairs_page(desk: DashboardDep) -> HTMLResponse:
    """List entries that may say the same thing twice, or otherwise."""
    theme, service = desk.asked.theme, desk.service
    with desk.reading() as connection:
        between = read_between(connection, desk.filters)
    evaluated = read_evaluated(service.settings.corpus_dir.parent / "eval")
    pairs = pairs_of(service.assistant, [*between, *evaluated])
    ours = [it for it in pairs if theme in {"", *(entry.theme for entry in it.entries)}]
    context = {
        "pairs": ours[:_PAIRS],
        "more": len(ours[_PAIRS:]),
        "near": NEAR,
        "views": {
            entry.id: EntryView.of(entry, desk.corpus)
            for it in ours[:_PAIRS]
            for entry in it.entries
        },
    }
    return desk.page("pairs", "entries", context)


@router.get("/admin/entries/{entry_id}")
def entry_page(
    request: Request,
    desk: DashboardDep,
    entry_id: str,
    page: PageNumber = 1,
    comments_page: PageNumber = 1,
) -> HTMLResponse:
    """Show one entry: what was thought of it, and after which questions."""
    corpus = desk.corpus
    within = replace(desk.filters, entry_ids=(entry_id,))
    with desk.reading() as connection:
        found = read_entries(connection, within)
        known = found or entry_id in corpus.answers
        # It may have stood in an earlier corpus, and before these days.
        known = known or read_entries(connection, InteractionFilter(entry_ids=(entry_id,)))
    if not known:
        message = wording.ENTRY_UNKNOWN_HELP.format(entry=entry_id)
        refusal = {"title": wording.ENTRY_UNKNOWN, "message": message}
        return render_console(
            request, "console/refusal.html", refusal, desk.account, "entries", status_code=404
        )
    activity = found[0] if found else _nothing(entry_id)
    context = {
        "row": _row(activity, corpus),
        "entry": corpus.answers.get(entry_id),
        "reasons": sorted(activity.reasons.items(), key=lambda item: -item[1]),
        "comments": _page(desk, within, comments_page, _COMMENTS, only_comments=True),
        "led": _page(desk, within, page, _QUESTIONS),
    }
    return desk.page("entry", "entries", context)


def _page(
    desk: Dashboard,
    filters: InteractionFilter,
    number: int,
    size: int,
    *,
    only_comments: bool = False,
) -> Page:
    with desk.reading() as connection:
        total = count_entry_questions(connection, filters, only_comments=only_comments)
        paging = Paging.of(total, size, number)
        rows = read_entry_questions(
            connection, filters, only_comments=only_comments, limit=size, offset=paging.start
        )
    return Page(rows, paging)


def _row(activity: EntryActivity, corpus: Corpus) -> EntryRow:
    known = corpus.answers.get(activity.entry_id)
    if known is None:
        return EntryRow(activity, wording.REMOVED_ENTRY, "")
    return EntryRow(activity, known.question, corpus.theme_label(known))


def _nothing(entry_id: str) -> EntryActivity:
    counts = ("shown", "first", "suggested", "chosen", "useful", "not_useful", "comments")
    return EntryActivity(entry_id=entry_id, reasons={}, **dict.fromkeys(counts, 0))
