from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from faqbot.embedding.adapting import SEEDS, adapt, hard_batches, leave_one_out, training_pairs
from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import read_e5s1
from faqbot.embedding.encoder import SentenceTransformerEmbedder, load_sentence_transformer
from tests.embedding.tiny_model import tiny_model

WORDINGS = {"F11": ["un", "deux", "trois"], "F12": ["quatre"], "F13": ["cinq", "six"]}


def test_each_wording_is_paired_with_another_text_of_its_entry() -> None:
    pairs = training_pairs(WORDINGS, {"F12": ["réponse"]}, seed=1)
    assert [pair.anchor for pair in pairs] == ["un", "deux", "trois", "quatre", "cinq", "six"]
    for pair in pairs:
        assert pair.positive != pair.anchor
        assert pair.positive in {*WORDINGS[pair.entry_id], "réponse"}


def test_an_entry_with_a_single_text_teaches_nothing() -> None:
    assert training_pairs({"F11": ["un"]}, {}, seed=1) == []


@given(st.lists(st.sampled_from("abcdefghijkl"), max_size=80), st.integers(2, 12), st.integers(0))
def test_no_batch_holds_an_entry_twice_and_no_row_comes_twice(
    labels: list[str], size: int, seed: int
) -> None:
    neighbours = {own: [other for other in sorted(set(labels)) if other != own] for own in labels}
    batches = list(hard_batches(labels, neighbours, size=size, seed=seed))
    rows = [row for batch in batches for row in batch]
    assert len(rows) == len(set(rows))
    assert all(len({labels[row] for row in batch}) == len(batch) <= size for batch in batches)
    left = Counter(labels[row] for row in set(range(len(labels))) - set(rows))
    assert len(left) <= 1  # what remains is one entry's, and would have been alone


def test_a_batch_is_filled_with_neighbours() -> None:
    labels = [f"{number:02}" for number in range(40)]
    neighbours = {own: [f"{(int(own) + step) % 40:02}" for step in (1, 2, 3)] for own in labels}
    batch = next(hard_batches(labels, neighbours, size=SEEDS * 4, seed=3))
    taken = {labels[row] for row in batch}
    together = sum(neighbours[own][0] in taken for own in taken)
    assert together > len(taken) / 2


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A model of one layer whose weights are drawn at random, so that texts differ."""
    source = tmp_path / "tiny.bin"
    source.write_bytes(tiny_model())
    folder = tmp_path / "tiny"
    folder.mkdir()
    write_sentence_transformer(read_e5s1(source), folder, progress=lambda _done, _total: None)
    model = load_sentence_transformer(folder)
    torch.manual_seed(1)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.5)
    random = tmp_path / "random"
    model.save_pretrained(str(random), create_model_card=False)
    return random


def test_an_adapted_model_is_an_ordinary_folder_with_other_vectors(
    tiny_folder: Path, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "adapted"
    adapt(
        tiny_folder,
        {"F11": ["a", "ab", "a a"], "F12": ["b", "b b", "é"]},
        {"F11": ["ab a"]},
        out,
        epochs=2,
        seed=1,
        progress=lambda _stage, done, total: steps.append((done, total)),
    )
    before = SentenceTransformerEmbedder(tiny_folder)
    after = SentenceTransformerEmbedder(out)
    assert after.digest != before.digest
    assert after.dimension == before.dimension
    assert after.window == before.window
    assert steps[-1][0] == steps[-1][1]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_leave_one_out_is_a_share_of_the_entries_asked_for(tiny_folder: Path) -> None:
    wordings = {"F11": ["a", "a"], "F12": ["b", "b"]}
    assert leave_one_out(tiny_folder, wordings, {"F11", "F12"}) == pytest.approx(1.0)
