from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.answering.features import FEATURES, features
from faqbot.corpus.entry import Corpus, OutOfScopeSubject
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval.retriever import Retriever
from tests.answering.builders import candidate, ranking
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry


def described(found: object, column: int = 0) -> dict[str, float]:
    values = features(found.comparison, np.zeros(1, np.int64), np.array([column]))  # type: ignore[attr-defined]
    return dict(zip(FEATURES, values[0].tolist(), strict=True))


TWO = ranking(candidate("F11", 2.0, words=7, coverage=0.6), candidate("F12", 1.5), outside=0.1)


def test_features_compare_with_the_next_candidate_and_with_what_is_out_of_scope() -> None:
    assert described(TWO) == pytest.approx(
        {
            "margin": 0.5,
            "votes_ahead": 0.05,
            "class_ahead": 0.05,
            "grams_ahead": log(8 / 6),
            "tokens_ahead": 0.05,
            "answer_ahead": 0.05,
            "words_over_outside": log(8 / 1.1),
            "grams_over_outside": log(8 / 1.1),
            "votes_over_outside": 0.1,
            "class_over_outside": 0.1,
            "wording_over_outside": 0.1,
            "coverage_over_outside": 0.5,
            "votes": 0.2,
            "answer": 0.2,
            "coverage": 0.6,
            "tokens": 0.2,
            "unknown": 0.25,
            "length": log(5),
        }
    )


def test_the_second_is_compared_with_the_first() -> None:
    assert described(TWO, 1)["margin"] == -0.5
    assert described(TWO, 1)["grams_ahead"] == pytest.approx(log(6 / 8))


def test_one_alone_is_ahead_of_nothing() -> None:
    alone = described(ranking(candidate("F11", 2.0)))
    assert [alone[name] for name in FEATURES if name.endswith(("_ahead", "margin"))] == [0] * 6


def test_many_candidates_are_described_as_one_by_one() -> None:
    rows, columns = np.zeros(2, np.int64), np.array([0, 1])
    both = features(TWO.comparison, rows, columns)
    assert both.tolist() == [list(described(TWO, column).values()) for column in columns]


SUBJECT = OutOfScopeSubject(id="meteo", label="Météo", examples=("Quel temps fait-il ?",))
MUTE = replace(entry("F11", "", ""), variants=())
FAQS = [
    corpus(entry("F11", "Combien vaut un pont ?")),
    corpus(entry("F11", "Combien vaut un pont ?"), entry("F12", "Où est la porte ?")),
    corpus(MUTE),
    corpus(MUTE, entry("F12", "Où est la porte ?")),
    corpus(entry("F11", "?"), entry("F12", "le la les ?")),
]
FAQS += [replace(faq, out_of_scope=(SUBJECT,)) for faq in FAQS]


@pytest.fixture(scope="module")
def retrievers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Corpus, Retriever]]:
    folder, embedder = tmp_path_factory.mktemp("indexes"), LetterEmbedder()
    return [(faq, _retriever(folder / str(n), faq, embedder)) for n, faq in enumerate(FAQS)]


def _retriever(folder: Path, faq: Corpus, embedder: LetterEmbedder) -> Retriever:
    index = build_index(folder, faq, embedder, progress=silent).index
    return Retriever(faq, index, embedder)


@settings(deadline=None, max_examples=30)
@given(question=st.sampled_from(["", "?", "pont", "🦆"]) | st.text(max_size=30))
def test_features_are_numbers_whatever_the_corpus_and_the_question(
    retrievers: list[tuple[Corpus, Retriever]], question: str
) -> None:
    """One entry or none to compare with, an entry without words, a question without any."""
    for faq, retriever in retrievers:
        found = retriever.rank(question)
        values = features(found.comparison, np.zeros_like(found.order), found.order)
        assert values.shape == (len(faq.entries), len(FEATURES))
        assert np.isfinite(values).all()
