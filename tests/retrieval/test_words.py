from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.text import fold
from faqbot.retrieval.language import FRENCH
from faqbot.retrieval.spelling import Speller, sound
from faqbot.retrieval.words import content_words, grams, stems


def test_stop_words_and_punctuation_are_left_out() -> None:
    assert content_words("Qu’est-ce que le Proxy e-Santé ?") == ["proxy", "e", "sante"]


def test_forms_of_a_word_share_a_stem() -> None:
    assert len({*stems(["renouveler", "renouvelle", "renouvelées"])}) == 1


def test_grams_overlap_and_know_the_ends_of_words() -> None:
    assert grams(["psc"]) == [" ps", "psc", "sc ", " psc", "psc ", " psc "]


@given(st.text(max_size=40))
def test_content_words_are_folded_words_that_are_no_stop_words(text: str) -> None:
    kept = [word for word in fold(text).split() if word not in FRENCH.stop_words]
    assert content_words(text) == kept


SPELLER = Speller(
    [["habilitation", "proxy", "referencement", "carte"]] * 3, trusted=["convergence"]
)


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("abilitation", "habilitation"),
        ("proksi", "proxy"),
        ("referencemant", "referencement"),
        ("refrencement", "referencement"),
        ("convergance", "convergence"),
        ("proxy", "proxy"),
        ("tarte", "tarte"),  # short: one letter away from another word is nothing special
        ("123456", "123456"),
        ("anticonstitutionnel", "anticonstitutionnel"),
    ],
)
def test_words_are_repaired_by_the_vocabulary(typed: str, repaired: str) -> None:
    assert SPELLER.repair(typed) == repaired


def test_a_spelling_that_few_wordings_share_teaches_nothing() -> None:
    assert Speller([["abilitation"], ["habilitation"]] * 2).repair("abilitatoin") == "abilitatoin"


@given(st.text(alphabet="abcdefghilmnoprstuvxz", max_size=15))
def test_repair_is_idempotent_and_sounds_do_not_grow(word: str) -> None:
    assert SPELLER.repair(SPELLER.repair(word)) == SPELLER.repair(word)
    assert len(sound(word)) <= len(word)
