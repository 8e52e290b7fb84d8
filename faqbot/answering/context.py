"""How sure an answer is when the question was read together with those before.

The calibration of an FAQ knows questions that stand alone. What it says of both readings, and how
much of the question itself the entry holds, makes a confidence of its own, with thresholds of its
own; both belong to no corpus (`faqbot.retrieval.conversation.learned`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from faqbot.answering.features import Values, features
from faqbot.retrieval.bm25 import Places, Scores
from faqbot.retrieval.conversation import ALONE, TOGETHER
from faqbot.retrieval.ranking import Comparison

FARTHEST = 6.0
"""Log odds beyond this count as this."""


def support(
    logits: Callable[[Values], Scores], view: Comparison, views: Comparison, columns: Places
) -> dict[str, Scores]:
    """Name what speaks for k candidates of a question read in context.

    The log odds are of questions that stand alone; the view is what the views were fused into.
    """

    def seen(comparison: Comparison, row: int) -> Scores:
        values = features(comparison, np.full_like(columns, row), columns)
        return np.clip(logits(values), -FARTHEST, FARTHEST)

    return {
        "fused": seen(view, 0),
        "alone": seen(views, ALONE),
        "together": seen(views, TOGETHER),
        "coverage": views.lexical.coverage[ALONE, columns],
    }
