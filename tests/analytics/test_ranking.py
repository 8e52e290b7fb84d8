from __future__ import annotations

from faqbot.analytics.ranking import rank_entries
from faqbot.feedback.entries import EntryActivity


def entry(identifier: str, useful: int, not_useful: int, shown: int = 0) -> EntryActivity:
    return EntryActivity(
        entry_id=identifier,
        shown=shown,
        first=0,
        suggested=0,
        chosen=0,
        useful=useful,
        not_useful=not_useful,
        reasons={},
        comments=0,
    )


def test_an_entry_with_four_verdicts_is_not_ranked() -> None:
    found = rank_entries([entry("B", 0, 4), entry("A", 4, 0), entry("C", 5, 0)], "satisfaction")
    assert [ranked.entry_id for ranked in found.ranked] == ["C"]
    assert [left.entry_id for left in found.too_few] == ["A", "B"]


def test_the_surely_worst_entry_comes_first_not_the_unluckiest() -> None:
    """Of five verdicts none useful, of eighty ten: the second is the surer disappointment."""
    found = rank_entries([entry("A", 0, 5), entry("B", 10, 70), entry("C", 9, 1)], "satisfaction")
    assert [ranked.entry_id for ranked in found.ranked] == ["B", "A", "C"]


def test_counts_rank_every_entry() -> None:
    entries = [entry("A", 0, 1, shown=3), entry("B", 0, 2, shown=3), entry("C", 0, 0, shown=9)]
    shown = rank_entries(entries, "shown")
    assert [ranked.entry_id for ranked in shown.ranked] == ["C", "A", "B"]
    assert shown.too_few == ()
    refused = rank_entries(entries, "not_useful").ranked
    assert [ranked.entry_id for ranked in refused] == ["B", "A", "C"]
    by_id = rank_entries(entries[::-1], "entry").ranked
    assert [ranked.entry_id for ranked in by_id] == ["A", "B", "C"]
