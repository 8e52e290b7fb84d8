"""Dense retrieval over several passages an entry, with vectors centred on the corpus.

Sentence embeddings crowd into a narrow cone: subtracting their mean before normalising spreads
them out (Mu and Viswanath, *All-but-the-Top*, arXiv:1702.01417), so that similarities differ by
what texts say and not by their being sentences.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from faqbot.embedding.encoder import Vectors
from faqbot.index.passages import Passage
from faqbot.index.store import PassageIndex

Similarities = npt.NDArray[np.float64]
"""(queries, passages) float64; centred cosine similarity in [-1, 1], higher is better."""


def voters(passages: int) -> int:
    """Say how many passages of an entry make its score.

    One is easily misled by a single wording; of two or three, the answer's own text would weigh
    too much. Half the square root grows slowly between the two.

    Args:
        passages: How many the entry has.

    Returns:
        1 for up to 8 passages, 3 for 25 to 48.
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
        self,
        index: PassageIndex,
        entry_ids: tuple[str, ...],
        comparing: Comparing | None = None,
    ) -> None:
        self._comparing = comparing or Comparing()
        self._passages = [index.passages[key] for key in index.vectors.ids]
        matrix = index.vectors.matrix()
        ranked = [passage.kind != "sentence" for passage in self._passages]
        self._mean = matrix[ranked].mean(axis=0) if any(ranked) else np.zeros(matrix.shape[1])
        self._vectors = self.centre(matrix)
        ranking: dict[str, list[int]] = defaultdict(list)
        sentences: dict[str, list[int]] = defaultdict(list)
        for row, passage in enumerate(self._passages):
            kept = sentences if passage.kind == "sentence" else ranking
            kept[passage.entry_id].append(row)
        self._rows = [np.array(ranking[identifier]) for identifier in entry_ids]
        self._sentences = [np.array(sentences[key], np.int64) for key in entry_ids]

    def centre(self, vectors: Vectors) -> Vectors:
        """Move vectors by the corpus's mean and scale them to norm 1 again.

        Args:
            vectors: (n, dimension) unit rows.

        Returns:
            (n, dimension) unit rows.
        """
        moved = vectors - self._mean if self._comparing.centred else vectors
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(norms == 0, 1, norms), dtype=np.float32)

    def similarities(self, queries: Vectors) -> Similarities:
        """Compare questions with all passages.

        Args:
            queries: (n, dimension) unit rows, not centred.

        Returns:
            One row a query, one column a passage.
        """
        # Every passage may vote, so nothing is searched for: a matrix product says it all.
        return np.asarray(self.centre(queries) @ self._vectors.T, dtype=np.float64)

    def entry_scores(self, similarities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Let the best passages of each entry vote.

        Args:
            similarities: One row of `similarities`.

        Returns:
            (entries,) float64; mean centred cosine of the `voters` best passages, in [-1, 1].
        """
        return np.array([self._vote(similarities[rows]) for rows in self._rows])

    def best_passage(self, entry: int, similarities: npt.NDArray[np.float64]) -> Passage:
        """Name the passage because of which an entry was found.

        Args:
            entry: Position of the entry.
            similarities: One row of `similarities`.

        Returns:
            Its nearest passage; the first of equals.
        """
        rows = self._rows[entry]
        return self._passages[int(rows[int(np.argmax(similarities[rows]))])]

    def sentences(self, entry: int, similarities: npt.NDArray[np.float64]) -> tuple[float, ...]:
        """Compare the question with each sentence of an answer.

        Args:
            entry: Position of the entry.
            similarities: One row of `similarities`.

        Returns:
            Centred cosine similarities in [-1, 1], in the order of the sentences.
        """
        return tuple(similarities[self._sentences[entry]].tolist())

    def _vote(self, similarities: npt.NDArray[np.float64]) -> float:
        count = voters(len(similarities)) if self._comparing.voting else 1
        return float(np.sort(similarities)[-count:].mean())
