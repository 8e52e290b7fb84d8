"""The review queue: what users signalled, and the form to decide on it.

Nothing here touches the corpus or a data set: decisions wait for ``faqbot feedback apply``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faqbot.analytics.periods import day_of
from faqbot.api.failures import Failure, Kind
from faqbot.api.form_fields import uuid_or_none
from faqbot.console import french
from faqbot.console.access import Account, AuditDep, ReviewerDep
from faqbot.console.frame import render_console
from faqbot.console.paging import Paging
from faqbot.console.review_pages import wording as wording
from faqbot.console.review_pages.desk import (
    Decided,
    ReviewDesk,
    ReviewQuery,
    context_of,
    narrowed,
)
from faqbot.console.review_pages.forms import (
    Fault,
    FormDep,
    Typed,
    decision_of,
    questions_of,
    worded,
)
from faqbot.console.review_pages.views import (
    ItemView,
    decided_view,
    entries_by_theme,
    first_typed,
    item_view,
    next_item,
    suggested,
)
from faqbot.console.services import ReviewDep
from faqbot.errors import AlreadyDecided
from faqbot.review.decisions import decode, encode, kind_of
from faqbot.review.items import find
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import StoredDecision
from faqbot.vocabulary import Signal

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE_SIZE = 20
QueryDep = Annotated[ReviewQuery, Query()]


class Notice(ReviewQuery):
    """The filter, with what has just been done."""

    done: UUID | None = None
    undone: bool = False
    conflict: bool = False
    about: str = ""
    """The entry of a vote."""


NoticeDep = Annotated[Notice, Query()]


@router.get("/admin/review")
def queue_page(
    request: Request, account: ReviewerDep, desk: ReviewDep, query: NoticeDep
) -> HTMLResponse:
    """List what is to be decided on, or what was decided."""
    items, grouped = desk.queue()
    decided = [Decided.of(stored) for stored in reversed(desk.decisions.decisions())]
    wanted = query.wanted()
    todo = narrowed(items, wanted)
    kept = [found for found in decided if found.is_wanted(wanted)]
    counts = {"todo": len(todo)} | {
        state: sum(found.state == state for found in kept)
        for state in ("decided", "refused", "applied")
    }
    page = Paging.of(counts[query.state], PAGE_SIZE, query.page)
    shown = slice(page.start, page.end)
    listed = [found for found in kept if found.state == query.state]
    named = {it.entry_id for item in items for it in item.signals}
    named |= {found.entry_id for found in decided}
    context = {
        **_shared(desk, query),
        "counts": counts,
        "items": todo[shown] if query.state == "todo" else [],
        "decided": [decided_view(found, desk.corpus) for found in listed[shown]],
        "grouped": grouped,
        "here": page.number,
        "last": page.pages,
        "named": [entry for entry in desk.corpus.entries if entry.id in named],
    }
    return render_console(request, "console/review.html", context, account, "review")


@router.get("/admin/review/{kind}/{interaction_id}")
def item_page(
    request: Request,
    account: ReviewerDep,
    desk: ReviewDep,
    kind: Signal,
    interaction_id: UUID,
    query: NoticeDep,
) -> HTMLResponse:
    """Show one item, with the form to decide on it or to change what was decided."""
    key = SignalKey(interaction_id, kind, query.about)
    return _item_page(request, account, desk, key, query)


@router.post("/admin/review/{kind}/{interaction_id}")
def decide(
    request: Request,
    account: ReviewerDep,
    desk: ReviewDep,
    audit: AuditDep,
    form: FormDep,
    kind: Signal,
    interaction_id: UUID,
    query: NoticeDep,
) -> Response:
    """Keep a decision and go on to the next item."""
    key = SignalKey(interaction_id, kind, query.about)
    now = datetime.now(UTC)
    typed = Typed.of_form(form)
    decision, faults = decision_of(typed, desk, day_of(now))
    replaces = uuid_or_none(typed.replaces)
    changed = desk.decisions.decision(replaces) if replaces else None
    questions, more = questions_of(typed, desk, changed)
    faults |= more
    if decision is None or faults:
        return _item_page(request, account, desk, key, query, typed=typed, faults=faults)
    todo = narrowed(desk.queue()[0], query.wanted())
    following = next_item(todo, find(todo, key))
    stored = StoredDecision(
        id=uuid4(),
        kind=kind_of(decision),
        content=encode(decision),
        questions=questions,
        reviewer=account.name,
        decided_at=now,
    )
    try:
        if not questions:
            msg = "the questions have been erased meanwhile"
            raise AlreadyDecided(msg)
        desk.decisions.decide(stored, replaces=replaces)
    except AlreadyDecided:
        return _go(query.item_address(key, conflict=True))
    # No word of what was asked or written: the journal outlives both.
    details: dict[str, object] = {"decision": stored.kind, "questions": len(questions)}
    details |= {"entry": entry} if (entry := getattr(decision, "entry_id", None)) else {}
    details |= {"replaces": str(replaces)} if replaces else {}
    audit.record(account.name, "decision", str(stored.id), details, at=now)
    if replaces or following is None:
        return _go(query.list_address(done=stored.id))
    return _go(query.item_address(following.first.key, done=stored.id))


@router.post("/admin/review/undo")
def undo(
    account: ReviewerDep, desk: ReviewDep, audit: AuditDep, form: FormDep, query: NoticeDep
) -> Response:
    """Take a decision back."""
    decision_id = uuid_or_none(str(form.get("decision", "")))
    try:
        if decision_id is None:
            raise Failure(Kind.NOT_FOUND)
        desk.decisions.withdraw(decision_id)
    except AlreadyDecided:
        return _go(query.list_address(conflict=True))
    audit.record(account.name, "decision.undone", str(decision_id), at=datetime.now(UTC))
    return _go(query.list_address(undone=True))


def _item_page(
    request: Request,
    account: Account,
    desk: ReviewDesk,
    key: SignalKey,
    query: Notice,
    *,
    typed: Typed | None = None,
    faults: dict[str, Fault] | None = None,
) -> HTMLResponse:
    items, _ = desk.queue()
    item = find(items, key)
    stored = None if item else desk.decisions.decision_on(key)
    signals = item.signals if item else _signals(desk, key, stored)
    decided = stored.questions if stored else ()
    view = item_view(desk, signals, typed, {it.key: it.wording for it in decided})
    todo = narrowed(items, query.wanted())
    following = next_item(todo, item)
    context = {
        **_shared(desk, query),
        "item": view,
        "typed": typed or _fresh(view, stored),
        "with_history": any(context_of(desk, signal) for signal in signals),
        "faults": worded(faults or {}, wording.ERRORS),
        "stored": decided_view(Decided.of(stored), desk.corpus) if stored else None,
        "suggested": suggested(view),
        "themes": entries_by_theme(desk.corpus),
        "theme_labels": desk.corpus.theme_labels,
        "subjects": desk.corpus.out_of_scope,
        "action": query.item_address(key),
        "following": following.first.key if following else None,
        "place": todo.index(item) + 1 if item in todo else None,
        "todo_count": len(todo),
        "today": day_of(datetime.now(UTC)),
    }
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if faults else status.HTTP_200_OK
    return render_console(
        request, "console/review_item.html", context, account, "review", status_code=code
    )


def _signals(
    desk: ReviewDesk, key: SignalKey, stored: StoredDecision | None
) -> tuple[Signalled, ...]:
    keys = [question.key for question in reversed(stored.questions)] if stored else [key]
    found = desk.decisions.signals(keys)
    if not found:
        raise Failure(Kind.NOT_FOUND)
    return found


def _fresh(view: ItemView, stored: StoredDecision | None) -> Typed:
    if stored is None:
        return first_typed(view)
    typed = Typed.of_decision(decode(stored), stored.questions)
    typed.replaces = str(stored.id)
    return typed


def _shared(desk: ReviewDesk, query: Notice) -> dict[str, object]:
    done = desk.decisions.decision(query.done) if query.done else None
    return {
        "w": wording,
        "f": french,
        "query": query,
        "done": decided_view(Decided.of(done), desk.corpus) if done else None,
    }


def _go(address: str) -> RedirectResponse:
    return RedirectResponse(address, status.HTTP_303_SEE_OTHER)
