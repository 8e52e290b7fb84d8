"""From a question to ranked entries: three retrievers, fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faqbot.corpus.entry import Corpus
from faqbot.corpus.text import wording_key
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
from faqbot.retrieval.conversation import ALONE, BEFORE, TOGETHER, needs_context
from faqbot.retrieval.dense import Comparing, DenseIndex, Similarities
from faqbot.retrieval.fusion import Weights, fuse
from faqbot.retrieval.language import language_of
from faqbot.retrieval.lexicon import LexicalMatch, Lexicon, Reading
from faqbot.retrieval.ranking import Candidate, Ranking, Scores, Signals


@dataclass(frozen=True, slots=True)
class _View:
    """One reading of the question, with what all retrievers say of it."""

    lexical: LexicalMatch
    similarities: Similarities
    dense: Scores
    fused: Scores


class Retriever:
    """Ranks all entries of a corpus for a question.

    Args:
        corpus: The corpus.
        index: Its passages with their vectors.
        embedder: The model that made the vectors.
        weights: How much each retriever counts; all the same by default.
        reading: Which helps are used when a question is read; all by default.
        comparing: How vectors are compared; centred and by several passages by default.
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
        self._language = language_of(corpus.language)
        self._embedder = embedder
        self._weights = weights or Weights()
        self._lexicon = Lexicon(corpus, reading)
        self._dense = DenseIndex(index, [entry.id for entry in corpus.entries], comparing)
        self._wordings = {
            wording_key(wording): position
            for position, entry in enumerate(corpus.entries)
            for wording in (entry.question, *entry.variants)
        }

    def rank(self, question: str, history: Sequence[str] = ()) -> Ranking:
        """Rank the entries for a question.

        Args:
            question: A clean question.
            history: Earlier questions of the same conversation, oldest first.

        Returns:
            All entries with what each retriever says of them; an entry whose wording the question
            is comes first. Of a follow-up read in context, it is what they say of it together
            with the question before.
        """
        own = self._wordings.get(wording_key(question))
        if own is not None or not history or not needs_context(question, self._language):
            (view,) = self._views([question])
            return self._ranking(question, view, _put_first(view.fused, own))
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
        self, question: str, view: _View, fused: Scores, *, in_context: bool = False
    ) -> Ranking:
        candidates = (
            Candidate(
                entry,
                float(fused[position]),
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
            language=self._language,
        )


def _put_first(fused: Scores, position: int | None) -> Scores:
    """Lift one entry above all others; with None, none."""
    if position is None:
        return fused
    lifted = fused.copy()
    lifted[position] = max(fused[position], np.delete(fused, position).max(initial=0.0) + 1)
    return lifted
