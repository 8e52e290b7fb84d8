"""A restriction to themes takes away from the decision, and never asserts something else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.answer import CHOICE, SHOWN, SUGGESTED, Offer, compose, select
from faqbot.vocabulary import Status
from tests.answering.builders import candidate, ranking
from tests.fakes import OwnWordingsRule
from tests.samples import entry

STATUSES: tuple[Status, ...] = ("answered", "clarify", "no_answer")


def places(themes: str) -> list[Offer]:
    """Rank entries of these themes, one letter each: « aab » is two of theme a, one of b."""
    return [
        Offer(entry(f"F{10 + rank}", "Q ?", theme=theme), rank, 0.0, 0.0)
        for rank, theme in enumerate(themes, start=1)
    ]


def ranks(
    found: tuple[Status, Sequence[Offer], Sequence[Offer]],
) -> tuple[Status, list[int], list[int]]:
    status, shown, suggested = found
    return status, [place.rank for place in shown], [place.rank for place in suggested]


@pytest.mark.parametrize(
    ("status", "themes", "expected"),
    [
        # The first one is of theme a: asserted as before, others dropped.
        ("answered", "abababa", ("answered", [1, 3], [5])),
        ("answered", "abbbbba", ("answered", [1], [])),
        # It is not: what was to be shown besides is offered to choose from.
        ("answered", "baaaaaa", ("clarify", [2, 3], [4, 5, 6])),
        ("answered", "bbabbba", ("clarify", [3, 7], [])),
        # Nothing of what was to be shown is of theme a.
        ("answered", "bbbaaaa", ("no_answer", [], [4, 5, 6])),
        ("clarify", "bbbaa", ("no_answer", [], [4, 5])),
        ("clarify", "aaab", ("clarify", [1, 2, 3], [])),
        ("clarify", "abbbaaaaa", ("clarify", [1, 5], [6, 7, 8])),
        ("clarify", "bbabab", ("clarify", [3, 5], [])),
        # One alone is no choice.
        ("clarify", "babbb", ("no_answer", [], [2])),
        ("answered", "babbb", ("no_answer", [], [2])),
        ("no_answer", "abababab", ("no_answer", [], [1, 3, 5])),
        ("no_answer", "bbbb", ("no_answer", [], [])),
        ("no_answer", "", ("no_answer", [], [])),
    ],
)
def test_what_is_left_within_a_theme(status: Status, themes: str, expected: object) -> None:
    assert ranks(select(status, places(themes), {"a"})) == expected


@given(st.sampled_from(STATUSES), st.text("abc", max_size=12), st.sets(st.sampled_from("abc")))
def test_a_restriction_keeps_the_order_and_the_promises(
    status: Status, themes: str, wanted: set[str]
) -> None:
    if status == "clarify" and len(themes) < CHOICE:
        return  # no rule decides that
    found, shown, suggested = select(status, places(themes), wanted)
    both = [*shown, *suggested]
    assert all(place.entry.theme in (wanted or "abc") for place in both)
    assert [place.rank for place in both] == sorted({place.rank for place in both})
    assert len(shown) <= SHOWN
    assert len(suggested) <= SUGGESTED
    assert (len(shown) == 0) == (found == "no_answer" or not themes)
    assert found != "clarify" or len(shown) >= CHOICE
    # Only what stood first may be asserted, and only when the decision asserted it.
    assert found != "answered" or (status == "answered" and (not shown or shown[0].rank == 1))


@given(st.sampled_from(STATUSES), st.text("abc", min_size=2, max_size=12))
def test_all_themes_together_are_no_restriction(status: Status, themes: str) -> None:
    assert ranks(select(status, places(themes), set("abc"))) == ranks(
        select(status, places(themes))
    )


FOUND = ranking(
    *(candidate(f"F1{n}", 3.0 - n / 10, coverage=1.0) for n in range(1, 10)),
    question="variante F11",
)


def test_an_own_wording_of_another_theme_is_not_answered() -> None:
    assert compose("?", FOUND, OwnWordingsRule()).status == "answered"
    answer = compose("?", FOUND, OwnWordingsRule(), frozenset({"deux"}))
    assert (answer.status, answer.confidence, answer.suggestions) == ("no_answer", 0.0, ())


def test_the_confidence_is_that_of_the_first_entry_of_the_themes() -> None:
    whole = compose("?", FOUND, OwnWordingsRule())
    same = compose("?", FOUND, OwnWordingsRule(), frozenset({"un"}))
    assert same == whole
    assert same.confidence == 1.0
