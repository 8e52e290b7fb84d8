"""Questions of the FAQ that hold what is being typed."""

from __future__ import annotations

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.text import fold


class Suggester:
    """Questions of the FAQ that hold what is being typed, half a word included.

    Args:
        corpus: The corpus whose questions are suggested; its glossary says what acronyms stand for.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._glossary = {
            fold(term.acronym): fold(" ".join(term.expansions)).split() for term in corpus.glossary
        }
        # As one text, in which a look-up is fast; sets of words took eight times the memory.
        self._entries = [
            (entry, f" {' '.join((fold(entry.id), *entry.keys))} ") for entry in corpus.entries
        ]

    def matching(self, typed: str) -> list[Entry]:
        """Find the entries one of whose wordings, or id, holds each typed word or its beginning.

        Returns:
            Entries in corpus order; none before a word has two letters.
        """
        typed_words = [word for word in fold(typed).split() if len(word) > 1]
        if not typed_words:
            return []
        return [
            entry
            for entry, words in self._entries
            if all(self._matches(word, words) for word in typed_words)
        ]

    def _matches(self, typed: str, words: str) -> bool:
        expansion = self._glossary.get(typed)
        return f" {typed}" in words or (
            expansion is not None and all(f" {word} " in words for word in expansion)
        )
