from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval import bm25 as module
from faqbot.retrieval.bm25 import Counts, Ids, Postings, Table, bm25, rarity

TEXTS = st.lists(st.integers(0, 7), max_size=6)
DOCUMENTS = st.lists(st.lists(TEXTS, max_size=3), max_size=6)
"""Each document as its texts, each of these as its terms; empty ones included."""
QUESTIONS = st.lists(st.lists(st.integers(-1, 10), max_size=6), max_size=5)
"""Terms that no document holds included."""
SIZES = st.integers(1, 5)


def ids(terms: Sequence[int]) -> Ids:
    return np.array(terms, dtype=np.int32)


def counts_of(documents: Sequence[Sequence[Sequence[int]]]) -> Counts:
    return Counts.of([[ids(text) for text in texts] for texts in documents])


def whole(texts: Sequence[Sequence[int]]) -> Counter[int]:
    return Counter(term for text in texts for term in text)


@given(DOCUMENTS)
def test_terms_are_counted_over_all_texts_of_a_document(
    documents: list[list[list[int]]],
) -> None:
    counts = counts_of(documents)
    rows = zip(
        counts.terms.tolist(), counts.documents.tolist(), counts.counts.tolist(), strict=True
    )
    assert list(rows) == sorted(
        (term, place, count)
        for place, texts in enumerate(documents)
        for term, count in whole(texts).items()
    )
    assert counts.lengths().tolist() == [whole(texts).total() for texts in documents]
    assert counts.frequencies(9).tolist()[:8] == [
        sum(term in whole(texts) for texts in documents) for term in range(8)
    ]


@given(DOCUMENTS, QUESTIONS, st.randoms(use_true_random=False), st.booleans())
def test_sums_equal_adding_up_term_by_term(
    documents: list[list[list[int]]], questions: list[list[int]], chance: object, weighted: bool
) -> None:
    counts = counts_of(documents)
    generator = np.random.default_rng(chance.getrandbits(32))  # type: ignore[attr-defined]
    weights = generator.random(len(counts.terms))
    factors = [
        generator.random(len(terms)) if weighted else np.ones(len(terms)) for terms in questions
    ]
    found = Postings(counts, weights).sums(list(map(ids, questions)), factors if weighted else None)
    assert found.shape == (len(questions), len(documents))
    assert found == pytest.approx(naive_sums(counts, weights, questions, factors))


def naive_sums(
    counts: Counts,
    weights: Sequence[float],
    questions: Sequence[Sequence[int]],
    factors: Sequence[Sequence[float]],
) -> Table:
    held = dict(
        zip(
            zip(counts.terms.tolist(), counts.documents.tolist(), strict=True), weights, strict=True
        )
    )
    sums = np.zeros((len(questions), counts.size))
    for row, (terms, by) in enumerate(zip(questions, factors, strict=True)):
        for document in range(counts.size):
            for term, factor in zip(terms, by, strict=True):
                sums[row, document] += factor * held.get((term, document), 0.0)
    return sums


@given(DOCUMENTS, QUESTIONS, SIZES)
def test_sums_in_parts_equal_sums_at_once(
    documents: list[list[list[int]]], questions: list[list[int]], size: int
) -> None:
    postings = bm25(counts_of(documents))
    at_once = postings.sums(list(map(ids, questions)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", size)
        assert np.array_equal(postings.sums(list(map(ids, questions))), at_once)


@given(DOCUMENTS, DOCUMENTS, QUESTIONS)
def test_postings_that_were_added_give_the_sums_of_both(
    documents: list[list[list[int]]], others: list[list[list[int]]], asked: list[list[int]]
) -> None:
    questions, more = list(map(ids, asked)), others[: len(documents)]
    own, other = bm25(counts_of(documents)), bm25(counts_of(more))
    expected = own.sums(questions)
    expected[:, : len(more)] += 0.5 * other.sums(questions)
    assert own.plus(other, 0.5).sums(questions) == pytest.approx(expected)


def lucene(
    documents: Sequence[Counter[int]], question: Sequence[int], k1: float, b: float
) -> list[float]:
    """BM25 as Lucene has it since version 8: without the constant factor (k1 + 1)."""
    mean = sum(document.total() for document in documents) / max(1, len(documents))

    def weight(term: int, document: Counter[int]) -> float:
        if not document[term]:
            return 0.0
        holding = sum(term in other for other in documents)
        idf = log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        norm = k1 * (1 - b + b * document.total() / mean)
        return idf * document[term] / (document[term] + norm)

    return [sum(weight(term, document) for term in question) for document in documents]


@given(DOCUMENTS, QUESTIONS, st.floats(0, 3), st.floats(0, 1))
def test_bm25_is_lucenes(
    documents: list[list[list[int]]], questions: list[list[int]], k1: float, b: float
) -> None:
    found = bm25(counts_of(documents), k1=k1, b=b).sums(list(map(ids, questions)))
    whole_ones = [whole(texts) for texts in documents]
    assert found.tolist() == [
        pytest.approx(lucene(whole_ones, question, k1, b)) for question in questions
    ]


def test_bm25_prefers_the_document_with_the_rare_word() -> None:
    """0 is « proxy », 1 « psc », 2 « certificat », and 3 is in no document."""
    (scores,) = bm25(counts_of([[[0, 1]], [[2, 1]], [[1]]])).sums([ids([2, 1, 3])])
    assert int(scores.argmax()) == 1
    assert scores.min() > 0


@pytest.mark.parametrize("documents", [[], [[]], [[[]]], [[[0]], []]])
def test_bm25_of_little_is_zero_and_no_error(documents: list[list[list[int]]]) -> None:
    (scores,) = bm25(counts_of(documents)).sums([ids([1])])
    assert list(scores) == [0.0] * len(documents)


def test_of_many_postings_those_of_the_rarest_terms_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """0 stands in three documents, 1 in two, 2 in one, and 3 in none."""
    postings = bm25(counts_of([[[0, 1, 2]], [[0, 1]], [[0]]]))
    assert postings.rarest(ids([0, 1, 3, 2])).tolist() == [0, 1, 2]
    monkeypatch.setattr(module, "SEARCHED", 3)
    assert postings.rarest(ids([0, 1, 3, 2])).tolist() == [2, 1]


def test_no_question_is_no_error() -> None:
    assert bm25(counts_of([[[0]]])).sums([]).shape == (0, 1)


def test_a_term_of_no_document_is_the_rarest() -> None:
    found = rarity(counts_of([[[0, 1]], [[0]]]), 4)
    assert found[0] < found[1] < found[2] == found[3]
