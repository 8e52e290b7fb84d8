"""The embedder: texts in, unit vectors out.

sentence-transformers is imported when a model is loaded and not before: it brings torch along,
which takes seconds, and commands such as ``faqbot --help`` need neither.
"""

from __future__ import annotations

import gc
import hashlib
import threading
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from faqbot.embedding.embedded import Embedded, Tokens, Vectors, shrunk
from faqbot.embedding.receipt import RECEIPT, is_intact, read_receipt
from faqbot.errors import ModelUnavailable
from faqbot.progress import Progress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

BATCH = 32
_REMEDY = (
    "Set FAQBOT_EMBEDDING_MODEL to a local sentence-transformers folder, to a model id that this "
    "machine can download, or leave it unset for the default."
)


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prefixes put before texts; None means what the model's own configuration says."""

    query: str | None = None
    passage: str | None = None


class Embedder(Protocol):
    """What the index and the retriever need to know of a model."""

    model_id: str
    digest: str
    """Changes whenever vectors would."""
    dimension: int
    window: int
    """Longest passage in tokens, the prompt and special tokens taken off."""

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, special tokens and prompt left out."""

    @abstractmethod
    def embed(self, texts: Sequence[str], *, asked: bool, progress: Progress = silent) -> Embedded:
        """Embed questions (asked) or passages, given without prompt.

        Returns:
            A unit vector a text, and its tokens without those of the prompt and special ones.
        """

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, given without prompt; one unit row a text."""
        return self.embed(texts, asked=True).vectors

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        """Embed passages, given without prompt; one unit row a text."""
        return self.embed(texts, asked=False, progress=progress).vectors


class PromptedEmbedder(Embedder):
    """A model that wants a prompt before questions and one before passages.

    Args:
        model_id: What the model is called.
        identity: Changes whenever its vectors would, the prompts apart.
        prompts: Neither of them None.
        dimension: Of its vectors.
        longest: Text that it reads, in tokens.
        special: Ids of the special tokens that every text gets, each as often.
    """

    def __init__(
        self,
        model_id: str,
        identity: str,
        prompts: Prompts,
        *,
        dimension: int,
        longest: int,
        special: Sequence[int],
    ) -> None:
        self.model_id = model_id
        self.query_prompt, self.passage_prompt = prompts.query or "", prompts.passage or ""
        prompted = f"{identity}\n{self.query_prompt}\n{self.passage_prompt}"
        self.digest = hashlib.sha256(prompted.encode("utf-8")).hexdigest()
        self.dimension = dimension
        self.window = longest - len(special) - self.count_tokens(self.passage_prompt)
        self._special = special
        prompts_by_use = {True: self.query_prompt, False: self.passage_prompt}
        self._prompts = {
            asked: (prompt, self.count_tokens(prompt.strip()))
            for asked, prompt in prompts_by_use.items()
        }

    def embed(self, texts: Sequence[str], *, asked: bool, progress: Progress = silent) -> Embedded:
        """Embed questions (asked) or passages, given without prompt.

        Raises:
            ModelUnavailable: What comes out are no numbers.
        """
        embedded = self._embed(texts, *self._prompts[asked], progress)
        if not np.isfinite(embedded.vectors).all():
            msg = (
                f"the embedding model {self.model_id!r} gives vectors that hold no numbers: its "
                f"files are damaged. {_REMEDY}"
            )
            raise ModelUnavailable(msg)
        return embedded

    @abstractmethod
    def _embed(
        self, texts: Sequence[str], prompt: str, length: int, progress: Progress
    ) -> Embedded:
        """Embed texts behind a prompt of so many tokens."""


