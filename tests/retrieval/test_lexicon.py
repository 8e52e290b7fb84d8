from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.entry import GlossaryTerm, OutOfScopeSubject
from faqbot.retrieval import bm25 as module
from faqbot.retrieval.language import FRENCH
from faqbot.retrieval.lexicon import LexicalMatch, Lexicon, Vocabulary
from faqbot.retrieval.tables import highest
from tests.samples import corpus, entry

FAQ = replace(
    corpus(
        entry("F11", "À quoi sert le proxy PSC ?", "Sécuriser.", "utilité du proxy"),
        entry("F12", "Qui connecte PSC ?"),
        entry("F13", "Renouveler un certificat", "Avant son terme."),
    ),
    out_of_scope=(
        OutOfScopeSubject(id="ciel", label="Ciel", examples=("quel temps demain", "météo")),
        OutOfScopeSubject(id="rien", label="Rien", examples=()),
    ),
)
WORDS = st.sampled_from(
    ["proxy", "psc", "certificat", "certificats", "le", "météo", "demain", "utilité", "foo", "?"]
)
ASKED = st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=7)


def match(lexicon: Lexicon, questions: list[str], entries: int = 3) -> LexicalMatch:
    return lexicon.match(lexicon.search(questions), np.arange(entries))


def test_coverage_weighs_rare_words_more() -> None:
    """« psc » stands in two of three entries, « proxy » in one, « foo » in none."""
    found = match(Lexicon(FAQ), ["psc proxy", "foo", ""])
    both, common, neither = found.coverage[0]
    assert both == pytest.approx(1)
    assert 0 < common < 0.5
    assert neither == 0
    assert found.coverage[1:].max() == 0
    assert found.unknown.tolist() == [0, 1, 1]
    assert found.terms.tolist() == [2, 1, 0]


def test_an_answer_is_found_by_its_words_after_the_wordings_that_have_them() -> None:
    faq = corpus(entry("F11", "Quoi ?", "Un jeton."), entry("F12", "Un jeton ?", "Oui."))
    (words,) = match(Lexicon(faq), ["jeton"], 2).words
    assert 0 < words[0] < words[1]


def test_subjects_out_of_scope_are_told_apart_from_entries() -> None:
    found = match(Lexicon(FAQ), ["météo demain", "proxy"])
    assert found.words.shape == found.coverage.shape == (2, 3)
    assert found.words[0].max() == 0 < found.outside_words[0]
    assert found.outside_coverage.tolist() == pytest.approx([1, 0])


def test_without_subjects_out_of_scope_nothing_lies_outside() -> None:
    found = match(Lexicon(replace(FAQ, out_of_scope=())), ["météo demain"])
    assert [*found.outside_words, *found.outside_grams] == [0, 0]
    assert found.outside_coverage.tolist() == [0]


def test_an_acronym_finds_what_it_stands_for_and_back() -> None:
    faq = replace(
        corpus(entry("F11", "Espace de confiance"), entry("F12", "ELU ?"), entry("F13", "Autre")),
        glossary=(
            GlossaryTerm(acronym="EDC", expansions=("Espace de Confiance",), source="s"),
            GlossaryTerm(acronym="ELU", expansions=("Éditeur de Logiciel",), source="s"),
        ),
    )
    questions = ["edc", "éditeur de logiciel"]
    assert match(Lexicon(faq), questions, 2).words.argmax(axis=1).tolist() == [0, 1]
    assert match(Lexicon(replace(faq, glossary=())), questions, 2).words.max() == 0


def rows(match: LexicalMatch) -> list[np.ndarray]:
    return [getattr(match, column.name) for column in fields(match)]


@given(ASKED, st.integers(1, 3))
def test_many_questions_are_compared_as_each_alone(questions: list[str], size: int) -> None:
    lexicon = Lexicon(FAQ)
    alone = [rows(match(lexicon, [question])) for question in questions]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", size)
        together = rows(match(lexicon, questions))
    assert {len(column) for column in together} == {len(questions)}
    for number, parts in enumerate(alone):
        for column, part in zip(together, parts, strict=True):
            assert np.allclose(column[number], part[0])


@given(ASKED)
def test_a_shared_vocabulary_changes_nothing(questions: list[str]) -> None:
    """Another part of the corpus, read later, knows words that this one does not."""
    shared = Vocabulary(FRENCH)
    part, rest = (replace(FAQ, entries=FAQ.entries[:1]), replace(FAQ, entries=FAQ.entries[1:]))
    lexicon = Lexicon(part, vocabulary=shared)
    Lexicon(rest, vocabulary=shared)
    for found, expected in zip(
        rows(match(lexicon, questions, 1)), rows(match(Lexicon(part), questions, 1)), strict=True
    ):
        assert np.allclose(found, expected)


@given(st.lists(st.integers(0, 3), max_size=6), st.integers(0, 3), st.data())
def test_the_highest_of_each_group_may_be_of_none(
    sizes: list[int], height: int, data: st.DataObject
) -> None:
    values = st.lists(st.floats(0, 1), min_size=sum(sizes), max_size=sum(sizes))
    table = [data.draw(values) for _ in range(height)]
    ends = np.cumsum(sizes, dtype=np.int64)
    expected = [
        [max(row[end - size : end], default=0.0) for end, size in zip(ends, sizes, strict=True)]
        for row in table
    ]
    found = highest(
        np.array(table).reshape(height, sum(sizes)), np.array(sizes, dtype=np.int64), without=0.0
    )
    assert found.shape == (height, len(sizes))
    assert found.tolist() == expected
