from __future__ import annotations

import dataclasses
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import StoreUnavailable
from faqbot.review.decisions import (
    Decision,
    Draft,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    WrongEntry,
    decode,
)
from faqbot.review.drafts import FIELDS, check_draft, next_entry_id, wordings_of
from faqbot.review.signals import SignalKey
from tests import samples
from tests.review.decided import decided

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
USES = st.sampled_from(["query", "variant"])
DRAFTS = st.builds(
    Draft,
    question=TEXTS,
    answer=TEXTS,
    theme=TEXTS,
    source_title=TEXTS,
    source_url=TEXTS,
    checked_on=st.dates(),
)
DECISIONS = st.one_of(
    st.builds(RightEntry, TEXTS, USES),
    st.builds(MissingEntry, DRAFTS, st.none() | USES),
    st.builds(WrongEntry, TEXTS, TEXTS),
    st.builds(OutOfScope, st.none() | TEXTS),
    st.just(Ignored()),
)


@given(DECISIONS)
def test_a_decision_comes_back_from_its_stored_form(decision: Decision) -> None:
    key = SignalKey(uuid4(), "unanswered")
    assert decode(decided(decision, (key, "?"))) == decision


def test_a_stored_form_that_nobody_wrote_is_named() -> None:
    stored = decided(RightEntry("S01", "query"), (SignalKey(uuid4(), "choice"), "?"))
    broken = dataclasses.replace(stored, content='{"entry_id": "S01", "use": "both"}')
    with pytest.raises(StoreUnavailable, match=f"decision {stored.id} cannot be read"):
        decode(broken)


CORPUS = samples.corpus(samples.entry("S01", "Que faire ?", "Rien.", "quoi donc"))
TYPED = {
    "question": "Et ensuite ?",
    "answer": "Rien non plus.",
    "theme": "un",
    "source_title": "Essai",
    "source_url": "https://example.org/",
    "checked_on": "2026-11-20",
}
TODAY = date(2026, 11, 26)


def test_a_good_draft_has_no_defect() -> None:
    draft, defects = check_draft(TYPED, CORPUS, wordings_of(CORPUS), TODAY)
    assert defects == {}
    assert draft is not None
    assert (draft.question, draft.checked_on) == ("Et ensuite ?", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("name", "text", "defect"),
    [
        *((name, "", "empty") for name in FIELDS),
        ("question", "x" * 301, "too_long"),
        ("question", "QUOI donc ?", "asked_already"),
        ("answer", "Voir http://nulle-part", "bad_markdown"),
        ("theme", "trois", "unknown_theme"),
        ("source_url", "ftp://example.org", "bad_address"),
        ("checked_on", "2026-11-27", "bad_date"),
        ("checked_on", "2026-02-30", "bad_date"),
    ],
)
def test_a_defect_is_named_by_its_field(name: str, text: str, defect: str) -> None:
    draft, defects = check_draft(TYPED | {name: text}, CORPUS, wordings_of(CORPUS), TODAY)
    assert draft is None
    assert [(field, code) for field, (code, _) in defects.items()] == [(name, defect)]
    assert (defects[name] == ("asked_already", "S01")) == (defect == "asked_already")


@given(st.fixed_dictionaries({name: TEXTS for name in FIELDS}))
def test_whatever_is_typed_is_a_draft_or_has_defects(typed: dict[str, str]) -> None:
    draft, defects = check_draft(typed, CORPUS, wordings_of(CORPUS), TODAY)
    assert (draft is None) == bool(defects)


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ((), "F01"),
        (("S01", "S02", "F11", "F12", "F62"), "F63"),
        (("A001", "A003", "F11"), "A004"),
        (("B02", "A01", "B03", "A09"), "A10"),
        (("P0099", "P12", "P0100"), "P0101"),
        (("Q98", "Q99"), "Q100"),
    ],
)
def test_a_new_entry_is_named_as_most_others_are(taken: tuple[str, ...], name: str) -> None:
    """Above the highest number; what is as usual as something else comes first in the alphabet."""
    assert next_entry_id(taken) == next_entry_id(taken[::-1]) == name


def test_an_id_that_is_known_from_before_is_not_given_again() -> None:
    """It says nothing of how entries are named today."""
    assert next_entry_id(("S01", "S02"), ("S0005", "F62", "F63", "F64")) == "S06"
