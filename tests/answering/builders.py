"""Rankings made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from faqbot.retrieval.dense import DenseMatch
from faqbot.retrieval.lexicon import LexicalMatch
from faqbot.retrieval.ranking import Candidate, Comparison, Ranking, Signals
from tests.samples import entry


def candidate(
    identifier: str,
    score: float,
    *,
    words: float = 5.0,
    coverage: float = 0.5,
    answer: str = "Réponse.",
    sentences: tuple[float, ...] = (),
) -> Candidate:
    """Make a candidate whose question is « Question <id> ? »."""
    return Candidate(
        entry(identifier, f"Question {identifier} ?", answer, f"variante {identifier}"),
        score,
        Signals(words=words, grams=words, dense=score / 10, coverage=coverage),
        sentences,
    )


def ranking(
    *candidates: Candidate, question: str = "?", outside: float = 0.0, terms: int = 4
) -> Ranking:
    """Make a ranking of a question of so many words, a quarter of which stand nowhere.

    Args:
        candidates: Best first.
        question: As asked.
        outside: Every score of the best subject out of scope.
        terms: Distinct content words of the question.
    """
    view = comparison(candidates, outside, terms)
    return Ranking(question, candidates, view, np.arange(len(candidates)))


def comparison(candidates: Sequence[Candidate], outside: float, terms: int) -> Comparison:
    """Make the comparison that candidates come from: votes, wordings and answers are alike."""

    def row(values: list[float]) -> np.ndarray:
        return np.array([values], dtype=np.float64).reshape(1, len(candidates))

    signals = [it.signals for it in candidates]
    best = np.array([outside])
    coverage, dense = row([it.coverage for it in signals]), row([it.dense for it in signals])
    return Comparison(
        LexicalMatch(
            words=row([it.words for it in signals]),
            grams=row([it.grams for it in signals]),
            coverage=coverage,
            likeness=coverage,
            outside_words=best,
            outside_grams=best,
            outside_coverage=best,
            outside_likeness=best,
            terms=np.array([float(terms)]),
            unknown=np.array([0.25]),
        ),
        DenseMatch(dense, dense, dense, best, best, np.array([0.9])),
        row([it.score for it in candidates]),
    )
