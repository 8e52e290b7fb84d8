from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import read_e5s1
from faqbot.embedding.encoder import Embedder, Prompts, SentenceTransformerEmbedder
from faqbot.embedding.reference import FLOAT, INTEGER, check_against_reference
from faqbot.errors import ModelUnavailable
from tests.embedding.tiny_model import tiny_model


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    (tmp_path / "tiny.bin").write_bytes(tiny_model())
    folder = tmp_path / "tiny"
    folder.mkdir()
    write_sentence_transformer(read_e5s1(tmp_path / "tiny.bin"), folder, progress=lambda *_: None)
    return folder


@pytest.fixture(params=["serving", "sentence-transformers"])
def engine(request: pytest.FixtureRequest) -> Embedder:
    """The real model, as it serves and as sentence-transformers has it."""
    names = {"serving": "embedder", "sentence-transformers": "sentence_transformer"}
    found: Embedder = request.getfixturevalue(names[request.param])
    return found


def test_the_model_is_the_one_it_should_be(
    embedder: Embedder, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    for engine, least in ((embedder, INTEGER), (sentence_transformer, FLOAT)):
        assert (engine.model_id, engine.dimension) == ("multilingual-e5-small", 384)
        assert engine.window == 508  # 512 less two special tokens and "passage: "
        check_against_reference(engine, least=least)
    assert embedder.digest != sentence_transformer.digest


def test_a_wrong_model_does_not_pass_the_reference(tiny: Path) -> None:
    with pytest.raises(ModelUnavailable, match="dimension 32"):
        check_against_reference(SentenceTransformerEmbedder(tiny), least=INTEGER)


@pytest.mark.parametrize(
    ("name", "expected"), [("embedder", [15, 30, 45]), ("sentence_transformer", [32, 45])]
)
def test_vectors_have_norm_one_in_the_order_of_the_texts(
    name: str, expected: list[int], request: pytest.FixtureRequest
) -> None:
    embedder: Embedder = request.getfixturevalue(name)
    texts = ["un texte bien plus long que les autres", "court", "proxy"] * 15
    steps: list[int] = []

    def told(_stage: str, done: int, _total: int) -> None:
        steps.append(done)

    rows = embedder.embed_passages(texts, progress=told)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[:3], rows[3:6], atol=1e-4)
    assert steps == expected
    asked = embedder.embed(texts, asked=True, progress=told).vectors
    assert np.allclose(asked[:3], asked[3:6], atol=1e-4)
    assert steps == expected * 2
    assert embedder.embed_passages([]).shape == embedder.embed_queries([]).shape == (0, 384)


def test_a_question_is_nearer_to_its_answer_than_to_another(engine: Embedder) -> None:
    question = engine.embed_queries(["combien de temps vaut un certificat"])
    answers = engine.embed_passages(
        ["Un certificat est valable trois ans.", "Le support répond par courriel."]
    )
    near, far = (question @ answers.T)[0]
    assert near > far


def test_queries_and_passages_get_different_prompts(engine: Embedder) -> None:
    texts = ["certificat"]
    assert not np.allclose(engine.embed_queries(texts), engine.embed_passages(texts))


def test_prompts_can_be_overridden_and_change_the_digest(tiny: Path) -> None:
    own = SentenceTransformerEmbedder(tiny)
    other = SentenceTransformerEmbedder(tiny, prompts=Prompts(query="", passage="p: "))
    assert (other.query_prompt, other.passage_prompt) == ("", "p: ")
    assert own.digest != other.digest


def test_the_digest_of_a_foreign_model_follows_its_weights(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    assert SentenceTransformerEmbedder(tiny).digest == SentenceTransformerEmbedder(copy).digest
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-3] ^= 0x40
    (copy / "model.safetensors").write_bytes(weights)
    assert SentenceTransformerEmbedder(tiny).digest != SentenceTransformerEmbedder(copy).digest


def test_a_folder_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="FAQBOT_EMBEDDING_MODEL"):
        SentenceTransformerEmbedder(tmp_path)


def test_threads_share_one_model(engine: Embedder) -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: engine.embed_queries(["proxy e-santé"])[0], range(24)))
    assert all(np.allclose(row, rows[0], atol=1e-5) for row in rows)
