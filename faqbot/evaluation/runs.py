"""A run: what one system made of every query of a split, with all that scoring it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from faqbot.assistant import Assistant
from faqbot.evaluation.dataset import Dataset, Kind
from faqbot.evaluation.measures import RETRIEVAL_MEASURES, Sample, score_rankings
from faqbot.evaluation.outcomes import Fate, QueryOutcome
from faqbot.evaluation.systems import Response, System, calibration_of
from faqbot.progress import Progress
from faqbot.settings import Settings

_SETTINGS = ("embedding_model", "query_prompt", "passage_prompt")
"""What of the settings changes results; the others are nobody's business."""
_PACKAGES = (
    *("faqbot", "faiss-cpu", "ir-measures", "numpy", "onnxruntime"),
    "sentence-transformers",
)
_TOP = 3


@dataclass(frozen=True, kw_only=True)
class Run:
    """Outcomes of one system on one split, and what produced them."""

    system: str
    dataset: str
    split: str
    dataset_digest: str
    corpus_digest: str
    language: str
    """Of the corpus, as a BCP 47 tag."""
    model_id: str
    model_digest: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    date: str
    """ISO 8601, UTC."""
    entries: Mapping[str, str]
    """Questions of the entries that are right, shown or among the first three somewhere."""
    calibration: Mapping[str, Any] | None = None
    """How the decisions were calibrated, if they were."""
    outcomes: tuple[QueryOutcome, ...]

    @property
    def questions(self) -> Kind:
        """Who asked what the figures are about."""
        return kind_of(of_one_kind(self.outcomes))

    @property
    def apart(self) -> dict[str, Kind]:
        """Slices of which others asked than `questions` says."""
        usual = self.questions
        kinds = {name: kind_of(group) for name, group in by_slice(self.outcomes).items() if group}
        return {name: kind for name, kind in kinds.items() if kind != usual}

    @property
    def decides(self) -> bool:
        """Whether the system answers, asks back or declines, or only ranks."""
        return any(outcome.response.status is not None for outcome in self.outcomes)

    @property
    def fates(self) -> dict[Fate, int]:
        """How many queries had each fate that any of them had, in the order of `Fate`.

        Of one kind, as all figures: where some were invented, without those that users asked.
        """
        counts = Counter(outcome.fate for outcome in of_one_kind(self.outcomes))
        return {fate: counts[fate] for fate in Fate if counts[fate]}


def run_system(
    system: System,
    dataset: Dataset,
    assistant: Assistant,
    settings: Settings,
    *,
    progress: Progress,
) -> Run:
    """Ask a system every query of a split, each with its own history."""
    responses: dict[str, Response] = {}
    for done, query in enumerate(dataset.queries, start=1):
        responses[query.id] = system.respond(query.text, query.history)
        progress(f"Asking {system.name}", done, len(dataset.queries))
    outcomes = judge(dataset, responses)
    questions = assistant.corpus.answers
    return Run(
        system=system.name,
        dataset=dataset.name,
        split=dataset.split,
        dataset_digest=dataset.digest,
        corpus_digest=assistant.corpus.digest,
        language=assistant.corpus.language,
        model_id=assistant.embedder.model_id,
        model_digest=assistant.embedder.digest,
        settings={name: getattr(settings, name) for name in _SETTINGS},
        versions=dict(_versions(_PACKAGES)),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        entries={entry_id: questions[entry_id].question for entry_id in _mentioned(outcomes)},
        calibration=calibration_of(system),
        outcomes=outcomes,
    )


def judge(dataset: Dataset, responses: Mapping[str, Response]) -> tuple[QueryOutcome, ...]:
    """Put responses, by query id, beside the judgements and score them, in the data set's order."""
    scores = score_rankings(
        (query.id, dataset.qrels[query.id], responses[query.id].ranking)
        for query in dataset.queries
    )
    return tuple(
        QueryOutcome(
            query=query,
            relevant=dataset.qrels[query.id],
            response=responses[query.id],
            scores=scores.get(query.id, {}),
        )
        for query in dataset.queries
    )


