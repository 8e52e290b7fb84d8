"""What a model makes of texts: a vector each, and one of each token, for late interaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.ragged import ranges

Vectors: TypeAlias = npt.NDArray[np.float32]
"""(n, dimension) float32; every row has L2 norm 1, so an inner product is a cosine."""
Tokens: TypeAlias = npt.NDArray[np.void]
"""(t,) `TOKEN`: which piece of the vocabulary each is, and its direction in its text, whose length
means nothing."""

TOKEN_DIMENSION: Final = 128
"""Of 384, as in ColBERT: on the dev split 64 found a little less, 384 no more."""
TOKEN: Final = np.dtype([("piece", "<i4"), ("direction", "i1", TOKEN_DIMENSION)])


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Some texts, embedded."""

    vectors: Vectors
    tokens: Tokens
    """Of all texts, one text below the other; of some texts there may be none."""
    sizes: npt.NDArray[np.int64]
    """(n,) how many tokens each text has here."""

    @classmethod
    def of(cls, vectors: Vectors, tokens: Sequence[Tokens]) -> Self:
        """Put the tokens of texts below one another."""
        none = np.zeros(0, TOKEN)
        sizes = np.array([len(it) for it in tokens], np.int64)
        return cls(vectors, np.concatenate([none, *tokens]), sizes)

    def __len__(self) -> int:
        return len(self.vectors)

    def split(self) -> list[Tokens]:
        """Give the tokens of each text."""
        return np.split(self.tokens, np.cumsum(self.sizes)[:-1]) if len(self) else []

    def taken(self, rows: npt.NDArray[np.int64]) -> Embedded:
        """Keep some texts, in the order of their rows."""
        tokens = tokens_of(self.tokens, self.sizes, rows)
        return Embedded(self.vectors[rows], tokens, self.sizes[rows])


def tokens_of(tokens: Tokens, sizes: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Tokens:
    """Take the tokens of some of the texts that follow one another in so many tokens each."""
    starts = np.cumsum(sizes) - sizes
    return tokens[ranges(starts[rows], sizes[rows])]


def shrunk(pieces: npt.ArrayLike, tokens: Vectors) -> Tokens:
    """Keep of t pieces and their vectors, (t, dimension), what late interaction needs.

    Vectors are projected at random, which keeps angles (Achlioptas, *Database-friendly random
    projections*, 2003): the same directions whatever the texts, the machine and the versions.
    """
    kept = np.empty(len(tokens), TOKEN)
    kept["piece"] = pieces
    kept["direction"] = in_eight_bits(tokens @ _signs(tokens.shape[1]))
    return kept


def in_eight_bits(directions: Vectors) -> npt.NDArray[np.int8]:
    """Round rows so that the largest number of each is 127 or -127; a row of zeros stays."""
    largest = np.abs(directions).max(axis=1, keepdims=True)
    return np.asarray(
        np.rint(directions * (127 / np.where(largest == 0, 1, largest))), dtype=np.int8
    )


@lru_cache(maxsize=1)
def _signs(dimension: int) -> Vectors:
    chance = hashlib.shake_256(b"late interaction").digest(dimension * TOKEN_DIMENSION // 8)
    bits = np.unpackbits(np.frombuffer(chance, np.uint8)).reshape(dimension, TOKEN_DIMENSION)
    return bits.astype(np.float32) * 2 - 1
