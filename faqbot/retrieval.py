"""From a question to ranked entries: passages vote, the best few of each entry count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold
from faqbot.embedding.encoder import Embedder
from faqbot.index.passages import Passage
from faqbot.index.store import PassageIndex
from faqbot.index.vectors import Neighbour

BEST_PASSAGES = 3
"""How many passages of an entry make its score. One is easily misled by a single variant: on the
dev split the right entry came first for 79 % of the questions with one, 84 % with three."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question."""

    entry: Entry
    score: float
    """Mean cosine similarity of the entry's best passages with the question, in [-1, 1]; higher
    is better."""
    passage: Passage
    """The best passage: why this entry was found."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Dense retrieval over a corpus: one embedding of the question, one exact search."""

    corpus: Corpus
    index: PassageIndex
    embedder: Embedder

    def retrieve(self, question: str, k: int) -> list[Candidate]:
        """Rank the entries for a question.

        Args:
            question: A clean question.
            k: How many entries at most.

        Returns:
            The entries by the mean of their `BEST_PASSAGES` best passages (or of all, if they
            have fewer), best first, ties in the order of ids.
        """
        (neighbours,) = self.index.vectors.search(
            self.embedder.embed_queries([question]), len(self.index.vectors)
        )
        best: dict[str, list[Neighbour]] = {}
        for neighbour in neighbours:  # best first
            of_entry = best.setdefault(self.index.passages[neighbour.id].entry_id, [])
            if len(of_entry) < BEST_PASSAGES:
                of_entry.append(neighbour)
        candidates = (
            Candidate(
                self.corpus.by_id[entry_id],
                fmean(neighbour.score for neighbour in of_entry),
                self.index.passages[of_entry[0].id],
            )
            for entry_id, of_entry in best.items()
        )
        return sorted(candidates, key=lambda found: (-found.score, found.entry.id))[:k]


class EntryRetriever(BaseRetriever):
    """The retriever as LangChain's `BaseRetriever`: whole entries as documents."""

    retrieve: Callable[[str, int], list[Candidate]]
    """`Retriever.retrieve`, or anything that ranks entries for a question."""
    k: int = 3
    """How many entries at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [
            Document(
                id=found.entry.id,
                page_content=to_text(found.entry.answer),
                metadata={
                    "question": found.entry.question,
                    "theme": found.entry.theme,
                    "score": found.score,
                    "source": found.entry.provenance.source_url,
                },
            )
            for found in self.retrieve(query, self.k if k is None else k)
        ]


class Suggester:
    """Questions of the FAQ that match what is being typed.

    Words are compared, not vectors: a half-typed word has no meaning to embed yet, and an answer
    is wanted at each keystroke.

    Args:
        corpus: The corpus whose questions are suggested.
        glossary: Folded acronym to the folded words it stands for.
    """

    def __init__(self, corpus: Corpus, glossary: Mapping[str, frozenset[str]]) -> None:
        self._glossary = glossary
        self._entries = [
            (entry, _words(entry.question), _words(" ".join(entry.variants)))
            for entry in corpus.entries
        ]

    @classmethod
    def of(cls, corpus: Corpus) -> Suggester:
        """Make a suggester that knows the corpus's own glossary.

        Args:
            corpus: The corpus.

        Returns:
            The suggester.
        """
        return cls(
            corpus,
            {fold(term.acronym): _words(" ".join(term.expansions)) for term in corpus.glossary},
        )

    def suggest(self, typed: str, limit: int) -> list[Entry]:
        """Find the questions that hold every typed word, the last one perhaps unfinished.

        Args:
            typed: What stands in the question box.
            limit: How many at most.

        Returns:
            Entries; those whose shown question matches come before those where only a variant
            does, then in corpus order.
        """
        typed_words = [word for word in fold(typed).split() if len(word) > 1]
        if not typed_words:
            return []
        ranked = []
        for position, (entry, shown, hidden) in enumerate(self._entries):
            in_question = all(self._matches(word, shown) for word in typed_words)
            if in_question or all(self._matches(word, shown | hidden) for word in typed_words):
                ranked.append((not in_question, position, entry))
        return [entry for _, _, entry in sorted(ranked, key=lambda row: row[:2])[:limit]]

    def _matches(self, typed: str, words: frozenset[str]) -> bool:
        if any(word.startswith(typed) for word in words):
            return True
        expansion = self._glossary.get(typed)
        return expansion is not None and expansion <= words


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())
