"""Which candidates are shown and which only suggested, perhaps of some themes alone."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Protocol, TypeVar

from faqbot.corpus.entry import Entry
from faqbot.vocabulary import Status

SHOWN = 3
"""Most entries an answer shows: the first, and two more."""
SUGGESTED = 3
"""Most questions offered besides."""
CHOICE = 2
"""Fewest entries to choose from."""


class Ranked(Protocol):
    """An entry with its place in the ranking of the whole corpus."""

    @property
    def entry(self) -> Entry:
        """The entry."""
        ...

    @property
    def rank(self) -> int:
        """1-based."""
        ...


R = TypeVar("R", bound=Ranked)


def select(
    status: Status, offers: Sequence[R], themes: Set[str] = frozenset()
) -> tuple[Status, Sequence[R], Sequence[R]]:
    """Choose what is shown in full and what is suggested besides.

    The decision was made over the whole corpus; a restriction only takes away from it. What was to
    be asserted is never replaced by something else: without its first entry an answer becomes a
    choice among the others that were to be shown, or no answer.

    Args:
        status: The decision.
        offers: Ranked entries, best first; with themes, so many that some are of these.
        themes: Ids of the themes to keep to; empty for all.

    Returns:
        The status that holds within the themes, the entries to show and those to suggest, all of
        the themes. Within themes a choice that got too short is filled up with the next best.
    """
    if not themes:
        shown = 0 if status == "no_answer" else SHOWN
        return status, offers[:shown], offers[shown : shown + SUGGESTED]
    ours = [offer for offer in offers if offer.entry.theme in themes]
    due = 0 if status == "no_answer" else sum(offer.rank <= SHOWN for offer in ours)
    if status == "answered" and due and ours[0].rank == 1:
        return status, ours[:due], [it for it in ours[due:] if it.rank <= SHOWN + SUGGESTED]
    if due and len(ours) >= CHOICE:
        due = max(due, CHOICE)
        return "clarify", ours[:due], ours[due : due + SUGGESTED]
    return "no_answer", (), ours[:SUGGESTED]
