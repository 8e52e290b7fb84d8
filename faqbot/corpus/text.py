"""Compare and clean text: one definition of "the same wording" for the whole project."""

from __future__ import annotations

import re
import unicodedata

_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


def fold_space(text: str) -> str:
    """Fold every run of white space, no-break spaces included, into one space; none at the ends."""
    return re.sub(r"\s+", " ", text).strip()


def fold(text: str) -> str:
    """Reduce a wording to what matters when two are compared.

    Returns:
        Lower-case letters and digits without accents, words separated by one space;
        punctuation is gone.
    """
    lower = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", lower))
    if not plain.isascii():  # other marks than those of Latin letters, looked for one by one
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
    visible = "".join(
        char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return fold_space(visible)
