"""What the review templates show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from faqbot.console.review_pages.desk import Decided, ReviewDesk, State, context_of
from faqbot.console.review_pages.forms import Typed, token
from faqbot.corpus.entry import Corpus
from faqbot.corpus.text import wording_key
from faqbot.review.decisions import Decision, MissingEntry, OutOfScope, RightEntry, decode
from faqbot.review.items import Item
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import DecidedQuestion
from faqbot.wording import REASONS

MOST_ROWS = 20
"""Wordings of one group that can be decided on at once; the others stay in the queue."""


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """An entry in a list to choose from."""

    id: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A wording, with every question that was asked in it."""

    name: str
    """The token of its newest question."""
    field: str
    """What its fields are called in an address within the page."""
    text: str
    wording: str
    count: int
    asked_at: datetime
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """An entry that was on the screen."""

    entry_id: str
    question: str | None
    """None when the corpus no longer holds the entry."""
    rank: int
    role: str
    """``answer``, ``option`` or ``suggestion``."""
    confidence: float
    mark: str | None
    """``down``, ``up`` or ``chosen``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """What there is to know about an item."""

    signal: str
    title: str
    first: Signalled
    size: int
    rows: tuple[QuestionRow, ...]
    more: int
    """Wordings that are not shown."""
    earlier: tuple[str, ...]
    shown: tuple[ShownRow, ...]
    entry: EntryChoice | None
    """The entry that was voted on or chosen."""
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """A decision in the list of decisions."""

    id: str
    state: State
    signal: str
    kind: str
    question: str
    size: int
    target: str
    """The entry, the draft's question or the subject; empty when there is none."""
    use: str
    reviewer: str
    decided_at: datetime
    applied_at: datetime | None
    refusal: str | None
    key: DecidedQuestion
    """The question by which it is opened."""


def item_view(
    desk: ReviewDesk,
    signals: Sequence[Signalled],
    typed: Typed | None,
    decided: Mapping[SignalKey, str],
) -> ItemView:
    """Describe an item.

    Args:
        desk: The review pages' parts.
        signals: The item's signals, newest first; at least one.
        typed: What was typed; None when the form is fresh.
        decided: The texts of the decision that stands, by signal.

    Returns:
        The view.
    """
    first = signals[0]
    rows = _rows(signals, typed, decided)
    known = desk.corpus.by_id.get(first.entry_id or "")
    return ItemView(
        signal=first.key.signal,
        title=first.question,
        first=first,
        size=len(signals),
        rows=rows[:MOST_ROWS],
        more=len(rows[MOST_ROWS:]),
        earlier=context_of(desk, first),
        shown=_shown(desk, first),
        entry=EntryChoice(known.id, known.question) if known else None,
        reason=REASONS[first.reason] if first.reason else None,
    )


def first_typed(item: ItemView) -> Typed:
    """Fill a fresh form.

    Args:
        item: The item.

    Returns:
        Everything taken, and what the signal suggests.
    """
    entry = item.entry.id if item.entry else ""
    return Typed(
        kind="right_entry" if item.signal == "choice" else "",
        right_entry=entry if item.signal == "choice" else "",
        wrong_entry=entry if item.signal == "negative_vote" else "",
        note=item.first.comment or "",
    )


def decided_view(decided: Decided, corpus: Corpus) -> DecidedView:
    """Describe a decision.

    Args:
        decided: The decision.
        corpus: The corpus.

    Returns:
        The view.
    """
    stored = decided.stored
    decision = decode(stored)
    newest = stored.questions[-1]
    return DecidedView(
        id=str(stored.id),
        state=decided.state,
        signal=newest.key.signal,
        kind=stored.kind,
        question=newest.wording,
        size=len(stored.questions),
        target=_target(decision, corpus),
        use=_use(decision),
        reviewer=stored.reviewer,
        decided_at=stored.decided_at,
        applied_at=stored.applied_at,
        refusal=stored.refusal,
        key=newest,
    )


def suggested(item: ItemView) -> tuple[EntryChoice, ...]:
    """List the entries that were shown, best first.

    Args:
        item: The item.

    Returns:
        Those that the corpus still holds.
    """
    return tuple(EntryChoice(row.entry_id, row.question) for row in item.shown if row.question)


def entries_by_theme(corpus: Corpus) -> Mapping[str, tuple[EntryChoice, ...]]:
    """List all entries.

    Args:
        corpus: The corpus.

    Returns:
        The entries by the label of their theme, in order.
    """
    return {
        label: tuple(
            EntryChoice(entry.id, entry.question)
            for entry in corpus.entries
            if entry.theme == theme
        )
        for theme, label in corpus.theme_labels.items()
    }


def _rows(
    signals: Sequence[Signalled], typed: Typed | None, decided: Mapping[SignalKey, str]
) -> tuple[QuestionRow, ...]:
    same: dict[str, list[Signalled]] = {}
    for signal in signals:
        same.setdefault(wording_key(signal.question), []).append(signal)
    rows = []
    for number, group in enumerate(same.values(), start=1):
        name = token(group[0].key)
        text = group[0].question
        standing = decided.get(group[0].key, text)
        rows.append(
            QuestionRow(
                name=name,
                field=f"question-{number}",
                text=text,
                wording=typed.wordings.get(name, standing) if typed else standing,
                count=len(group),
                asked_at=group[0].asked_at,
                taken=name in typed.taken if typed else True,
            )
        )
    return tuple(rows)


def _shown(desk: ReviewDesk, signal: Signalled) -> tuple[ShownRow, ...]:
    exchange = desk.store.exchange(signal.key.interaction_id)
    if exchange is None:
        return ()
    useful = {verdict.entry_id: verdict.useful for verdict in exchange.verdicts}
    marks = {entry_id: "up" if good else "down" for entry_id, good in useful.items()}
    if exchange.choice:
        marks.setdefault(exchange.choice, "chosen")
    clarifies = exchange.interaction.status == "clarify"
    rows = []
    for shown in exchange.interaction.shown:
        known = desk.corpus.by_id.get(shown.entry_id)
        rows.append(
            ShownRow(
                entry_id=shown.entry_id,
                question=known.question if known else None,
                rank=shown.rank,
                role="option" if clarifies and shown.role == "answer" else shown.role,
                confidence=shown.confidence,
                mark=marks.get(shown.entry_id),
            )
        )
    return tuple(rows)


def _target(decision: Decision, corpus: Corpus) -> str:
    if isinstance(decision, MissingEntry):
        return decision.draft.question
    if isinstance(decision, OutOfScope):
        labels = {subject.id: subject.label for subject in corpus.out_of_scope}
        return labels.get(decision.subject or "", "")
    entry_id: str = getattr(decision, "entry_id", "")
    known = corpus.by_id.get(entry_id)
    return f"{entry_id} – {known.question}" if known else entry_id


def _use(decision: Decision) -> str:
    return decision.use or "" if isinstance(decision, RightEntry | MissingEntry) else ""


def next_item(items: Sequence[Item], here: Item | None) -> Item | None:
    """Find what to decide on after an item.

    Args:
        items: The list.
        here: The item; None when it is no longer in the list.

    Returns:
        The one behind it, else the first; None when nothing else is left.
    """
    others = [item for item in items if item is not here]
    if here is None or here not in items:
        return next(iter(others), None)
    behind = items[items.index(here) + 1 :]
    return behind[0] if behind else next(iter(others), None)
