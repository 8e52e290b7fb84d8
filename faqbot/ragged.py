"""Rows of different lengths, one behind the other in one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def ranges(starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Write out ranges one after the other: 5, 9 of sizes 2, 3 give 5, 6, 9, 10, 11."""
    offsets = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(sizes.sum()) + np.repeat(starts - offsets, sizes))


class Runs:
    """Rows of which so many belong to the first group, so many that follow to the next.

    Args:
        sizes: (g,) rows of each group.
        start: The first row.
    """

    def __init__(self, sizes: Sequence[int] | npt.NDArray[np.int64], start: int = 0) -> None:
        self.sizes = np.array(sizes, np.int64)
        self._starts = start + np.cumsum(self.sizes) - self.sizes
        self.every = slice(start, start + int(self.sizes.sum()))

    def rows(self, groups: npt.NDArray[np.int64]) -> slice | npt.NDArray[np.int64]:
        """List the rows of groups in rising order: of all groups a slice, which copies nothing."""
        if len(groups) == len(self.sizes):
            return self.every
        return ranges(self._starts[groups], self.sizes[groups])
