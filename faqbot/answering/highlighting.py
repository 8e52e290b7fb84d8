"""Which sentences of an answer respond to the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

from faqbot.corpus.sentences import sentence_spans
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.words import content_words, stems
from faqbot.vocabulary import Span

OVERLAP = 0.6
"""Weight of shared words beside the cosine: what is asked for is often a word, « obligatoire »."""
NEAR = 0.12
"""A sentence this close to the best one is marked too."""


def highlights(
    question: str, text: str, similarities: Sequence[float], language: Language = FRENCH
) -> tuple[Span, ...]:
    """Choose what to mark in an answer.

    Args:
        text: The answer in plain text.
        similarities: Of each of its `sentence_spans` with the question, in [-1, 1].
        language: How the words of both are read.

    Returns:
        Spans of at most half of the sentences, in order, neighbours joined; none when the answer
        is a single sentence, which needs no pointer, or when the similarities are not its own.
    """
    units = sentence_spans(text)
    if len(units) < 2 or len(units) != len(similarities):
        return ()
    said = [_terms(text[start:end], language) for start, end in units]
    shares = _shares(_terms(question, language), said)
    scores = [
        similarity + OVERLAP * share for similarity, share in zip(similarities, shares, strict=True)
    ]
    best = max(scores)
    order = sorted(range(len(units)), key=lambda place: (-scores[place], place))
    chosen = [place for place in order if scores[place] >= best - NEAR][: len(units) // 2]
    return _joined(text, [units[place] for place in sorted(chosen)])


def _terms(text: str, language: Language) -> set[str]:
    return set(stems(content_words(text, language), language))


def _shares(asked: set[str], said: Sequence[set[str]]) -> list[float]:
    """Weigh the question's words that each sentence holds, those of few sentences more."""
    held = Counter(word for words in said for word in words & asked)
    weights = {word: log(1 + len(said) / count) for word, count in held.items()}
    total = sum(weights.values())
    return [
        sum(weights[word] for word in words & asked) / total if total else 0.0 for words in said
    ]


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in spans:
        # Sentences of one line make one mark; those of two lines stay apart.
        if joined and text[joined[-1][1] : start].strip(" ") == "":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
