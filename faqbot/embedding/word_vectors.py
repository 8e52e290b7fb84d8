"""The vocabulary's vectors, read from their file as they are wanted.

A question needs thirty of 115,000. Mapped into memory all of them would be resident soon, because
the system brings the pages around each one along: 27 MB, of which 2 are ever used.
"""

from __future__ import annotations

import os
import weakref
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from faqbot.embedding.e5s1 import BLOCK, Tensor
from faqbot.errors import ModelUnavailable

_KEPT = 4096
"""Rows that stay, half a kilobyte each: 95 of 100 words of 10,000 questions find theirs there."""
_ZERO = 8
"""The nibble that stands for 0."""


def write_word_vectors(matrix: Tensor, path: Path) -> None:
    """Write rows that came from four bits in four bits again, losing nothing.

    A row is a scale of two bytes for each `BLOCK` numbers, then the numbers, two neighbours a
    byte, the first one low. Q4_0 gives the weight of a block that is largest, whatever its sign,
    the nibble 0 (that is -8), so its scale can be told from the weights.

    Raises:
        ModelUnavailable: The weights did not come from four bits.
    """
    blocks = matrix.reshape(-1, BLOCK)
    largest = np.abs(blocks).argmax(axis=1, keepdims=True)
    scales = (np.take_along_axis(blocks, largest, axis=1) / -_ZERO).astype(np.float16)
    whole = np.rint(blocks / np.where(scales == 0, 1, scales))
    if not np.array_equal(whole * scales, blocks):
        msg = (
            "the model's vocabulary is not of four bits; its file or folder is not the expected one"
        )
        raise ModelUnavailable(msg)
    nibbles = (whole + _ZERO).astype(np.uint8)
    packed = nibbles[:, 0::2] | nibbles[:, 1::2] << np.uint8(4)
    count = len(matrix)
    rows = np.hstack([scales.view(np.uint8).reshape(count, -1), packed.reshape(count, -1)])
    path.write_bytes(rows.tobytes())


class WordVectors:
    """What `write_word_vectors` wrote; threads may share it.

    Args:
        path: The file, which stays open.
        count: How many rows it holds.
        dimension: Numbers in a row.

    Raises:
        ModelUnavailable: The file is not there, or of another size.
    """

    def __init__(self, path: Path, count: int, dimension: int) -> None:
        self._scales = dimension // BLOCK * 2
        self._width = self._scales + dimension // 2
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError as error:
            msg = f"{path} cannot be read ({error.strerror}). Run: faqbot model fetch"
            raise ModelUnavailable(msg) from error
        weakref.finalize(self, os.close, self._file)
        if (size := os.fstat(self._file).st_size) != count * self._width:
            msg = f"{path} has {size} bytes, not {count * self._width}. Run: faqbot model fetch"
            raise ModelUnavailable(msg)
        self._row = lru_cache(_KEPT)(partial(_read, self._file, self._width))

    def __getitem__(self, ids: npt.NDArray[np.int64]) -> Tensor:
        """Look up rows, (…) ids to (…, dimension)."""
        rows = b"".join(map(self._row, ids.ravel().tolist()))
        stored = np.frombuffer(rows, np.uint8).reshape(*ids.shape, self._width)
        scales = stored[..., : self._scales].copy().view(np.float16).astype(np.float32)
        packed = stored[..., self._scales :]
        nibbles = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*scales.shape, BLOCK)
        weights = (nibbles.astype(np.float32) - _ZERO) * scales[..., None]
        return weights.reshape(*ids.shape, -1)


def _read(file: int, width: int, row: int) -> bytes:
    return os.pread(file, width, row * width)
