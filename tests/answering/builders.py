"""Rankings made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faqbot.corpus.entry import Entry
from faqbot.retrieval.dense import DenseMatch
from faqbot.retrieval.lexicon import LexicalMatch
from faqbot.retrieval.ranking import Candidate, Comparison, Ranking
from tests.samples import entry


@dataclass(frozen=True)
class Made:
    """A candidate with what the retrievers say of it."""

    entry: Entry
    score: float
    words: float = 5.0
    coverage: float = 0.5
    sentences: tuple[float, ...] = ()


def candidate(
    identifier: str,
    score: float,
    *,
    words: float = 5.0,
    coverage: float = 0.5,
    answer: str = "Réponse.",
    sentences: tuple[float, ...] = (),
) -> Made:
    """Make a candidate whose question is « Question <id> ? »."""
    return Made(
        entry(identifier, f"Question {identifier} ?", answer, f"variante {identifier}"),
        score,
        words,
        coverage,
        sentences,
    )


def ranking(
    *candidates: Made, question: str = "?", outside: float = 0.0, terms: int = 4
) -> Ranking:
    """Make a ranking of a question of so many words, a quarter of which stand nowhere.

    Args:
        candidates: Best first.
        question: As asked.
        outside: Every score of the best subject out of scope.
        terms: Distinct content words of the question.
    """
    view = comparison(candidates, outside, terms)
    sentences = {it.entry.id: it.sentences for it in candidates}
    order = np.arange(len(candidates))
    found = tuple(Candidate(it.entry, it.score) for it in candidates)
    return Ranking(question, found, view, order, lambda entry: sentences[entry.id])


def comparison(candidates: Sequence[Made], outside: float, terms: int) -> Comparison:
    """Make the comparison that candidates come from: votes, wordings and answers are alike."""

    def row(values: list[float]) -> np.ndarray:
        return np.array([values], dtype=np.float64).reshape(1, len(candidates))

    best = np.array([outside])
    words, coverage = row([it.words for it in candidates]), row([it.coverage for it in candidates])
    dense = row([it.score / 10 for it in candidates])
    return Comparison(
        np.arange(len(candidates))[None, :],
        LexicalMatch(
            words=words,
            grams=words,
            coverage=coverage,
            outside_words=best,
            outside_grams=best,
            outside_coverage=best,
            terms=np.array([float(terms)]),
            unknown=np.array([0.25]),
        ),
        DenseMatch(dense, dense, dense, best, best, dense, best),
        dense,
        row([it.score for it in candidates]),
    )
