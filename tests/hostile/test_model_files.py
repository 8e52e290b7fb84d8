from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from faqbot import assistant as opening
from faqbot.assistant import load_embedder
from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import read_e5s1
from faqbot.embedding.embedded import Embedded
from faqbot.embedding.encoder import SentenceTransformerEmbedder
from faqbot.embedding.fetching import serving_folder
from faqbot.embedding.onnx_encoder import OnnxEmbedder
from faqbot.embedding.receipt import (
    RECEIPT,
    Receipt,
    digests_of,
    is_intact,
    read_receipt,
    write_receipt,
)
from faqbot.errors import ModelUnavailable
from faqbot.progress import silent
from faqbot.settings import Settings
from tests.embedding.tiny_model import tiny_model
from tests.hostile.damage import CASES, damage


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model as faqbot converts one, with its receipt."""
    root = tmp_path_factory.mktemp("model")
    (root / "tiny.bin").write_bytes(tiny_model())
    folder = root / "tiny"
    folder.mkdir()
    write_sentence_transformer(read_e5s1(root / "tiny.bin"), folder, progress=silent_steps)
    write_receipt(folder, Receipt("tiny", "digest", "source", "0" * 64, digests_of(folder)))
    return folder


def silent_steps(done: int, total: int) -> None:
    del done, total


@pytest.mark.parametrize("seed", range(CASES))
def test_a_converted_model_is_served_as_it_was_made_or_not_at_all(
    converted: Path, tmp_path: Path, seed: int
) -> None:
    folder = shutil.copytree(converted, tmp_path / "model")
    case = damage(folder, seed)
    if is_intact(folder):  # the receipt lost a letter of what it tells, or nothing happened
        assert digests_of(folder) == digests_of(converted), case
    elif (folder / RECEIPT).exists():
        with pytest.raises(ModelUnavailable, match=r"fetch --sentence-transformers") as refusal:
            SentenceTransformerEmbedder(folder)
        assert str(folder) in str(refusal.value), case


@pytest.mark.parametrize("seed", range(CASES // 2))
def test_a_damaged_foreign_model_is_refused_in_words_or_has_another_digest(
    converted: Path, tmp_path: Path, seed: int
) -> None:
    (shutil.copytree(converted, tmp_path / "sound") / RECEIPT).unlink()
    sound = SentenceTransformerEmbedder(tmp_path / "sound")
    folder = shutil.copytree(tmp_path / "sound", tmp_path / "damaged")
    case = damage(folder, seed)
    texts = ["certificat", "a b"]
    try:
        found = SentenceTransformerEmbedder(folder)
        vectors = found.embed_queries(texts)
    except ModelUnavailable as error:
        refusal, alike = str(error), False
    else:
        refusal, alike = "", np.allclose(vectors, sound.embed_queries(texts), atol=1e-5)
    assert alike or "FAQBOT_EMBEDDING_MODEL" in refusal or found.digest != sound.digest, case


def test_the_digest_of_a_foreign_model_follows_its_configuration(
    converted: Path, tmp_path: Path
) -> None:
    folders = [shutil.copytree(converted, tmp_path / name) for name in ("one", "other")]
    for folder in folders:
        (folder / RECEIPT).unlink()
    path = folders[1] / "config.json"
    path.write_text(path.read_text("utf-8").replace('"gelu"', '"relu"'), "utf-8")
    one, other = (SentenceTransformerEmbedder(folder) for folder in folders)
    assert one.digest != other.digest


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"model": 1}', b"\xff", b"[" * 100_000, b'{"files":[]}']
)
def test_a_receipt_that_is_none_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RECEIPT).write_bytes(content)
    assert not is_intact(tmp_path)
    with pytest.raises(ModelUnavailable, match=r"faqbot-model\.json is damaged.*model fetch"):
        read_receipt(tmp_path)


class Numb(OnnxEmbedder):
    """The default model with weights that became no numbers."""

    def _embed(self, *arguments: object) -> Embedded:
        embedded = super()._embed(*arguments)  # type: ignore[arg-type]
        embedded.vectors[:] = np.nan
        return embedded


def test_a_model_that_gives_no_numbers_answers_nothing(
    settings: Settings, embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    numb = Numb(serving_folder(settings.cache_dir))
    with pytest.raises(ModelUnavailable, match="no numbers"):
        numb.embed_queries(["certificat"])
    monkeypatch.setattr(opening, "OnnxEmbedder", Numb)
    with pytest.raises(ModelUnavailable):
        load_embedder(settings, progress=silent)


def test_a_model_that_gives_other_vectors_is_not_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Turned(OnnxEmbedder):
        def _embed(self, *arguments: object) -> Embedded:
            embedded = super()._embed(*arguments)  # type: ignore[arg-type]
            embedded.vectors[:] = np.roll(embedded.vectors, 1, axis=1)
            return embedded

    monkeypatch.setattr(opening, "OnnxEmbedder", Turned)
    with pytest.raises(ModelUnavailable, match="has cosine"):
        load_embedder(settings, progress=silent)
