"""Write what serves the encoder, straight from its weights: no torch, no export, no trace.

That is an ONNX graph, its constants in a file of their own, which onnxruntime maps into memory, and
the vocabulary for sentencepiece, which holds it in a quarter of the memory that `tokenizers` takes.

The matrix products are of integers. A weight has seven bits and a scale for each output; a token's
activations have eight bits and a scale of their own. A scale for a whole batch, which is what
onnxruntime's own dynamic quantisation takes, would let a text's vector depend on the texts beside
it. Seven bits, because processors without VNNI add two products in sixteen bits, where eight bits
overflow: the vectors would be other ones there. The vocabulary keeps its four bits.

What was measured against: ``eval/README.md``, « The engine ».
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

from faqbot.embedding.e5s1 import Tensor, Vocabulary
from faqbot.embedding.receipt import GRAPH_FILE, TOKENIZER_FILE, WORDS_FILE
from faqbot.embedding.weights import Weights
from faqbot.embedding.word_vectors import write_word_vectors

_OPSET = 21
_IR = 10
_WEIGHT_LEVELS = 64
"""Largest weight: 2 products of 255 × 64 are the most that sixteen bits hold."""
_ACTIVATION_LEVELS = 127
_ZERO = 128
"""What stands for zero among eight bits without a sign."""

Name: TypeAlias = str
"""Of a value in the graph."""


def write_served(weights: Weights, folder: Path) -> None:
    """Write graph and vocabulary: ``words`` (texts, tokens, hidden) to ``vectors`` (texts, hidden).

    Words are rows of `WordVectors`. Vectors have norm 1. Beside them are ``tokens`` (texts, tokens,
    hidden), whose mean they are but for its length. The texts of a batch have the same number of
    tokens: there is no padding.

    Raises:
        ModelUnavailable: The vocabulary's weights do not fit into four bits.
    """
    onnx.save_model(
        _Encoder(weights).build(),
        folder / GRAPH_FILE,
        save_as_external_data=True,
        location=_CONSTANTS_FILE,
        size_threshold=_APART,
    )
    (folder / _CONSTANTS_FILE).chmod(0o644)
    words = weights.tensor("emb.word").reshape(-1, weights.sizes.hidden)
    write_word_vectors(words, folder / WORDS_FILE)
    _write_vocabulary(weights.vocabulary, folder / TOKENIZER_FILE)


def _write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    model = sentencepiece_model.ModelProto()
    kinds = dict.fromkeys((vocabulary.bos, vocabulary.eos, vocabulary.pad), _Piece.CONTROL)
    kinds[vocabulary.unknown] = _Piece.UNKNOWN
    for number, (piece, score) in enumerate(vocabulary.pieces):
        model.pieces.add(piece=piece, score=score, type=kinds.get(number, _Piece.NORMAL))
    trainer = model.trainer_spec
    trainer.bos_id, trainer.eos_id = vocabulary.bos, vocabulary.eos
    trainer.pad_id, trainer.unk_id = vocabulary.pad, vocabulary.unknown
    trainer.model_type = trainer.UNIGRAM
    trainer.vocab_size = len(vocabulary.pieces)
    model.normalizer_spec.name = "identity"  # `OnnxEmbedder` normalises
    path.write_bytes(model.SerializeToString())


_Piece = sentencepiece_model.ModelProto.SentencePiece
_CONSTANTS_FILE = "constants.bin"
_APART = 10_000
"""Bytes from which on a constant stands in that file."""
_FUSED = "com.microsoft"
"""Where onnxruntime keeps the operators that ONNX itself does not have."""


class _Encoder:
    """A graph that grows node by node; values are 2-d, (tokens of all texts, features)."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._sizes = weights.sizes
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._shape = self._node("Shape", "words", end=2)
        self._last_axis = self._constant(np.array([-1]))
        self._zero = self._constant(np.uint8(_ZERO))
        self._no_offset = self._constant(np.int8(0))
        self._one = self._constant(np.float32(1))
        self._step = self._constant(np.float32(1 / _ACTIVATION_LEVELS))
        self._flat = self._constant(np.array([-1, self._sizes.hidden]))
        count = self._node("ReduceProd", self._shape, keepdims=1)
        self._zeros = self._node("Expand", self._constant(np.array([_ZERO], np.uint8)), count)

    def build(self) -> ModelProto:
        tokens = self._embedded()
        for layer in range(self._sizes.layers):
            tokens = self._layer(tokens, f"l{layer}")
        by_text = self._by_text(tokens, 1)
        self._nodes.append(helper.make_node("Identity", [by_text], ["tokens"]))
        mean = self._node("ReduceMean", by_text, self._constant(np.array([1])))
        rows = self._node("Reshape", mean, self._flat)
        self._nodes.append(helper.make_node("LpNormalization", [rows], ["vectors"], axis=-1, p=2))
        hidden = self._sizes.hidden
        words, each = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", "tokens", hidden])
            for name in ("words", "tokens")
        )
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", hidden])
        return helper.make_model(
            helper.make_graph(self._nodes, "encoder", [words], [vectors, each], self._constants),
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)],
            ir_version=_IR,
        )

    def _embedded(self) -> Name:
        # Every text is a first sentence: its type, 0, is added to the positions once and for all.
        places = self._constant(self._matrix("emb.pos") + self._matrix("emb.type")[0])
        start = self._constant(np.array([0]))
        length = self._node("Shape", "words", start=1, end=2)
        placed = self._node("Add", "words", self._node("Slice", places, start, length, start))
        return self._normalised(self._node("Reshape", placed, self._flat), "emb.ln")

    def _layer(self, tokens: Name, layer: str) -> Name:
        seen = self._attention(tokens, layer)
        tokens = self._added(tokens, seen, f"{layer}.ao", f"{layer}.aln")
        wide = self._fused(
            "BiasGelu", self._product(tokens, f"{layer}.fi"), self._bias(layer, "fi")
        )
        return self._added(tokens, wide, f"{layer}.fo", f"{layer}.oln")

    def _attention(self, tokens: Name, layer: str) -> Name:
        product = self._product(tokens, *(f"{layer}.{part}" for part in "qkv"))
        parts = self._names("part", 3)
        self._nodes.append(
            helper.make_node("Split", [self._by_text(product, 3)], parts, axis=-1, num_outputs=3)
        )
        bias = self._bias(layer, "q", "k", "v")
        heads = self._fused("MultiHeadAttention", *parts, bias, num_heads=self._sizes.heads)
        return self._node("Reshape", heads, self._flat)

    def _added(self, tokens: Name, inner: Name, product: str, norm: str) -> Name:
        # SkipLayerNormalization would do this in one node, and takes twice as long.
        layer, part = product.split(".")
        moved = self._node("Add", self._product(inner, product), self._bias(layer, part))
        return self._normalised(self._node("Add", moved, tokens), norm)

    def _product(self, tokens: Name, *names: str) -> Name:
        """Multiply by matrices side by side, in integers."""
        matrix = np.concatenate([self._matrix(f"{name}.w") for name in names])
        scale = np.abs(matrix).max(axis=1) / np.float32(_WEIGHT_LEVELS)
        whole = np.rint(matrix / np.where(scale == 0, 1, scale)[:, None]).astype(np.int8)
        largest = self._node("ReduceMax", self._node("Abs", tokens), self._last_axis)
        steps = self._node("Mul", largest, self._step)
        each = self._node("Reshape", steps, self._last_axis)
        rounded = self._node("QuantizeLinear", tokens, each, self._zeros, axis=0)
        product = self._fused(
            "MatMulIntegerToFloat",
            *(rounded, self._constant(whole.T), self._one, self._constant(scale)),
            *(self._zero, self._no_offset),
        )
        return self._node("Mul", product, steps)

    def _normalised(self, tokens: Name, norm: str) -> Name:
        gain, bias = (self._constant(self._weights.tensor(f"{norm}.{kind}")) for kind in "wb")
        epsilon = float(f"{self._sizes.layer_norm_eps:.3g}")
        return self._node("LayerNormalization", tokens, gain, bias, epsilon=epsilon)

    def _by_text(self, tokens: Name, parts: int) -> Name:
        width = self._constant(np.array([parts * self._sizes.hidden]))
        return self._node("Reshape", tokens, self._node("Concat", self._shape, width, axis=0))

    def _bias(self, layer: str, *parts: str) -> Name:
        biases = [self._weights.tensor(f"{layer}.{part}.b") for part in parts]
        return self._constant(np.concatenate(biases))

    def _matrix(self, name: str) -> Tensor:
        columns = self._sizes.feed_forward if name.endswith(".fo.w") else self._sizes.hidden
        return self._weights.tensor(name).reshape(-1, columns)

    def _constant(self, values: npt.ArrayLike) -> Name:
        (name,) = self._names("constant", 1)
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, operator: str, *inputs: Name, domain: str = "", **attributes: float) -> Name:
        outputs = self._names(operator, 1)
        node = helper.make_node(operator, inputs, outputs, domain=domain)
        node.attribute.extend(helper.make_attribute(*item) for item in attributes.items())
        self._nodes.append(node)
        return outputs[0]

    def _fused(self, operator: str, *inputs: Name, **attributes: float) -> Name:
        return self._node(operator, *inputs, domain=_FUSED, **attributes)

    def _names(self, kind: str, count: int) -> list[Name]:
        so_far = len(self._nodes) + len(self._constants)
        return [f"{kind}_{so_far}_{number}" for number in range(count)]
