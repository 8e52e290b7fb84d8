"""Questions that ask nothing but what an acronym stands for: the glossary answers them.

The acronym is taken out of the question; what remains must be a way of asking for a meaning, and
small words around it. One word more makes it another question, which the entries answer or not.
An acronym by itself is for the entries, too; the glossary answers what they do not.
"""

from __future__ import annotations

import re

from faqbot.answering.small_talk import strip_courtesies
from faqbot.corpus.entry import Corpus, Definition, Entry
from faqbot.corpus.text import fold

_ASKING = re.compile(
    r"\b(qu ?est ?ce ?qu?e?|kes|kesk|keske|keskece|kesako|c ?est ?(quoi|qui)|c ?k?oi|quoi|koi"
    r"|qui est"
    r"|(veut|veu|veux|veulent|vouloir|vaut) d[iy]re?s?|signi?fi?\w*|def|defini\w*|defin?tion"
    r"|designe\w*|sens|sigles?|acronymes?|abreviations?"
    r"|what (is|s|are)|whats|(stands?|short) for|mean(s|t|ing)?)\b"
)
"""Of folded text, as it is spelt in haste too."""
_FRENCH = (
    "a abrege au c ca ce cela cest correspond correspondent d de des dire donc du en est et exact"
    " exactement explication expliquer expliquez fait ici il ils j je juste k ke kel l la le les"
    " lettres me mes moi mot mots n ne nos pas peux plait pourriez pouvez qu que quel quelle quels"
    " s sais savoir se si signe stp svp t terme toutes tu un une veux voudrais vos votre vous y"
)
_ENGLISH = (
    "abbreviation acronym can definition do does exactly full in know me of please tell term that"
    " the this what you"
)
_AROUND = frozenset(f"{_FRENCH} {_ENGLISH}".split())
"""Words that may stand around: they ask for nothing else."""


class Definitions:
    """Finds the definition that a question asks for.

    Args:
        corpus: The corpus whose glossary is asked.
    """

    def __init__(self, corpus: Corpus) -> None:
        # Of « EDC » and « EDC PSC », the longer one is meant where it stands.
        terms = ((fold(found.acronym), found) for found in corpus.definitions.values())
        self._terms = sorted(
            (pair for pair in terms if pair[0]),
            key=lambda pair: -len(pair[0]),
        )
        self._own = {
            (found.id, entry.id)
            for entry in corpus.entries
            for wording in entry.wordings
            if (found := self.asked(wording))
        }

    def asked(self, question: str) -> Definition | None:
        """Find the acronym that a question asks the meaning of, and nothing else.

        Returns:
            What the glossary says of it; None for any other question, and for an acronym that
            the glossary does not hold.
        """
        text = f" {fold(question)} "
        if not _ASKING.search(text):
            return None
        for acronym, found in self._terms:
            if f" {acronym} " in text:
                return found if _asks_meaning(question, acronym) else None
        return None

    def belongs_to(self, definition: Definition, entry: Entry) -> bool:
        """Tell whether an entry is asked for this meaning too: one of its wordings does so."""
        return (definition.id, entry.id) in self._own

    def named(self, message: str) -> Definition | None:
        """Find the acronym that a message is, courtesies aside."""
        text = fold(strip_courtesies(message))
        return next((found for acronym, found in self._terms if acronym == text), None)


def _asks_meaning(question: str, acronym: str) -> bool:
    rest = f" {fold(strip_courtesies(question))} ".replace(f" {acronym} ", " ", 1)
    around, asked = _ASKING.subn(" ", rest)
    return asked > 0 and all(word in _AROUND for word in around.split())
