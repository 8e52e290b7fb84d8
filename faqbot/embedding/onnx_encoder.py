"""The engine that serves the default model: onnxruntime and sentencepiece, and no torch.

A vector depends on its text alone. The texts of a batch have the same number of tokens, so nothing
is padded, and the graph rounds each token by itself. Vectors may therefore be kept by text.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np
import onnxruntime
from sentencepiece import SentencePieceProcessor

from faqbot.corpus.text import fold_space
from faqbot.embedding.conversion import PROMPTS, WINDOW_TOKENS
from faqbot.embedding.embedded import Embedded, Tokens, Vectors, shrunk
from faqbot.embedding.encoder import PromptedEmbedder, Prompts
from faqbot.embedding.receipt import GRAPH_FILE, TOKENIZER_FILE, WORDS_FILE, read_receipt
from faqbot.embedding.word_vectors import WordVectors
from faqbot.errors import ModelUnavailable
from faqbot.progress import Progress

_BATCH_TOKENS = 512
"""Of all texts of a batch: more is not faster, and takes memory that is not given back."""


class OnnxEmbedder(PromptedEmbedder):
    """A serving folder of the default model as an `Embedder`; threads may share it.

    Args:
        folder: What `fetch_default_model` made.
        prompts: Overrides of the model's own prompts.
        threads: How many batches are embedded at once; None for one a processor.

    Raises:
        ModelUnavailable: The folder does not hold the model.
    """

    def __init__(
        self, folder: Path, *, prompts: Prompts | None = None, threads: int | None = None
    ) -> None:
        receipt = read_receipt(folder)
        if receipt is None:
            msg = f"{folder} holds no converted model. Run: faqbot model fetch"
            raise ModelUnavailable(msg)
        overrides = prompts or Prompts()
        self._tokenizer = _open_vocabulary(folder / TOKENIZER_FILE)
        self._session = _open_session(folder / GRAPH_FILE)
        dimension = int(self._session.get_outputs()[0].shape[1])
        self._words = WordVectors(folder / WORDS_FILE, self._tokenizer.get_piece_size(), dimension)
        self._threads = threads or len(os.sched_getaffinity(0))
        # More questions at once are not faster, and each takes memory that is not given back.
        self._turns = threading.BoundedSemaphore(self._threads)
        super().__init__(
            receipt.model,
            receipt.digest,
            Prompts(
                PROMPTS["query"] if overrides.query is None else overrides.query,
                PROMPTS["passage"] if overrides.passage is None else overrides.passage,
            ),
            dimension=dimension,
            longest=WINDOW_TOKENS,
            special=(self._tokenizer.bos_id(), self._tokenizer.eos_id()),
        )

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, special tokens and prompt left out."""
        return len(self._pieces(text))

    def _embed(
        self, texts: Sequence[str], prompt: str, length: int, progress: Progress
    ) -> Embedded:
        ids = [self._ids(prompt + text) for text in texts]
        if len(ids) == 1:  # a question: no thread is worth starting
            return Embedded.of(*self._run(ids, length))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = [shrunk([], rows[:0])] * len(texts)
        done = 0
        batches = list(_batches([len(it) for it in ids]))
        with ThreadPoolExecutor(self._threads) as pool:
            runs = pool.map(lambda batch: self._run([ids[one] for one in batch], length), batches)
            for batch, (vectors, found) in zip(batches, runs, strict=True):
                rows[batch] = vectors
                for place, it in zip(batch, found, strict=True):
                    tokens[place] = it
                done += len(batch)
                progress("Embedding texts", done, len(texts))
        return Embedded.of(rows, tokens)

    def _ids(self, text: str) -> list[int]:
        first, last = self._special
        return [first, *self._pieces(text)[: WINDOW_TOKENS - 2], last]

    def _pieces(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(fold_space(unicodedata.normalize("NFKC", text)))
        return found

    def _run(self, ids: Sequence[Sequence[int]], length: int) -> tuple[Vectors, list[Tokens]]:
        asked = np.array(ids, dtype=np.int64)
        words = self._words[asked]
        with self._turns:
            vectors, tokens = self._session.run(["vectors", "tokens"], {"words": words})
        ours = (asked != self._special[0]) & (asked != self._special[1])
        found = [
            shrunk(pieces[rows][length:], it[rows][length:])
            for pieces, it, rows in zip(asked, tokens, ours, strict=True)
        ]
        return np.asarray(vectors, dtype=np.float32), found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Give the positions of texts of equal length together, as far as `_BATCH_TOKENS` go."""
    # The longest first: a thread that took one last would keep the others waiting.
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for length, group in groupby(order, key=lengths.__getitem__):
        alike = list(group)
        size = max(1, _BATCH_TOKENS // length)
        yield from (alike[start : start + size] for start in range(0, len(alike), size))


def _open_vocabulary(path: Path) -> SentencePieceProcessor:
    try:
        return SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        msg = f"{path} cannot be loaded ({error}). Run: faqbot model fetch"
        raise ModelUnavailable(msg) from error


def _open_session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # A run stays on the thread that asks: several at once use several processors without waiting
    # for one another, which within one text they would.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What is worth joining was joined when the graph was written; joining more makes it slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_mem_pattern = False  # it would keep one for each length of a text
    options.log_severity_level = 3  # errors
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own have no common base but this one
        msg = f"{graph} cannot be loaded ({error}). Run: faqbot model fetch"
        raise ModelUnavailable(msg) from error
