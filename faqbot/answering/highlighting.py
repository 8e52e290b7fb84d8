"""Which passage of an answer responds to the question, where one clearly does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from sys import intern

from faqbot.corpus.sentences import sentence_spans
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.words import content_words, grams
from faqbot.vocabulary import Span

LEAD = 0.05
"""How far the best passage must be ahead of the next one: no mark is better than a wrong one."""
OVERLAP = 0.3
"""Weight of shared words beside the cosine: what is asked for is often one word of a passage."""
KNOWN = 0.2
"""Weight of a word's piece that the entry's own question holds: all of the answer is about that."""


def highlights(
    question: str,
    about: str,
    text: str,
    similarities: Sequence[float],
    language: Language = FRENCH,
) -> tuple[Span, ...]:
    """Choose what to mark in an answer.

    Args:
        about: The question that the answer was written for.
        text: The answer in plain text.
        similarities: Of each of its `sentence_spans` with the question, in [-1, 1].
        language: How words are read.

    Returns:
        The span of one sentence or list item, or none: when no passage is clearly ahead, when the
        best one only introduces others (a whole list needs no pointer), when the answer is a single
        sentence, or when the similarities are not its own.
    """
    units = sentence_spans(text)
    if len(units) < 2 or len(units) != len(similarities):
        return ()
    shares = _shares(question, about, [text[start:end] for start, end in units], language)
    scores = [near + OVERLAP * share for near, share in zip(similarities, shares, strict=True)]
    best, second = sorted(range(len(units)), key=scores.__getitem__, reverse=True)[:2]
    introduces = text[slice(*units[best])].endswith(":")
    clear = scores[best] - scores[second] >= LEAD
    return (units[best],) if clear and not introduces else ()


def _shares(question: str, about: str, units: Sequence[str], language: Language) -> list[float]:
    """Say which share, in [0, 1], of the question's pieces of words each unit holds."""
    asked, subject = frozenset(grams(content_words(question, language))), _pieces(about, language)
    known, told = asked & subject, asked - subject
    whole = len(told) + KNOWN * len(known) or 1.0
    held = (_pieces(unit, language) for unit in units)
    return [(len(told & it) + KNOWN * len(known & it)) / whole for it in held]


@lru_cache(maxsize=1024)
def _pieces(text: str, language: Language) -> frozenset[str]:
    """Cut the content words of an answer's text into pieces, of which texts share most."""
    return frozenset(map(intern, grams(content_words(text, language))))
