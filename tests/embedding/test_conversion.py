from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from faqbot.embedding.conversion import (
    bert_name,
    build_tokenizer,
    prune,
    write_sentence_transformer,
)
from faqbot.embedding.e5s1 import Vocabulary, read_e5s1
from faqbot.embedding.encoder import SentenceTransformerEmbedder
from tests.embedding.tiny_model import PIECES, tiny_model


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("emb.word", "embeddings.word_embeddings.weight"),
        ("l0.q.w", "encoder.layer.0.attention.self.query.weight"),
        ("l11.ao.b", "encoder.layer.11.attention.output.dense.bias"),
        ("l3.fo.w", "encoder.layer.3.output.dense.weight"),
        ("l3.oln.b", "encoder.layer.3.output.LayerNorm.bias"),
    ],
)
def test_tensors_get_the_names_of_transformers(name: str, expected: str) -> None:
    assert bert_name(name) == expected


def test_pruning_keeps_latin_pieces_and_renumbers_the_special_ones() -> None:
    whole = Vocabulary(tuple((piece, -1.0) for piece in PIECES), 0, 2, 1, 3)
    kept, pruned = prune(whole)
    assert [piece for piece, _ in pruned.pieces] == PIECES[:9]
    assert kept == list(range(9))
    assert (pruned.bos, pruned.pad, pruned.eos, pruned.unknown) == (0, 1, 2, 3)


@pytest.mark.parametrize("piece", ["▁Santé", "œ", "1", "€", "’", "«", "…", "→", "😀", "ﬁ", "º"])
def test_what_french_text_uses_is_kept(piece: str) -> None:
    _, pruned = prune(Vocabulary((("<s>", 0.0), (piece, -1.0)), 0, 0, 0, 0))
    assert piece in dict(pruned.pieces)


@pytest.mark.parametrize("piece", ["ж", "▁日本", "שלום", "ひ", "ω", "ا", "๑"])
def test_other_scripts_are_dropped(piece: str) -> None:
    _, pruned = prune(Vocabulary((("<s>", 0.0), (piece, -1.0)), 0, 0, 0, 0))
    assert piece not in dict(pruned.pieces)


def tokenizer() -> Tokenizer:
    return build_tokenizer(Vocabulary(tuple((p, -1.0) for p in PIECES), 0, 2, 1, 3))


def test_texts_are_framed_normalised_and_collapsed() -> None:
    assert tokenizer().encode("  ab \n\u00a0 e\u0301 ").tokens == ["<s>", "▁ab", "▁", "é", "</s>"]


def test_unknown_characters_become_one_piece() -> None:
    assert tokenizer().encode("日").tokens == ["<s>", "▁", "日", "</s>"]
    assert tokenizer().encode("日").ids[2] == 3


def test_the_folder_loads_as_a_sentence_transformer(tmp_path: Path) -> None:
    (tmp_path / "tiny.bin").write_bytes(tiny_model())
    folder = tmp_path / "model"
    folder.mkdir()
    done: list[tuple[int, int]] = []
    write_sentence_transformer(
        read_e5s1(tmp_path / "tiny.bin"), folder, progress=lambda *step: done.append(step)
    )
    embedder = SentenceTransformerEmbedder(folder)
    assert done[-1][0] == done[-1][1] == len(done)
    assert (embedder.query_prompt, embedder.passage_prompt) == ("query: ", "passage: ")
    assert embedder.embed_queries(["ab", "é"]).shape == (2, 32)
