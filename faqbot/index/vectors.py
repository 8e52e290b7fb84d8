"""The only module that knows FAISS: named unit vectors, searched by cosine similarity.

Built on ``IndexFlatIP``: an FAQ has some thousands of passages, for which exact search takes well
under a millisecond and approximate indexes only add ways to be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from faqbot.errors import IndexMismatch

_UNIT_TOLERANCE = 1e-3


class Neighbour(NamedTuple):
    """A vector found near a query."""

    id: str
    score: float
    """Cosine similarity in [-1, 1]; higher is nearer."""


class VectorIndex:
    """Unit vectors under string ids.

    Args:
        dimension: Length of every vector.
    """

    def __init__(self, dimension: int) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(dimension)
        self._ids: list[str] = []

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._index.d)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of the rows."""
        return tuple(self._ids)

    def add(self, ids: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Add vectors; an id that is already there gets its new vector.

        Args:
            ids: One id a row, without repetition.
            vectors: (n, dimension) float32, rows of L2 norm 1.

        Raises:
            ValueError: Shapes differ, an id is repeated, or a row is not a unit vector.
        """
        if vectors.shape != (len(ids), self.dimension) or len(set(ids)) != len(ids):
            msg = f"{len(ids)} distinct ids need ({len(ids)}, {self.dimension}) vectors"
            raise ValueError(msg)
        norms = np.linalg.norm(vectors, axis=1)
        if len(ids) and np.abs(norms - 1).max() > _UNIT_TOLERANCE:
            msg = "vectors must have norm 1: an inner product is a cosine only between those"
            raise ValueError(msg)
        self.remove(ids)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._ids.extend(ids)

    def remove(self, ids: Sequence[str]) -> int:
        """Remove vectors; unknown ids are passed over.

        Args:
            ids: The ids to remove.

        Returns:
            How many were there.
        """
        gone = set(ids)
        rows = np.array([row for row, known in enumerate(self._ids) if known in gone], np.int64)
        if len(rows):
            self._index.remove_ids(faiss.IDSelectorBatch(rows))
            self._ids = [known for known in self._ids if known not in gone]
        return len(rows)

    def vector(self, identifier: str) -> npt.NDArray[np.float32]:
        """Return one stored vector.

        Args:
            identifier: A known id.

        Returns:
            (dimension,) float32.
        """
        row = self._index.reconstruct(self._ids.index(identifier))
        return np.asarray(row, dtype=np.float32)

    def matrix(self) -> npt.NDArray[np.float32]:
        """Return all vectors.

        Returns:
            (n, dimension) float32, rows in the order of `ids`.
        """
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def search(self, queries: npt.NDArray[np.float32], k: int) -> list[list[Neighbour]]:
        """Find the nearest vectors.

        Args:
            queries: (n, dimension) float32, rows of L2 norm 1.
            k: How many to return at most.

        Returns:
            For each query its neighbours, best first, ties in the order of ids; fewer than k
            when the index is smaller.
        """
        if not len(self) or k < 1:
            return [[] for _ in queries]
        # All rows are asked for: FAISS breaks ties by row, so a cut at k would not be by id.
        scores, rows = self._index.search(np.ascontiguousarray(queries, np.float32), len(self))
        return [
            sorted(
                # FAISS pads with row -1 when it has fewer results than asked for.
                (
                    Neighbour(self._ids[row], float(s))
                    for s, row in zip(*pair, strict=True)
                    if row >= 0
                ),
                key=lambda neighbour: (-neighbour.score, neighbour.id),
            )[:k]
            for pair in zip(scores, rows, strict=True)
        ]

    def similarities(self, queries: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Compare queries with every stored vector.

        Args:
            queries: (n, dimension) float32, rows of L2 norm 1.

        Returns:
            (n, vectors) float64 cosine similarities in [-1, 1], columns in the order of `ids`.
        """
        found = np.full((len(queries), len(self)), -1.0)
        if len(self) and len(queries):
            scores, rows = self._index.search(np.ascontiguousarray(queries), len(self))
            np.put_along_axis(found, rows, scores, axis=1)
        return found

    def only(self, ids: Sequence[str]) -> VectorIndex:
        """Copy some vectors into an index of their own.

        Args:
            ids: Known ids.

        Returns:
            The index.
        """
        rows = {known: row for row, known in enumerate(self._ids)}
        part = VectorIndex(self.dimension)
        part.add(list(ids), self.matrix()[[rows[wanted] for wanted in ids]])
        return part

    def save(self, path: Path) -> None:
        """Write the vectors (not the ids) as a FAISS file.

        Args:
            path: The file.
        """
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path, ids: Sequence[str]) -> VectorIndex:
        """Read a FAISS file.

        Args:
            path: The file.
            ids: The ids of its rows, in order.

        Returns:
            The index.

        Raises:
            IndexMismatch: The file is not such an index, or has another number of rows.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            msg = f"{path} is not a readable FAISS file. Run: faqbot index build"
            raise IndexMismatch(msg) from error
        if index.metric_type != faiss.METRIC_INNER_PRODUCT or index.ntotal != len(ids):
            msg = f"{path} does not match its list of {len(ids)} passages. Run: faqbot index build"
            raise IndexMismatch(msg)
        loaded = cls(index.d)
        loaded._index = index
        loaded._ids = list(ids)
        return loaded
