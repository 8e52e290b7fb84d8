"""Run a data set through the assistant and score what came out.

Retrieval measures come from ir-measures, with the judged queries as the denominator: a system
cannot improve its mean by staying silent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import ir_measures
from ir_measures import RR, Success, nDCG

from faqbot.answering.answer import Status
from faqbot.assistant import Assistant
from faqbot.evaluation.dataset import Dataset, Query
from faqbot.progress import Progress

DEPTH = 10
MEASURES = (Success @ 1, Success @ 3, RR @ 10, nDCG @ 10)
"""``Success@k``: 1 when a right entry stands in the first k, which some call recall@k; the two
are equal here because each question has few right entries and one suffices."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the assistant made of one query."""

    query: Query
    ranking: tuple[tuple[str, float], ...]
    """Entry ids with their scores, best first."""
    status: Status
    confidence: float
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Score:
    """Mean measures over some answerable queries."""

    queries: int
    values: dict[str, float]
    """Measure name, as ir-measures prints it, to mean."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was asserted, offered or declined, and how often rightly."""

    answerable: int
    answered: int
    answered_rightly: int
    clarified: int
    declined: int
    unanswerable: int
    false_answers: int
    """Unanswerable queries that were answered."""


def run(assistant: Assistant, dataset: Dataset, *, progress: Progress) -> list[Outcome]:
    """Ask the assistant every query on its own, without conversation history.

    Args:
        assistant: What is evaluated.
        dataset: The queries.
        progress: Told about the number of queries done.

    Returns:
        One outcome a query, in order.
    """
    outcomes = []
    for done, query in enumerate(dataset.queries, start=1):
        started = perf_counter()
        found = assistant.retriever.retrieve(query.text, DEPTH)
        answer = assistant.decide(query.text, found)
        duration = (perf_counter() - started) * 1000
        ranking = tuple((candidate.entry.id, candidate.score) for candidate in found)
        outcomes.append(Outcome(query, ranking, answer.status, answer.confidence, duration))
        progress("Asking questions", done, len(dataset.queries))
    return outcomes


def score(outcomes: Sequence[Outcome], dataset: Dataset) -> dict[str, Score]:
    """Score the answerable queries, overall and by slice.

    Args:
        outcomes: What `run` returned.
        dataset: The judgements.

    Returns:
        Slice name to score; ``all`` holds every answerable query that stands on its own, so
        not those that need the conversation's earlier questions.
    """
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.query.answerable:
            if not outcome.query.history:
                groups["all"].append(outcome)
            groups[outcome.query.slice].append(outcome)
    return {name: _score(group, dataset) for name, group in groups.items()}


def _score(group: Sequence[Outcome], dataset: Dataset) -> Score:
    qrels = [
        ir_measures.Qrel(outcome.query.id, entry_id, grade)
        for outcome in group
        for entry_id, grade in dataset.qrels[outcome.query.id].items()
    ]
    ranking = [
        ir_measures.ScoredDoc(outcome.query.id, entry_id, value)
        for outcome in group
        for entry_id, value in outcome.ranking
    ]
    means = ir_measures.calc_aggregate(MEASURES, qrels, ranking)
    return Score(len(group), {str(measure): float(means[measure]) for measure in MEASURES})


def count_decisions(outcomes: Sequence[Outcome], dataset: Dataset) -> Decisions:
    """Count what was decided.

    Args:
        outcomes: What `run` returned.
        dataset: The judgements.

    Returns:
        The counts.
    """
    answerable = [outcome for outcome in outcomes if outcome.query.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.query.answerable]
    answered = [outcome for outcome in answerable if outcome.status == "answered"]
    return Decisions(
        answerable=len(answerable),
        answered=len(answered),
        answered_rightly=sum(
            outcome.ranking[0][0] in dataset.qrels[outcome.query.id] for outcome in answered
        ),
        clarified=sum(outcome.status == "clarify" for outcome in answerable),
        declined=sum(outcome.status == "no_answer" for outcome in answerable),
        unanswerable=len(unanswerable),
        false_answers=sum(outcome.status == "answered" for outcome in unanswerable),
    )
