"""The review queue: what users signalled, and the form to decide on it.

Nothing here touches the corpus or a data set: decisions wait for ``faqbot feedback apply``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, status
from fastapi.responses import HTMLResponse, Response

from faqbot.api.failures import Failure, Kind
from faqbot.api.form_fields import uuid_or_none
from faqbot.console.access import Account, FormOutdated, JournalDep, ReviewerDep
from faqbot.console.addresses import see, told
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.console.login import safe_target
from faqbot.console.paging import Paging
from faqbot.console.review_pages import wording
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.console.review_pages.filters import QueueFilter, QueueFilterDep
from faqbot.console.review_pages.forms import FormDep, Typed, decision_of, questions_of
from faqbot.console.review_pages.views import (
    MOST_ROWS,
    DecidedView,
    entries_by_theme,
    next_item,
    rows_of,
    shared,
)
from faqbot.console.services import ReviewDep
from faqbot.errors import AlreadyDecided
from faqbot.review.decisions import encode, kind_of
from faqbot.review.drafts import Faults
from faqbot.review.items import find
from faqbot.review.signals import SignalKey
from faqbot.review.store import StoredDecision
from faqbot.vocabulary import Signal

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE_SIZE = 20


@router.get("/admin/review")
def queue_page(
    request: Request, account: ReviewerDep, desk: ReviewDep, query: QueueFilterDep
) -> HTMLResponse:
    """List what is to be decided on, or what was decided."""
    items, grouped = desk.queue()
    decided = [
        DecidedView.of(stored, desk.corpus) for stored in reversed(desk.decisions.decisions())
    ]
    todo = query.narrow(items)
    kept = [
        found
        for found in decided
        if any(
            query.holds(it.key.signal, found.entry_id, it.asked_at) for it in found.stored.questions
        )
    ]
    counts = {"todo": len(todo)} | {
        state: sum(found.state == state for found in kept)
        for state in ("decided", "refused", "applied")
    }
    paging = Paging.of(counts[query.state], PAGE_SIZE, query.page)
    shown = slice(paging.start, paging.end)
    named = {it.entry_id for item in items for it in item.signals}
    named |= {found.entry_id for found in decided}
    context = {
        **shared(desk, query),
        "counts": counts,
        "items": todo[shown] if query.state == "todo" else [],
        "decided": [found for found in kept if found.state == query.state][shown],
        "grouped": grouped,
        "paging": paging,
        "named": [
            (it.id, f"{it.id} – {it.question}") for it in desk.corpus.entries if it.id in named
        ],
    }
    return render_console(
        request, "console/review.html", context, account, "review", hints=query.days.hints
    )


@router.get("/admin/review/{kind}/{interaction_id}")
def item_page(
    request: Request,
    account: ReviewerDep,
    desk: ReviewDep,
    kind: Signal,
    interaction_id: UUID,
    query: QueueFilterDep,
) -> HTMLResponse:
    """Show one item, with the form to decide on it or to change what was decided."""
    key = SignalKey(interaction_id, kind, query.about)
    return _item_page(request, account, desk, key, query)


@router.post("/admin/review/{kind}/{interaction_id}")
def decide(
    request: Request,
    account: ReviewerDep,
    desk: ReviewDep,
    journal: JournalDep,
    form: FormDep,
    kind: Signal,
    interaction_id: UUID,
    query: QueueFilterDep,
) -> Response:
    """Keep a decision and go on to the next item."""
    key = SignalKey(interaction_id, kind, query.about)
    now = datetime.now(UTC)
    typed = Typed.of_form(form)
    decision, faults = decision_of(typed, desk, today())
    replaces = uuid_or_none(typed.replaces)
    changed = desk.decisions.decision(replaces) if replaces else None
    questions, more = questions_of(typed, desk, changed)
    faults |= more
    if decision is None or faults:
        return _item_page(request, account, desk, key, query, typed=typed, faults=faults)
    todo = query.narrow(desk.queue().items)
    following = next_item(todo, find(todo, key))
    stored = StoredDecision(
        id=uuid4(),
        kind=kind_of(decision),
        content=encode(decision),
        questions=questions,
        reviewer=account.name,
        decided_at=now,
    )
    back = safe_target(typed.back) if typed.back else None
    try:
        desk.decisions.decide(stored, replaces=replaces)
    except AlreadyDecided:
        if back:  # a button of the list, which holds nothing that was typed
            return see(told(back, conflict=True))
        standing = desk.decisions.decision_on(key)
        typed.replaces = str(standing.id) if standing else ""
        fault = ("decided", standing.reviewer) if standing else ("changed", "")
        return _item_page(request, account, desk, key, query, typed=typed, faults={"form": fault})
    # No word of what was asked or written: the journal outlives both.
    details: dict[str, object] = {"decision": stored.kind, "questions": len(questions)}
    details |= {"entry": entry} if (entry := getattr(decision, "entry_id", None)) else {}
    details |= {"replaces": str(replaces)} if replaces else {}
    journal.record(account.name, "decision", str(stored.id), details, at=now)
    if back is None and following is not None and not replaces:
        back = query.item_address(following.first.key)
    return see(told(back or query.list_address(), done=stored.id))


@router.post("/admin/review/undo")
def undo(
    account: ReviewerDep, desk: ReviewDep, journal: JournalDep, form: FormDep, query: QueueFilterDep
) -> Response:
    """Take a decision back."""
    decision_id = uuid_or_none(str(form.get("decision", "")))
    if decision_id is None:
        raise Failure(Kind.NOT_FOUND)
    back = form.get("back")
    back = safe_target(back) if back and isinstance(back, str) else query.list_address()
    try:
        desk.decisions.withdraw(decision_id)
    except AlreadyDecided:
        return see(told(back, conflict=True))
    journal.record(account.name, "decision.undone", str(decision_id))
    return see(told(back, undone=True))


def _item_page(
    request: Request,
    account: Account,
    desk: ReviewDesk,
    key: SignalKey,
    query: QueueFilter,
    *,
    typed: Typed | None = None,
    faults: Faults | None = None,
) -> HTMLResponse:
    items = desk.queue().items
    item = find(items, key)
    stored = None if item else desk.decisions.decision_on(key)
    decided = stored.questions if stored else ()
    keys = [question.key for question in decided] or [key]
    signals = item.signals if item else desk.decisions.signals(keys)
    if typed and (not signals or (stored and stored.applied_at)):
        raise FormOutdated(account)
    if not signals:
        raise Failure(Kind.NOT_FOUND)
    first, rows = signals[0], rows_of(signals, typed, {it.key: it.wording for it in decided})
    exchange = desk.store.exchange(first.key.interaction_id)
    shown = exchange.interaction.shown if exchange else ()
    fresh = Typed.of_decision(stored) if stored else Typed.of_signal(first, desk.corpus)
    todo = query.narrow(items)
    following = next_item(todo, item)
    entries, answers = desk.corpus.by_id, desk.corpus.answers
    context = {
        **shared(desk, query),
        "first": first,
        "size": len(signals),
        "rows": rows[:MOST_ROWS],
        "more": len(rows[MOST_ROWS:]),
        "earlier": desk.earlier(first),
        "exchange": exchange,
        "shown": shown,
        "answers": answers,
        "entry": answers.get(first.entry_id or ""),
        "typed": typed or fresh,
        "with_history": any(map(desk.earlier, signals)),
        "faults": {
            name: wording.ERRORS[code].format(limit=about, place=about)
            for name, (code, about) in (faults or {}).items()
        },
        "stored": stored,
        "decided": DecidedView.of(stored, desk.corpus) if stored else None,
        "suggested": [entries[it.entry_id] for it in shown if it.entry_id in entries],
        "themes": entries_by_theme(desk.corpus),
        "theme_labels": desk.corpus.theme_labels,
        "subjects": desk.corpus.out_of_scope,
        "action": query.item_address(key),
        "following": following.first.key if following else None,
        "place": todo.index(item) + 1 if item in todo else None,
        "todo_count": len(todo),
        "today": today(),
    }
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if faults else status.HTTP_200_OK
    return render_console(
        request, "console/review_item.html", context, account, "review", status_code=code
    )
