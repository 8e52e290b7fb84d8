"""Terms that lexical retrieval counts: stems of content words, and pieces of words.

Stems (Snowball's French stemmer) match « renouveler » with « renouvellement »; character n-grams
match what is misspelt, cut short or glued together. Both work on folded text, so accents and
capitals never matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from faqbot.corpus.text import fold

GRAM_SIZES = (3, 4, 5)
"""Lengths of the pieces, in characters, the spaces around a word included."""

_FRENCH = (
    "a ai as au aux avec avez avons c ca ce ces cet cette comment d dans de des donc du elle elles"
    " en est et etes etre eu il ils j je l la le les leur leurs lui m ma mais me mes moi mon n ne"
    " nos notre nous on ont ou par pas plus pour qu quand que quel quelle quelles quels qui quoi s"
    " sa sans se ses si sommes son sont sur t ta te tes toi ton tu un une vos votre vous y"
)
_ENGLISH = (
    "am an and are at be been by can do does for from get had has have how i if in is it its my no"
    " not of or our should that the their there they this to us was we what when where which who"
    " why will with would you your"
)
_TYPED_FAST = (
    "bjr cb cest cst ct ds est fau fo jai jsuis kan kand ke keske kel kelle kels ki koi ns pk pkoi"
    " pourkoi pr prq slt stp svp tt vs ya"
)
STOP_WORDS = frozenset(f"{_FRENCH} {_ENGLISH} {_TYPED_FAST}".split())
"""Folded words that say nothing of the subject. « Combien » and « qui » differ: the former asks
for a number, which few entries give, so it stays."""


def content_words(text: str) -> list[str]:
    """Cut a text into folded words without stop words, in order, repetitions kept."""
    return without_stop_words(fold(text).split())


def without_stop_words(words: Iterable[str]) -> list[str]:
    """Leave out folded words that say nothing of the subject."""
    return [word for word in words if word not in STOP_WORDS]


def stems(words: Iterable[str]) -> list[str]:
    """Reduce folded words to their stems, one a word."""
    return [_stem(word) for word in words]


def grams(words: Iterable[str]) -> list[str]:
    """Cut folded words, each with a space on both sides, into all pieces of `GRAM_SIZES`."""
    return [piece for word in words for piece in _grams(word)]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french", 0)  # no cache of its own: it is not safe between threads


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=65536)
def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[start : start + size]
        for size in GRAM_SIZES
        for start in range(len(padded) - size + 1)
    )
