"""Glossary expansion, both ways: who writes « ELU » and who writes it out find the same.

Only what the wordings do not know is put in other words. Where they hold both forms anyway,
expanding only adds common words (« Santé », « Connect ») that match too much: on dev that cost
nearly a point of Success@1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from faqbot.corpus.entry import GlossaryTerm
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.words import content_words, without_stop_words


class Glossary:
    """Acronyms and what they stand for, as folded words."""

    def __init__(self, terms: Iterable[GlossaryTerm], language: Language = FRENCH) -> None:
        self._language = language
        pairs = [
            (self._words(term.acronym), self._words(expansion))
            for term in terms
            for expansion in term.expansions
        ]
        self._pairs = [(short, long) for short, long in pairs if short and long]
        self.words = frozenset(word for pair in self._pairs for side in pair for word in side)
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
        for pair in self._pairs:
            for written, other in (pair, pair[::-1]):
                if _stands_in(written, content) and not all(map(knows, written)):
                    added += other
        return [word for word in dict.fromkeys(added) if word not in present]

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(content_words(text, self._language))


def _stands_in(part: tuple[str, ...], content: Sequence[str]) -> bool:
    size = len(part)
    return any(
        tuple(content[start : start + size]) == part for start in range(len(content) - size + 1)
    )
