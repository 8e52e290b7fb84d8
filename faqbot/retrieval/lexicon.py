"""All that lexical retrieval knows of a corpus, and the question as it reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from faqbot.corpus.entry import Corpus
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold
from faqbot.retrieval.bm25 import Bm25, Coverage
from faqbot.retrieval.glossary import Glossary
from faqbot.retrieval.language import language_of
from faqbot.retrieval.ranking import Outside, Scores
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.words import grams, stems, without_stop_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which helps are used when a question is read; ``eval/README.md`` says what each brings."""

    repair: bool = True
    """Misspelt words are repaired."""
    glossary: bool = True
    """Acronyms and what they stand for are both looked for."""


@dataclass(frozen=True, slots=True)
class LexicalMatch:
    """What the words of one question say of all entries."""

    words: Scores
    """BM25 of stems."""
    grams: Scores
    """BM25 of character n-grams."""
    coverage: Scores
    """Share of the question that each entry holds, its answer included."""
    outside: Outside
    terms: int
    """Distinct stems of content words."""
    unknown: float
    """Share of these that stand nowhere in the corpus."""


class Lexicon:
    """Lexical retrieval over the wordings of entries and of subjects out of scope.

    Only wordings are scored (question and variants): an answer's many words match many questions
    that it does not reply to. They count for coverage, though.

    Args:
        corpus: The corpus.
        reading: Which helps are used.
    """

    def __init__(self, corpus: Corpus, reading: Reading | None = None) -> None:
        self._reading = reading or Reading()
        self._language = language_of(corpus.language)
        self._entries = len(corpus.entries)
        wordings = [
            *((entry.question, *entry.variants) for entry in corpus.entries),
            *(subject.examples for subject in corpus.out_of_scope),
        ]
        # Folded once: thousands of wordings feed four structures.
        folded = [[_split(text) for text in texts] for texts in wordings]
        answers = [_split(to_text(entry.answer)) for entry in corpus.entries]
        documents = [list(chain.from_iterable(texts)) for texts in folded]
        terms = [self._terms(words) for words in documents]
        self._words = Bm25(terms)
        self._grams = Bm25([grams(words) for words in documents])
        self._coverage = Coverage(
            [[*known, *self._terms(answer)] for known, answer in zip(terms, answers, strict=False)]
        )
        self._glossary = Glossary(corpus.glossary, self._language)
        self._known_words = frozenset(chain.from_iterable(documents[: self._entries]))
        taught = chain(chain.from_iterable(folded), answers)
        self._speller = Speller(taught, self._glossary.words, self._language)

    def match(self, question: str) -> LexicalMatch:
        """Compare the words of a question with all entries."""
        words = _split(question)
        if self._reading.repair:
            words = [self._speller.repair(word) for word in words]
        asked = self._terms(words)
        if self._reading.glossary:
            words += self._glossary.expand(words, self._known_words.__contains__)
        terms = self._terms(words)
        by_words, by_grams = self._words.scores(terms), self._grams.scores(grams(words))
        distinct = set(asked)
        strange = sum(not self._coverage.knows(term) for term in distinct)
        return LexicalMatch(
            words=by_words[: self._entries],
            grams=by_grams[: self._entries],
            coverage=self._coverage.shares(asked),
            outside=Outside(
                words=float(by_words[self._entries :].max(initial=0.0)),
                grams=float(by_grams[self._entries :].max(initial=0.0)),
            ),
            terms=len(distinct),
            unknown=strange / len(distinct) if distinct else 1.0,
        )

    def _terms(self, words: Iterable[str]) -> list[str]:
        return stems(without_stop_words(words, self._language), self._language)


def _split(text: str) -> list[str]:
    return fold(text).split()
