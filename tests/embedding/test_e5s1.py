from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.embedding.e5s1 import dequantise_q4_0, read_e5s1
from faqbot.errors import ModelUnavailable
from tests.embedding.tiny_model import tiny_model


def test_a_file_gives_sizes_vocabulary_and_tensors(tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_model())
    model = read_e5s1(path)
    assert (model.hyperparameters.hidden, model.hyperparameters.layers) == (32, 1)
    assert [piece for piece, _ in model.vocabulary.pieces][:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert (model.vocabulary.bos, model.vocabulary.pad, model.vocabulary.eos) == (0, 1, 2)
    assert model.tensor("emb.ln.w").tolist() == [1.0] * 32


def test_nibbles_become_weights_low_ones_first() -> None:
    scale = struct.pack("<e", 0.5)
    packed = bytes([0x80 | low for low in range(16)])  # low: 0 to 15, high: 8
    values = dequantise_q4_0(scale + packed)
    assert values[:16].tolist() == [(low - 8) * 0.5 for low in range(16)]
    assert values[16:].tolist() == [0.0] * 16


@given(st.binary(max_size=100).filter(lambda raw: len(raw) % 18 != 0))
def test_a_part_of_a_block_is_refused(raw: bytes) -> None:
    with pytest.raises(ModelUnavailable, match="whole number"):
        dequantise_q4_0(raw)


@given(st.lists(st.integers(0, 255), min_size=16, max_size=16))
def test_decoding_undoes_packing(packed: list[int]) -> None:
    values = dequantise_q4_0(struct.pack("<e", 1.0) + bytes(packed))
    nibbles = (values + 8).astype(np.uint8)
    assert [int(low | high << 4) for low, high in zip(nibbles[:16], nibbles[16:], strict=True)] == (
        packed
    )


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelUnavailable, match="not an E5S1 model file"):
        read_e5s1(path)


@given(st.integers(min_value=4, max_value=200))
def test_a_file_cut_short_is_refused(kept: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cut.bin"
        path.write_bytes(tiny_model()[:kept])
        with pytest.raises(ModelUnavailable, match="ends at byte"):
            read_e5s1(path)


def test_an_unknown_tensor_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_model())
    with pytest.raises(ModelUnavailable, match=r"no tensor 'l9\.q\.w'"):
        read_e5s1(path).tensor("l9.q.w")
