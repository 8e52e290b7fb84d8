from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.entry import LabelledQuestion, OutOfScopeSubject
from faqbot.corpus.text import wording_key
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval import bm25, dense
from faqbot.retrieval import retriever as ranking_module
from faqbot.retrieval.dense import voters
from faqbot.retrieval.ranking import Comparison
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.suggesting import Suggester
from faqbot.retrieval.tables import taken
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

FAQ = corpus(
    entry("F11", "abc", "Zzz.", "bca", "cab"),
    entry("F12", "xyz", "Www."),
    entry("F13", "cba", "Qqq.", "bac", "acb"),
    entry("F14", "abc d", "Vvv.", "kkk", "jjj"),
)


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    embedder = LetterEmbedder()
    index = build_index(tmp_path, FAQ, embedder, progress=silent).index
    return Retriever(FAQ, index, embedder)


def test_every_entry_is_ranked_once(retriever: Retriever) -> None:
    found = retriever.rank("xyz").candidates
    assert found[0].entry.id == "F12"
    assert sorted(candidate.entry.id for candidate in found) == ["F11", "F12", "F13", "F14"]


def test_one_lucky_passage_does_not_win_against_several_good_ones() -> None:
    """Of 25 passages three vote."""
    assert [voters(count) for count in (1, 2, 8, 25, 48)] == [1, 1, 1, 2, 3]


@pytest.mark.parametrize("question", ["cab", "CAB ?", "xyz", "bac", "abc d"])
def test_a_wording_of_an_entry_finds_that_entry_first(retriever: Retriever, question: str) -> None:
    (first, *_) = retriever.rank(question, ["abc"]).candidates
    assert wording_key(question) in {
        wording_key(text) for text in (first.entry.question, *first.entry.variants)
    }


@pytest.mark.parametrize("every", [ranking_module.EVERY, 2])
def test_questions_of_one_message_are_ranked_as_each_by_itself(
    retriever: Retriever, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_module, "EVERY", every)
    questions = ["xyz kkk", "cab", "abc cba d"]
    for found, question in zip(retriever.rank_each(questions), questions, strict=True):
        alone = retriever.rank(question)
        assert found.question == question
        assert [it.entry.id for it in found.candidates] == [it.entry.id for it in alone.candidates]
        assert found.comparison.fused == pytest.approx(alone.comparison.fused, abs=1e-5)


def test_every_retriever_is_heard(retriever: Retriever) -> None:
    ranking = retriever.rank("xyz")
    found, first = ranking.comparison, ranking.order[0]
    assert ranking.candidates[0].entry.id == "F12"
    assert found.lexical.words[0, first] > 0
    assert found.lexical.grams[0, first] > 0
    assert found.dense.votes[0, first] == pytest.approx(1, abs=0.01)
    assert found.lexical.coverage[0, first] == pytest.approx(1)


def test_a_subject_out_of_scope_competes_with_the_entries(tmp_path: Path) -> None:
    outside = OutOfScopeSubject(id="meteo", label="Météo", examples=("quel temps demain",))
    faq = replace(FAQ, out_of_scope=(outside,))
    embedder = LetterEmbedder()
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    retriever = Retriever(faq, index, embedder)
    ranking = retriever.rank("le temps demain à Nantes")
    (outside_words,) = ranking.comparison.lexical.outside_words
    (outside_votes,) = ranking.comparison.dense.outside_votes
    assert outside_words > ranking.comparison.lexical.words.max()
    assert outside_votes > ranking.comparison.dense.votes.max()
    assert len(ranking.candidates) == 4
    assert list(retriever.rank("xyz").comparison.lexical.outside_words) == [0]


def test_a_question_without_a_known_word_is_ranked_by_meaning_alone(retriever: Retriever) -> None:
    ranking = retriever.rank("zyx")
    assert list(ranking.comparison.lexical.unknown) == [1]
    assert ranking.candidates[0].entry.id == "F12"
    assert ranking.comparison.lexical.words[0, ranking.order[0]] == 0


def test_similar_vectors_are_compared_with_each_sentence(tmp_path: Path) -> None:
    faq = corpus(entry("F11", "abc", "Xyz. Def."), entry("F12", "uvw"))
    embedder = LetterEmbedder()
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    sentences = Retriever(faq, index, embedder).rank("def").sentences(faq.by_id["F11"])
    assert len(sentences) == 2
    assert sentences[1] > sentences[0]


def test_every_answer_is_compared_sentence_by_sentence(tmp_path: Path) -> None:
    """Within themes an entry may be shown that stands far down."""
    faq = corpus(*(entry(f"F{number}", f"q {number}", "Xyz. Def.") for number in range(11, 20)))
    embedder = LetterEmbedder()
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    found = Retriever(faq, index, embedder).rank("def")
    assert [len(found.sentences(it.entry)) for it in found.candidates] == [2] * 9


def test_entries_are_ranked_by_score_then_by_id(retriever: Retriever) -> None:
    found = retriever.rank("abc").candidates
    keys = [(-candidate.score, candidate.entry.id) for candidate in found]
    assert keys == sorted(keys)


def test_a_ranking_says_which_column_each_candidate_comes_from(retriever: Retriever) -> None:
    ranking = retriever.rank("bac xyz")
    fused = ranking.comparison.fused[0]
    assert [FAQ.entries[column] for column in ranking.order] == [
        found.entry for found in ranking.candidates
    ]
    assert fused[ranking.order].tolist() == [found.score for found in ranking.candidates]
    assert ranking.terms == 2


