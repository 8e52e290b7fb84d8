"""From a question to ranked entries: four retrievers, fused, and the best of them reordered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from faqbot.corpus.entry import Corpus
from faqbot.corpus.text import wording_key
from faqbot.embedding.embedded import Embedded, Vectors
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
from faqbot.retrieval.bm25 import Places, Scores
from faqbot.retrieval.conversation import TOGETHER, read_in_context, readings
from faqbot.retrieval.dense import DenseIndex
from faqbot.retrieval.fusion import TOKENS, fuse, of_answers
from faqbot.retrieval.language import language_of
from faqbot.retrieval.late_interaction import CANDIDATES, TokenIndex
from faqbot.retrieval.lexicon import Found, Lexicon, Vocabulary
from faqbot.retrieval.ranking import Candidate, Comparison, Placed, Ranking
from faqbot.retrieval.tables import joined, taken

EVERY = 1000
"""Entries up to which all are compared with each question. Of a larger FAQ only the likely ones
are:"""
BEST = 50
"""so many by their words, and by pieces of words;"""
NEAREST = 200
"""those with one of so many passages nearest by vectors;"""
OTHERS = 100
"""and so many that stand for all others: how far a score stands out is measured against these, too.
Among likely ones nothing would stand out, and late interaction decide nearly alone."""


class Retriever:
    """Ranks the entries of a corpus for a question: all, or of a large one the likely ones.

    Args:
        corpus: The corpus.
        index: Its passages with their vectors.
        embedder: The model that made the vectors.
        vocabulary: Shared with retrievers of parts of the same corpus; a new one by default.
    """

    def __init__(
        self,
        corpus: Corpus,
        index: PassageIndex,
        embedder: Embedder,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._entries = corpus.entries
        self._by_id = {entry.id: place for place, entry in enumerate(corpus.entries)}
        ids = [*self._by_id]
        # Entries stand in the order of the corpus, ties are broken by ids.
        self._ties = np.argsort(np.argsort(ids))
        self._embedder = embedder
        wordings = sum(len(it.wordings) for it in corpus.entries) / max(1, len(corpus.entries))
        self._answered = of_answers(wordings)
        self._language = language_of(corpus.language)
        self._lexicon = Lexicon(corpus, vocabulary)
        subjects = [subject.id for subject in corpus.out_of_scope]
        self._dense = DenseIndex(index, ids, subjects)
        self._tokens = TokenIndex(index, ids)

    @cached_property
    def _wordings(self) -> dict[str, int]:
        return {key: place for place, entry in enumerate(self._entries) for key in entry.keys}

    def rank(self, question: str, history: Sequence[str] = ()) -> Ranking:
        """Rank the entries for a question, as `rank_each` does."""
        return self.rank_each([question], history)[0]

    def rank_each(self, questions: Sequence[str], history: Sequence[str] = ()) -> list[Ranking]:
        """Rank the entries for the questions of one message, embedded and compared at once.

        Args:
            questions: Clean questions; only the first stands behind others.
            history: Earlier questions of the same conversation, oldest first.

        Returns:
            The entries with what each retriever says of them; an entry whose wording the question
            is comes first. Of a question that leans on those before, it is what they say of all
            together; any other is ranked as if nothing had been said.
        """
        own = [self._wordings.get(wording_key(question)) for question in questions]
        # By themselves, so that what was said before does not change as much as the last digit.
        embedded = self._embedder.embed(questions, asked=True)
        found = []
        for part, alone in self.compare_apart(questions, embedded, own):
            rows = zip(questions[part], embedded.vectors[part], own[part], strict=True)
            for row, (question, vector, place) in enumerate(rows):
                view = _put_first(taken(alone, slice(row, row + 1)), place)
                found.append(self._ranking(question, view, vector[None]))
        texts = readings(questions[0], history if own[0] is None and self._entries else ())
        if len(texts) > 1:
            others = self._embedder.embed(texts[1:], asked=True)
            views = self.compare(texts, joined([embedded.taken(np.array([0])), others]))
            if together := read_in_context(texts[0], views):
                vector = others.vectors[[TOGETHER - 1]]
                found[0] = self._ranking(texts[0], together, vector, views)
        return found

    def placed(self, queries: Vectors) -> Placed:
        """Place questions by what they mean: (n, dimension) unit rows as the embedder made them."""
        found = self._dense.compare(queries, np.arange(len(self._entries)))
        ours = found.votes.max(axis=1) >= found.outside_votes
        firsts = zip(found.votes.argmax(axis=1).tolist(), ours.tolist(), strict=True)
        nearest = tuple(self._entries[place].id if is_ours else None for place, is_ours in firsts)
        return Placed(self.seen(queries), nearest)

    def seen(self, queries: Vectors) -> Vectors:
        """Move such rows to where they are compared; unit rows again."""
        return self._dense.seen(queries)

    def compare(
        self, questions: Sequence[str], embedded: Embedded, own: Sequence[int | None] = ()
    ) -> Comparison:
        """Compare questions, each by itself, with all entries, or with those likely for any.

        Args:
            questions: Clean questions.
            embedded: The same questions.
            own: Places of entries that are compared in any case.
        """
        found, vectors = self._lexicon.search(questions), embedded.vectors
        places, counts = self._likely(found, vectors, own)
        lexical, dense = self._lexicon.match(found, places), self._dense.compare(vectors, places)
        trust = lexical.coverage.max(axis=1, initial=0.0)
        scores = (lexical.words, lexical.grams, dense.votes, dense.answers)
        fused = fuse(*scores, trust, self._answered, counts)
        # Rounded, so that which of two equals is compared does not hang on the last digit.
        best = np.argsort(-fused.round(5), axis=1, kind="stable")[:, :CANDIDATES]
        met = self._tokens.compare(embedded, places[best])
        least = met.min(axis=1, initial=1.0, keepdims=True)
        tokens = np.repeat(least, fused.shape[1], axis=1)
        np.put_along_axis(tokens, best, met, axis=1)
        # The best stay ahead of all others: these are not compared, and lifted by nothing.
        fused += TOKENS * (tokens - least)
        return Comparison(np.broadcast_to(places, fused.shape), lexical, dense, tokens, fused)

    def compare_apart(
        self, questions: Sequence[str], embedded: Embedded, own: Sequence[int | None] = ()
    ) -> Iterator[tuple[slice, Comparison]]:
        """Compare questions that have nothing to do with each other: which, and what is found."""
        step = len(questions) if len(self._entries) <= EVERY else 1
        for start in range(0, len(questions), max(1, step)):
            part = slice(start, start + step)
            rows = np.arange(len(questions))[part]
            yield part, self.compare(questions[part], embedded.taken(rows), own[part])

    def _likely(
        self, found: Found, vectors: Vectors, own: Sequence[int | None]
    ) -> tuple[Places, Scores | None]:
        """Find what is compared, and for how many entries each of it counts; None for one each."""
        if (total := len(self._entries)) <= EVERY:
            return np.arange(total), None
        also = np.array([it for it in own if it is not None], np.int64)
        parts = [self._lexicon.likely(found, BEST), self._dense.likely(vectors, NEAREST), also]
        is_likely = np.zeros(total, bool)
        is_likely[np.concatenate(parts)] = True
        is_compared = is_likely.copy()
        is_compared[:: max(1, total // OTHERS)] = True
        (places,) = np.nonzero(is_compared)
        likely = int(is_likely.sum())
        each = (total - likely) / max(1, len(places) - likely)
        return places, np.where(is_likely[places], 1.0, each)

    def _ranking(
        self, question: str, view: Comparison, vector: Vectors, views: Comparison | None = None
    ) -> Ranking:
        fused, places = view.fused[0], view.places[0]
        order = np.lexsort((self._ties[places], -fused))
        entries = map(self._entries.__getitem__, places[order].tolist())
        return Ranking(
            question,
            tuple(map(Candidate, entries, fused[order].tolist())),
            view,
            order,
            lambda entry: self._dense.sentences(vector, self._by_id[entry.id]),
            views,
            language=self._language,
        )


def _put_first(view: Comparison, place: int | None) -> Comparison:
    """Lift one entry of one question above all others; with None, none."""
    if place is None:
        return view
    fused, column = view.fused.copy(), int(np.searchsorted(view.places[0], place))
    others = np.delete(fused[0], column).max(initial=0.0)
    fused[0, column] = max(fused[0, column], others + 1)
    return replace(view, fused=fused)
