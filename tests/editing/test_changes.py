"""What is made of a form: the entry, and where it says it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from faqbot.corpus.entry import Entry
from faqbot.editing.changes import entry_of
from tests.samples import SOURCE, corpus, entry

TODAY = date(2026, 11, 27)
EXACT = replace(
    entry("S05", "Combien vaut un pont\u202f?", "Un pont\u00a0: cher.", "prix\u00a0du pont"),
    provenance=replace(SOURCE, kind="verbatim", source_title="FAQ\u00a0exacte"),
    review_by=date(2027, 1, 31),
)
FORM = {
    "question": "Combien vaut un pont ?",
    "variants": "prix du pont",
    "answer": "Un pont\u00a0: cher.",
    "theme": "un",
    "source_title": "FAQ exacte",
    "source_url": SOURCE.source_url,
    "checked_on": SOURCE.checked_on.isoformat(),
    "review_by": "2027-01-31",
}


def made(**typed: str) -> Entry:
    found, faults = entry_of(FORM | typed, "S05", corpus(EXACT), TODAY)
    assert not faults
    assert found
    return found


def test_a_form_that_was_not_touched_changes_nothing() -> None:
    assert made() == EXACT


def test_a_verbatim_answer_stays_so_while_it_is_not_changed() -> None:
    more = made(variants="prix du pont\n\n  coût du pont ", theme="deux")
    assert (more.provenance.kind, more.updated_on) == ("verbatim", EXACT.updated_on)
    assert more.variants == ("prix\u00a0du pont", "coût du pont")


def test_a_changed_answer_is_reworded_from_a_source_that_was_read_since() -> None:
    found, faults = entry_of(FORM | {"answer": "Peu : rien."}, "S05", corpus(EXACT), TODAY)
    assert (found, list(faults)) == (None, ["checked_on"])
    reworded = made(answer="Peu : rien.", checked_on="2026-11-26")
    assert (reworded.provenance.kind, reworded.updated_on) == ("reworded", TODAY)
    assert reworded.answer == "Peu\u00a0: rien."


def test_an_english_faq_keeps_its_typography() -> None:
    english = replace(corpus(EXACT), language="en")
    typed = {"question": "How much?", "answer": "It's 5: no more!", "checked_on": str(TODAY)}
    found, faults = entry_of(FORM | typed, "S05", english, TODAY)
    assert not faults
    assert found
    assert (found.question, found.answer) == ("How much?", "It's 5: no more!")


def test_what_was_imported_without_an_address_can_be_mended_before_one_is_found() -> None:
    bare = replace(EXACT, provenance=replace(SOURCE, source_url=""))
    typed = FORM | {"question": "Combien ?", "source_url": ""}
    found, faults = entry_of(typed, "S05", corpus(bare), TODAY)
    assert not faults
    assert found
    assert (found.question, found.provenance.source_url) == ("Combien\u202f?", "")
    assert entry_of(typed, "S05", corpus(EXACT), TODAY)[1].keys() == {"source_url"}


def test_other_lines_of_a_verbatim_answer_are_kept_and_still_verbatim() -> None:
    found = made(answer="Un pont\u00a0:\n\ncher.")
    assert (found.answer, found.provenance.kind) == ("Un pont\u00a0:\n\ncher.", "verbatim")
