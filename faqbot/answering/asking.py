"""What a message asks: its several questions, and the sentences in which a long one asks."""

from __future__ import annotations

import re
from typing import Final

from faqbot.corpus.sentences import split_sentences
from faqbot.corpus.text import fold
from faqbot.retrieval.words import content_words

MOST_QUESTIONS: Final = 3
"""More than these in one message are read as one."""
LONG: Final = 25
"""Content words from which a message is read by sentences, too."""
MOST_SENTENCES: Final = 6
"""Of those that ask, the last ones of a long message are read by themselves."""

_INTERROGATIVE = (
    r"(?:(?:à|de|par|pour|avec|dans|sur|sous|chez|en|jusqu.à|depuis)\s+)?"
    r"(?:qui|que|quoi|quels?|quelles?|quand|où|ou est|comment|combien|pourquoi|lesquel\w*|lequel|laquelle"
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
        Its questions, two or three, without the word that joins them; none when it asks one
        thing, or too many.
    """
    asked = [it for it in _sentences(message) if "?" in it] or [message]
    parts = [_OPENING.sub("", part) for it in asked for part in _JOINED.split(it)]
    found = [part for part in parts if len(content_words(part)) > 1]
    return found if 1 < len(found) <= MOST_QUESTIONS and len(found) == len(parts) else []


def asking_sentences(message: str) -> list[str]:
    """Find the sentences of a long message that ask.

    Returns:
        At most `MOST_SENTENCES`, in order; none of a message that is not long.
    """
    if len(set(content_words(message))) <= LONG:
        return []
    asking = [it for it in _sentences(message) if "?" in it or _ASKS.search(fold(it))]
    return [it for it in asking if content_words(it)][-MOST_SENTENCES:]


def _sentences(message: str) -> list[str]:
    parts = re.split(r"(?<=\?)(?![?!»”\")\s]*$)[\s»”\")]*", message)
    return [sentence for part in parts for sentence in split_sentences(part)]
