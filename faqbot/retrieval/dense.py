"""Dense retrieval over several passages an entry, with vectors centred on the corpus.

Sentence embeddings crowd into a narrow cone: subtracting their mean before normalising spreads
them out (Mu and Viswanath, *All-but-the-Top*, arXiv:1702.01417), so that similarities differ by
what texts say and not by their being sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import sqrt

import numpy as np
import numpy.typing as npt

from faqbot.embedding.encoder import Vectors
from faqbot.index.passages import Passage
from faqbot.index.store import PassageIndex
from faqbot.retrieval.bm25 import Scores, Table

_CHUNK = 256
"""Questions compared at once: bounds the memory that many questions take."""


def voters(passages: int) -> int:
    """Say how many passages of an entry make its score: 1 for up to 8 passages, 3 for 25 to 48.

    One is easily misled by a single wording; of two or three, the answer's own text would weigh
    too much. Half the square root grows slowly between the two.
    """
    return max(1, round(sqrt(passages) / 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How questions and passages are compared; ``eval/README.md`` says what each part brings."""

    centred: bool = True
    """Vectors are moved by the corpus's mean first."""
    voting: bool = True
    """Several passages of an entry vote; otherwise its nearest one decides."""


@dataclass(frozen=True, slots=True, eq=False)
class DenseMatch:
    """What the vectors of n questions say of all m entries: centred cosines in [-1, 1]."""

    votes: Table
    """(n, m) mean of the `voters` nearest passages."""
    wordings: Table
    """(n, m) the nearest wording."""
    answers: Table
    """(n, m) the nearest piece of the answer."""
    outside_votes: Scores
    """(n,) the highest vote of a subject out of scope; 0 without any: as near as anything."""
    outside_wordings: Scores
    """(n,) the nearest example of these; 0 without any."""
    plain: Scores
    """(n,) the nearest passage of all entries, by the cosine that is not centred."""


class DenseIndex:
    """Vectors of an index, grouped by the entry, or subject out of scope, they belong to.

    Args:
        index: The passages and their vectors.
        entry_ids: The entries in the order in which scores are wanted.
        subject_ids: The subjects out of scope.
        comparing: How vectors are compared.
    """

    def __init__(
        self,
        index: PassageIndex,
        entry_ids: Sequence[str],
        subject_ids: Sequence[str] = (),
        comparing: Comparing | None = None,
    ) -> None:
        self._comparing = comparing or Comparing()
        passages = [index.passages[identifier] for identifier in index.vectors.ids]
        self._plain = index.vectors.matrix()
        ranked = [it.kind in {"question", "variant", "answer"} for it in passages]
        mean = self._plain[ranked].mean(axis=0) if any(ranked) else np.zeros(len(self._plain[:0].T))
        self._mean = np.asarray(mean, dtype=np.float32)
        self._vectors = self.centre(self._plain)
        self._wordings = _rows(passages, entry_ids, {"question", "variant"})
        self._answers = _rows(passages, entry_ids, {"answer"})
        self._sentences = _rows(passages, entry_ids, {"sentence"})
        self._examples = _rows(passages, subject_ids, {"example"})
        self._ranked = np.flatnonzero(ranked)

    def compare(self, queries: Vectors) -> DenseMatch:
        """Compare questions, (n, dimension) unit rows that are not centred, with all passages."""
        parts = [
            self._compare(queries[start : start + _CHUNK])
            for start in range(0, max(1, len(queries)), _CHUNK)
        ]
        return DenseMatch(
            *(
                np.concatenate([getattr(it, column.name) for it in parts])
                for column in fields(parts[0])
            )
        )

    def sentences(self, entry: int, query: Vectors) -> tuple[float, ...]:
        """Compare a question with each sentence of an answer.

        Args:
            entry: Position of the entry.
            query: (1, dimension) unit row that is not centred.

        Returns:
            Centred cosine similarities in [-1, 1], in the order of the sentences.
        """
        return tuple((self._vectors[self._sentences[entry]] @ self.centre(query)[0]).tolist())

    def centre(self, vectors: Vectors) -> Vectors:
        """Move vectors by the corpus's mean and scale them to norm 1 again."""
        moved = vectors - self._mean if self._comparing.centred else vectors
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(norms == 0, 1, norms), dtype=np.float32)

    def _compare(self, queries: Vectors) -> DenseMatch:
        # Every passage may vote, so nothing is searched for: a matrix product says it all.
        found = self.centre(queries) @ self._vectors.T
        both = [np.concatenate(pair) for pair in zip(self._wordings, self._answers, strict=True)]
        return DenseMatch(
            votes=np.stack([self._vote(found[:, rows]) for rows in both], axis=1),
            wordings=_nearest(found, self._wordings),
            answers=_nearest(found, self._answers),
            outside_votes=_outside([self._vote(found[:, rows]) for rows in self._examples], found),
            outside_wordings=_outside(list(_nearest(found, self._examples).T), found),
            plain=(queries @ self._plain[self._ranked].T).max(axis=1, initial=-1.0).astype(float),
        )

    def _vote(self, found: npt.NDArray[np.float32]) -> Scores:
        count = voters(found.shape[1]) if self._comparing.voting else 1
        nearest = np.partition(found, -count, axis=1)[:, -count:]
        return np.asarray(nearest.mean(axis=1), dtype=np.float64)


def _rows(
    passages: Sequence[Passage], owners: Sequence[str], kinds: set[str]
) -> list[npt.NDArray[np.int64]]:
    rows: dict[str, list[int]] = {owner: [] for owner in owners}
    for row, passage in enumerate(passages):
        if passage.kind in kinds and passage.entry_id in rows:
            rows[passage.entry_id].append(row)
    return [np.array(found, np.int64) for found in rows.values()]


def _nearest(found: npt.NDArray[np.float32], groups: Sequence[npt.NDArray[np.int64]]) -> Table:
    columns = [found[:, rows].max(axis=1, initial=-1.0) for rows in groups]
    return np.array(columns, dtype=np.float64).reshape(len(groups), len(found)).T


def _outside(columns: Sequence[Scores], found: npt.NDArray[np.float32]) -> Scores:
    return np.asarray(np.max([np.zeros(len(found)), *columns], axis=0))