@pytest.fixture
def large(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> Retriever:
    """One that compares the likely entries only."""
    for name, value in (("EVERY", 3), ("BEST", 1), ("NEAREST", 2), ("OTHERS", 1)):
        monkeypatch.setattr(ranking_module, name, value)
    return retriever


@pytest.mark.parametrize("history", [[], ["xyz"]])
def test_of_a_large_faq_the_likely_entries_are_ranked(large: Retriever, history: list[str]) -> None:
    ranking = large.rank("et xyz www", history)
    found = [candidate.entry for candidate in ranking.candidates]
    assert found[0].id == "F12"
    assert len({*found}) == len(found) < len(FAQ.entries)
    places = ranking.comparison.places[0]
    assert [FAQ.entries[places[column]] for column in ranking.order] == found
    assert ranking.comparison.dense.votes.shape == ranking.comparison.lexical.words.shape


def test_scores_of_likely_entries_are_measured_against_the_others_too(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["xyz", "abc d"]
    embedded = LetterEmbedder().embed(texts, asked=True)
    every = retriever.compare(texts, embedded).fused
    for name, value in (("EVERY", 3), ("BEST", 1), ("NEAREST", 1), ("OTHERS", 4)):
        monkeypatch.setattr(ranking_module, name, value)
    assert np.allclose(retriever.compare(texts, embedded).fused, every)


def test_what_several_questions_make_likely_is_compared_with_each(large: Retriever) -> None:
    texts = ["xyz", "abc d"]
    embedded = LetterEmbedder().embed(texts, asked=True)
    together = large.compare(texts, embedded).places
    apart = [found.places for _, found in large.compare_apart(texts, embedded)]
    assert [len(places) for places in (together, *apart)] == [2, 1, 1]
    assert {*together[0]} == {*together[1]} >= {*apart[0][0], *apart[1][0]}


def test_what_no_word_of_a_question_makes_likely_its_meaning_does(large: Retriever) -> None:
    assert large.rank("zyx").candidates[0].entry.id == "F12"


def test_an_entry_whose_wording_is_asked_is_compared_in_any_case(large: Retriever) -> None:
    embedded = LetterEmbedder().embed(["xyz"], asked=True)
    assert 3 not in large.compare(["xyz"], embedded).places
    assert 3 in large.compare(["xyz"], embedded, [3]).places


def columns(comparison: Comparison) -> list[np.ndarray]:
    parts = (comparison.lexical, comparison.dense)
    tables = [getattr(part, column.name) for part in parts for column in fields(part)]
    return [*tables, comparison.fused]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Retriever, LetterEmbedder]:
    """Every kind of passage: sentences, subjects out of scope and labelled questions."""
    faq = replace(
        corpus(*FAQ.entries, entry("F15", "klm", "Nop. Qrs.")),
        out_of_scope=(OutOfScopeSubject(id="meteo", label="M", examples=("quel temps", "pluie")),),
        labelled=(LabelledQuestion(text="zyx", entries=("F12",)),),
    )
    embedder = LetterEmbedder()
    index = build_index(tmp_path_factory.mktemp("index"), faq, embedder, progress=silent).index
    return Retriever(faq, index, embedder), embedder


ASKED = st.lists(
    st.sampled_from(["abc", "xyz", "cab d", "temps", "PSC", "zyx", "", "?", "klm nop"])
)


@given(ASKED, st.integers(1, 3))
def test_many_questions_are_compared_as_each_alone(
    full: tuple[Retriever, LetterEmbedder], questions: list[str], size: int
) -> None:
    retriever, embedder = full
    embedded = embedder.embed(questions, asked=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "_CHUNK", size)
        patch.setattr(bm25, "_CHUNK", size)
        # All: which of two that are all but equal comes among the best hangs on the last digit.
        patch.setattr(ranking_module, "CANDIDATES", 5)
        together = retriever.compare(questions, embedded)
    assert together.fused.shape == (len(questions), 5)
    for number, question in enumerate(questions):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking_module, "CANDIDATES", 5)
            alone = retriever.compare([question], embedded.taken(np.array([number])))
        for row, column in zip(
            columns(taken(together, slice(number, number + 1))), columns(alone), strict=True
        ):
            # Thirty times the rounding of cosines in float32, in what is fused.
            assert np.allclose(row, column, atol=1e-4)


def test_labelled_questions_rank_nothing(tmp_path: Path) -> None:
    labelled = replace(FAQ, labelled=(LabelledQuestion(text="qqqq", entries=("F12",)),))
    found = []
    for name, faq in (("without", FAQ), ("with", labelled)):
        embedder = LetterEmbedder()
        index = build_index(tmp_path / name, faq, embedder, progress=silent).index
        found.append(Retriever(faq, index, embedder).rank("qqqq"))
    without, with_them = found
    assert [it.entry.id for it in with_them.candidates] == [
        it.entry.id for it in without.candidates
    ]
    for one, other in zip(columns(without.comparison), columns(with_them.comparison), strict=True):
        assert np.allclose(one, other)


def test_suggestions_hold_every_word_and_finish_the_last() -> None:
    suggester = Suggester(
        corpus(
            entry("F11", "Comment renouveler un certificat ?", "R.", "prolonger mon certificat"),
            entry("F12", "Comment demander un certificat ?"),
            entry("F13", "À quoi sert PSC ?", "R.", "utilité de Pro Santé Connect"),
        )
    )

    def ids(typed: str) -> list[str]:
        return [found.id for found in suggester.matching(typed)]

    assert ids("certif") == ["F11", "F12"]
    assert ids("CERTIFICAT renouv") == ["F11"]
    assert ids("prolonger") == ["F11"]
    assert ids("a") == ids("") == ids("?") == []
    assert ids("psc") == ids("f13") == ["F13"]
    assert ids("santé") == ids("sante") == ["F13"]
    assert ids("certificat inconnu") == []
