"""Near copies: evaluation questions whose words the corpus nearly holds; they test copying."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from faqbot.corpus.entry import Corpus
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold, wording_key

SIZE = 12
"""Characters of a run, spaces left out."""
MOST = 0.6
"""Share of a question's runs that may stand in one text of the corpus."""


def grams(text: str) -> frozenset[str]:
    """Cut a text into all its overlapping runs of `SIZE` folded characters, spaces left out."""
    folded = fold(text).replace(" ", "")
    return frozenset(folded[start : start + SIZE] for start in range(len(folded) - SIZE + 1))


class CorpusTexts:
    """The texts that a question may not copy, each with the name of where it stands."""

    def __init__(self) -> None:
        self._wordings: dict[str, str] = {}
        self._places: list[str] = []
        self._holders: defaultdict[str, list[int]] = defaultdict(list)

    @classmethod
    def of(cls, corpus: Corpus) -> CorpusTexts:
        """Take all texts of a corpus: wordings, answers and subjects out of scope."""
        texts = cls()
        for entry in corpus.entries:
            for wording in entry.wordings:
                texts.add_wording(wording, entry.id)
            texts.add_answer(to_text(entry.answer), entry.id)
        for subject in corpus.out_of_scope:
            for example in subject.examples:
                texts.add_wording(example, subject.id)
        return texts

    def add_wording(self, text: str, place: str) -> None:
        """Add a way to ask: a question, a variant or an example of an entry or a subject."""
        self._wordings.setdefault(wording_key(text), place)
        self.add_answer(text, place)

    def add_answer(self, text: str, place: str) -> None:
        """Add a text that nobody asks: an answer, as plain text."""
        for gram in grams(text):
            self._holders[gram].append(len(self._places))
        self._places.append(place)

    def place_of(self, text: str) -> str | None:
        """Name the entry or subject that holds a question, folded; None when none does."""
        return self._wordings.get(wording_key(text))

    def near_copy(self, text: str) -> tuple[str, float] | None:
        """Find the text that a question is nearly a copy of.

        A few key words are bound to stand in a longer text, so that a question with fewer than
        `SIZE` runs is never called a copy.

        Returns:
            The entry or subject, and the share of the question's runs that its text holds; None
            when no text holds more than `MOST` of them.
        """
        own = grams(text)
        shared = Counter(number for gram in own for number in self._holders.get(gram, ()))
        if len(own) < SIZE or not shared:
            return None
        number, count = shared.most_common(1)[0]
        share = count / len(own)
        return (self._places[number], share) if share > MOST else None


class Questions:
    """Evaluation questions that no new text of the corpus may give away."""

    def __init__(self, questions: Iterable[tuple[str, str]]) -> None:
        self._sizes: dict[str, int] = {}
        self._exact: dict[str, str] = {}
        self._holders: defaultdict[str, list[str]] = defaultdict(list)
        for identifier, text in questions:
            self.add(identifier, text)

    def add(self, identifier: str, text: str) -> None:
        """Add a question by its id."""
        own = grams(text)
        self._exact.setdefault(wording_key(text), identifier)
        self._sizes[identifier] = len(own)
        for gram in own:
            self._holders[gram].append(identifier)

    def same(self, text: str) -> str | None:
        """Find the id of a question in the same words as a text that is to enter the corpus."""
        return self._exact.get(wording_key(text))

    def copied_by(self, text: str) -> str | None:
        """Find the id of a question that would be a near copy of such a text."""
        shared = Counter(found for gram in grams(text) for found in self._holders.get(gram, ()))
        for identifier, count in shared.most_common():
            size = self._sizes[identifier]
            if size >= SIZE and count / size > MOST:
                return identifier
        return None
