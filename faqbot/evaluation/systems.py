"""What is evaluated: the assistant as it is served, and plain rankers to stand beside it.

The plain ones see questions one by one and never decide. Without variants they stand for what a
first attempt would do; with variants, for what the curated wordings alone bring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeAlias

import numpy as np

from faqbot.answering.answer import Answer
from faqbot.answering.calibration import CalibratedRule
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import clean_input, fold
from faqbot.embedding.encoder import Embedder
from faqbot.errors import EvaluationError
from faqbot.index.passages import PassageKind
from faqbot.index.store import PassageIndex
from faqbot.retrieval.bm25 import Counts, bm25
from faqbot.retrieval.language import language_of
from faqbot.retrieval.words import stems
from faqbot.vocabulary import Status

ScoredIds: TypeAlias = tuple[tuple[str, float], ...]
"""Entry ids with scores, best first, ties in the order of ids; higher scores are better."""

DEPTH = 10
"""Entries kept of a ranking."""
FUSION_K = 60
"""Constant of reciprocal rank fusion, as in its paper."""
SERVED = "default"
"""Name of the system that users meet."""
EXCHANGEABILITY = (
    "The bound holds for questions drawn as the evidence was (exchangeability): held-out wordings "
    "and labelled questions. Where those were invented, real users may ask otherwise, and then it "
    "promises nothing. Features were chosen on the questions of the FAQ that comes with faqbot."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a system made of one question."""

    ranking: ScoredIds
    """At most `DEPTH` entries, best first; empty when the system has nothing to say."""
    confidence: float
    """Higher means surer that the first entry is right. A probability in [0, 1] when the system
    decides, else the first entry's score, in any unit."""
    status: Status | None = None
    """None for a system that only ranks."""
    shown: tuple[str, ...] = ()
    """Entries that a user sees: the answer and its neighbours, or the choice offered."""
    tentative: bool = False
    """Whether the first of a choice is shown at once, as likely; the status is ``clarify``."""
    duration_ms: float | None = None
    """What a user would wait, in milliseconds; None when it was not kept."""


Ranker: TypeAlias = Callable[[str], ScoredIds]
"""Ranks every entry of a corpus that has anything to do with a clean question."""


class PlainBm25:
    """BM25 over one document an entry: words folded (no accents, no case), then stemmed.

    Lucene's variant with k1 = 1.5 and b = 0.75 (Robertson & Zaragoza, *The Probabilistic
    Relevance Framework*, 2009; Kamphuis et al., *Which BM25 do you mean?*, 2020).

    Args:
        variants: Whether the other ways to ask belong to the document.
    """

    def __init__(self, corpus: Corpus, *, variants: bool) -> None:
        self._ids = [entry.id for entry in corpus.entries]
        self._language = language_of(corpus.language)
        self._numbers: dict[str, int] = {}
        documents = []
        for entry in corpus.entries:
            wordings = entry.wordings if variants else (entry.question,)
            terms = self._terms(" ".join((*wordings, to_text(entry.answer))))
            numbers = [self._numbers.setdefault(it, len(self._numbers)) for it in terms]
            documents.append(np.array(numbers, np.int32))
        self._index = bm25(Counts.of([[terms] for terms in documents]), k1=1.5, b=0.75)

    def rank(self, question: str) -> ScoredIds:
        """Rank the entries with a score above 0; none when no word of the question is known."""
        known = [self._numbers[it] for it in self._terms(question) if it in self._numbers]
        (scores,) = self._index.sums([np.array(known, np.int32)])
        return _ranked({id_: float(s) for id_, s in zip(self._ids, scores, strict=True) if s > 0})

    def _terms(self, text: str) -> list[str]:
        return stems(fold(text).split(), self._language)


class PlainDense:
    """The entry's best passage: largest cosine similarity with the question, in [-1, 1].

    Wordings are embedded as passages, as anybody would who tries the model on an FAQ.

    Args:
        kinds: Which of them count.
    """

    def __init__(
        self, index: PassageIndex, embedder: Embedder, kinds: Collection[PassageKind]
    ) -> None:
        self._embedder = embedder
        passages = [it for it in index.passages.values() if it.kind in kinds]
        self._owners = [it.entry_id for it in passages]
        self._vectors = np.zeros((len(passages), embedder.dimension), np.float32)
        asked = [row for row, it in enumerate(passages) if it.asked]
        rest = [row for row, it in enumerate(passages) if not it.asked]
        if asked:
            self._vectors[asked] = embedder.embed_passages([passages[row].text for row in asked])
        self._vectors[rest] = index.vectors.only([passages[row].id for row in rest]).matrix()

    def rank(self, question: str) -> ScoredIds:
        """Rank all entries that have such passages."""
        (query,) = self._embedder.embed_queries([question])
        best: defaultdict[str, float] = defaultdict(lambda: -1.0)
        for owner, score in zip(self._owners, self._vectors @ query, strict=True):
            best[owner] = max(best[owner], float(score))
        return _ranked(best)


