"""What lexical retrieval must know of the language in which an FAQ is written.

French is what faqbot was made for. English has its stemmer and its stop words, some other languages
their stemmer; in the rest words are compared as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Sounds: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class Language:
    """How words of one language are read."""

    stemmer: str | None
    """Snowball's name of it; None: a word is its own stem."""
    stop_words: frozenset[str] = frozenset()
    """Folded words that say nothing of the subject."""
    sounds: Sounds = ()
    """Spellings of one sound, each with what stands for it, in the order in which they are
    replaced; empty: no two spellings sound alike."""


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
_FRENCH_TYPED_FAST = (
    "bjr cb cest cst ct ds est fau fo jai jsuis kan kand ke keske kel kelle kels ki koi ns pk pkoi"
    " pourkoi pr prq slt stp svp tt vs ya"
)
_ENGLISH_ONLY = (
    "a about also any as because being but could d did didn doesn doing don done he her here him"
    " his into just let ll m may me might mine must need on once re s shall she so some such t"
    " than them then these those too ve want were won yours cant dont im ive pls plz u ur whats"
)

# Not a phonetic alphabet: only what people who write French by ear exchange, most specific first.
_FRENCH_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"),
        ("qu|q|[ck][ksc]|x|c(?=[aoulrtk]|$)", "k"),
        ("ç|ss|sc(?=[ei])|c(?=[eiy])|t(?=ion)", "s"),
        ("h", ""),
        ("eau|au", "o"),
        ("ai|ei|er$|ez$|ees?$|es$|e$", "e"),
        ("y", "i"),
        ("z", "s"),
        (r"(.)\1", r"\1"),
        ("(?:ent|s|t|d|e)$", ""),
    )
)

FRENCH = Language(
    "french",
    # English ones as well: people ask a French FAQ in English.
    frozenset(f"{_FRENCH} {_ENGLISH} {_FRENCH_TYPED_FAST}".split()),
    _FRENCH_SOUNDS,
)
"""« Combien » and « qui » differ: the former asks for a number, which few entries give, so it is
no stop word."""
ENGLISH = Language("english", frozenset(f"{_ENGLISH} {_ENGLISH_ONLY}".split()))
_STEMMERS: Mapping[str, str] = {
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}


def language_of(tag: str) -> Language:
    """Find what is known of a language by its BCP 47 tag, such as ``fr`` or ``en-GB``."""
    code = tag.split("-")[0].lower()
    known = {"fr": FRENCH, "en": ENGLISH}
    return known.get(code) or Language(_STEMMERS.get(code))
