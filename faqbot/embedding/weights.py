"""The weights of the encoder, wherever they lie: in the four-bit file, or in a converted folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faqbot.embedding.conversion import bert_name, prune
from faqbot.embedding.e5s1 import E5S1File, Hyperparameters, Tensor, Vocabulary

_SIZES = (
    *("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
    *("max_position_embeddings", "type_vocab_size", "layer_norm_eps"),
)
"""What transformers calls the fields of `Hyperparameters`, in their order."""


@dataclass(frozen=True, slots=True)
class Weights:
    """An encoder and its vocabulary, which is pruned."""

    sizes: Hyperparameters
    vocabulary: Vocabulary
    tensor: Callable[[str], Tensor]
    """Gives float32 of any shape by the four-bit file's name, such as ``l3.ao.w``."""


def weights_of_file(source: E5S1File) -> Weights:
    """Take the weights out of the four-bit file."""
    kept, vocabulary = prune(source.vocabulary)

    def tensor(name: str) -> Tensor:
        if name != "emb.word":
            return source.tensor(name)
        return source.tensor(name).reshape(-1, source.hyperparameters.hidden)[kept]

    return Weights(source.hyperparameters, vocabulary, tensor)


def weights_of_folder(folder: Path) -> Weights:
    """Take the weights out of a sentence-transformers folder that was converted from the file."""
    from safetensors.numpy import load_file  # to serve does not need it

    said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = Hyperparameters(*(said[name] for name in _SIZES))
    tensors = load_file(folder / "model.safetensors")
    names = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    pieces = tuple((piece, score) for piece, score in model["vocab"])
    order = [piece for piece, _ in pieces]
    special = (order.index(names[f"{kind}_token"]) for kind in ("bos", "eos", "pad", "unk"))
    return Weights(sizes, Vocabulary(pieces, *special), lambda name: tensors[bert_name(name)])
