from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import faqbot.retrieval.dense as dense_module
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval.dense import DenseIndex, DenseMatch
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

EMBEDDER = LetterEmbedder()


def wordings(letter: str, most: int) -> list[str]:
    """Texts about a letter, which differ by how many z they end with."""
    return [letter * many + "z" * tail for many in range(3, 30) for tail in range(most)]


def compared(folder: Path, a: list[str], b: list[str]) -> DenseMatch:
    """Compare « bbbb » that ends with many z with entries of such wordings."""
    faq = corpus(*(entry(key, it[0], "", *it[1:]) for key, it in (("F11", a), ("F12", b))))
    index = build_index(folder, faq, EMBEDDER, progress=silent).index
    dense = DenseIndex(index, ["F11", "F12"])
    return dense.compare(EMBEDDER.embed_queries(["bbbb" + "z" * 8]), np.arange(2))


def test_what_tells_wordings_of_one_entry_apart_counts_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = compared(tmp_path, wordings("a", 20), wordings("b", 3))
    assert found.votes[0].argmax() == 1
    monkeypatch.setattr(dense_module, "_ALIKE", 1e9)  # what wordings show counts as nothing
    plain = compared(tmp_path, wordings("a", 20), wordings("b", 3))
    assert plain.votes[0].argmax() == 0


def test_one_wording_an_entry_says_nothing_of_what_does_not_matter(tmp_path: Path) -> None:
    found = compared(tmp_path, ["aaaz"], ["bbbb"])
    assert np.isfinite(found.wordings).all()
    assert found.wordings[0].argmax() == 1


def test_of_a_large_faq_nothing_is_learned_from_wordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = compared(tmp_path, wordings("a", 2), wordings("b", 2))
    monkeypatch.setattr(dense_module, "_LEARNED", 3)  # of two entries there are four pairs
    large = compared(tmp_path, wordings("a", 2), wordings("b", 2))

    assert learned.classes[0].argmax() == 1
    assert learned.outside_classes.any()
    assert not large.classes.any()
    assert not large.outside_classes.any()
    assert large.classes.shape == learned.classes.shape
    assert large.votes.tolist() == learned.votes.tolist()