def rank_fusion(rankings: Iterable[ScoredIds]) -> ScoredIds:
    """Fuse rankings: the sum of 1 / (60 + rank) over those that hold an entry.

    Cormack, Clarke & Büttcher, *Reciprocal Rank Fusion outperforms Condorcet and individual Rank
    Learning Methods*, SIGIR 2009. Scores are in (0, number of rankings / 61].
    """
    fused: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, (identifier, _) in enumerate(ranking, start=1):
            fused[identifier] += 1 / (FUSION_K + place)
    return _ranked(fused)


@dataclass(frozen=True, slots=True)
class RankingSystem:
    """A ranker on its own; it ignores the conversation."""

    name: str
    rank: Ranker

    def respond(self, question: str, history: Sequence[str]) -> Response:
        """Rank the entries; the first score is the confidence, 0 when there is none."""
        del history
        started = perf_counter()
        ranking = self.rank(question)[:DEPTH]
        duration = (perf_counter() - started) * 1000
        confidence = ranking[0][1] if ranking else 0.0
        return Response(ranking=ranking, confidence=confidence, duration_ms=duration)


@dataclass(frozen=True, slots=True)
class ServedSystem:
    """The assistant, asked as the command line and the API ask it."""

    assistant: Assistant
    name: str = SERVED

    def respond(self, question: str, history: Sequence[str]) -> Response:
        """Return what a user gets, with the ranking that the answer was chosen from."""
        started = perf_counter()
        answer = self.assistant.ask(clean_input(question), tuple(map(clean_input, history)))
        duration = (perf_counter() - started) * 1000
        return Response(
            ranking=_ranking(answer),
            confidence=answer.confidence,
            status=answer.status,
            shown=tuple(offer.entry.id for offer in answer.shown),
            tentative=answer.tentative,
            duration_ms=duration,
        )


System: TypeAlias = RankingSystem | ServedSystem
"""Has a name, for the command line, files and tables, and responds to questions."""


def calibration_of(system: System) -> Mapping[str, Any] | None:
    """Describe how a system's decisions were calibrated, for the sidecar and the report.

    Returns:
        Names to values (n, target risk, confidence, bound, threshold, caveat); None for a system
        that was not calibrated, as plain rankers.
    """
    rule = system.assistant.rule if isinstance(system, ServedSystem) else None
    if not isinstance(rule, CalibratedRule):
        return None
    found = rule.calibration
    counted = ", ".join(f"{count} {kind}" for kind, count in found.evidence.items() if count)
    return {
        "learned from": counted or "nothing: the general model",
        "target risk": found.goals.risk,
        "confidence": found.goals.confidence,
        "assumed share outside": found.goals.outside,
        "attained": found.bound.attained,
        "answered at the threshold": found.bound.answered,
        "of these wrong": found.bound.wrong,
        "upper bound of the risk": found.bound.upper_bound,
        "answer from": found.answer_at,
        "likely from": found.tentative_at,
        "ask back from": found.clarify_at,
        "caveat": EXCHANGEABILITY,
    }


_PLAIN: Final[frozenset[PassageKind]] = frozenset({"question", "answer"})
_RANKERS: Final[Mapping[str, Callable[[Assistant], Ranker]]] = {
    "bm25": lambda it: PlainBm25(it.corpus, variants=False).rank,
    "dense": lambda it: PlainDense(it.index, it.embedder, _PLAIN).rank,
    "hybrid": lambda it: _hybrid(_RANKERS["bm25"](it), _RANKERS["dense"](it)),
    "bm25-variants": lambda it: PlainBm25(it.corpus, variants=True).rank,
    "dense-variants": lambda it: PlainDense(it.index, it.embedder, _PLAIN | {"variant"}).rank,
}
SYSTEM_NAMES = (*_RANKERS, SERVED)


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Check names of systems before anything is loaded.

    Returns:
        The names without repetition, in the order given.

    Raises:
        EvaluationError: There is no such system.
    """
    for name in names:
        if name not in SYSTEM_NAMES:
            msg = f"{name!r} is not a system, choose from: {', '.join(SYSTEM_NAMES)}"
            raise EvaluationError(msg)
    return tuple(dict.fromkeys(names))


def open_systems(names: Sequence[str], assistant: Assistant) -> list[System]:
    """Make systems, one a checked name, that share the assistant's corpus, model and index."""
    return [
        ServedSystem(assistant)
        if name == SERVED
        else RankingSystem(name, _RANKERS[name](assistant))
        for name in check_names(names)
    ]


def _hybrid(*rankers: Ranker) -> Ranker:
    return lambda question: rank_fusion(rank(question) for rank in rankers)


def _ranked(scores: dict[str, float]) -> ScoredIds:
    return tuple(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def _ranking(answer: Answer) -> ScoredIds:
    if answer.ranking is None:
        return ()  # a courtesy: a user would see no entry
    ranked = [(found.entry.id, found.score) for found in answer.ranking.candidates[:DEPTH]]
    said = [offer.entry.id for offer in answer.shown if offer.asserted]
    if not said or said == [ranked[0][0]]:
        return tuple(ranked)
    # What the glossary says, or the answers to several questions: they come first.
    lead = [(entry_id, ranked[0][1] + len(said) - place) for place, entry_id in enumerate(said)]
    return tuple([*lead, *(pair for pair in ranked if pair[0] not in said)][:DEPTH])
