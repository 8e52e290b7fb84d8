"""Terms that lexical retrieval counts: stems of content words, and pieces of words.

Stems (Snowball's stemmers) match « renouveler » with « renouvellement »; character n-grams match
what is misspelt, cut short or glued together. Both work on folded text, so accents and capitals
never matter. A language that is not named is French.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from faqbot.corpus.text import fold
from faqbot.retrieval.language import FRENCH, Language

GRAM_SIZES = (3, 4, 5)
"""Lengths of the pieces, in characters, the spaces around a word included."""


def content_words(text: str, language: Language = FRENCH) -> list[str]:
    """Cut a text into folded words without stop words, in order, repetitions kept."""
    return without_stop_words(fold(text).split(), language)


def without_stop_words(words: Iterable[str], language: Language = FRENCH) -> list[str]:
    """Leave out folded words that say nothing of the subject."""
    return [word for word in words if word not in language.stop_words]


def stems(words: Iterable[str], language: Language = FRENCH) -> list[str]:
    """Reduce folded words to their stems, one a word."""
    name = language.stemmer
    return [_stem(name, word) for word in words] if name else list(words)


def grams(words: Iterable[str]) -> list[str]:
    """Cut folded words, each with a space on both sides, into all pieces of `GRAM_SIZES`."""
    return [piece for word in words for piece in _grams(word)]


@lru_cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name, 0)  # no cache of its own: it is not safe between threads


@lru_cache(maxsize=4096)
def _stem(name: str, word: str) -> str:
    return str(_stemmer(name).stemWord(word))


@lru_cache(maxsize=512)
def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[start : start + size]
        for size in GRAM_SIZES
        for start in range(len(padded) - size + 1)
    )
