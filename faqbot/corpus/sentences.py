"""Cut French prose into sentences, by rules a reader can follow.

They are what can be pointed at in an answer, and what a passage that is too long is cut into.
"""

from __future__ import annotations

import re

from faqbot.vocabulary import Span

_ABBREVIATIONS = {"m", "mm", "mme", "dr", "pr", "art", "cf", "ex", "p", "pp", "n°", "env", "réf"}
_BOUNDARY = re.compile(r"(?<=[.!?…])(?P<close>[»”\")\]]*)\s+(?=[«“\"(\[]?\s?[A-ZÀ-ÖØ-Þ0-9])")


def split_sentences(text: str) -> list[str]:
    """Cut a paragraph of plain text into sentences.

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


def sentence_spans(text: str) -> list[Span]:
    """Find the sentences and list items of a text, line by line.

    Args:
        text: Plain text as `to_text` renders it, one block a line.

    Returns:
        Their spans, in order, without the space between them; a list item's marker belongs to
        its first sentence.
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        position = start
        for sentence in split_sentences(line):
            begin = text.index(sentence, position)
            position = begin + len(sentence)
            spans.append((begin, position))
        start += len(line) + 1
    return spans
