"""The review queue: signals put together into items, each of which takes one decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeAlias

from faqbot.corpus.text import wording_key
from faqbot.review.signals import SignalKey, Signalled
from faqbot.vocabulary import Signal


class Group(NamedTuple):
    """Texts that ask the same thing."""

    places: Sequence[int]
    """Their positions."""
    nearest: str | None = None
    """Id of the entry that comes nearest to answering them, if any does."""


Clusterer: TypeAlias = Callable[[Sequence[str]], Sequence[Group] | None]
"""Groups texts: every position stands in one group. None: that takes longer than anybody would
wait."""


@dataclass(frozen=True)
class Item:
    """What a reviewer decides on at once."""

    signals: tuple[Signalled, ...]
    """One negative vote, one choice, or all unanswered questions that ask the same thing; newest
    first."""
    nearest: str | None = None
    """Id of the entry that was voted on or chosen, or comes nearest to answering."""

    @property
    def first(self) -> Signalled:
        """The newest signal, by which the item is called."""
        return self.signals[0]

    @property
    def signal(self) -> Signal:
        """Its kind."""
        return self.first.key.signal

    @cached_property
    def wordings(self) -> tuple[Signalled, ...]:
        """The newest signal of each wording, newest first."""
        newest: dict[str, Signalled] = {}
        for signal in self.signals:
            newest.setdefault(wording_key(signal.question), signal)
        return tuple(newest.values())


class Queue(NamedTuple):
    """What is to be decided on."""

    items: tuple[Item, ...]
    """Those of most questions first, then the newest."""
    grouped: bool
    """Whether questions are grouped by meaning; if not, each wording stands alone."""


def queue(signals: Iterable[Signalled], cluster: Clusterer) -> Queue:
    """Put signals together.

    Args:
        signals: Signals that nobody has decided on.
        cluster: Groups unanswered questions by meaning.
    """
    newest_first = sorted(signals, key=_age, reverse=True)
    items = [Item((it,), it.entry_id) for it in newest_first if it.key.signal != "unanswered"]
    same_words: dict[str, list[Signalled]] = {}
    for signal in newest_first:
        if signal.key.signal == "unanswered":
            same_words.setdefault(wording_key(signal.question), []).append(signal)
    groups = list(same_words.values())
    found = cluster([group[0].question for group in groups]) if groups else ()
    for places, nearest in [Group([it]) for it in range(len(groups))] if found is None else found:
        members = [signal for place in places for signal in groups[place]]
        items.append(Item(tuple(sorted(members, key=_age, reverse=True)), nearest))
    by_age = sorted(items, key=lambda item: _age(item.first), reverse=True)
    return Queue(tuple(sorted(by_age, key=lambda item: -len(item.signals))), found is not None)


def find(items: Iterable[Item], key: SignalKey) -> Item | None:
    """Find a signal's item in the queue; None when it is decided on, or was erased."""
    return next((item for item in items if any(it.key == key for it in item.signals)), None)


def _age(signal: Signalled) -> tuple[datetime, SignalKey]:
    return signal.asked_at, signal.key
