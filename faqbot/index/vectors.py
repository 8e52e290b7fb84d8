"""The only module that knows FAISS: unit vectors under names, and those nearest to a query.

Up to `EXACT` vectors each is compared (``IndexFlatIP``): for the some thousands of an FAQ that
takes a millisecond or two, and approximate indexes only add ways to be wrong. Of more, all are
looked at by four bits for each four of their numbers, and the best of these compared exactly
(``PQ…x4fs``). Graphs and lists (``HNSW``, ``IVF``), which look at a part only, missed too many:
texts of one FAQ are all neighbours.

FAISS takes 29 MB to import, and a ranking of a usual FAQ compares all vectors by itself: they are
read from the file as they lie there, and FAISS comes in with the first search, or with a file of
more vectors than are compared exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from faqbot.errors import IndexMismatch
from faqbot.files import naming

if TYPE_CHECKING:
    import faiss

EXACT = 15_000
"""Vectors up to which search is exact."""
RECHECKED = 300
"""Vectors that are compared exactly, at least, where there are more."""
_TAUGHT = 40_000
"""Vectors that the four bits are learned from."""
_UNIT_TOLERANCE = 1e-3
_FLAT = struct.Struct("<4siq21xq")
"""How a FAISS file of an ``IndexFlatIP`` begins: ``IxFI``, dimension, vectors, and how many numbers
follow: the rows."""


class Neighbour(NamedTuple):
    """A vector found near a query."""

    id: str
    score: float
    """Cosine similarity in [-1, 1]; higher is nearer."""


class VectorIndex:
    """Unit vectors under string ids; never changed once made.

    Args:
        ids: One id a row, without repetition.
        vectors: (n, dimension) float32, rows of L2 norm 1.

    Raises:
        ValueError: There is no id for each row, an id is repeated, or a row is no unit vector.
    """

    def __init__(self, ids: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        if len(vectors) != len(ids) or len(set(ids)) != len(ids):
            msg = f"{len(vectors)} vectors need as many distinct ids"
            raise ValueError(msg)
        norms = np.linalg.norm(vectors, axis=1)
        if not (np.abs(norms - 1) <= _UNIT_TOLERANCE).all():
            msg = "vectors must have norm 1: an inner product is a cosine only between those"
            raise ValueError(msg)
        self.ids = tuple(ids)
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(self) > EXACT:
            self._index = quick = _quick(self._index, self._vectors)
            self._vectors = _rows(quick)

    @cached_property
    def _index(self) -> faiss.Index:
        import faiss

        exact = faiss.IndexFlatIP(self._vectors.shape[1])
        exact.add(self._vectors)
        return exact

    def __len__(self) -> int:
        return len(self.ids)

    def matrix(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """Copy vectors: (k, dimension) float32.

        Args:
            rows: (k,) places in `ids`; None for all, in their order.
        """
        return self._vectors.copy() if rows is None else self._vectors[rows]

    def search(self, queries: npt.NDArray[np.float32], k: int) -> list[list[Neighbour]]:
        """Find the nearest vectors.

        Args:
            queries: (n, dimension) float32, rows of L2 norm 1.
            k: How many to return at most.

        Returns:
            For each query its neighbours, best first, ties in the order of ids.
        """
        # FAISS breaks ties by row: what is as near as the last one is sorted by id, too.
        found = self.nearest(queries, len(self) if len(self) <= EXACT else k + RECHECKED)
        last = min(k, len(self)) - 1
        return [
            sorted(
                (
                    Neighbour(self.ids[row], float(score))
                    for score, row in zip(scores, rows, strict=True)
                    if score >= scores[last]
                ),
                key=lambda neighbour: (-neighbour.score, neighbour.id),
            )[:k]
            for scores, rows in zip(*found, strict=True)
        ]

    def nearest(
        self, queries: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Find the k nearest vectors, fewer if there are fewer: (n, k) cosines, and rows."""
        import faiss

        k = min(k, len(self))
        count = max(1, k) if len(self) <= EXACT else max(k, RECHECKED)
        threads = faiss.omp_get_max_threads()
        # A single question is no work to share: other threads would only wait for more, busily.
        faiss.omp_set_num_threads(1 if len(queries) == 1 else threads)
        try:
            scores, rows = self._index.search(np.ascontiguousarray(queries, np.float32), count)
        finally:
            faiss.omp_set_num_threads(threads)
        return scores[:, :k], rows[:, :k]

    def rows(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """Find the rows of known ids."""
        known = {key: row for row, key in enumerate(self.ids)}
        return np.array([known[key] for key in ids], np.int64)

    def only(self, ids: Sequence[str]) -> VectorIndex:
        """Copy the vectors of known ids into an index of their own, in the order of the ids."""
        return VectorIndex(ids, self.matrix(self.rows(ids)))

    def save(self, path: Path) -> None:
        """Write the vectors (not the ids) as a FAISS file."""
        import faiss

        with naming(path), path.open("wb") as file:
            # By a Python file, for its errors: FAISS's own tell in words only what went wrong.
            writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)

    @classmethod
    def load(cls, path: Path, ids: Sequence[str]) -> VectorIndex:
        """Open a FAISS file, which is mapped into memory: what is replaced stays as it was.

        Args:
            path: The file, as `save` wrote it.
            ids: The ids of its rows, in order.

        Raises:
            IndexMismatch: The file is not such an index, or has another number of rows.
        """
        loaded = cls((), np.zeros((0, 1), np.float32))
        if (vectors := _flat(path)) is None:
            loaded._index = index = _read(path)
            vectors = _rows(index)
        if len(vectors) != len(ids):
            msg = f"{path} does not match its list of {len(ids)} passages. Run: faqbot index build"
            raise IndexMismatch(msg)
        loaded.ids, loaded._vectors = tuple(ids), vectors
        return loaded


