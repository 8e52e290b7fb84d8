"""Repair of misspelt words by the corpus's own vocabulary.

A general dictionary would « correct » the trade's words away; the corpus's own words are the only
ones that can match anyway. A word is replaced when it sounds like a known one (« proksi »,
« abilitation »), or is a keystroke or two away from it (Damerau–Levenshtein distance).

Repair is shy: each wrong one makes a strange question look familiar (« tarte » is one letter away
from « carte »). Looser limits cost more on dev than they gained.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from faqbot.retrieval.language import FRENCH, Language

SHORTEST = 6
"""Shorter words are left alone: too many differ by one letter only."""
LONG = 10
"""From this length on a word may be two keystrokes away, below only one."""
TRUSTED = 3
"""A word of the corpus counts as well spelt from this many wordings on: wordings that imitate
typing errors must not teach them."""


def sound(word: str, language: Language = FRENCH) -> str:
    """Reduce a folded word to a key that words share when the ear may confuse them."""
    for pattern, replacement in language.sounds:
        word = pattern.sub(replacement, word)
    return word


class Speller:
    """Repairs words.

    Args:
        texts: The folded words of each wording that teaches spellings.
        trusted: Folded words that are spelt rightly, however rare.
        language: Which spellings sound alike.
    """

    def __init__(
        self,
        texts: Iterable[Iterable[str]],
        trusted: Iterable[str] = (),
        language: Language = FRENCH,
    ) -> None:
        self._language = language
        counts = Counter(word for words in texts for word in set(words))
        counts.update({word: TRUSTED for word in trusted})
        self._counts = {word: count for word, count in counts.items() if count >= TRUSTED}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if len(word) >= SHORTEST - 1:
                self._by_sound[sound(word, language)].append(word)
                self._by_letter[word[0]].append(word)
        self._repair = lru_cache(maxsize=4096)(self._find)

    def repair(self, word: str) -> str:
        """Repair one folded word.

        Returns:
            The word itself when it is known, short, a number or like nothing known; else the
            known word that sounds the same, or the nearest one with the same first letter,
            frequent words first.
        """
        return self._repair(word)

    def _find(self, word: str) -> str:
        if word in self._counts or len(word) < SHORTEST or word.isdigit():
            return word
        if alike := self._by_sound.get(sound(word, self._language)):
            return min(alike, key=self._preference)
        reach = 2 if len(word) >= LONG else 1
        offered = self._by_letter.get(word[0], ())  # slips rarely touch the first letter
        near = process.extract(
            word, offered, scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=None
        )
        if not near:
            return word
        return min(near, key=lambda found: (found[1], self._preference(found[0])))[0]

    def _preference(self, word: str) -> tuple[int, str]:
        return -self._counts[word], word
