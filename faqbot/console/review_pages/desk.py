"""What the review pages work with: signals, decisions and their grouping by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, Field

from faqbot.analytics.grouping import LIMIT, Grouping, Pending
from faqbot.analytics.periods import ZONE
from faqbot.api.form_fields import OptionalDate, blank_to_none
from faqbot.api.service import Service
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.review.decisions import decode
from faqbot.review.drafts import wordings_of
from faqbot.review.items import Item, Wanted, queue
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import DecisionStore, StoredDecision
from faqbot.vocabulary import Signal

State: TypeAlias = Literal["todo", "decided", "refused", "applied"]
_PATIENCE_S = 2.0
"""Seconds that a page waits for questions to be grouped."""
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class ReviewDesk:
    """Signals and decisions, with what is remembered between pages.

    Args:
        service: What the application serves with.
        grouping: Puts questions together, here as on the dashboards.
    """

    def __init__(self, service: Service, grouping: Grouping) -> None:
        self.store = service.store
        self.decisions = DecisionStore(service.store)
        self.corpus = service.corpus
        self._grouping = grouping

    @cached_property
    def wordings(self) -> dict[str, str]:
        """Where every wording of the corpus stands."""
        return wordings_of(self.corpus)

    def queue(self) -> tuple[tuple[Item, ...], bool]:
        """Read what is to be decided on.

        Returns:
            The items, and whether questions are grouped by meaning; if not, that is under way.
        """
        grouped = True

        def cluster(texts: Sequence[str]) -> Sequence[Sequence[int]]:
            nonlocal grouped
            found = self.cluster(texts)
            grouped = found is not None
            return [[place] for place in range(len(texts))] if found is None else found

        return queue(self.decisions.pending(), cluster), grouped

    def cluster(self, texts: Sequence[str]) -> Sequence[Sequence[int]] | None:
        """Put questions together by what they mean.

        Args:
            texts: Different questions, newest first.

        Returns:
            Positions of the texts, group by group; None while that takes longer than a page may.
        """
        asked = [OpenQuestion(text, 1, _ANY_TIME, ()) for text in texts[:LIMIT]]
        found = self._grouping.group(asked, patience_s=_PATIENCE_S)
        if isinstance(found, Pending):
            return None
        places = {text: place for place, text in enumerate(texts)}
        groups = [[places[it.text] for it in group.questions] for group in found]
        return groups + [[place] for place in range(LIMIT, len(texts))]


OptionalSignal = Annotated[Signal | None, BeforeValidator(blank_to_none)]


class ReviewQuery(BaseModel):
    """The filter of the queue, as its form sends it."""

    state: State = "todo"
    signal: OptionalSignal = None
    entry: str = ""
    since: OptionalDate = None
    until: OptionalDate = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    def wanted(self) -> Wanted:
        """Return which signals to show; days are those of France."""
        after = self.until + timedelta(days=1) if self.until else None
        return Wanted(
            signal=self.signal,
            entry_id=self.entry or None,
            since=_midnight(self.since),
            until=_midnight(after),
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the state was chosen."""
        return bool(self.signal or self.entry or self.since or self.until)

    def fields(self, **changes: object) -> str:
        """Return this filter as the part of an address behind the question mark."""
        given = {
            "state": self.state if self.state != "todo" else None,
            "signal": self.signal,
            "entry": self.entry,
            "since": self.since,
            "until": self.until,
        } | changes
        return urlencode({name: str(value) for name, value in given.items() if value})

    def list_address(self, **changes: object) -> str:
        """Return the address of the list under this filter."""
        fields = self.fields(**changes)
        return "/admin/review" + (f"?{fields}" if fields else "")

    def item_address(self, key: SignalKey, **more: object) -> str:
        """Return the address of an item, which leads back to this list."""
        about = {"about": key.entry_id} if key.entry_id else {}
        fields = self.fields(**about, **more)
        address = f"/admin/review/{key.signal}/{key.interaction_id}"
        return address + (f"?{fields}" if fields else "")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the signals it is about."""

    stored: StoredDecision
    state: State
    entry_id: str | None
    """The entry it is about, if any."""

    @classmethod
    def of(cls, stored: StoredDecision) -> Decided:
        """Read a stored decision."""
        state: State = "refused" if stored.refusal else "decided"
        entry: str | None = getattr(decode(stored), "entry_id", None)
        return cls(
            stored,
            "applied" if stored.applied_at else state,
            entry or stored.questions[0].key.entry_id or None,
        )

    def is_wanted(self, wanted: Wanted) -> bool:
        """Tell whether a filter lets it through, by any of its questions."""
        return wanted.entry_id in (None, self.entry_id) and any(
            wanted.signal in (None, question.key.signal)
            and question.asked_at is not None
            and (wanted.since is None or question.asked_at >= wanted.since)
            and (wanted.until is None or question.asked_at < wanted.until)
            for question in self.stored.questions
        )


def narrowed(items: Sequence[Item], wanted: Wanted) -> list[Item]:
    """Leave out the items that a filter does not want.

    Args:
        items: The queue.
        wanted: The filter.

    Returns:
        The items one of whose signals is wanted, whole, in order.
    """
    return [item for item in items if any(map(wanted.holds, item.signals))]


def context_of(desk: ReviewDesk, signal: Signalled) -> tuple[str, ...]:
    """Read what was asked before, in the same conversation.

    Args:
        desk: The review pages' parts.
        signal: A question.

    Returns:
        The earlier questions, small talk left out, oldest first.
    """
    turns = (found.interaction for found in desk.store.conversation(signal.session_id))
    return tuple(
        turn.question
        for turn in turns
        if turn.small_talk is None
        and (turn.asked_at, turn.id) < (signal.asked_at, signal.key.interaction_id)
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZONE)
