"""Questions of the FAQ that match what is being typed."""

from __future__ import annotations

from collections.abc import Set

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.text import fold


class Suggester:
    """Questions of the FAQ that match what is being typed.

    Words are compared, not vectors: a half-typed word has no meaning to embed yet, and an answer
    is wanted at each keystroke.

    Args:
        corpus: The corpus whose questions are suggested; its glossary says what acronyms stand for.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._glossary = {
            fold(term.acronym): _words(" ".join(term.expansions)) for term in corpus.glossary
        }
        self._entries = [
            (entry, _words(entry.question), _words(" ".join(entry.variants)))
            for entry in corpus.entries
        ]

    def suggest(self, typed: str, limit: int, themes: Set[str] = frozenset()) -> list[Entry]:
        """Find the questions that hold every typed word, the last one perhaps unfinished.

        Args:
            typed: What stands in the question box.
            limit: How many at most.
            themes: Ids of the themes to keep to; empty for all.

        Returns:
            Entries; those whose shown question matches come before those where only a variant
            does, then in corpus order.
        """
        typed_words = [word for word in fold(typed).split() if len(word) > 1]
        if not typed_words:
            return []
        ranked = []
        for position, (entry, shown, hidden) in enumerate(self._entries):
            if themes and entry.theme not in themes:
                continue
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
