"""What each part of retrieval brings: the same questions, with one part taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from faqbot.answering.small_talk import strip_courtesies
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.embedding.embedded import Embedded
from faqbot.embedding.encoder import Embedder
from faqbot.evaluation.calibrating import evidence_of, held_out_confidence
from faqbot.evaluation.confidence import auroc
from faqbot.evaluation.dataset import Dataset
from faqbot.index.store import PassageIndex
from faqbot.progress import Progress, silent
from faqbot.retrieval.dense import Comparing
from faqbot.retrieval.fusion import Weights
from faqbot.retrieval.lexicon import Reading
from faqbot.retrieval.ranking import Ranking
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.tables import joined


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
    Variation("without dense", {"weights": Weights(dense=0, answers=0)}),
    Variation("dense only", {"weights": Weights(words=0, grams=0)}),
    Variation("without answers by themselves", {"weights": Weights(answers=0)}),
    Variation("without late interaction", {"weights": Weights(tokens=0)}),
    Variation("without spelling repair", {"reading": Reading(repair=False)}),
    Variation("without glossary", {"reading": Reading(glossary=False)}),
    Variation("without centring", {"comparing": Comparing(centred=False)}),
    Variation("without sharpening", {"comparing": Comparing(sharpened=False)}),
    Variation("nearest passage only", {"comparing": Comparing(voting=False)}),
    Variation("without variants", variants=False),
    Variation("without subjects out of scope", out_of_scope=False),
    Variation("without history", history=False),
)


def ablate(assistant: Assistant, dataset: Dataset, *, progress: Progress) -> list[dict[str, Any]]:
    """Measure retrieval and confidence with parts taken away.

    Returns:
        One row a variation: Success@1 and Success@3 of single-turn questions, Success@1 of
        follow-ups, AUROC of the held-out confidence, refitted each time; and the difference of
        Success@1 to all parts.
    """
    embedder = _Remembering(assistant.embedder)
    language = assistant.corpus.language
    texts = [text for query in dataset.queries for text in (query.text, *query.history)]
    embedder.embed([strip_courtesies(text, language) for text in texts], asked=True)
    rows: list[dict[str, Any]] = []
    for done, variation in enumerate(VARIATIONS, start=1):
        found = _measure(_rank(variation, assistant, embedder, dataset), dataset)
        rows.append({"part": variation.part, **found})
        progress("Taking parts away", done, len(VARIATIONS))
    for row in rows:
        row["difference"] = row["Success@1"] - rows[0]["Success@1"]
    return rows


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
            strip_courtesies(query.text, corpus.language),
            [strip_courtesies(text, corpus.language) for text in query.history]
            if variation.history
            else (),
        )
        for query in dataset.queries
    ]


def _measure(rankings: Sequence[Ranking], dataset: Dataset) -> dict[str, float | None]:
    relevant = [dataset.qrels[query.id].keys() for query in dataset.queries]
    evidence = evidence_of(rankings, relevant)
    alone = np.array([not query.history for query in dataset.queries])
    single, later = evidence.answerable & alone, evidence.answerable & ~alone
    among_three = np.array(
        [
            any(found.entry.id in dataset.qrels[query.id] for found in ranking.candidates[:3])
            for query, ranking in zip(dataset.queries, rankings, strict=True)
        ]
    )
    by_itself = evidence.where(alone)
    confidence = held_out_confidence(by_itself)
    return {
        "Success@1": float(evidence.right[single].mean()),
        "difference": None,  # known when all parts have been measured
        "Success@3": float(among_three[single].mean()),
        "follow-ups": float(evidence.right[later].mean()) if later.any() else None,
        "AUROC": float(auroc(confidence, by_itself.answerable.astype(float))),
    }


def _without_variants(corpus: Corpus, index: PassageIndex) -> tuple[Corpus, PassageIndex]:
    entries = tuple(replace(entry, variants=()) for entry in corpus.entries)
    kept = [key for key, passage in index.passages.items() if passage.kind != "variant"]
    return replace(corpus, entries=entries), index.only(kept)


class _Remembering(Embedder):
    """Embeds each question once, however many variations ask it."""

    def __init__(self, embedder: Embedder) -> None:
        self._inner = embedder
        self._known: dict[tuple[bool, str], Embedded] = {}
        self.model_id = embedder.model_id
        self.digest = embedder.digest
        self.dimension = embedder.dimension
        self.window = embedder.window

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def embed(self, texts: Sequence[str], *, asked: bool, progress: Progress = silent) -> Embedded:
        new = sorted(text for text in {*texts} if (asked, text) not in self._known)
        made = self._inner.embed(new, asked=asked, progress=progress)
        self._known |= {(asked, text): made.taken(np.array([row])) for row, text in enumerate(new)}
        return joined([self._known[asked, text] for text in texts])
