"""Rows of different lengths, one behind the other in one array."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def ranges(starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Write out ranges one after the other: 5, 9 of sizes 2, 3 give 5, 6, 9, 10, 11."""
    offsets = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(sizes.sum()) + np.repeat(starts - offsets, sizes))
