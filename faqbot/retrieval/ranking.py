"""What retrieval finds: ranked entries, and what each retriever says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.corpus.entry import Entry
from faqbot.retrieval.language import FRENCH, Language

Scores: TypeAlias = npt.NDArray[np.float64]
"""(n,) float64: a score for each entry, or document, in order; higher is better."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the retrievers say of one entry, before fusion; higher is always better."""

    words: float
    """BM25 of the question's stems over the entry's wordings; 0 or more."""
    grams: float
    """BM25 of the question's character n-grams over the entry's wordings; 0 or more."""
    dense: float
    """Mean centred cosine of the entry's nearest passages, in [-1, 1]."""
    coverage: float
    """Share in [0, 1] of the question's words, rare ones counting more, that the entry holds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question."""

    entry: Entry
    score: float
    """The fused score: a weighted mean of standardised scores, comparable within one ranking
    only; higher is better."""
    signals: Signals
    sentences: tuple[float, ...] = ()
    """Centred cosine in [-1, 1] of each sentence of the answer with the question, in order."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How well the subjects that the FAQ does not cover match the question; 0 without any."""

    words: float
    """Highest BM25 of stems over all subjects."""
    grams: float
    """Highest BM25 of character n-grams over all subjects."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The entries for one question."""

    question: str
    candidates: tuple[Candidate, ...]
    """All entries, best first, ties in the order of ids."""
    outside: Outside
    terms: int
    """Distinct content words of the question."""
    unknown: float
    """Share in [0, 1] of these that stand nowhere in the corpus, even repaired."""
    in_context: bool = False
    """Whether earlier questions were read into this one."""
    language: Language = FRENCH
    """How the words were read."""