def _flat(path: Path) -> npt.NDArray[np.float32] | None:
    """Map the rows of a file that holds nothing else, and all of them; None of another file."""
    with path.open("rb") as file:
        head = file.read(_FLAT.size)
        if len(head) < _FLAT.size:
            return None
        kind, dimension, count, numbers = _FLAT.unpack(head)
        shape, size = (count, dimension), _FLAT.size + 4 * count * dimension
        if (kind, numbers, path.stat().st_size) != (b"IxFI", count * dimension, size):
            return None
        if not count:  # nothing can be mapped
            return np.zeros(shape, np.float32)
        return np.asarray(np.memmap(file, np.float32, "r", offset=_FLAT.size, shape=shape))


def _quick(exact: faiss.Index, vectors: npt.NDArray[np.float32]) -> faiss.IndexRefine:
    """Let search choose by few bits first."""
    import faiss

    parts = exact.d // 4
    quick = faiss.index_factory(exact.d, f"PCAR{4 * parts},PQ{parts}x4fs", exact.metric_type)
    quick.train(vectors[:: -(-len(vectors) // _TAUGHT)])
    quick.add(vectors)
    return faiss.IndexRefine(quick, exact)


def _read(path: Path) -> faiss.IndexRefine:
    """Map the file of an index that chooses by few bits first."""
    import faiss

    msg = f"{path} is not a readable FAISS file. Run: faqbot index build"
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise IndexMismatch(msg) from error
    if not isinstance(index, faiss.IndexRefine) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise IndexMismatch(msg)
    return index


def _rows(index: faiss.IndexRefine) -> npt.NDArray[np.float32]:
    """Look at the vectors, (n, dimension), where an index has them: it must live as long."""
    import faiss

    exact: Any = faiss.downcast_index(index.refine_index)
    return faiss.rev_swig_ptr(exact.get_xb(), exact.ntotal * exact.d).reshape(-1, exact.d)
