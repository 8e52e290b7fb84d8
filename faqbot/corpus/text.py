"""Compare and clean text: one definition of "the same wording" for the whole project."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from faqbot.vocabulary import Span

EXCERPT = 90
"""Most characters of an excerpt: a line of a wide screen, two or three of a telephone."""

_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_ITEM = r"(?:- |\d+\. )"
_OTHER_THAN_LATIN = re.compile("[\u0370-\u1fff\u2070-\U0010ffff]")
"""Of text without Latin letters' marks: what may hold other marks; general punctuation does not."""


def fold_space(text: str) -> str:
    """Fold every run of white space, no-break spaces included, into one space; none at the ends."""
    return re.sub(r"\s+", " ", text).strip()


@lru_cache(maxsize=64)  # a message is read several times
def fold(text: str) -> str:
    """Reduce a wording to what matters when two are compared.

    Returns:
        Lower-case letters and digits without accents, words separated by one space;
        punctuation is gone.
    """
    # The modifier letter is an apostrophe here; the other signs are no letters anyway.
    lower = unicodedata.normalize("NFKD", text.replace("ʼ", "'")).casefold()
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", lower))
    if _OTHER_THAN_LATIN.search(plain):  # marks of other scripts, looked for one by one
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain.replace("œ", "oe").replace("æ", "ae")))


def wording_key(text: str) -> str:
    """Return what two questions share when they ask the same thing in the same words.

    Returns:
        The folded text; for a text without letters and digits, the text itself.
    """
    return fold(text) or text


def clean_input(text: str) -> str:
    """Normalise what a person typed.

    Returns:
        Unicode NFC, control and invisible format characters removed (line ends and tabs become
        spaces), white space folded.
    """
    normal = unicodedata.normalize("NFC", text)
    spaced = re.sub(r"[\r\n\t]", " ", normal)
    if spaced.isprintable():  # as nearly all are: nothing has to be looked for
        return fold_space(spaced)
    visible = "".join(
        char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return fold_space(visible)


@lru_cache(maxsize=1024)
def excerpt(text: str, spans: tuple[Span, ...] = ()) -> str:
    """Shorten the plain text of an answer to one line, so that choices can be told apart.

    Args:
        text: As `to_text` gives it.
        spans: Its passages that respond best, in order; the excerpt begins with the first.

    Returns:
        At most `EXCERPT` characters, cut between words and then ending in an ellipsis; targets of
        links and marks of lists are left out.
    """
    rest = re.sub(r" \((?:https?://|mailto:)[^\s)]*\)", "", text[spans[0][0] if spans else 0 :])
    items = re.sub(rf"(?<=\w)\n{_ITEM}", ", ", rest)
    # Not `fold_space`: the no-break spaces of French have to stay.
    line = re.sub(rf"(?:^|\n){_ITEM}|[ \n]+", " ", items).strip()
    if len(line) <= EXCERPT:
        return line
    whole_words = line[:EXCERPT].rpartition(" ")[0] or line[: EXCERPT - 1]
    return whole_words.rstrip(" ,;:.(–\u00a0\u202f") + "…"
