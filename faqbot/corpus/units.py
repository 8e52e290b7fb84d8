"""Cut an answer's plain text into what can be pointed at: sentences and list items."""

from __future__ import annotations

from faqbot.corpus.sentences import split_sentences
from faqbot.vocabulary import Span


def units_of(text: str) -> list[Span]:
    """Find the sentences of a text, line by line.

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
