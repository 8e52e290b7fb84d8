"""The weights of the encoder, wherever they lie: in the four-bit file, or in a converted folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safetensors.numpy import load_file
from tokenizers import Tokenizer

from faqbot.embedding.conversion import bert_name, build_tokenizer, prune
from faqbot.embedding.e5s1 import E5S1File, Hyperparameters, Tensor

_SIZES = (
    *("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
    *("vocab_size", "max_position_embeddings", "type_vocab_size", "layer_norm_eps"),
)
"""What transformers calls the fields of `Hyperparameters`, in their order."""


@dataclass(frozen=True, slots=True)
class Weights:
    """An encoder and its tokenizer, the vocabulary pruned."""

    sizes: Hyperparameters
    tokenizer: Tokenizer
    tensor: Callable[[str], Tensor]
    """Gives float32 of any shape by the four-bit file's name, such as ``l3.ao.w``."""


def weights_of_file(source: E5S1File) -> Weights:
    """Take the weights out of the four-bit file."""
    kept, vocabulary = prune(source.vocabulary)

    def tensor(name: str) -> Tensor:
        if name != "emb.word":
            return source.tensor(name)
        return source.tensor(name).reshape(-1, source.hyperparameters.hidden)[kept]

    return Weights(source.hyperparameters, build_tokenizer(vocabulary), tensor)


def weights_of_folder(folder: Path) -> Weights:
    """Take the weights out of a sentence-transformers folder that was converted from the file."""
    said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = Hyperparameters(*(said[name] for name in _SIZES))
    tensors = load_file(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Weights(sizes, tokenizer, lambda name: tensors[bert_name(name)])
