"""Rankings made by hand."""

from __future__ import annotations

from faqbot.retrieval.ranking import Candidate, Outside, Ranking, Signals
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


def ranking(*candidates: Candidate, question: str = "?", outside: float = 0.0) -> Ranking:
    """Make a ranking of a question of four words."""
    return Ranking(
        question=question,
        candidates=candidates,
        outside=Outside(outside, outside),
        terms=4,
        unknown=0.25,
    )
