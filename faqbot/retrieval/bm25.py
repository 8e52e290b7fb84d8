"""Lexical scores of many questions at once: flat posting lists in numpy, and BM25 over them.

Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, in
Lucene's variant. All wordings of an entry form one document: with many wordings an entry, that
finds far more than the best single wording does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.ragged import ranges

Ids: TypeAlias = npt.NDArray[np.int32]
"""(k,) numbers of terms in a `Vocabulary`, repetitions kept."""
Scores: TypeAlias = npt.NDArray[np.float64]
"""(n,) one score a question, or a document; higher is better."""
Table: TypeAlias = npt.NDArray[np.float64]
"""(questions, documents) scores; higher is better."""

K1 = 2.0
"""How long repetition goes on to count. High: a word that many wordings of an entry use is one
that its askers use."""
B = 0.75
"""How much long documents are held back."""

_CHUNK = 2_000_000
"""Postings added up at once: bounds the memory that many questions take."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each term stands in each document: one row a pair, sorted by term."""

    terms: Ids
    documents: Ids
    counts: npt.NDArray[np.float64]
    size: int
    """Number of documents."""

    @classmethod
    def of(cls, documents: Sequence[Sequence[Ids]]) -> Counts:
        """Count the terms of documents, each given as the texts that make it up."""
        texts = [text for document in documents for text in document]
        terms = np.concatenate([np.zeros(0, np.int32), *texts])
        owners = np.repeat(
            np.arange(len(documents)), [sum(map(len, document)) for document in documents]
        )
        keys, counts = np.unique(
            terms.astype(np.int64) * max(1, len(documents)) + owners, return_counts=True
        )
        rows, columns = np.divmod(keys, max(1, len(documents)))
        return cls(
            rows.astype(np.int32), columns.astype(np.int32), counts.astype(float), len(documents)
        )

    def lengths(self) -> npt.NDArray[np.float64]:
        """Count the terms of each document."""
        return np.asarray(np.bincount(self.documents, self.counts, self.size), dtype=np.float64)

    def frequencies(self, terms: int) -> npt.NDArray[np.int64]:
        """Count the documents that hold each of so many terms."""
        return np.bincount(self.terms, minlength=terms)


class Postings:
    """The documents of each term with a weight, for adding up.

    Args:
        counts: Which terms stand in which document.
        weights: One for each row of the counts.
    """

    def __init__(self, counts: Counts, weights: npt.NDArray[np.float64]) -> None:
        self._documents, self._weights, self._size = counts.documents, weights, counts.size
        last = int(counts.terms[-1]) + 1 if len(counts.terms) else 0
        self._starts = np.searchsorted(counts.terms, np.arange(last + 1))

    def sums(self, questions: Sequence[Ids], weights: Sequence[Table] | None = None) -> Table:
        """Add up the weights of each question's terms in each document.

        Args:
            questions: Their terms; those that no document holds, such as -1, are passed over.
            weights: Of each of these terms, (k,) a question; 1 by default.
        """
        lengths = [len(terms) for terms in questions]
        owners = np.repeat(np.arange(len(questions)), lengths)
        terms = np.concatenate([np.zeros(0, np.int32), *questions])
        factors = np.ones(len(terms)) if weights is None else np.concatenate([[], *weights])
        known = (terms >= 0) & (terms < len(self._starts) - 1)
        owners, terms, factors = owners[known], terms[known], factors[known]
        found = np.zeros(len(questions) * self._size)
        sizes = self._starts[terms + 1] - self._starts[terms]
        cuts = np.searchsorted(np.cumsum(sizes), np.arange(_CHUNK, sizes.sum() + _CHUNK, _CHUNK))
        for part in np.split(np.arange(len(terms)), cuts):
            places = ranges(self._starts[terms[part]], sizes[part])
            keys = np.repeat(owners[part], sizes[part]) * self._size + self._documents[places]
            values = self._weights[places] * np.repeat(factors[part], sizes[part])
            found += np.bincount(keys, values, len(found))
        return found.reshape(len(questions), self._size)


def bm25(counts: Counts, *, k1: float = K1, b: float = B) -> Postings:
    """Weigh each term of each document.

    Args:
        counts: Which terms stand in which document.
        k1: How long repetition goes on to count.
        b: How much long documents are held back, in [0, 1].
    """
    lengths = counts.lengths()
    mean = max(lengths.mean(), 1e-9) if counts.size else 1.0
    held_back = k1 * (1 - b + b * lengths / mean)
    saturated = counts.counts / (counts.counts + held_back[counts.documents])
    return Postings(counts, saturated * rarity(counts)[counts.terms])


def rarity(counts: Counts, terms: int = 0) -> npt.NDArray[np.float64]:
    """Weigh terms by Lucene's inverse document frequency.

    Args:
        counts: Which terms stand in which document.
        terms: How many there are at least; those of no document weigh most.
    """
    found = counts.frequencies(terms)
    return np.asarray(np.log(1 + (counts.size - found + 0.5) / (found + 0.5)))
