"""Stand-ins whose output a reader can work out in the head."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from zlib import crc32

import numpy as np

from faqbot.answering.decision import Judgement, Thresholds, falling, is_own_wording
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.embedded import Embedded, Vectors, shrunk
from faqbot.embedding.encoder import Embedder
from faqbot.progress import Progress, silent
from faqbot.retrieval.ranking import Placed, Ranking
from faqbot.settings import resource_folder


class LetterEmbedder(Embedder):
    """Embeds a text as its letter counts, scaled to norm 1; a token is a word."""

    model_id = "letters"
    dimension = 27

    def __init__(self, *, window: int = 50, digest: str = "letters-1") -> None:
        self.window = window
        self.digest = digest
        self.embedded: list[str] = []
        """Texts embedded as passages."""
        self.asked: list[str] = []
        """Texts embedded as questions."""

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str], *, asked: bool, progress: Progress = silent) -> Embedded:
        (self.asked if asked else self.embedded).extend(texts)
        progress("Embedding texts", len(texts), len(texts))
        tokens = [
            shrunk([crc32(word.encode()) >> 1 for word in words], self._count(words))
            for words in map(str.split, texts)
        ]
        return Embedded.of(self._count(texts), tokens)

    def _count(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                if letter in string.ascii_lowercase:
                    row[ord(letter) - ord("a")] += 1
            row[26] = 0.01  # a text without letters has a direction too
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class LetterSpace:
    """Places questions by their letters, all of them nearest to no entry."""

    def placed(self, queries: Vectors) -> Placed:
        return Placed(queries, (None,) * len(queries))


@cache
def our_corpus() -> Corpus:
    """Read the real corpus once: half a second, and hundreds of tests look at it."""
    return read_corpus(resource_folder("corpus"))


def mute_assistant(**parts: Any) -> Assistant:
    """Make an assistant that knows the real corpus, can group questions and cannot be asked."""
    known = {
        "corpus": our_corpus(),
        "embedder": LetterEmbedder(),
        "retriever": LetterSpace(),
        "warnings": (),
        "source": None,
    }
    return cast("Assistant", SimpleNamespace(**known | parts))


class OwnWordingsRule:
    """Asserts an entry's own wordings; offers what shares words and meaning with the question."""

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        """Be at most half sure of all but an own wording."""
        found, first = ranking.comparison, ranking.order[:depth]
        coverage, votes = found.lexical.coverage[0, first], found.dense.votes[0, first]
        likeness = ((coverage + votes.clip(0)) / 4).tolist()
        if is_own_wording(ranking):
            return Judgement("answered", falling([1.0, *likeness[1:]]))
        confidences = falling(likeness)
        return Judgement(
            Thresholds(answer_at=1.0, clarify_at=0.15).decide(confidences), confidences
        )
