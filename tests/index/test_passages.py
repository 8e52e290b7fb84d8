from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.entry import LabelledQuestion, OutOfScopeSubject
from faqbot.corpus.sentences import split_sentences
from faqbot.index.passages import passages_of, pieces_of
from tests.samples import corpus, entry


def count_words(text: str) -> int:
    return len(text.split())


def test_an_entry_gives_its_question_its_variants_and_its_answer() -> None:
    found = passages_of(
        corpus(entry("F11", "Quoi ?", "Un.\n\nDeux.", "C'est quoi ?", "quoi")),
        window=50,
        count_tokens=count_words,
    )
    assert [(passage.id, passage.entry_id, passage.kind, passage.text) for passage in found] == [
        ("F11/question", "F11", "question", "Quoi ?"),
        ("F11/variant/0", "F11", "variant", "C'est quoi ?"),
        ("F11/variant/1", "F11", "variant", "quoi"),
        ("F11/answer/0", "F11", "answer", "Un.\nDeux."),
        ("F11/sentence/0", "F11", "sentence", "Quoi ? Un."),
        ("F11/sentence/1", "F11", "sentence", "Quoi ? Deux."),
    ]


def test_an_answer_of_one_sentence_has_no_sentence_passage() -> None:
    faq = corpus(entry("F11", "Quoi ?", "Un."))
    found = passages_of(faq, window=50, count_tokens=count_words)
    assert [passage.kind for passage in found] == ["question", "answer"]


def test_examples_and_labelled_questions_stand_behind_the_entries() -> None:
    faq = replace(
        corpus(entry("F11", "Quoi ?", "Un.")),
        out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("Bleu ?", "bleu")),),
        labelled=(LabelledQuestion(text="koi", entries=("F11",)),),
    )
    found = passages_of(faq, window=50, count_tokens=count_words)
    assert [
        (passage.id, passage.entry_id, passage.kind, passage.text) for passage in found[2:]
    ] == [
        ("ciel/example/0", "ciel", "example", "Bleu ?"),
        ("ciel/example/1", "ciel", "example", "bleu"),
        ("labelled/0", "", "labelled", "koi"),
    ]


def test_what_people_ask_is_told_from_what_answers() -> None:
    faq = replace(
        corpus(entry("F11", "Quoi ?", "Un. Deux.", "quoi")),
        out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("Bleu ?",)),),
        labelled=(LabelledQuestion(text="koi", entries=()),),
    )
    found = passages_of(faq, window=50, count_tokens=count_words)
    asked = {passage.kind: passage.asked for passage in found}
    assert {kind for kind, is_asked in asked.items() if is_asked} == {
        *("variant", "example", "labelled")
    }
    assert {kind for kind, is_asked in asked.items() if not is_asked} == {
        *("question", "answer", "sentence")
    }


def test_list_items_and_sentences_are_kept_whole() -> None:
    answer = (
        "Voici la liste :\n\n- un deux trois\n- quatre cinq six\n\nFin du texte. Encore un mot."
    )
    faq = corpus(entry("F11", "Quoi ?", answer))
    found = passages_of(faq, window=5, count_tokens=count_words)
    assert [passage.text for passage in found if passage.kind == "answer"] == [
        "Voici la liste :",
        "- un deux trois",
        "- quatre cinq six",
        "Fin du texte.",
        "Encore un mot.",
    ]


def test_a_sentence_longer_than_the_window_is_cut_between_words() -> None:
    assert pieces_of(["un deux trois quatre cinq"], window=2, count_tokens=count_words) == [
        "un deux",
        "trois quatre",
        "cinq",
    ]


WORDS = st.lists(st.sampled_from(["un", "deux", "Trois.", "Quatre!", "cinq,"]), min_size=1)
BLOCKS = st.lists(WORDS.map(" ".join), min_size=1, max_size=6)


@given(BLOCKS, st.integers(min_value=1, max_value=12))
def test_pieces_fit_the_window_and_lose_no_word(blocks: list[str], window: int) -> None:
    pieces = pieces_of(blocks, window=window, count_tokens=count_words)
    assert all(count_words(piece) <= window for piece in pieces)
    assert " ".join(pieces).split() == " ".join(blocks).split()


@given(BLOCKS)
def test_blocks_that_fit_together_stay_in_one_piece(blocks: list[str]) -> None:
    total = sum(count_words(block) for block in blocks)
    assert len(pieces_of(blocks, window=total, count_tokens=count_words)) == 1


@given(st.text(alphabet="aéM.!? \u00a0«»0A", max_size=60))
def test_sentences_joined_give_the_paragraph_back(text: str) -> None:
    assert " ".join(split_sentences(text)).split() == text.split()


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert split_sentences("Voir M. Durand. Il répond (cf. Art. 2). Et 3 jours après ?") == [
        "Voir M. Durand.",
        "Il répond (cf. Art. 2).",
        "Et 3 jours après ?",
    ]
