"""Entries in an order that their numbers can bear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from faqbot.analytics.proportions import Proportion
from faqbot.feedback.entries import EntryActivity

Order: TypeAlias = Literal["satisfaction", "shown", "not_useful", "entry"]


@dataclass(frozen=True, slots=True)
class RankedEntries:
    """Entries in order, and those that have no place in it."""

    ranked: tuple[EntryActivity, ...]
    too_few: tuple[EntryActivity, ...]
    """Entries with too few verdicts to be called better or worse than others, by id."""


def satisfaction_of(entry: EntryActivity) -> Proportion:
    """Give the share of an entry's verdicts that say useful."""
    return Proportion(entry.useful, entry.useful + entry.not_useful)


def rank_entries(entries: Iterable[EntryActivity], order: Order) -> RankedEntries:
    """Put entries in order, ties by id.

    Args:
        order: ``satisfaction``: the surely worst first, that is by the upper end of the interval,
            so that one bad luck does not put an entry on top; only entries with enough verdicts.
            ``shown`` and ``not_useful``: the most first. ``entry``: by id.
    """
    by_id = sorted(entries, key=lambda entry: entry.entry_id)
    if order == "satisfaction":
        enough = [entry for entry in by_id if satisfaction_of(entry).enough]
        return RankedEntries(
            tuple(sorted(enough, key=lambda entry: satisfaction_of(entry).high)),
            tuple(entry for entry in by_id if not satisfaction_of(entry).enough),
        )
    if order != "entry":
        by_id.sort(key=lambda entry: -(entry.shown if order == "shown" else entry.not_useful))
    return RankedEntries(tuple(by_id), ())
