"""Plain textbook rankers, to stand beside what is served.

They see questions one by one and never decide. Without variants they stand for what a first
attempt would do; with variants, for what the curated wordings alone bring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold
from faqbot.embedding.encoder import Embedder
from faqbot.index.passages import PassageKind
from faqbot.index.store import PassageIndex
from faqbot.retrieval import bm25
from faqbot.retrieval.words import stems

Ranking: TypeAlias = tuple[tuple[str, float], ...]
"""Entry ids with scores, best first, ties in the order of ids; higher scores are better."""

FUSION_K = 60
"""Constant of reciprocal rank fusion, as in its paper."""


class Ranker(Protocol):
    """Ranks the entries of a corpus for a question."""

    def rank(self, question: str) -> Ranking:
        """Rank every entry that has anything to do with a question."""
        ...


class Bm25:
    """BM25 over one document an entry: words folded (no accents, no case), then stemmed.

    Lucene's variant with k1 = 1.5 and b = 0.75 (Robertson & Zaragoza, *The Probabilistic
    Relevance Framework*, 2009; Kamphuis et al., *Which BM25 do you mean?*, 2020).

    Args:
        corpus: The corpus.
        variants: Whether the other ways to ask belong to the document.
    """

    def __init__(self, corpus: Corpus, *, variants: bool) -> None:
        self._ids = [entry.id for entry in corpus.entries]
        documents = [_terms(_document(entry, variants)) for entry in corpus.entries]
        self._index = bm25.Bm25(documents, k1=1.5, b=0.75)

    def rank(self, question: str) -> Ranking:
        """Rank the entries that share a word with a question.

        Args:
            question: A clean question.

        Returns:
            The entries with a score above 0; none when no word is known.
        """
        scores = self._index.scores(_terms(question))
        return _ranked({id_: float(s) for id_, s in zip(self._ids, scores, strict=True) if s > 0})


@dataclass(frozen=True, slots=True)
class Dense:
    """The entry's best passage: largest cosine similarity with the question."""

    index: PassageIndex
    embedder: Embedder
    kinds: Collection[PassageKind]
    """Which passages count."""

    def rank(self, question: str) -> Ranking:
        """Rank all entries that have such passages.

        Args:
            question: A clean question.

        Returns:
            The entries with cosine similarities in [-1, 1].
        """
        vectors = self.index.vectors
        (neighbours,) = vectors.search(self.embedder.embed_queries([question]), len(vectors))
        best: dict[str, float] = {}
        for neighbour in neighbours:  # best first
            passage = self.index.passages[neighbour.id]
            if passage.kind in self.kinds:
                best.setdefault(passage.entry_id, neighbour.score)
        return _ranked(best)


@dataclass(frozen=True, slots=True)
class Fusion:
    """Reciprocal rank fusion: the sum of 1 / (60 + rank) over the rankings that hold an entry.

    Cormack, Clarke & Büttcher, *Reciprocal Rank Fusion outperforms Condorcet and individual Rank
    Learning Methods*, SIGIR 2009.
    """

    rankers: Sequence[Ranker]

    def rank(self, question: str) -> Ranking:
        """Rank all entries that any of the rankers found.

        Args:
            question: A clean question.

        Returns:
            The entries with fused scores in (0, number of rankers / 61].
        """
        fused: defaultdict[str, float] = defaultdict(float)
        for ranker in self.rankers:
            for place, (identifier, _) in enumerate(ranker.rank(question), start=1):
                fused[identifier] += 1 / (FUSION_K + place)
        return _ranked(fused)


def _terms(text: str) -> list[str]:
    return stems(fold(text).split())


def _document(entry: Entry, variants: bool) -> str:
    wordings = entry.variants if variants else ()
    return " ".join((entry.question, *wordings, to_text(entry.answer)))


def _ranked(scores: dict[str, float]) -> Ranking:
    return tuple(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
