"""What a message asks: its several questions, and the sentences in which a long one asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from faqbot.corpus.sentences import split_sentences
from faqbot.corpus.text import fold
from faqbot.retrieval.conversation import refers
from faqbot.retrieval.words import content_words

MOST_QUESTIONS: Final = 3
"""A message with more of them is read as one, and of a long one the last that ask are read."""
LONG: Final = 25
"""Distinct content words above which a message is read by sentences, too."""
VERY_LONG: Final = 40
"""Distinct content words above which it is read by sentences alone."""
BEFORE: Final = 2
"""Sentences before one that asks, which may say what it is about."""

_INTERROGATIVE = (
    r"(?:(?:à|de|par|pour|avec|dans|sur|sous|chez|en|jusqu.à|depuis)\s+)?"
    r"(?:qui|que|quoi|quels?|quelles?|quand|où|comment|combien|pourquoi|lesquel\w*|lequel|laquelle"
    r"|est-ce|faut-il|peut-on|doit-on|dois-je|puis-je|peut-il|doit-il|y a-t-il|a-t-on"
    r"|what|who|how|when|where|why|which)\b|qu['’]"
)
_JOINED = re.compile(rf"[\s,;:]+(?:et|puis|and)\s+(?={_INTERROGATIVE})", re.IGNORECASE)
_OPENING = re.compile(r"^(?:et|puis|ensuite|enfin|sinon|aussi|and|also)\b[\s,:]*", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(comment|combien|pourquoi|quels?|quelles?|qui|quand|est ce|qu est|faut il|dois je|doit on"
    r"|peut on|puis je|pouvez vous|pourriez vous|peux tu|savoir|sais pas|besoin de|cherch\w+"
    r"|(me|nous) (dire|indiquer|preciser|expliquer|confirmer|aider)|me demande|ma question"
    r"|how|what|who|when|where|why|which|can i|do i|do we|should|could you|is it)\b"
)


def questions(message: str) -> list[str]:
    """Part a message that may ask several things.

    Returns:
        Its questions, two or three, without the word that joins them, what refers to another with
        that one; none when it asks one thing, or too many.
    """
    sentences = _sentences(message)
    asked = [it for it in sentences if "?" in it] or sentences[:1] * (len(sentences) == 1)
    parts: list[str] = []
    for part in (_OPENING.sub("", part) for it in asked for part in _JOINED.split(it)):
        if parts and refers(part):  # « et combien ça coûte ? »: alone, it asks of something else
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts if all(map(content_words, parts)) and 1 < len(parts) <= MOST_QUESTIONS else []


def readings(message: str) -> list[str]:
    """Find what to look for: the message, and of a long one the sentences that ask.

    Returns:
        The message first, unless it is so long that most of it is about something else; then each
        sentence that asks, alone and with those before it.
    """
    terms = len(set(content_words(message)))
    sentences = _sentences(message) if terms > LONG else []
    windows = [
        " ".join(sentences[max(0, place - more) : place + 1])
        for place in _asking(sentences)
        for more in range(BEFORE + 1)
    ]
    return list(dict.fromkeys(windows if windows and terms > VERY_LONG else [message, *windows]))


def _asking(sentences: Sequence[str]) -> list[int]:
    telling = [(place, it) for place, it in enumerate(sentences) if content_words(it)]
    marked = [place for place, it in telling if "?" in it]
    return (marked or [place for place, it in telling if _ASKS.search(fold(it))])[-MOST_QUESTIONS:]


def _sentences(message: str) -> list[str]:
    # A question mark ends a sentence whatever follows: « c’est obligatoire ? et ça coûte ? »
    parts = re.split(r"(?<=\?)(?![?!»”\")\s]*$)[\s»”\")]+", message)
    return [sentence for part in parts for sentence in split_sentences(part)]
