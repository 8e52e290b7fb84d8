"""Cut French prose into sentences, by rules a reader can follow."""

from __future__ import annotations

import re

_ABBREVIATIONS = {"m", "mm", "mme", "dr", "pr", "art", "cf", "ex", "p", "pp", "n°", "env", "réf"}
_BOUNDARY = re.compile(r"(?<=[.!?…])(?P<close>[»”\")\]]*)\s+(?=[«“\"(\[]?\s?[A-ZÀ-ÖØ-Þ0-9])")


def split_sentences(text: str) -> list[str]:
    """Cut a paragraph into sentences.

    Args:
        text: One paragraph of plain text.

    Returns:
        The sentences in order, none empty; joined by a space they give the text back, white
        space folded at the cuts.
    """
    sentences: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.end("close")
        before = text[start:end].rstrip('»”")] ').removesuffix(".")
        last_word = before.split()[-1].lstrip("(«“") if before.split() else ""
        if last_word.casefold() in _ABBREVIATIONS:
            continue
        sentences.append(text[start:end].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]
