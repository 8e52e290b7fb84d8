"""Lexical scores of many questions at once: flat posting lists in numpy, and BM25 over them.

Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, in
Lucene's variant. All wordings of an entry form one document: with many wordings an entry, that
finds far more than the best single wording does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.ragged import ranges

Ids: TypeAlias = npt.NDArray[np.int32]
"""(k,) numbers of terms in a `Vocabulary`, repetitions kept."""
Scores: TypeAlias = npt.NDArray[np.float64]
"""(n,) one score a question, or a document; higher is better."""
Places: TypeAlias = npt.NDArray[np.int64]
"""(k,) which documents, in rising order."""
Table: TypeAlias = npt.NDArray[np.float64]
"""(questions, documents) scores; higher is better."""

K1 = 2.0
"""How long repetition goes on to count. High: a word that many wordings of an entry use is one
that its askers use."""
B = 0.75
"""How much long documents are held back."""

SEARCHED = 100_000
"""Postings that are looked at for a question: all, but for one of many common terms."""
_CHUNK = 100_000
"""Postings added up at once, of whole questions: what is worked on stays in the processor's
caches."""


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

    def plus(self, other: Postings, factor: float) -> Postings:
        """Add other postings of the first of these documents, so many times."""
        parts = (self, other)
        spans = [np.repeat(np.arange(len(it._starts) - 1), np.diff(it._starts)) for it in parts]
        order = np.argsort(terms := np.concatenate(spans).astype(np.int32), kind="stable")
        documents = np.concatenate([it._documents for it in parts])[order]
        weights = np.concatenate([self._weights, factor * other._weights])[order]
        return Postings(Counts(terms[order], documents, weights, self._size), weights)

    def rarest(self, terms: Ids) -> Ids:
        """Keep the rarest terms, as many as have `SEARCHED` postings: they tell most."""
        known = terms[(terms >= 0) & (terms < len(self._starts) - 1)]
        sizes = self._starts[known + 1] - self._starts[known]
        if sizes.sum() <= SEARCHED:
            return known
        order = np.argsort(sizes, kind="stable")
        return known[order[sizes[order].cumsum() <= SEARCHED]]

    def sums(self, questions: Sequence[Ids], weights: Sequence[Scores] | None = None) -> Table:
        """Add up the weights of each question's terms in each document.

        Args:
            questions: Their terms; those that no document holds, such as -1, are passed over.
            weights: Of each of these terms, (k,) a question; 1 by default.
        """
        lengths = [len(terms) for terms in questions]
        owners = np.repeat(np.arange(len(questions)), lengths)
        terms = np.concatenate([np.zeros(0, np.int32), *questions])
        known = (terms >= 0) & (terms < len(self._starts) - 1)
        owners, terms = owners[known], terms[known]
        factors = None if weights is None else np.concatenate([[], *weights])[known]
        sizes = self._starts[terms + 1] - self._starts[terms]
        summed, cuts = np.zeros((len(questions), self._size)), [0]
        if sizes.sum() > _CHUNK:
            so_far = np.cumsum(np.bincount(owners, sizes, len(questions)))
            cuts = np.flatnonzero(np.diff(so_far // _CHUNK, prepend=-1)).tolist()
        for first, last in pairwise([*cuts, len(questions)]):
            part = slice(*np.searchsorted(owners, [first, last]))
            places = ranges(self._starts[terms[part]], sizes[part])
            keys, values = self._documents[places], self._weights[places]
            if last - first > 1:
                keys = keys + np.repeat((owners[part] - first) * self._size, sizes[part])
            if factors is not None:
                values = values * np.repeat(factors[part], sizes[part])
            found = np.bincount(keys, values, (last - first) * self._size)
            summed[first:last] = found.reshape(last - first, self._size)
        return summed


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
