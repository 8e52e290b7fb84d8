"""From a question to ranked entries: three retrievers, fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqbot.corpus.entry import Corpus
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
from faqbot.retrieval.conversation import ALONE, BEFORE, TOGETHER, needs_context
from faqbot.retrieval.dense import Comparing, DenseIndex
from faqbot.retrieval.fusion import Weights, fuse
from faqbot.retrieval.lexicon import LexicalMatch, Lexicon, Reading
from faqbot.retrieval.ranking import Candidate, Ranking, Signals


@dataclass(frozen=True, slots=True)
class _View:
    """One reading of the question, with what all retrievers say of it."""

    lexical: LexicalMatch
    similarities: npt.NDArray[np.float64]
    dense: npt.NDArray[np.float64]
    fused: npt.NDArray[np.float64]


class Retriever:
    """Ranks all entries of a corpus for a question.

    Args:
        corpus: The corpus.
        index: Its passages with their vectors.
        embedder: The model that made the vectors.
        weights: How much each retriever counts.
        reading: Which helps are used when a question is read.
        comparing: How vectors are compared.
    """

    def __init__(
        self,
        corpus: Corpus,
        index: PassageIndex,
        embedder: Embedder,
        *,
        weights: Weights | None = None,
        reading: Reading | None = None,
        comparing: Comparing | None = None,
    ) -> None:
        self._entries = corpus.entries
        self._embedder = embedder
        self._weights = weights or Weights()
        self._lexicon = Lexicon(corpus, reading)
        entry_ids = tuple(entry.id for entry in corpus.entries)
        self._dense = DenseIndex(index, entry_ids, comparing)

    def retrieve(self, question: str, k: int) -> list[Candidate]:
        """Rank the entries for a question on its own.

        Args:
            question: A clean question.
            k: How many entries at most.

        Returns:
            The best entries, best first, ties in the order of ids.
        """
        return list(self.rank(question).candidates[:k])

    def rank(self, question: str, history: Sequence[str] = ()) -> Ranking:
        """Rank the entries for a question.

        Args:
            question: A clean question.
            history: Earlier questions of the same conversation, oldest first.

        Returns:
            All entries with what each retriever says of them; of a follow-up read in context,
            what they say of it together with the question before.
        """
        if not history or not needs_context(question):
            (view,) = self._views([question])
            return self._ranking(question, view, view.fused)
        before = history[-1]
        together, alone, former = self._views([f"{before} {question}", question, before])
        fused = TOGETHER * together.fused + ALONE * alone.fused + BEFORE * former.fused
        return self._ranking(
            question, together, fused / (TOGETHER + ALONE + BEFORE), in_context=True
        )

    def _views(self, texts: Sequence[str]) -> list[_View]:
        similarities = self._dense.similarities(self._embedder.embed_queries(texts))
        views = []
        for text, row in zip(texts, similarities, strict=True):
            lexical, dense = self._lexicon.match(text), self._dense.entry_scores(row)
            trust = float(lexical.coverage.max(initial=0.0))
            fused = fuse(lexical.words, lexical.grams, dense, trust, self._weights)
            views.append(_View(lexical, row, dense, fused))
        return views

    def _ranking(
        self,
        question: str,
        view: _View,
        fused: npt.NDArray[np.float64],
        *,
        in_context: bool = False,
    ) -> Ranking:
        candidates = (
            Candidate(
                entry,
                float(fused[position]),
                self._dense.best_passage(position, view.similarities),
                Signals(
                    words=float(view.lexical.words[position]),
                    grams=float(view.lexical.grams[position]),
                    dense=float(view.dense[position]),
                    coverage=float(view.lexical.coverage[position]),
                ),
                self._dense.sentences(position, view.similarities),
            )
            for position, entry in enumerate(self._entries)
        )
        return Ranking(
            question=question,
            candidates=tuple(sorted(candidates, key=lambda found: (-found.score, found.entry.id))),
            outside=view.lexical.outside,
            terms=view.lexical.terms,
            unknown=view.lexical.unknown,
            in_context=in_context,
        )
