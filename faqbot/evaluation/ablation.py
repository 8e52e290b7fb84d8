"""What each part of retrieval brings: the same questions, with one part taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from faqbot.answering.small_talk import strip_courtesies
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.embedding.encoder import Embedder, Vectors
from faqbot.evaluation.calibrating import evidence_of, held_out_probabilities
from faqbot.evaluation.dataset import Dataset
from faqbot.evaluation.decision_measures import auroc
from faqbot.index.store import PassageIndex
from faqbot.progress import Progress, silent
from faqbot.retrieval.dense import Comparing
from faqbot.retrieval.fusion import Weights
from faqbot.retrieval.lexicon import Reading
from faqbot.retrieval.ranking import Ranking
from faqbot.retrieval.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Variation:
    """A retriever without one of its parts."""

    part: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `Retriever`."""
    variants: bool = True
    """Whether the corpus keeps its variants."""
    out_of_scope: bool = True
    """Whether the corpus keeps its subjects out of scope."""
    history: bool = True
    """Whether follow-ups come with the question before."""


VARIATIONS = (
    Variation("all parts"),
    Variation("without stems", {"weights": Weights(words=0)}),
    Variation("without character n-grams", {"weights": Weights(grams=0)}),
    Variation("without dense", {"weights": Weights(dense=0)}),
    Variation("dense only", {"weights": Weights(words=0, grams=0)}),
    Variation("without spelling repair", {"reading": Reading(repair=False)}),
    Variation("without glossary", {"reading": Reading(glossary=False)}),
    Variation("without centring", {"comparing": Comparing(centred=False)}),
    Variation("nearest passage only", {"comparing": Comparing(voting=False)}),
    Variation("without variants", variants=False),
    Variation("without subjects out of scope", out_of_scope=False),
    Variation("without history", history=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    success_at_1: float
    success_at_3: float
    follow_ups: float | None
    auroc: float


def ablate(
    assistant: Assistant, dataset: Dataset, *, progress: Progress
) -> list[dict[str, object]]:
    """Measure retrieval and confidence with parts taken away.

    Args:
        assistant: What is served.
        dataset: Labelled questions.
        progress: Told about the variations done.

    Returns:
        One row a variation: Success@1 and Success@3 of single-turn questions, Success@1 of
        follow-ups, AUROC of the held-out confidence, refitted each time; and the difference of
        Success@1 to all parts.
    """
    embedder = _Remembering(assistant.embedder)
    texts = [text for query in dataset.queries for text in (query.text, *query.history)]
    embedder.embed_queries([strip_courtesies(text) for text in texts])
    scores = []
    for done, variation in enumerate(VARIATIONS, start=1):
        scores.append(_measure(_rank(variation, assistant, embedder, dataset), dataset))
        progress("Taking parts away", done, len(VARIATIONS))
    return [
        {
            "part": variation.part,
            "Success@1": found.success_at_1,
            "difference": found.success_at_1 - scores[0].success_at_1,
            "Success@3": found.success_at_3,
            "follow-ups": found.follow_ups,
            "AUROC": found.auroc,
        }
        for variation, found in zip(VARIATIONS, scores, strict=True)
    ]


def _rank(
    variation: Variation, assistant: Assistant, embedder: Embedder, dataset: Dataset
) -> list[Ranking]:
    corpus, index = assistant.corpus, assistant.index
    if not variation.out_of_scope:
        corpus = replace(corpus, out_of_scope=())
    if not variation.variants:
        corpus, index = _without_variants(corpus, index)
    retriever = Retriever(corpus, index, embedder, **variation.options)
    return [
        retriever.rank(
            strip_courtesies(query.text),
            [strip_courtesies(text) for text in query.history] if variation.history else (),
        )
        for query in dataset.queries
    ]


def _measure(rankings: Sequence[Ranking], dataset: Dataset) -> _Scores:
    first: dict[bool, list[bool]] = {True: [], False: []}
    among_three = []
    for query, ranking in zip(dataset.queries, rankings, strict=True):
        if not query.answerable:
            continue
        relevant = dataset.qrels[query.id]
        hits = [found.entry.id in relevant for found in ranking.candidates[:3]]
        first[bool(query.history)].append(hits[0])
        if not query.history:
            among_three.append(any(hits))
    evidence = evidence_of(rankings, dataset)
    alone = np.array([not query.history for query in dataset.queries])
    confidence = held_out_probabilities(evidence)[alone]
    return _Scores(
        success_at_1=float(np.mean(first[False])),
        success_at_3=float(np.mean(among_three)),
        follow_ups=float(np.mean(first[True])) if first[True] else None,
        auroc=float(auroc(confidence, evidence.answerable[alone].astype(float))),
    )


def _without_variants(corpus: Corpus, index: PassageIndex) -> tuple[Corpus, PassageIndex]:
    entries = tuple(replace(entry, variants=()) for entry in corpus.entries)
    kept = {key: passage for key, passage in index.passages.items() if passage.kind != "variant"}
    return replace(corpus, entries=entries), replace(
        index, passages=kept, vectors=index.vectors.only(list(kept))
    )


class _Remembering:
    """Embeds each question once, however many variations ask it."""

    def __init__(self, embedder: Embedder) -> None:
        self._inner = embedder
        self._known: dict[str, Vectors] = {}
        self.model_id = embedder.model_id
        self.digest = embedder.digest
        self.dimension = embedder.dimension
        self.window = embedder.window

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        new = sorted({*texts} - self._known.keys())
        if new:
            self._known.update(zip(new, self._inner.embed_queries(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        return self._inner.embed_passages(texts, progress=progress)
