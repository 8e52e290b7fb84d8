"""From a question to ranked entries: three retrievers, fused, and the best of them reordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from faqbot.corpus.entry import Corpus
from faqbot.corpus.text import wording_key
from faqbot.embedding.embedded import Embedded, Vectors
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
from faqbot.retrieval.conversation import TOGETHER, read_in_context, readings
from faqbot.retrieval.dense import Comparing, DenseIndex
from faqbot.retrieval.fusion import Weights, fuse, of_answers
from faqbot.retrieval.language import language_of
from faqbot.retrieval.late_interaction import CANDIDATES, TokenIndex
from faqbot.retrieval.lexicon import Lexicon, Reading, Vocabulary
from faqbot.retrieval.ranking import Candidate, Comparison, Ranking
from faqbot.retrieval.tables import joined


class Retriever:
    """Ranks all entries of a corpus for a question.

    Args:
        corpus: The corpus.
        index: Its passages with their vectors.
        embedder: The model that made the vectors.
        weights: How much each retriever counts; all the same by default.
        reading: Which helps are used when a question is read; all by default.
        comparing: How vectors are compared; centred and by several passages by default.
        vocabulary: Shared with retrievers of parts of the same corpus; a new one by default.
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
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._entries = corpus.entries
        # Entries stand in the order of the corpus, ties are broken by ids.
        self._places = np.argsort(np.argsort([entry.id for entry in corpus.entries]))
        self._embedder = embedder
        weights = weights or Weights()
        wordings = sum(len(it.wordings) for it in corpus.entries) / max(1, len(corpus.entries))
        self._weights = replace(weights, answers=weights.answers * of_answers(wordings))
        self._language = language_of(corpus.language)
        self._lexicon = Lexicon(corpus, reading, vocabulary)
        self._dense = DenseIndex(
            index,
            [entry.id for entry in corpus.entries],
            [subject.id for subject in corpus.out_of_scope],
            comparing,
        )
        self._tokens = TokenIndex(index, [entry.id for entry in corpus.entries])
        self._wordings = {
            key: position for position, entry in enumerate(corpus.entries) for key in entry.keys
        }

    def rank(self, question: str, history: Sequence[str] = ()) -> Ranking:
        """Rank the entries for a question.

        Args:
            question: A clean question.
            history: Earlier questions of the same conversation, oldest first.

        Returns:
            All entries with what each retriever says of them; an entry whose wording the question
            is comes first. Of a question that leans on those before, it is what they say of all
            together; any other is ranked as if nothing had been said.
        """
        own = self._wordings.get(wording_key(question))
        # By itself, so that what was said before does not change as much as the last digit.
        embedded = self._embedder.embed([question], asked=True)
        alone = self.compare([question], embedded)
        texts = readings(question, history if own is None and self._entries else ())
        if len(texts) > 1:
            others = self._embedder.embed(texts[1:], asked=True)
            views = joined([alone, self.compare(texts[1:], others)])
            if view := read_in_context(question, views):
                return self._ranking(question, view, others.vectors[[TOGETHER - 1]], views)
        return self._ranking(question, _put_first(alone, own), embedded.vectors)

    def compare(self, questions: Sequence[str], embedded: Embedded) -> Comparison:
        """Compare questions with all entries, each by itself.

        Args:
            questions: Clean questions.
            embedded: The same questions.
        """
        lexical, dense = self._lexicon.match(questions), self._dense.compare(embedded.vectors)
        trust = lexical.coverage.max(axis=1, initial=0.0)
        fused = fuse(lexical.words, lexical.grams, dense.votes, dense.answers, trust, self._weights)
        # Rounded, so that which of two equals is compared does not hang on the last digit.
        best = np.argsort(-fused.round(5), axis=1, kind="stable")[:, :CANDIDATES]
        met = self._tokens.compare(embedded, best)
        least = met.min(axis=1, initial=1.0, keepdims=True)
        tokens = np.repeat(least, fused.shape[1], axis=1)
        np.put_along_axis(tokens, best, met, axis=1)
        # The best stay ahead of all others: these are not compared, and lifted by nothing.
        return Comparison(lexical, dense, tokens, fused + self._weights.tokens * (tokens - least))

    def _ranking(
        self, question: str, view: Comparison, vector: Vectors, views: Comparison | None = None
    ) -> Ranking:
        fused, sentences = view.fused[0], self._dense.sentences(vector)
        order = np.lexsort((self._places, -fused))
        candidates = (
            Candidate(self._entries[column], float(fused[column]), sentences[column])
            for column in order
        )
        return Ranking(question, tuple(candidates), view, order, views, language=self._language)


def _put_first(view: Comparison, column: int | None) -> Comparison:
    """Lift one entry of one question above all others; with None, none."""
    if column is None:
        return view
    fused = view.fused.copy()
    others = np.delete(fused[0], column).max(initial=0.0)
    fused[0, column] = max(fused[0, column], others + 1)
    return replace(view, fused=fused)
