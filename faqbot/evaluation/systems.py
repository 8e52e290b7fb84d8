"""What is evaluated: the assistant as it is served, and plain systems to stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from faqbot.answering.answer import Answer
from faqbot.answering.calibration import CalibratedRule
from faqbot.assistant import Assistant
from faqbot.errors import EvaluationError
from faqbot.evaluation.baselines import Bm25, Dense, Fusion, Ranker, Ranking
from faqbot.index.passages import PassageKind
from faqbot.vocabulary import Status

DEPTH = 10
"""Entries kept of a ranking."""
SERVED = "default"
"""Name of the system that users meet."""
EXCHANGEABILITY = (
    "The bound holds for questions drawn as the calibration questions were (exchangeability). "
    "Those were invented from the facts of the entries; real users may ask otherwise, and then it "
    "promises nothing. Features and their number were chosen on the same questions."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a system made of one question."""

    ranking: Ranking
    """At most `DEPTH` entries, best first; empty when the system has nothing to say."""
    confidence: float
    """Higher means surer that the first entry is right. A probability in [0, 1] when the system
    decides, else the first entry's score, in any unit."""
    status: Status | None = None
    """None for a system that only ranks."""
    shown: tuple[str, ...] = ()
    """Entries that a user sees: the answer and its neighbours, or the choice offered."""
    duration_ms: float | None = None
    """What a user would wait, in milliseconds; None when it was not kept."""


class System(Protocol):
    """Responds to questions."""

    @property
    def name(self) -> str:
        """What it is called on the command line, in run files and in tables."""
        ...

    def respond(self, question: str, history: Sequence[str]) -> Response:
        """Respond to one question, given the earlier ones of the conversation, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class RankingSystem:
    """A ranker on its own; it ignores the conversation."""

    name: str
    ranker: Ranker

    def respond(self, question: str, history: Sequence[str]) -> Response:
        """Rank the entries for one question.

        Args:
            question: A clean question.
            history: Ignored.

        Returns:
            The ranking; its first score is the confidence, 0 when there is none.
        """
        del history
        started = perf_counter()
        ranking = self.ranker.rank(question)[:DEPTH]
        duration = (perf_counter() - started) * 1000
        confidence = ranking[0][1] if ranking else 0.0
        return Response(ranking=ranking, confidence=confidence, duration_ms=duration)


@dataclass(frozen=True, slots=True)
class ServedSystem:
    """The assistant, asked as the command line and the API ask it."""

    assistant: Assistant
    name: str = SERVED

    def respond(self, question: str, history: Sequence[str]) -> Response:
        """Ask the assistant.

        Args:
            question: A clean question.
            history: Earlier questions of the conversation, oldest first.

        Returns:
            What a user gets, with the ranking that the answer was chosen from.
        """
        started = perf_counter()
        answer = self.assistant.ask(question, history)
        duration = (perf_counter() - started) * 1000
        return Response(
            ranking=_ranking(answer),
            confidence=answer.confidence,
            status=answer.status,
            shown=tuple(offer.entry.id for offer in answer.shown),
            duration_ms=duration,
        )


def _ranking(answer: Answer) -> Ranking:
    if answer.ranking is None:
        return ()  # a courtesy: a user would see no entry
    return tuple((found.entry.id, found.score) for found in answer.ranking.candidates[:DEPTH])


def calibration_of(system: System) -> Mapping[str, Any] | None:
    """Describe how a system's decisions were calibrated, for the sidecar and the report.

    Args:
        system: Any system.

    Returns:
        Names to values (n, target risk, confidence, bound, threshold, caveat); None for a system
        that was not calibrated, as plain rankers.
    """
    rule = system.assistant.rule if isinstance(system, ServedSystem) else None
    if not isinstance(rule, CalibratedRule):
        return None
    found = rule.calibration
    return {
        "learned from": f"{found.dataset}, {found.risk.questions} questions, {found.fitted_on}",
        "target risk": found.risk.target,
        "confidence": found.risk.confidence,
        "attained": found.risk.attained,
        "answered at the threshold": found.risk.answered,
        "of these wrong": found.risk.wrong,
        "upper bound of the risk": found.risk.upper_bound,
        "answer from": found.answer_at,
        "ask back from": found.clarify_at,
        "caveat": EXCHANGEABILITY,
    }


def _bm25(assistant: Assistant, *, variants: bool) -> Ranker:
    return Bm25(assistant.corpus, variants=variants)


def _dense(assistant: Assistant, *, variants: bool) -> Ranker:
    kinds: set[PassageKind] = {"question", "answer"}
    if variants:
        kinds.add("variant")
    return Dense(assistant.index, assistant.embedder, kinds)


def _fusion(assistant: Assistant, *, variants: bool) -> Ranker:
    parts = (_bm25(assistant, variants=variants), _dense(assistant, variants=variants))
    return Fusion(parts)


_SYSTEMS: Mapping[str, Callable[[Assistant], System]] = {
    "bm25": lambda it: RankingSystem("bm25", _bm25(it, variants=False)),
    "dense": lambda it: RankingSystem("dense", _dense(it, variants=False)),
    "hybrid": lambda it: RankingSystem("hybrid", _fusion(it, variants=False)),
    "bm25-variants": lambda it: RankingSystem("bm25-variants", _bm25(it, variants=True)),
    "dense-variants": lambda it: RankingSystem("dense-variants", _dense(it, variants=True)),
    SERVED: ServedSystem,
}
SYSTEM_NAMES = tuple(_SYSTEMS)


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Check names of systems before anything is loaded.

    Args:
        names: As given on the command line.

    Returns:
        The names without repetition, in the order given.

    Raises:
        EvaluationError: There is no such system.
    """
    for name in names:
        if name not in _SYSTEMS:
            msg = f"{name!r} is not a system, choose from: {', '.join(SYSTEM_NAMES)}"
            raise EvaluationError(msg)
    return tuple(dict.fromkeys(names))


def open_systems(names: Sequence[str], assistant: Assistant) -> list[System]:
    """Make systems that share the assistant's corpus, model and index.

    Args:
        names: Names in `SYSTEM_NAMES`.
        assistant: What is served.

    Returns:
        One system a name, in order.

    Raises:
        EvaluationError: There is no such system.
    """
    return [_SYSTEMS[name](assistant) for name in check_names(names)]
