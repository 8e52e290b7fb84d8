"""Glossary expansion, both ways: who writes « ELU » and who writes it out find the same.

Only what the wordings do not know is put in other words. Where they hold both forms anyway,
expanding only adds common words (« Santé », « Connect ») that match too much: on dev that cost
nearly a point of Success@1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from faqbot.corpus.entry import GlossaryTerm
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.words import content_words, without_stop_words

_Words: TypeAlias = tuple[str, ...]


class Glossary:
    """Acronyms and what they stand for, as folded words."""

    def __init__(self, terms: Iterable[GlossaryTerm], language: Language = FRENCH) -> None:
        self._language = language
        pairs = [
            (self._words(term.acronym), self._words(expansion))
            for term in terms
            for expansion in term.expansions
        ]
        pairs = [(short, long) for short, long in pairs if short and long]
        # Most words of a question begin nothing in the glossary: they cost one look-up each.
        self._by_first: defaultdict[str, list[tuple[_Words, _Words]]] = defaultdict(list)
        for written, other in (way for pair in pairs for way in (pair, pair[::-1])):
            self._by_first[written[0]].append((written, other))
        self.words = frozenset(word for pair in pairs for side in pair for word in side)
        """Every word of the glossary: spelt rightly, whatever the entries say."""

    def expand(self, words: Sequence[str], knows: Callable[[str], bool]) -> list[str]:
        """Say in other words what nobody would find as it is written.

        Args:
            words: The folded words of a question.
            knows: Tells whether any wording of the corpus holds a folded word.

        Returns:
            The words of the expansion of each acronym in it, and each acronym whose expansion
            stands in it word by word, if a word of the written form is unknown; none that the
            question holds already.
        """
        present, content = set(words), without_stop_words(words, self._language)
        added: list[str] = []
        for start, first in enumerate(content):
            for written, other in self._by_first.get(first, ()):
                stands = tuple(content[start : start + len(written)]) == written
                if stands and not all(map(knows, written)):
                    added += other
        return [word for word in dict.fromkeys(added) if word not in present]

    def _words(self, text: str) -> _Words:
        return tuple(content_words(text, self._language))