class SentenceTransformerEmbedder(PromptedEmbedder):
    """A sentence-transformers model as an `Embedder`.

    Args:
        model: A local folder, or the id of a model on the hub.
        prompts: Overrides of the model's own prompts.

    Raises:
        ModelUnavailable: The model cannot be loaded.
    """

    def __init__(self, model: str | Path, *, prompts: Prompts | None = None) -> None:
        overrides, folder = prompts or Prompts(), Path(model)
        made_here = (folder / RECEIPT).exists()
        if made_here and not is_intact(folder):
            msg = f"{folder} is not as it was made. Run: faqbot model fetch --sentence-transformers"
            raise ModelUnavailable(msg)
        receipt = read_receipt(folder) if made_here else None
        self._model = load_sentence_transformer(model)
        # Fast tokenizers refuse to be used by two threads at once ("Already borrowed").
        self._lock = threading.Lock()
        own = self._model.prompts
        super().__init__(
            receipt.model if receipt else str(model),
            receipt.digest if receipt else _weights_digest(self._model),
            Prompts(
                _first(overrides.query, own.get("query")),
                _first(overrides.passage, own.get("passage"), own.get("document")),
            ),
            dimension=int(self._model.get_embedding_dimension() or 0),
            longest=int(self._model.max_seq_length or 512),
            special=self._model.tokenizer("")["input_ids"],
        )

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, special tokens and prompt left out."""
        with self._lock:
            encoded = self._model.tokenizer(text, add_special_tokens=False, verbose=False)
        return len(encoded["input_ids"])

    def _embed(
        self, texts: Sequence[str], prompt: str, length: int, progress: Progress
    ) -> Embedded:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = [shrunk([], rows[:0])] * len(texts)
        # Texts of like length share a batch: less padding, so less time.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            with self._lock:
                found: Any = self._model.encode(
                    [texts[position] for position in batch],
                    prompt=prompt,
                    output_value=None,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
            for position, features in zip(batch, found, strict=True):
                rows[position] = features["sentence_embedding"].cpu().numpy()
                tokens[position] = self._tokens(features)[length:]
            progress("Embedding texts", start + len(batch), len(order))
        return Embedded.of(rows, tokens)

    def _tokens(self, features: Mapping[str, Tensor]) -> Tokens:
        """Find the tokens of a text and its prompt; none in a model that makes no such vectors."""
        vectors = features.get("token_embeddings")
        if vectors is None:
            return shrunk([], np.zeros((0, self.dimension), np.float32))
        ids, mask = (features[name].cpu().numpy() for name in ("input_ids", "attention_mask"))
        ours = (mask == 1) & ~np.isin(ids, self._special)
        return shrunk(ids[ours], vectors.cpu().numpy()[ours].astype(np.float32))


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    # Importing torch and loading a model make very many objects that all stay: looking through
    # them again and again took a fifth of the time to start.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load_sentence_transformer(model: str | Path) -> SentenceTransformer:
    """Load a model for the CPU.

    Args:
        model: A local folder, or the id of a model on the hub.

    Raises:
        ModelUnavailable: It cannot be loaded.
    """
    local = Path(model).is_dir()
    with _garbage_collection_paused():
        from sentence_transformers import SentenceTransformer  # see the module's docstring
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        try:
            loaded = SentenceTransformer(str(model), device="cpu", local_files_only=local)
            loaded.tokenizer("certificat")  # where a vocabulary that lacks something shows
        except Exception as error:  # of a damaged file, each library raises what it likes
            reason = (str(error).strip() or repr(error)).splitlines()[0]
            msg = f"the embedding model {str(model)!r} cannot be loaded: {reason}\n{_REMEDY}"
            raise ModelUnavailable(msg) from error
        return loaded


def _weights_digest(model: SentenceTransformer) -> str:
    """Identify a model that faqbot did not convert itself, wherever it was loaded from."""
    import torch  # already loaded with the model

    transformer: Any = getattr(model[0], "auto_model", None)
    said = transformer.config.to_dict() if transformer else {}
    for elsewhere in ("_name_or_path", "transformers_version"):
        said.pop(elsewhere, None)
    digest = hashlib.sha256(f"{model!r}\n{sorted(said.items())}\n".encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode("utf-8"))
        digest.update(tensor.cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    digest.update(repr(sorted(model.tokenizer.get_vocab().items())).encode("utf-8"))
    return digest.hexdigest()


def _first(*candidates: str | None) -> str:
    return next((text for text in candidates if text is not None), "")
