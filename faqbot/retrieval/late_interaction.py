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

from faqbot.embedding.embedded import Embedded, Tokens, Vectors
from faqbot.index.store import PassageIndex
from faqbot.retrieval.bm25 import Table

CANDIDATES = 3
"""How many of the best entries are compared: the right one is hardly ever farther behind, and
twenty found no more."""


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
        order = [row for entry in entry_ids for row in owned[entry]]
        self._tokens = index.embedded.taken(np.array(order, np.int64)).tokens
        sizes = [int(index.sizes[owned[entry]].sum()) for entry in entry_ids]
        self._ends = np.cumsum([0, *sizes])

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
        asked = [_unit(tokens) for tokens in questions.split()]
        for column in np.unique(columns):
            entry = _unit(self._tokens[self._ends[column] : self._ends[column + 1]])
            rows, places = np.nonzero(columns == column)
            parts = [asked[row] for row in rows]
            if len(entry):
                nearest = (np.concatenate(parts) @ entry.T).max(axis=1)
                owners = np.repeat(np.arange(len(parts)), questions.sizes[rows])
                sums = np.bincount(owners, nearest, len(parts))
                met[rows, places] = sums / np.maximum(questions.sizes[rows], 1)
        return met


def _unit(tokens: Tokens) -> Vectors:
    moved = tokens.astype(np.float32)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(norms == 0, 1, norms), dtype=np.float32)
