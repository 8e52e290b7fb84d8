"""Follow-ups: when a question leans on the one before, and how the two are read together.

No language model rewrites anything. A question that says little by itself (« et si c'est
refusé ? ») is also asked with the question before it, and the rankings are fused; one that says
enough is a new subject and stands alone.
"""

from __future__ import annotations

import re
from typing import Final

from faqbot.corpus.text import fold
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.words import content_words, stems

FEW_TERMS: Final = 4
"""A question with no more distinct content words than this says too little by itself."""
ALONE: Final = 1.0
"""Weight of the follow-up by itself: it names what is new."""
TOGETHER: Final = 1.0
"""Weight of both questions read as one text."""
BEFORE: Final = 0.2
"""Weight of the question before by itself: the same entry often holds both answers."""

_LEANING = re.compile(
    r"(et|mais|ok|oui|non|du coup|alors|donc|sinon|pareil|idem|meme chose|d accord|ah"
    r"|and|but|so|what about|how about|also|then)\b"
)


def needs_context(question: str, language: Language = FRENCH) -> bool:
    """Tell whether a question opens by taking something up, or has few content words."""
    terms = set(stems(content_words(question, language), language))
    return len(terms) <= FEW_TERMS or _LEANING.match(fold(question)) is not None
