"""What the review templates show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from faqbot.console.review_pages import wording
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.console.review_pages.filters import QueueFilter, State
from faqbot.console.review_pages.forms import Typed, token
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.text import wording_key
from faqbot.review.decisions import Decision, MissingEntry, OutOfScope, decode
from faqbot.review.items import Item
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import DecidedQuestion, StoredDecision

MOST_ROWS = 20
"""Wordings of one group that can be decided on at once; the others stay in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A wording, with every question that was asked in it."""

    name: str
    """The token of its newest question."""
    field: str
    """What its fields are called in an address within the page."""
    text: str
    wording: str
    """What is to be kept of it: the text, unless somebody corrected it."""
    count: int
    asked_at: datetime
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """A decision in the list of decisions."""

    stored: StoredDecision
    state: State
    target: str
    """The entry, the draft's question or the subject; empty when there is none."""
    use: str
    newest: DecidedQuestion
    """The question by which it is opened."""
    entry_id: str | None
    """The entry it is about, if any."""

    @classmethod
    def of(cls, stored: StoredDecision, corpus: Corpus) -> DecidedView:
        """Describe a decision."""
        decision = decode(stored)
        entry_id: str | None = getattr(decision, "entry_id", None)
        state: State = "refused" if stored.refusal else "decided"
        return cls(
            stored=stored,
            state="applied" if stored.applied_at else state,
            target=_target(decision, corpus),
            use=getattr(decision, "use", None) or "",
            newest=stored.questions[-1],
            entry_id=entry_id or stored.questions[0].key.entry_id or None,
        )


def shared(desk: ReviewDesk, query: QueueFilter) -> dict[str, object]:
    """Give what the pieces in ``console/_review_macros.html`` need."""
    done = desk.decisions.decision(query.done) if query.done else None
    return {
        "w": wording,
        "query": query,
        "done": DecidedView.of(done, desk.corpus) if done else None,
        "token": token,
        "known": desk.corpus.by_id,
    }


def entries_by_theme(corpus: Corpus) -> Mapping[str, tuple[Entry, ...]]:
    """List all entries by the label of their theme, in order."""
    return {
        label: tuple(entry for entry in corpus.entries if entry.theme == theme)
        for theme, label in corpus.theme_labels.items()
    }


def next_item(items: Sequence[Item], here: Item | None) -> Item | None:
    """Find what to decide on after an item: the one behind it, else the first other one.

    Args:
        items: The list.
        here: The item; None when it is no longer in the list.
    """
    place = items.index(here) if here and here in items else -1
    others = (*items[place + 1 :], *items[: max(place, 0)])
    return next(iter(others), None)


def rows_of(
    signals: Sequence[Signalled], typed: Typed | None, decided: Mapping[SignalKey, str]
) -> list[QuestionRow]:
    """List the wordings of an item.

    Args:
        signals: The item's signals, newest first.
        typed: What was typed; None when the form is fresh.
        decided: The texts of the decision that stands, by signal.
    """
    same: dict[str, list[Signalled]] = {}
    for signal in signals:
        same.setdefault(wording_key(signal.question), []).append(signal)
    rows = []
    for number, (first, *others) in enumerate(same.values(), start=1):
        name = token(first.key)
        standing = decided.get(first.key, first.question)
        rows.append(
            QuestionRow(
                name=name,
                field=f"question-{number}",
                text=first.question,
                wording=typed.wordings.get(name, standing) if typed else standing,
                count=1 + len(others),
                asked_at=first.asked_at,
                taken=name in typed.taken if typed else True,
            )
        )
    return rows


def _target(decision: Decision, corpus: Corpus) -> str:
    if isinstance(decision, MissingEntry):
        return decision.draft.question
    if isinstance(decision, OutOfScope):
        labels = {subject.id: subject.label for subject in corpus.out_of_scope}
        return labels.get(decision.subject or "", "")
    entry_id: str = getattr(decision, "entry_id", "")
    known = corpus.answers.get(entry_id)
    return f"{entry_id} – {known.question}" if known else entry_id
