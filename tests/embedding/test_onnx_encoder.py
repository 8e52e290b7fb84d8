"""The engine that serves: it agrees with sentence-transformers, and keeps texts apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.assistant import Assistant
from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import BLOCK, dequantise_q4_0, read_e5s1
from faqbot.embedding.encoder import Embedder, Prompts, SentenceTransformerEmbedder
from faqbot.embedding.graph import write_served
from faqbot.embedding.onnx_encoder import OnnxEmbedder
from faqbot.embedding.receipt import (
    GRAPH_FILE,
    TOKENIZER_FILE,
    WORDS_FILE,
    Receipt,
    digests_of,
    write_receipt,
)
from faqbot.embedding.reference import INTEGER
from faqbot.embedding.weights import Weights, weights_of_file, weights_of_folder
from faqbot.embedding.word_vectors import WordVectors, write_word_vectors
from faqbot.errors import ModelUnavailable
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.embedding.tiny_model import tiny_model

ROOT = Path(__file__).parents[2]
TEXTS = [
    *("", "PSC", "é", "日本 ?", "Qu’est-ce que Pro Santé Connect ?", "Which proxy do I need?"),
    *("combien de temps vaut un certificat", "un texte " * 100, "À quoi sert l’espace de test ?"),
]


def sample(assistant: Assistant) -> list[str]:
    entries = assistant.corpus.entries[::6]
    wordings = [text for entry in entries for text in (entry.question, entry.variants[-1])]
    return [*TEXTS, *wordings, "le proxy e-Santé et le certificat " * 120]


def test_both_engines_give_the_same_vectors(
    assistant: Assistant, embedder: Embedder, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    texts = sample(assistant)
    assert len(texts) >= 30
    assert embedder.count_tokens(texts[-1]) > embedder.window  # both cut it off at the same place
    for ours, theirs in (
        (embedder.embed_queries, sentence_transformer.embed_queries),
        (embedder.embed_passages, sentence_transformer.embed_passages),
    ):
        alone = np.vstack([theirs([text]) for text in texts])  # it pads all to the longest
        cosines = np.sum(ours(texts) * alone, axis=1)
        assert cosines.min() > INTEGER, texts[int(cosines.argmin())]


def test_both_engines_give_the_same_tokens(
    embedder: Embedder, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    for text in ("Qu’est-ce que le Proxy e-Santé ?", "日本 ?", "é", ""):
        for asked in (True, False):
            ours, theirs = (
                it.embed([text], asked=asked) for it in (embedder, sentence_transformer)
            )
            assert ours.sizes.tolist() == theirs.sizes.tolist() == [embedder.count_tokens(text)]
            assert ours.tokens["piece"].tolist() == theirs.tokens["piece"].tolist()
            one, other = (it.tokens["direction"].astype(float) for it in (ours, theirs))
            norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
            assert ((one * other).sum(axis=1) / norms > 0.95).all()


def test_both_engines_count_the_same_tokens(
    assistant: Assistant, embedder: Embedder, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    wordings = [text for entry in assistant.corpus.entries for text in entry.wordings]
    for text in [*sample(assistant), *wordings]:
        assert embedder.count_tokens(text) == sentence_transformer.count_tokens(text), text


@hypothesis.settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12))
def test_a_vector_does_not_depend_on_its_batch(embedder: Embedder, texts: list[str]) -> None:
    together = embedder.embed_passages(texts)
    alone = np.vstack([embedder.embed_passages([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def tiny_weights(tmp_path: Path) -> Weights:
    (tmp_path / "tiny.bin").write_bytes(tiny_model())
    return weights_of_file(read_e5s1(tmp_path / "tiny.bin"))


def serving_folder_of(weights: Weights, folder: Path) -> Path:
    folder.mkdir()
    write_served(weights, folder)
    write_receipt(folder, Receipt("tiny", "digest", "source", "sha256"))
    return folder


def test_a_converted_folder_gives_the_same_files_as_the_file(tmp_path: Path) -> None:
    weights = tiny_weights(tmp_path)
    former = tmp_path / "former"
    former.mkdir()
    source = read_e5s1(tmp_path / "tiny.bin")
    write_sentence_transformer(source, former, progress=lambda *_: None)
    of_file = serving_folder_of(weights, tmp_path / "one")
    of_folder = serving_folder_of(weights_of_folder(former), tmp_path / "other")
    assert digests_of(of_file) == digests_of(of_folder)
    assert len(digests_of(of_file)) == 4


def test_prompts_can_be_overridden_and_change_the_digest(tmp_path: Path) -> None:
    folder = serving_folder_of(tiny_weights(tmp_path), tmp_path / "served")
    own = OnnxEmbedder(folder)
    other = OnnxEmbedder(folder, prompts=Prompts(query="", passage="p: "))
    assert (own.query_prompt, own.passage_prompt) == ("query: ", "passage: ")
    assert (other.query_prompt, other.passage_prompt) == ("", "p: ")
    assert own.digest != other.digest


def test_a_folder_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="faqbot model fetch"):
        OnnxEmbedder(tmp_path)
    folder = serving_folder_of(tiny_weights(tmp_path), tmp_path / "served")
    with (folder / WORDS_FILE).open("ab") as words:
        words.write(b"more")
    with pytest.raises(ModelUnavailable, match=r"words\.bin has .* bytes, not"):
        OnnxEmbedder(folder)
    (folder / WORDS_FILE).unlink()
    with pytest.raises(ModelUnavailable, match=r"words\.bin cannot be read"):
        OnnxEmbedder(folder)
    for name in (GRAPH_FILE, TOKENIZER_FILE):
        (folder / name).write_bytes(b"none")
        with pytest.raises(ModelUnavailable, match="cannot be loaded"):
            OnnxEmbedder(folder)


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_the_vocabulary_is_written_again_without_loss_and_read_by_rows(
    seed: int, tmp_path: Path
) -> None:
    chance = np.random.default_rng(seed)
    nibbles = chance.integers(0, 16, (6, BLOCK), dtype=np.uint8)
    nibbles[:, 5] = 0  # Q4_0 gives the largest weight of a block the nibble 0
    scales = chance.normal(size=(6, 1)).astype("<f2")
    blocks = np.hstack([scales.view(np.uint8), nibbles[:, :16] | nibbles[:, 16:] << 4])
    matrix = dequantise_q4_0(blocks.tobytes()).reshape(3, 2 * BLOCK)
    write_word_vectors(matrix, tmp_path / "words")
    assert (tmp_path / "words").stat().st_size == 6 * (2 + BLOCK // 2)
    words = WordVectors(tmp_path / "words", 3, 2 * BLOCK)
    ids = chance.integers(0, 3, (2, 5))
    assert np.array_equal(words[ids], matrix[ids])


def test_weights_of_more_than_four_bits_are_refused(tmp_path: Path) -> None:
    weights = np.linspace(-1, 1, BLOCK, dtype=np.float32).reshape(1, -1)
    with pytest.raises(ModelUnavailable, match="four bits"):
        write_word_vectors(weights, tmp_path / "words")


NOT_TO_SERVE = {
    *("torch", "transformers", "sentence_transformers", "onnx", "scipy", "sklearn", "matplotlib"),
    *(
        "safetensors",
        "tokenizers",
        "alembic",
        "ruamel",
        "bs4",
        "markdownify",
        "langchain_core",
        "ir_measures",
        "faiss",  # until something is searched
    ),
}
"""What learning, importing, migrating and evaluating need, and what takes time or memory."""


def test_to_serve_loads_what_it_needs_alone(
    assistant: Assistant, settings: Settings, tmp_path: Path
) -> None:
    program = (
        "import json, sys; from faqbot.api.service import Service; from faqbot import application;"
        "from faqbot.assistant import Assistant; from faqbot.cli import serving;"
        "from faqbot.progress import silent; from faqbot.settings import Settings;"
        "settings = Settings.from_env(); assistant = Assistant.open(settings, progress=silent);"
        "service = Service.open(settings, assistant); application.create_app(service);"
        "reply = service.ask('Le Proxy e-Santé est-il obligatoire ?', None);"
        "print(json.dumps([reply.interaction.status, reply.kept is not None, sorted(sys.modules)]))"
    )
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    FeedbackStore.open(url).close()  # migrated before: a database in use is
    environment = {
        "FAQBOT_INDEX_DIR": str(settings.index_dir),
        "FAQBOT_DATABASE_URL": url,
        "FAQBOT_SECRET_KEY": "a key for tests, of more than 32 characters",
        "PYTHONPATH": str(ROOT),
    }
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**environment, "HOME": str(Path.home())},
        stdout=subprocess.PIPE,
        check=True,
    )
    status, recorded, modules = json.loads(run.stdout.splitlines()[-1])
    assert status == assistant.ask("Le Proxy e-Santé est-il obligatoire ?").status
    assert recorded
    assert {name.split(".")[0] for name in modules} & NOT_TO_SERVE == set()
