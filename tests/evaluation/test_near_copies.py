from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faqbot.evaluation.near_copies import MOST, SIZE, CorpusTexts, Questions, grams
from tests import samples

LONG = "Comment obtenir une carte de professionnel pour un remplaçant dans notre cabinet ?"


def test_runs_are_folded_and_leave_out_spaces() -> None:
    assert grams("Élève, où es-tu") == frozenset()  # eleven characters
    assert grams("Élève, où es-tu ?!A") == {"eleveouestua"}


def test_a_wording_is_found_whatever_its_accents() -> None:
    corpus = samples.corpus(samples.entry("S01", "Que faire ?", "Rien.", "Où aller"))
    texts = CorpusTexts.of(corpus)
    assert texts.place_of("OU ALLER ?") == "S01"
    assert texts.place_of("Rien.") is None


def test_a_question_that_copies_an_answer_is_found_too() -> None:
    texts = CorpusTexts.of(samples.corpus(samples.entry("S01", "Que faire ?", LONG)))
    found = texts.near_copy(f"{LONG} Vite")
    assert found is not None
    assert found[0] == "S01"
    assert found[1] > MOST


def test_a_few_key_words_may_stand_in_a_longer_text() -> None:
    texts = CorpusTexts.of(samples.corpus(samples.entry("S01", LONG)))
    assert texts.near_copy("carte de professionnel") is None


@given(st.text("abcde ", max_size=60), st.text("abcde ", max_size=60))
def test_a_text_gives_a_question_away_exactly_when_that_is_a_near_copy_of_it(
    question: str, text: str
) -> None:
    texts = CorpusTexts()
    texts.add_wording(text, "S01")
    given_away = Questions([("q1", question)]).copied_by(text) == "q1"
    assert given_away == (texts.near_copy(question) is not None)


def test_short_questions_are_compared_whole() -> None:
    questions = Questions([("q1", "certificat")])
    assert questions.same("Certificat !") == "q1"
    assert questions.copied_by("le certificat") is None
    assert len("certificat") < SIZE
