"""Late interaction: each token of a question meets the nearest token of an entry.

Khattab and Zaharia, *ColBERT: Efficient and Effective Passage Search via Contextualized Late
Interaction over BERT*, SIGIR 2020, with the tokens of the same model that embeds whole texts, and
all texts of an entry as one: a question may borrow each of its words from another wording. A piece
of the vocabulary that an entry holds more than once is there once, in its mean direction (pooled,
as in Clavié, Chaffin and Adams, *Reducing the Footprint of Multi-Vector Retrieval with Minimal
Performance Impact via Token Pooling*, arXiv:2409.14683, but by piece): a quarter of our tokens. In
wordings and in answers apart, for there it may mean something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.embedding.embedded import Embedded, in_eight_bits
from faqbot.index.store import PassageIndex
from faqbot.ragged import ranges
from faqbot.retrieval.bm25 import Table

CANDIDATES = 3
"""How many of the best entries are compared: the right one is hardly ever farther behind, and
twenty found no more."""

_CHUNK = 1024
"""Tokens of questions compared at once: bounds the memory that many questions take."""
_KEPT = 1000
"""Entries whose tokens are kept ready."""
_FEW = 500
"""Tokens of an entry up to which nothing is pooled: it would take longer than it saves."""

_Directions: TypeAlias = npt.NDArray[np.int8]
"""(t, `TOKEN_DIMENSION`) of tokens."""
_Lengths: TypeAlias = npt.NDArray[np.float32]
"""(t,) how long they are."""


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
        answers = np.array([index.passages[it].kind == "answer" for it in index.vectors.ids], bool)
        starts = np.cumsum(index.sizes) - index.sizes

        @lru_cache(_KEPT)
        def ready(column: int) -> tuple[_Directions, _Lengths]:
            rows = np.array(owned[entry_ids[column]], np.int64)
            sizes = index.sizes[rows]
            tokens = index.tokens[ranges(starts[rows], sizes)]
            directions = tokens["direction"]
            if len(tokens) > _FEW:
                pieces = 2 * tokens["piece"] + np.repeat(answers[rows], sizes)
                directions = _pooled(pieces, directions)
            return directions, _lengths(directions)

        self._ready = ready

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
        directions = questions.tokens["direction"]
        unit = directions / _lengths(directions)[:, None]
        starts = np.cumsum(questions.sizes) - questions.sizes
        for column in np.unique(columns):
            tokens, lengths = self._ready(column)
            rows, places = np.nonzero(columns == column)
            if len(tokens):
                sizes, entry = questions.sizes[rows], tokens / lengths[:, None]
                asked = unit[ranges(starts[rows], sizes)]
                nearest = np.empty(len(asked), np.float32)
                for part in range(0, len(asked), _CHUNK):
                    products = asked[part : part + _CHUNK] @ entry.T
                    nearest[part : part + _CHUNK] = products.max(axis=1)
                sums = np.bincount(np.repeat(np.arange(len(rows)), sizes), nearest, len(rows))
                met[rows, places] = sums / np.maximum(sizes, 1)
        return met


def _pooled(pieces: npt.NDArray[np.int32], directions: _Directions) -> _Directions:
    """Give the mean direction of the tokens of each piece, in the order of pieces."""
    order = np.argsort(pieces, kind="stable")
    _, starts = np.unique(pieces[order], return_index=True)
    return in_eight_bits(np.add.reduceat(directions[order], starts, axis=0, dtype=np.float32))


def _lengths(directions: _Directions) -> _Lengths:
    """Measure directions; one of no length counts as of length 1."""
    squares = np.einsum("ij,ij->i", directions, directions, dtype=np.int32)
    return np.asarray(np.sqrt(np.maximum(squares, 1)), dtype=np.float32)
