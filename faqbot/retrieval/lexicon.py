"""All that lexical retrieval knows of a corpus, and questions as it reads them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from operator import attrgetter

import numpy as np

from faqbot.corpus.entry import Corpus
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold
from faqbot.retrieval.bm25 import Counts, Ids, Places, Postings, Scores, Table, bm25, rarity
from faqbot.retrieval.glossary import Glossary
from faqbot.retrieval.language import Language, language_of
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.words import grams, stems, without_stop_words

_TINY = 1e-9
_NONE: Ids = np.zeros(0, np.int32)

ANSWER = 0.5
"""Weight of BM25 over answers beside that over wordings: an answer's many words match many
questions that it does not reply to, but an FAQ with few wordings has little else."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the words of n questions find in all documents: entries, then subjects out of scope."""

    words: Table
    """(n, documents) BM25 of stems."""
    grams: Table
    """(n, documents) BM25 of character n-grams."""
    asked: Sequence[Ids]
    """Distinct stems of content words, before acronyms are expanded; -1 for an unknown one."""


@dataclass(frozen=True, slots=True, eq=False)
class LexicalMatch:
    """What the words of n questions say of all m entries."""

    words: Table
    """(n, m) BM25 of stems."""
    grams: Table
    """(n, m) BM25 of character n-grams."""
    coverage: Table
    """(n, m) share of the question that each entry holds, its answer included."""
    outside_words: Scores
    """(n,) highest BM25 of stems over the subjects out of scope; 0 without any."""
    outside_grams: Scores
    """(n,) highest BM25 of character n-grams over these."""
    outside_coverage: Scores
    """(n,) highest share of the question that one of these holds."""
    terms: Scores
    """(n,) distinct stems of content words."""
    unknown: Scores
    """(n,) share of these that stand nowhere in the corpus; 1 without any."""


@dataclass(frozen=True, slots=True)
class _Text:
    words: tuple[str, ...]
    stems: Ids
    grams: Ids


