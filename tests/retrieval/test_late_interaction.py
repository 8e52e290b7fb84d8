"""Each token of a question meets the nearest token of an entry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import faqbot.retrieval.retriever as retriever_module
from faqbot.embedding.embedded import TOKEN, TOKEN_DIMENSION, Embedded, in_eight_bits, shrunk
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval import late_interaction as module
from faqbot.retrieval.late_interaction import TokenIndex
from faqbot.retrieval.retriever import Retriever
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

FAQ = corpus(
    entry("F11", "abc xyz", "klm", "nop"),
    entry("F12", "xyz", "klm", "abc abc"),
    entry("F13", "uvw", "rst"),
)


def found(tmp_path: Path, question: str) -> list[float]:
    embedder = LetterEmbedder()
    index = build_index(tmp_path, FAQ, embedder, progress=silent).index
    tokens = TokenIndex(index, [it.id for it in FAQ.entries])
    (row,) = tokens.compare(embedder.embed([question], asked=True), np.array([[0, 1, 2]]))
    return [round(float(score), 3) for score in row]


def test_tokens_may_come_from_different_wordings(tmp_path: Path) -> None:
    one, other, neither = found(tmp_path, "xyz nop")
    assert one == pytest.approx(1, abs=1e-3)
    assert one > other > neither


def test_a_question_without_tokens_meets_none(tmp_path: Path) -> None:
    assert found(tmp_path, "") == [0, 0, 0]


def test_tokens_compared_part_by_part_meet_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = found(tmp_path, "xyz nop rst")
    monkeypatch.setattr(module, "_CHUNK", 2)
    assert found(tmp_path, "xyz nop rst") == at_once


def test_only_the_best_are_reordered_and_stay_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = LetterEmbedder()
    index = build_index(tmp_path, FAQ, embedder, progress=silent).index
    asked = embedder.embed(["xyz nop", "abc", "rst"], asked=True)
    texts = ["xyz nop", "abc", "rst"]
    met = Retriever(FAQ, index, embedder).compare(texts, asked)
    monkeypatch.setattr(retriever_module, "CANDIDATES", 0)
    plain = Retriever(FAQ, index, embedder).compare(texts, asked)
    assert (met.fused >= plain.fused).all()
    assert not np.allclose(met.fused, plain.fused)


@given(st.lists(st.integers(0, 4), max_size=6), st.data())
def test_texts_keep_their_tokens_when_some_are_taken(sizes: list[int], data: st.DataObject) -> None:
    tokens = [np.zeros(size, TOKEN) for size in sizes]
    for number, its in enumerate(tokens):
        its["piece"] = number
    embedded = Embedded.of(np.zeros((len(sizes), 3), np.float32), tokens)
    rows = data.draw(
        st.lists(st.sampled_from(range(len(sizes))), max_size=6) if sizes else st.just([])
    )
    taken = embedded.taken(np.array(rows, np.int64))
    pieces = [it["piece"].tolist() for it in taken.split()]
    assert pieces == [[row] * sizes[row] for row in rows]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=12))
def test_a_piece_that_is_repeated_counts_once_in_its_mean_direction(
    drawn: list[tuple[int, int]],
) -> None:
    chance = np.random.default_rng(5).normal(size=(10, TOKEN_DIMENSION)).astype(np.float32)
    pieces = np.array([piece for piece, _ in drawn], np.int32)
    directions = in_eight_bits(chance[[row for _, row in drawn]])
    for piece, mean in zip(np.unique(pieces), module._pooled(pieces, directions), strict=True):
        own = directions[pieces == piece].sum(axis=0, dtype=float)
        assert mean.astype(float) @ own == pytest.approx(
            np.linalg.norm(mean) * np.linalg.norm(own), rel=1e-3
        )


def test_an_entry_of_many_tokens_meets_as_well_with_each_piece_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = found(tmp_path, "xyz nop rst")
    monkeypatch.setattr(module, "_FEW", 0)
    assert found(tmp_path, "xyz nop rst") == pytest.approx(every, abs=0.01)


def test_projected_tokens_keep_their_angles() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(40, 384)).astype(np.float32)
    vectors[20:] = vectors[:20] + 0.5 * vectors[20:]
    small = shrunk(range(40), vectors)["direction"].astype(float)
    cosines = [(it @ it.T) / np.outer(*[np.linalg.norm(it, axis=1)] * 2) for it in (vectors, small)]
    assert np.abs(cosines[0] - cosines[1]).max() < 0.4
    assert np.corrcoef(cosines[0].ravel(), cosines[1].ravel())[0, 1] > 0.9
