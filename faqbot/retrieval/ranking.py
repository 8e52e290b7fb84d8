"""What retrieval finds: ranked entries, and what each retriever says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from faqbot.corpus.entry import Entry
from faqbot.embedding.embedded import Vectors
from faqbot.retrieval.bm25 import Places, Table
from faqbot.retrieval.dense import DenseMatch
from faqbot.retrieval.language import FRENCH, Language
from faqbot.retrieval.lexicon import LexicalMatch


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What all retrievers say of n questions and m entries, side by side."""

    places: Places
    """(n, m) of the entries in the corpus, in rising order; every row is the same."""
    lexical: LexicalMatch
    dense: DenseMatch
    tokens: Table
    """(n, m) late interaction, of each question's best entries; of others what the last of these
    has."""
    fused: Table
    """(n, m) the fused scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where n questions stand among each other and in the FAQ."""

    vectors: Vectors
    """(n, dimension) unit rows; questions about the same thing lie close to each other."""
    nearest: tuple[str | None, ...]
    """For each the id of the nearest entry; None where a subject out of scope is nearer."""


class Candidate(NamedTuple):
    """An entry that may answer the question."""

    entry: Entry
    score: float
    """The fused score: a weighted mean of standardised scores, comparable within one ranking
    only; higher is better."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The entries for one question."""

    question: str
    candidates: tuple[Candidate, ...]
    """Best first, ties in the order of ids: all entries, or the likely ones of a large FAQ."""
    comparison: Comparison = field(compare=False, repr=False)
    """What the candidates' scores and their confidence come from: one row."""
    order: npt.NDArray[np.int64] = field(compare=False, repr=False)
    """(m,) the column of each candidate in the comparison."""
    sentences: Callable[[Entry], tuple[float, ...]] = field(compare=False, repr=False)
    """Gives the centred cosine in [-1, 1] of each sentence of an answer with the question."""
    views: Comparison | None = field(default=None, compare=False, repr=False)
    """The readings that it is fused from, where earlier questions were read into this one."""
    language: Language = FRENCH
    """How the words were read."""

    @property
    def in_context(self) -> bool:
        """Whether earlier questions were read into this one."""
        return self.views is not None

    @property
    def terms(self) -> int:
        """Distinct content words of the question."""
        return int(self.comparison.lexical.terms[0])
