"""BM25 over one document an owner (an entry or a subject out of scope), by bm25s.

Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, in
Lucene's variant. All wordings of an entry form one document: with many wordings an entry, that
finds far more than the best single wording does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import bm25s
import numpy as np

from faqbot.retrieval.ranking import Scores

K1 = 2.0
"""How long repetition goes on to count. High: a word that many wordings of an entry use is one
that its askers use."""
B = 0.75
"""How much long documents are held back."""


class Bm25:
    """An immutable BM25 index.

    Args:
        documents: The terms of each document, repetitions kept.
        k1: How long repetition goes on to count.
        b: How much long documents are held back, in [0, 1].
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, k1: float = K1, b: float = B) -> None:
        self._count = len(documents)
        self._vocabulary = {term for document in documents for term in document}
        self._index: bm25s.BM25 | None = None
        if self._vocabulary:  # bm25s cannot index nothing
            self._index = bm25s.BM25(k1=k1, b=b, method="lucene", backend="numpy")
            self._index.index([list(terms) for terms in documents], show_progress=False)

    def scores(self, terms: Sequence[str]) -> Scores:
        """Score all documents: 0 or more each; unknown terms are passed over."""
        known = [term for term in terms if term in self._vocabulary]
        if not known or self._index is None:
            return np.zeros(self._count)
        return np.asarray(self._index.get_scores(known), dtype=np.float64)


class Coverage:
    """How much of what a question says stands in a document, rare words counting more."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._documents = [frozenset(terms) for terms in documents]
        self._frequency = Counter(term for terms in self._documents for term in terms)

    def knows(self, term: str) -> bool:
        """Tell whether any document holds a term."""
        return term in self._frequency

    def shares(self, terms: Sequence[str]) -> Scores:
        """Weigh the terms of a query that each document holds.

        Returns:
            For each document the share in [0, 1] of the query's inverse document frequency that
            it holds; 0 for a query without terms. A term that no document holds weighs most.
        """
        weights = {term: self._weight(term) for term in set(terms)}
        total = sum(weights.values())
        if not total:
            return np.zeros(len(self._documents))
        return np.array(
            [sum(w for term, w in weights.items() if term in known) for known in self._documents]
        ) / float(total)

    def _weight(self, term: str) -> float:
        # The same inverse document frequency as in Lucene's BM25.
        count, found = len(self._documents), self._frequency[term]
        return log(1 + (count - found + 0.5) / (found + 0.5))
