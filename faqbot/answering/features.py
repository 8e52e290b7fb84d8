"""What speaks for a candidate: named numbers that a reader can check.

Each compares the candidate with something: the next candidate, the subjects that the FAQ does not
cover, the nearest single wording, the question's own words. Scores of different questions are not
comparable, such comparisons are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.retrieval.bm25 import Places, Scores, Table
from faqbot.retrieval.ranking import Comparison

Values: TypeAlias = npt.NDArray[np.float64]
"""(k, features) of k candidates, columns in the order of `FEATURES`."""


class _Seen:
    """A comparison seen from k candidates."""

    def __init__(self, comparison: Comparison, rows: Places, columns: Places) -> None:
        self.lexical, self.dense = comparison.lexical, comparison.dense
        self.tokens, self.fused = comparison.tokens, comparison.fused
        self.rows, self._columns = rows, columns

    def own(self, table: Table) -> Scores:
        return np.asarray(table[self.rows, self._columns])

    def best_other(self, table: Table) -> Scores:
        """The highest score of another entry; the candidate's own where there is none."""
        others = table[self.rows].copy()
        if others.shape[1] < 2:
            return self.own(table)
        others[np.arange(len(others)), self._columns] = -np.inf
        return np.asarray(others.max(axis=1))

    def ahead(self, table: Table) -> Scores:
        return self.own(table) - self.best_other(table)

    def beside(self, table: Table, outside: Scores) -> Scores:
        return self.own(table) - outside[self.rows]

    def ratio(self, table: Table, other: Scores) -> Scores:
        """The logarithm of one BM25 score over another."""
        return np.asarray(np.log((self.own(table) + 1) / (other + 1)))


_BY_NAME: Mapping[str, Callable[[_Seen], Scores]] = {
    # Ahead of the next candidate: by all, by the nearest passages, by what tells wordings apart, by
    # pieces of words, by late interaction, by the answer.
    "margin": lambda it: it.ahead(it.fused),
    "votes_ahead": lambda it: it.ahead(it.dense.votes),
    "class_ahead": lambda it: it.ahead(it.dense.classes),
    "grams_ahead": lambda it: it.ratio(it.lexical.grams, it.best_other(it.lexical.grams)),
    "tokens_ahead": lambda it: it.ahead(it.tokens),
    "answer_ahead": lambda it: it.ahead(it.dense.answers),
    # Ahead of the best subject out of scope.
    "words_over_outside": lambda it: it.ratio(it.lexical.words, it.lexical.outside_words[it.rows]),
    "grams_over_outside": lambda it: it.ratio(it.lexical.grams, it.lexical.outside_grams[it.rows]),
    "votes_over_outside": lambda it: it.beside(it.dense.votes, it.dense.outside_votes),
    "class_over_outside": lambda it: it.beside(it.dense.classes, it.dense.outside_classes),
    "wording_over_outside": lambda it: it.beside(it.dense.wordings, it.dense.outside_wordings),
    "coverage_over_outside": lambda it: it.beside(it.lexical.coverage, it.lexical.outside_coverage),
    # By itself.
    "votes": lambda it: it.own(it.dense.votes),
    "answer": lambda it: it.own(it.dense.answers),
    "coverage": lambda it: it.own(it.lexical.coverage),
    "tokens": lambda it: it.own(it.tokens),
    # Of the question.
    "unknown": lambda it: it.lexical.unknown[it.rows],
    "length": lambda it: np.log1p(it.lexical.terms[it.rows]),
}
FEATURES: Final = tuple(_BY_NAME)
"""Names of the features, in the order of their columns."""


def features(comparison: Comparison, rows: Places, columns: Places) -> Values:
    """Describe k candidates of a comparison by its rows (questions) and columns (entries).

    Returns:
        (k, features): differences of cosines in [-2, 2], of fused scores (ahead), of shares in
        [-1, 1] (coverage); logarithms of ratios of BM25; shares in [0, 1] (unknown); the logarithm
        of the number of distinct content words (length).
    """
    seen = _Seen(comparison, rows, columns)
    return np.stack([of(seen) for of in _BY_NAME.values()], axis=1)
