"""A whole E5S1 file of one layer, small enough to be written in a test."""

from __future__ import annotations

import struct

HIDDEN, FEED_FORWARD, POSITIONS = 32, 64, 128
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "é", "▁ab", "ж", "▁日本"]


def tiny_model() -> bytes:
    """Build the file: matrices of zeros, layer norms of ones."""
    vocabulary = len(PIECES) + 3  # rows without a piece, as in the real file
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, 1, 2, FEED_FORWARD, vocabulary, POSITIONS, 2)
    head += struct.pack("<fi", 1e-12, 32)
    head += _tokenizer() + struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xFB01, 1, 0x66)
    tensors = _tensors(vocabulary)
    directory = struct.pack("<i", len(tensors))
    size = len(head) + 4 + sum(2 + len(name.encode()) + 21 for name, *_ in tensors)
    body = b""
    for name, dtype, count, data in tensors:
        raw = name.encode()
        offset = size + len(body)
        directory += struct.pack("<H", len(raw)) + raw
        directory += struct.pack("<BIQQ", dtype, count, offset, len(data))
        body += data
    return head + directory + body


def _tokenizer() -> bytes:
    blobs = [piece.encode("utf-8") for piece in PIECES]
    offsets = [sum(map(len, blobs[:number])) for number in range(len(blobs) + 1)]
    scores = [0.0] * 4 + [-float(number) for number in range(1, len(blobs) - 3)]
    head = struct.pack("<5i", len(blobs), 0, 2, 1, 3) + struct.pack("<Q", offsets[-1])
    return (
        head
        + struct.pack(f"<{len(offsets)}I", *offsets)
        + struct.pack(f"<{len(scores)}f", *scores)
        + b"".join(blobs)
    )


def _tensors(vocabulary: int) -> list[tuple[str, int, int, bytes]]:
    def matrix(name: str, rows: int, columns: int) -> tuple[str, int, int, bytes]:
        block = struct.pack("<e", 0.1) + bytes([0x98] * 16)
        return name, 1, rows * columns, block * (rows * columns // 32)

    def vector(name: str, size: int, value: float) -> tuple[str, int, int, bytes]:
        return name, 0, size, struct.pack(f"<{size}f", *[value] * size)

    def norm(name: str) -> list[tuple[str, int, int, bytes]]:
        return [vector(f"{name}.w", HIDDEN, 1.0), vector(f"{name}.b", HIDDEN, 0.0)]

    def linear(name: str, rows: int, columns: int) -> list[tuple[str, int, int, bytes]]:
        return [matrix(f"{name}.w", rows, columns), vector(f"{name}.b", rows, 0.0)]

    layer = [
        tensor for part in ("q", "k", "v", "ao") for tensor in linear(f"l0.{part}", HIDDEN, HIDDEN)
    ]
    return [
        matrix("emb.word", vocabulary, HIDDEN),
        vector("emb.pos", POSITIONS * HIDDEN, 0.01),
        vector("emb.type", 2 * HIDDEN, 0.0),
        *norm("emb.ln"),
        *layer,
        *norm("l0.aln"),
        *linear("l0.fi", FEED_FORWARD, HIDDEN),
        *linear("l0.fo", HIDDEN, FEED_FORWARD),
        *norm("l0.oln"),
    ]
