from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.text import EXCERPT, clean_input, excerpt, fold, fold_space, wording_key


def test_no_break_spaces_and_line_ends_fold_into_one_space() -> None:
    assert fold_space(" a\u00a0\u202f b\r\n\tc \n") == "a b c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’éditeur\u202f?", "l'editeur"),
        ("Cœur de RÉSEAU", "coeur de reseau"),
        ("e-Santé", "e\u2011sante"),
        ("n° 2", "n°2 !"),
    ],
)
def test_wordings_that_differ_in_form_only_fold_alike(one: str, other: str) -> None:
    assert fold(one).replace(" ", "") == fold(other).replace(" ", "")


def test_folding_keeps_letters_of_every_script() -> None:
    assert fold("Søren, Πόλη!") == "søren πολη"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_wordings_without_letters_are_told_apart() -> None:
    assert wording_key("???") != wording_key("!!!")
    assert wording_key("Oui ?") == wording_key("oui")


@given(st.text())
def test_cleaned_input_is_one_visible_normalised_line(text: str) -> None:
    cleaned = clean_input(text)
    assert cleaned == fold_space(cleaned)
    assert all(unicodedata.category(char)[0] != "C" for char in cleaned)


def test_cleaning_composes_accents_and_drops_invisible_characters() -> None:
    assert clean_input("e\u0301te\u0301\u200b\x07\n ?") == "été ?"


def test_a_short_answer_is_its_own_excerpt_on_one_line() -> None:
    text = "Trois ans\u202f!\nPuis :\n1. un ;\n2. deux"
    assert excerpt(text) == "Trois ans\u202f! Puis : un ; deux"
    assert excerpt("- un\n- deux") == "un, deux"


def test_an_excerpt_begins_with_the_passage_that_responds_best() -> None:
    text = "D’abord ceci. Il vaut trois ans. Il se renouvelle."
    start = text.index("Il vaut")
    assert excerpt(text, ((start, start + 18),)) == "Il vaut trois ans. Il se renouvelle."


def test_an_excerpt_is_cut_between_words_and_names_no_address() -> None:
    text = "Voyez la page (https://www.example.org/une-longue-adresse), " + "mot, " * 40
    found = excerpt(text)
    assert found.startswith("Voyez la page, mot, mot")
    assert found.endswith("mot…")
    assert EXCERPT - 6 < len(found) <= EXCERPT


@given(st.text())
def test_an_excerpt_is_one_line_of_bounded_length(text: str) -> None:
    found = excerpt(text)
    assert len(found) <= EXCERPT
    assert "\n" not in found
