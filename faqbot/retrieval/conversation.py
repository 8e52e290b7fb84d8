"""Follow-ups: when a question leans on the ones before, and how they are read together.

No language model rewrites anything. A question that stands behind others is read alone and together
with them, and the rankings are fused. Whether that reading counts, a small logistic model tells
from signs that a reader can check (it opens with « et », it says « elle », it has few words, the
entry found together is nearer than alone…): a question that does not lean is answered as if nothing
had been said. The weights (``conversation.json``) are fitted by ``eval/follow_ups/fit.py``; they
belong to no corpus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from faqbot.corpus.text import fold
from faqbot.retrieval.bm25 import Scores
from faqbot.retrieval.ranking import Comparison
from faqbot.retrieval.tables import expit, taken

ALONE, BEFORE, TOGETHER = range(3)
"""Rows of the views of a question that stands behind others: by itself, the question before, and
both as one text; a fourth, where there is an earlier one still, holds all three."""

_OPENING: Final = re.compile(
    r"(et|mais|ok|oui|non|du coup|alors|donc|sinon|pareil|idem|meme chose|d accord|ah"
    r"|ils?|elles?|ca|cela|celui|celles?|ceux|lui|leur"
    r"|and|but|so|what about|how about|also|then|it|they|them|that|those)\b"
)
_REFERRING: Final = re.compile(
    r"\b(ils?|elles?|ca|cela|celui|celles?|ceux|lui|leur|y|dedans|dessus|du coup|cet|cette|ces"
    r"|meme|aussi|autres?|its?|they|them|that|those|their)\b"
)
_IMPERSONAL: Final = re.compile(
    r"\b(il (faut|fo|faudrait|y a|existe)|(est|sont|faut|doit|peut|a t|y a t|existe t)"
    r" (ils?|elles?)|y a)\b"
)
"""« Le Proxy est-il obligatoire ? » says itself what « il » is."""


class Learned(BaseModel):
    """What was learned of follow-ups."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    about: str
    """What it was fitted on, and how it does there."""
    views: tuple[float, float, float]
    """Weights of the views `ALONE`, `BEFORE` and `TOGETHER` in the fused score."""
    leans: Mapping[str, float]
    """Weights of `signs`, and the intercept."""
    leans_from: float
    """Probability from which on a question is read in context."""
    right: Mapping[str, float]
    """Weights of what speaks for an entry found in context, and the intercept."""
    thresholds: Mapping[str, float]
    """Probabilities of being right, in context, at which the outcome changes."""


@lru_cache(maxsize=1)
def learned() -> Learned:
    """Read what faqbot brings along."""
    text = files("faqbot.retrieval").joinpath("conversation.json").read_text(encoding="utf-8")
    return Learned.model_validate_json(text)


def chance(weights: Mapping[str, float], values: Mapping[str, float | Scores]) -> Scores:
    """Compute the probability, in [0, 1], that a logistic model gives named values."""
    logits = sum(weights[name] * np.asarray(value) for name, value in values.items())
    return expit(np.asarray(logits + weights["intercept"]))


def readings(question: str, history: Sequence[str]) -> list[str]:
    """List the texts that are compared for a question: the views, in order.

    Of the history, oldest first, only the last two count.
    """
    joined = [" ".join((*history[-count:], question)) for count in (1, 2)[: len(history)]]
    return [question, *history[-1:], *joined]


def in_context(views: Comparison, weights: Sequence[float]) -> Comparison:
    """Fuse the views of a question into one: what speaks for each entry is read off `TOGETHER`."""
    alone, before, *together = views.fused
    fused = np.average([alone, before, np.mean(together, axis=0)], axis=0, weights=weights)
    return replace(taken(views, slice(TOGETHER, TOGETHER + 1)), fused=fused[None, :])


def read_in_context(question: str, views: Comparison) -> Comparison | None:
    """Fuse the views of a question that leans on those before; None for one that stands alone."""
    view = in_context(views, learned().views)
    leans = chance(learned().leans, signs(question, views, view)) >= learned().leans_from
    return view if leans else None


def refers(question: str) -> bool:
    """Tell whether a question says « elle » or « ça » of something that it does not name."""
    return _REFERRING.search(_plain(question)) is not None


def _plain(question: str) -> str:
    return _IMPERSONAL.sub(" ", fold(question)).strip()


def signs(question: str, views: Comparison, view: Comparison) -> dict[str, float | Scores]:
    """Name what tells whether a question leans, of the entry found in context."""
    first = view.fused[0].argmax()
    votes, coverage = views.dense.votes[:, first], views.lexical.coverage[:, first]
    return {
        "opens": float(_OPENING.match(_plain(question)) is not None),
        "refers": float(refers(question)),
        # Of the question: how much it says, how near the nearest entry is, how much of it and of
        # the question before the entry holds, how much nearer that is to both together.
        "length": float(np.log1p(views.lexical.terms[ALONE])),
        "nearest": float(views.dense.votes[ALONE].max()),
        "coverage": float(coverage[ALONE]),
        "coverage_before": float(coverage[BEFORE]),
        "gain": float(votes[TOGETHER] - votes[ALONE]),
    }
