"""Small runs whose measures a reader can work out in the head."""

from __future__ import annotations

from collections.abc import Sequence

from faqbot.evaluation.dataset import Dataset, Kind, Query
from faqbot.evaluation.outcomes import QueryOutcome
from faqbot.evaluation.runs import Run, judge
from faqbot.evaluation.systems import Response
from faqbot.vocabulary import Status


def query(
    identifier: str,
    *,
    answerable: bool = True,
    kind: str = "natural",
    history: Sequence[str] = (),
    asked: Kind = "invented",
) -> Query:
    return Query(identifier, f"question {identifier} ?", kind, answerable, tuple(history), asked)


def response(
    ranking: str,
    status: Status | None = None,
    confidence: float = 0.5,
    ms: float | None = 1.0,
    *,
    tentative: bool = False,
) -> Response:
    ids = ranking.split()
    return Response(
        ranking=tuple((entry, 1 - place / 10) for place, entry in enumerate(ids)),
        confidence=confidence,
        status=status,
        shown=tuple(ids[:3]) if status in {"answered", "clarify"} else (),
        duration_ms=ms,
        tentative=tentative,
    )


def outcomes(*pairs: tuple[Query, Response]) -> tuple[QueryOutcome, ...]:
    """Judge responses; entry A is right for every answerable query."""
    queries = tuple(asked for asked, _ in pairs)
    qrels = {asked.id: ({"A": 1} if asked.answerable else {}) for asked in queries}
    dataset = Dataset("d", "dev", queries, qrels)
    return judge(dataset, {asked.id: given for asked, given in pairs})


def run(judged: Sequence[QueryOutcome], system: str = "default", **changes: object) -> Run:
    fields: dict[str, object] = {
        "system": system,
        "dataset": "d",
        "split": "dev",
        "dataset_digest": "0" * 64,
        "corpus_digest": "1" * 64,
        "language": "fr",
        "model_id": "letters",
        "model_digest": "2" * 64,
        "settings": {"embedding_model": "letters"},
        "versions": {"faqbot": "0.1.0"},
        "date": "2026-11-23T10:00:00+00:00",
        "entries": {"A": "Question A ?", "B": "Question B <b>?</b>", "C": "Question C ?"},
        "outcomes": tuple(judged),
    }
    return Run(**{**fields, **changes})  # type: ignore[arg-type]


SIX = outcomes(
    (query("first"), response("A B C", "answered", 0.9)),
    (query("second"), response("B A C", "answered", 0.8)),
    (query("fourth", kind="typo"), response("B C D A", "clarify", 0.5)),
    (query("absent", kind="typo"), response("B C D", "no_answer", 0.1)),
    (query("none", answerable=False, kind="far"), response("A B C", "answered", 0.7)),
    (query("quiet", answerable=False, kind="far"), response("A B C", "no_answer", 0.2)),
)
"""Ranks of the right entry: 1, 2, 4, none; then two queries that the FAQ does not answer."""