class Vocabulary:
    """Numbers for the terms of texts, which are read once however many lexicons hold them.

    It grows with what is read into it; questions are looked up and leave no trace.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._stems: dict[str, int] = {}
        self._grams: dict[str, int] = {}
        self._words: dict[str, tuple[Ids, Ids]] = {}
        self._read: dict[str, _Text] = {}

    def read(self, text: str) -> _Text:
        """Read a text of the corpus."""
        found = self._read.get(text)
        if found is None:
            words = tuple(map(sys.intern, fold(text).split()))
            terms, pieces = zip(*map(self._taught, words), strict=True) if words else ((), ())
            found = _Text(words, np.concatenate([_NONE, *terms]), np.concatenate([_NONE, *pieces]))
            self._read[text] = found
        return found

    def forget_texts(self) -> None:
        """Keep the numbers alone: questions are looked up, and no text is read again."""
        self._words.clear()
        self._read.clear()

    def look_up(self, words: Sequence[str]) -> _Text:
        """Read folded words, passing over terms that no text has."""
        return _Text(
            tuple(words),
            _known(self.terms(words), self._stems),
            _known(grams(words), self._grams),
        )

    def numbers(self, terms: Iterable[str]) -> Ids:
        """Look up stems; -1 for those that no text has."""
        return np.array([self._stems.get(term, -1) for term in terms], dtype=np.int32)

    def terms(self, words: Iterable[str]) -> list[str]:
        """Stem the words that say something of the subject."""
        return stems(without_stop_words(words, self.language), self.language)

    def __len__(self) -> int:
        return len(self._stems)

    def _taught(self, word: str) -> tuple[Ids, Ids]:
        """Number the stem and the pieces of a folded word: a corpus has far fewer than places."""
        found = self._words.get(word)
        if found is None:
            found = _numbers(self.terms([word]), self._stems), _numbers(grams([word]), self._grams)
            self._words[word] = found
        return found


class Lexicon:
    """Lexical retrieval over the wordings of entries and of subjects out of scope.

    Args:
        corpus: The corpus.
        vocabulary: Shared with lexicons of other parts of the same corpus; a new one by default.
    """

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary | None = None) -> None:
        self._vocabulary = (
            Vocabulary(language_of(corpus.language)) if vocabulary is None else vocabulary
        )
        self._entries = len(corpus.entries)
        read = self._vocabulary.read
        wordings = [
            *([read(text) for text in entry.wordings] for entry in corpus.entries),
            *([read(text) for text in subject.examples] for subject in corpus.out_of_scope),
        ]
        answers = [read(to_text(entry.answer)) for entry in corpus.entries]
        self._words = _field(wordings, answers, attrgetter("stems"))
        self._grams = _field(wordings, answers, attrgetter("grams"))
        self._coverage = _Coverage(wordings, answers, len(self._vocabulary))
        self._glossary = Glossary(corpus.glossary, self._vocabulary.language)
        ours = chain.from_iterable(wordings[: self._entries])
        self._known_words = frozenset(word for text in ours for word in text.words)
        taught = (text.words for text in chain(chain.from_iterable(wordings), answers))
        self._speller = Speller(taught, self._glossary.words, self._vocabulary.language)
        if vocabulary is None:
            self._vocabulary.forget_texts()

    def search(self, questions: Sequence[str]) -> Found:
        """Find the words of n questions."""
        repair, known = self._speller.repair, self._known_words.__contains__
        plain = [[*map(repair, fold(question).split())] for question in questions]
        asked = [sorted({*self._vocabulary.terms(words)}) for words in plain]
        expanded = (words + self._glossary.expand(words, known) for words in plain)
        read = [self._vocabulary.look_up(words) for words in expanded]
        return Found(
            self._words.sums([self._words.rarest(it.stems) for it in read]),
            self._grams.sums([self._grams.rarest(it.grams) for it in read]),
            [self._vocabulary.numbers(terms) for terms in asked],
        )

    def likely(self, found: Found, count: int) -> Places:
        """Choose the entries that score best by words, and by pieces of words, so many of each."""
        best = []
        for scores in (*found.words, *found.grams):
            (held,) = np.nonzero(scores[: self._entries])
            if len(held) > count:
                held = held[np.argpartition(scores[held], -count)[-count:]]
            best.append(held)
        return np.concatenate(best)

    def match(self, found: Found, places: Places) -> LexicalMatch:
        """Say of some entries all that the words do."""
        documents = np.append(places, np.arange(self._entries, found.words.shape[1]))
        words, grams, m = found.words[:, documents], found.grams[:, documents], len(places)
        coverage, unknown = self._coverage.compare(found.asked)
        coverage = coverage[:, documents]
        return LexicalMatch(
            words=words[:, :m],
            grams=grams[:, :m],
            coverage=coverage[:, :m],
            outside_words=words[:, m:].max(axis=1, initial=0.0),
            outside_grams=grams[:, m:].max(axis=1, initial=0.0),
            outside_coverage=coverage[:, m:].max(axis=1, initial=0.0),
            terms=np.array([len(terms) for terms in found.asked], dtype=np.float64),
            unknown=unknown,
        )


def _field(
    wordings: Sequence[Sequence[_Text]], answers: Sequence[_Text], terms: Callable[[_Text], Ids]
) -> Postings:
    """BM25 over the terms of wordings, one document an entry or subject, and of answers."""
    asked, replied = ([[*map(terms, it)] for it in texts] for texts in (wordings, zip(answers)))
    return bm25(Counts.of(asked)).plus(bm25(Counts.of(replied)), ANSWER)


class _Coverage:
    """How much of what questions say stands in documents.

    Rare terms count more; those that stand nowhere count most.
    """

    def __init__(
        self,
        wordings: Sequence[Sequence[_Text]],
        answers: Sequence[_Text],
        terms: int,
    ) -> None:
        answered = zip_longest(wordings, ([it] for it in answers), fillvalue=())
        held = Counts.of([[it.stems for it in (*one, *more)] for one, more in answered])
        # One more at the end, where -1 finds it: what stands nowhere.
        nowhere = np.log(1 + (held.size + 0.5) / 0.5)
        self._rarity = np.append(rarity(held, terms), nowhere)
        self._held = np.append(held.frequencies(terms) > 0, False)
        self._documents = Postings(held, np.broadcast_to(1.0, len(held.terms)))

    def compare(self, questions: Sequence[Ids]) -> tuple[Table, Scores]:
        """Compare questions, given as distinct terms, -1 for an unknown one.

        Returns:
            (n, documents) the share of each that a document holds, and (n,) the share of terms
            that stand nowhere.
        """
        # The vocabulary may have grown since, with what other parts of the corpus hold.
        known = [np.where(terms < len(self._rarity) - 1, terms, -1) for terms in questions]
        weights = [self._rarity[terms] for terms in known]
        totals = np.array([max(weight.sum(), _TINY) for weight in weights])[:, None]
        unknown = [1 - self._held[terms].mean() if len(terms) else 1.0 for terms in known]
        return self._documents.sums(known, weights) / totals, np.array(unknown)


def _numbers(terms: Sequence[str], known: dict[str, int]) -> Ids:
    return np.array([known.setdefault(term, len(known)) for term in terms], dtype=np.int32)


def _known(terms: Sequence[str], known: dict[str, int]) -> Ids:
    return np.array([known[term] for term in terms if term in known], dtype=np.int32)
