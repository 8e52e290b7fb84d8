"""Late interaction: each token of a question meets the nearest token of an entry.

Khattab and Zaharia, *ColBERT: Efficient and Effective Passage Search via Contextualized Late
Interaction over BERT*, SIGIR 2020, with the tokens of the same model that embeds whole texts, and
all texts of an entry as one: a question may borrow each of its words from another wording.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faqbot.embedding.embedded import Embedded, Tokens
from faqbot.index.store import PassageIndex
from faqbot.ragged import ranges
from faqbot.retrieval.bm25 import Table

CANDIDATES = 3
"""How many of the best entries are compared: the right one is hardly ever farther behind, and
twenty found no more."""

_CHUNK = 1024
"""Tokens of questions compared at once: bounds the memory that many questions take."""


class TokenIndex:
    """The tokens of all wordings and answers of each entry.

    Args:
        index: The passages and their tokens.
        entry_ids: The entries in the order in which scores are wanted.
    """

    def __init__(self, index: PassageIndex, entry_ids: Sequence[str]) -> None:
        owned = defaultdict[str, list[int]](list)
        for row, key in enumerate(index.vectors.ids):
            owned[index.passages[key].entry_id].append(row)
        ends = np.append(0, np.cumsum(index.sizes)).tolist()
        # The passages of an entry follow one another (`passages_of`), so nothing is copied.
        rows = (owned[entry] or [0, -1] for entry in entry_ids)
        self._spans = [slice(ends[own[0]], ends[own[-1] + 1]) for own in rows]
        self._tokens = index.tokens[: max((it.stop for it in self._spans), default=0)]
        self._lengths = _lengths(self._tokens)

    def compare(self, questions: Embedded, columns: npt.NDArray[np.int64]) -> Table:
        """Compare questions with some entries each.

        Args:
            questions: n of them.
            columns: (n, k) which entries.

        Returns:
            (n, k) mean over the question's tokens of the highest cosine with a token of the entry;
            0 where either has none.
        """
        met = np.zeros(columns.shape)
        unit = questions.tokens / _lengths(questions.tokens)[:, None]
        starts = np.cumsum(questions.sizes) - questions.sizes
        for column in np.unique(columns):
            own = self._spans[column]
            rows, places = np.nonzero(columns == column)
            if own.start < own.stop:
                sizes = questions.sizes[rows]
                entry = self._tokens[own].astype(np.float32)
                asked = unit[ranges(starts[rows], sizes)]
                nearest = np.empty(len(asked), np.float32)
                for part in range(0, len(asked), _CHUNK):
                    products = asked[part : part + _CHUNK] @ entry.T
                    products /= self._lengths[own]
                    nearest[part : part + _CHUNK] = products.max(axis=1)
                sums = np.bincount(np.repeat(np.arange(len(rows)), sizes), nearest, len(rows))
                met[rows, places] = sums / np.maximum(sizes, 1)
        return met


def _lengths(tokens: Tokens) -> npt.NDArray[np.float32]:
    """Measure tokens; one of no length counts as of length 1."""
    squares = np.einsum("ij,ij->i", tokens, tokens, dtype=np.int32)
    return np.asarray(np.sqrt(np.maximum(squares, 1)), dtype=np.float32)
