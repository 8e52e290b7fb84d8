"""Dense retrieval over several passages an entry, with vectors centred on the corpus.

Sentence embeddings crowd into a narrow cone: subtracting their mean before normalising spreads
them out (Mu and Viswanath, *All-but-the-Top*, arXiv:1702.01417), so that similarities differ by
what texts say and not by their being sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.embedding.encoder import Vectors
from faqbot.index.store import PassageIndex
from faqbot.retrieval.ranking import Scores

Similarities: TypeAlias = npt.NDArray[np.float64]
"""(passages,) float64; centred cosine similarity in [-1, 1], higher is better."""


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


class DenseIndex:
    """Vectors of an index, grouped by the entry they belong to.

    Args:
        index: The passages and their vectors.
        entry_ids: The entries in the order in which scores are wanted.
        comparing: How vectors are compared.
    """

    def __init__(
        self, index: PassageIndex, entry_ids: Sequence[str], comparing: Comparing | None = None
    ) -> None:
        self._comparing = comparing or Comparing()
        passages = [index.passages[identifier] for identifier in index.vectors.ids]
        matrix = index.vectors.matrix()
        ranked = [passage.kind != "sentence" for passage in passages]
        self._mean = matrix[ranked].mean(axis=0) if any(ranked) else np.zeros(matrix.shape[1])
        self._vectors = self._centre(matrix)
        ranking: dict[str, list[int]] = defaultdict(list)
        sentences: dict[str, list[int]] = defaultdict(list)
        for row, passage in enumerate(passages):
            kept = sentences if passage.kind == "sentence" else ranking
            kept[passage.entry_id].append(row)
        self._rows = [np.array(ranking[key]) for key in entry_ids]
        self._sentences = [np.array(sentences[key], np.int64) for key in entry_ids]

    def similarities(self, queries: Vectors) -> list[Similarities]:
        """Compare questions, (n, dimension) unit rows that are not centred, with all passages."""
        # Every passage may vote, so nothing is searched for: a matrix product says it all.
        return list((self._centre(queries) @ self._vectors.T).astype(np.float64))

    def entry_scores(self, similarities: Similarities) -> Scores:
        """Let the best passages of each entry vote.

        Returns:
            Mean centred cosine of the `voters` best passages of each entry, in [-1, 1].
        """
        return np.array([self._vote(similarities[rows]) for rows in self._rows])

    def sentences(self, entry: int, similarities: Similarities) -> tuple[float, ...]:
        """Compare the question with each sentence of an answer.

        Args:
            entry: Position of the entry.
            similarities: Of the question with all passages.

        Returns:
            Centred cosine similarities in [-1, 1], in the order of the sentences.
        """
        return tuple(similarities[self._sentences[entry]].tolist())

    def _centre(self, vectors: Vectors) -> Vectors:
        """Move vectors by the corpus's mean and scale them to norm 1 again."""
        moved = vectors - self._mean if self._comparing.centred else vectors
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(norms == 0, 1, norms), dtype=np.float32)

    def _vote(self, similarities: Similarities) -> float:
        count = voters(len(similarities)) if self._comparing.voting else 1
        return float(np.sort(similarities)[-count:].mean())