def of_one_kind(outcomes: Sequence[QueryOutcome]) -> list[QueryOutcome]:
    """Leave out what users asked where the other queries were not asked by users."""
    kinds = {outcome.query.kind for outcome in outcomes}
    return [outcome for outcome in outcomes if len(kinds) == 1 or outcome.query.kind != "real"]


def kind_of(outcomes: Iterable[QueryOutcome]) -> Kind:
    """Tell who asked queries of one kind, such as those of a slice."""
    return next((outcome.query.kind for outcome in outcomes), "unsaid")


def by_slice(outcomes: Sequence[QueryOutcome]) -> dict[str, list[QueryOutcome]]:
    """Group outcomes of one run by slice.

    Returns:
        ``all``, which holds the queries that stand on their own, `of_one_kind`, then each slice.
        Follow-ups, which need the questions before them, are in slices only.
    """
    alone = (outcome for outcome in of_one_kind(outcomes) if not outcome.query.history)
    groups: dict[str, list[QueryOutcome]] = {"all": list(alone)}
    for outcome in outcomes:
        query = outcome.query
        # The reader of data sets calls a query without slice "all".
        name = query.slice if query.slice != "all" else "follow-up" if query.history else None
        if name is not None:
            groups.setdefault(name, []).append(outcome)
    return groups


def sample_of(outcomes: Sequence[QueryOutcome], beside: Sequence[QueryOutcome] = ()) -> Sample:
    """Lay outcomes of one run, or of one slice of it, out in columns of shape (n,).

    Args:
        beside: Those of another run, whose entries get the same numbers as here.
    """
    responses = [it.response for it in outcomes]
    meant = [it.first if it.right else min(it.relevant, default=None) for it in outcomes]
    named = {id_ for it in (*outcomes, *beside) for id_ in (it.first, *it.relevant) if id_}
    # 0 is the class of what no entry answers.
    numbers = {None: 0} | {entry_id: place for place, entry_id in enumerate(sorted(named), start=1)}
    read: dict[str, Sequence[bool | float | None]] = {
        "answerable": [it.query.answerable for it in outcomes],
        "right": [it.right for it in outcomes],
        "answered": [response.status == "answered" for response in responses],
        "refused": [response.status == "no_answer" for response in responses],
        "clarified": [response.status == "clarify" for response in responses],
        "meant": [numbers[entry_id] for entry_id in meant],
        "taken": [numbers[it.first] for it in outcomes],
        "tentative": [response.tentative for response in responses],
        "offers_right": [it.offers_right for it in outcomes],
        "confidence": [response.confidence for response in responses],
        "ms": [response.duration_ms for response in responses],
        **{name: [it.scores.get(name) for it in outcomes] for name in RETRIEVAL_MEASURES},
    }
    columns = {name: np.array(values, dtype=np.float64) for name, values in read.items()}
    predicted = columns["taken"] * (1.0 - columns["refused"])
    return Sample(
        {
            **columns,
            "predicted": predicted,
            "classified": (predicted == columns["meant"]).astype(np.float64),
            "every": np.ones(len(outcomes)),
            "unanswerable": 1.0 - columns["answerable"],
            "wrong": 1.0 - columns["right"],
            "asked_back": columns["answerable"] * columns["clarified"],
            "right_at_once": columns["right"] * (columns["answered"] + columns["tentative"]),
            "timed": 1.0 - np.isnan(columns["ms"]),
        }
    )


def _mentioned(outcomes: Iterable[QueryOutcome]) -> list[str]:
    found: set[str] = set()
    for outcome in outcomes:
        found.update(outcome.relevant, outcome.response.shown)
        found.update(entry_id for entry_id, _ in outcome.response.ranking[:_TOP])
    return sorted(found)


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue  # another build of it, under another name
