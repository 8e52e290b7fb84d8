"""Turn a parsed E5S1 file into a sentence-transformers folder that any tool can load.

The vocabulary is pruned to what French and English need: pieces of Latin letters, digits,
punctuation and symbols. A piece of another script could only be used by text in that script, so
Latin text gets the same tokens and the same vectors, from a model of about half the size that
loads faster.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faqbot.embedding.e5s1 import E5S1File, Hyperparameters, Tensor, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW_TOKENS = 512
"""Longest input of the model, special tokens included."""

PROMPTS = {"query": "query: ", "passage": "passage: "}
"""Prefixes the model was trained with (arXiv:2402.05672, section 2)."""

_MODULES = "sentence_transformers.models"
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_sentence_transformer(
    source: E5S1File, folder: Path, *, progress: Callable[[int, int], None]
) -> None:
    """Write the model as a sentence-transformers folder.

    Args:
        source: The parsed model file.
        folder: An existing, empty one.
        progress: Called with (tensors done, tensors in all).

    Raises:
        ModelUnavailable: A tensor is missing or has an unexpected type.
    """
    from safetensors.numpy import save_file  # to serve needs neither this nor tokenizers

    sizes = source.hyperparameters
    kept, vocabulary = prune(source.vocabulary)
    weights: dict[str, Tensor] = {}
    total = len(source.tensor_names)
    for done, name in enumerate(source.tensor_names, start=1):
        target = bert_name(name)
        weights[target] = _shaped(source.tensor(name), target, sizes)
        progress(done, total)
    words = "embeddings.word_embeddings.weight"
    weights[words] = weights[words][kept]
    # BertModel declares a pooler that mean pooling never reads; zeros spare loaders a warning.
    weights["pooler.dense.weight"] = np.zeros((sizes.hidden, sizes.hidden), np.float32)
    weights["pooler.dense.bias"] = np.zeros(sizes.hidden, np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    build_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir()
    for name, content in _configuration(sizes, vocabulary).items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def prune(vocabulary: Vocabulary) -> tuple[list[int], Vocabulary]:
    """Keep the pieces that text in Latin script can use.

    Returns:
        The old ids of the kept pieces, ascending, and the vocabulary with new ids.
    """
    special = (vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown)
    kept = [
        old
        for old, (piece, _score) in enumerate(vocabulary.pieces)
        if old in special or all(_is_latin_or_common(char) for char in piece)
    ]
    new = {old: position for position, old in enumerate(kept)}
    bos, eos, pad, unknown = (new[old] for old in special)
    pieces = tuple(vocabulary.pieces[old] for old in kept)
    return kept, Vocabulary(pieces, bos, eos, pad, unknown)


def _is_latin_or_common(char: str) -> bool:
    # Letters (L*) carry their script in their Unicode name; marks, digits, punctuation and
    # symbols are shared by scripts, as far as their name does not say otherwise.
    name = unicodedata.name(char, "")
    if unicodedata.category(char)[0] == "L":
        return name.startswith(("LATIN", "MODIFIER LETTER", "FEMININE", "MASCULINE"))
    return not name.startswith(_OTHER_SCRIPTS)


_OTHER_SCRIPTS = (
    *("ARABIC", "ARMENIAN", "BENGALI", "CJK", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN"),
    *("GUJARATI", "GURMUKHI", "HALFWIDTH", "HANGUL", "HEBREW", "HIRAGANA", "IDEOGRAPHIC"),
    *("KANNADA", "KATAKANA", "KHMER", "LAO", "MALAYALAM", "MONGOLIAN", "MYANMAR", "ORIYA"),
    *("SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN"),
)


def bert_name(name: str) -> str:
    """Translate a tensor name of the file into the one transformers' ``BertModel`` uses.

    ``l3.ao.w`` is ``encoder.layer.3.attention.output.dense.weight``.
    """
    embeddings = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    if name in embeddings:
        return embeddings[name]
    layer, part, kind = name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{suffix}"


def _shaped(values: Tensor, name: str, sizes: Hyperparameters) -> Tensor:
    if name.endswith("bias") or "LayerNorm" in name:
        return values
    # Linear layers are stored (outputs, inputs); only the second feed-forward has wide inputs.
    wide = name.endswith("output.dense.weight") and "attention" not in name
    columns = sizes.feed_forward if wide else sizes.hidden
    return np.ascontiguousarray(values.reshape(-1, columns))


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Rebuild the XLM-R tokenizer: NFKC, spaces collapsed, Unigram, ``<s> … </s>``.

    It truncates nothing; the model's configuration sets the window.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    pieces = list(vocabulary.pieces)
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    start, end = pieces[vocabulary.bos][0], pieces[vocabulary.eos][0]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, vocabulary.bos), (end, vocabulary.eos)],
    )
    special = [pieces[i][0] for i in (vocabulary.bos, vocabulary.pad, vocabulary.eos)]
    tokenizer.add_special_tokens([*special, pieces[vocabulary.unknown][0]])
    return tokenizer


def _configuration(sizes: Hyperparameters, vocabulary: Vocabulary) -> dict[str, Any]:
    bos, eos, pad, unknown = (
        vocabulary.pieces[i][0]
        for i in (vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown)
    )
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": len(vocabulary.pieces),
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            # Stored as float32: the nearest short decimal is what was meant.
            "layer_norm_eps": float(f"{sizes.layer_norm_eps:.3g}"),
            "hidden_act": "gelu",
            "pad_token_id": vocabulary.pad,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": WINDOW_TOKENS,
            "bos_token": bos,
            "eos_token": eos,
            "cls_token": bos,
            "sep_token": eos,
            "pad_token": pad,
            "unk_token": unknown,
        },
        "sentence_bert_config.json": {"max_seq_length": WINDOW_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": place, "name": str(place), "path": path, "type": f"{_MODULES}.{kind}"}
            for place, (path, kind) in enumerate(
                (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
            )
        ],
    }
