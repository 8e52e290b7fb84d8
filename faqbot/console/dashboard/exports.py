"""Every table of the dashboards as CSV or JSON lines: whole, and sent while it is read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, get_args

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from faqbot.analytics.activity import periods_of
from faqbot.analytics.grouping import Grouping
from faqbot.analytics.proportions import Proportion
from faqbot.analytics.ranking import satisfaction_of
from faqbot.api.failures import Failure, Kind
from faqbot.api.service import Service
from faqbot.api.services import ServiceDep
from faqbot.console.access import AuditDep, ReaderDep
from faqbot.console.dashboard.filters import Asked, AskedDep
from faqbot.console.dashboard.groups import StatusesDep, all_groups
from faqbot.console.services import GroupingDep
from faqbot.feedback.activity import read_activity, read_corpus_versions
from faqbot.feedback.entries import Wanted, read_entries, read_entry_questions
from faqbot.feedback.export import Value, csv_lines, jsonl_lines
from faqbot.feedback.filters import BINS, Filters
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.vocabulary import Reason, Status

router = APIRouter(include_in_schema=False)

Rows: TypeAlias = Iterable[Mapping[str, Value]]
Form: TypeAlias = Literal["csv", "jsonl"]
_MEDIA: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
}
_BATCH = 1000
_REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported, and from where."""

    service: Service
    grouping: Grouping
    asked: Asked
    statuses: tuple[Status, ...]
    entry_id: str | None

    @property
    def filters(self) -> Filters:
        """Which interactions are meant."""
        return self.asked.filters(self.service.corpus)


def _request(
    service: ServiceDep,
    grouping: GroupingDep,
    asked: AskedDep,
    statuses: StatusesDep,
    entry: str | None = None,
) -> Request:
    return Request(service, grouping, asked, statuses.chosen, entry)


@router.get("/admin/export/{table}.{form}")
def export(
    table: str,
    form: str,
    account: ReaderDep,
    audit: AuditDep,
    request: Annotated[Request, Depends(_request)],
) -> StreamingResponse:
    """Send a table, whatever its size, and note in the audit log that it left."""
    known: Form | None = next((known for known in get_args(Form) if known == form), None)
    if known is None or table not in TABLES:
        raise Failure(Kind.NOT_FOUND)
    columns, rows = TABLES[table]
    audit.record(account.name, "export", f"{table}.{form}", {"filters": request.asked.query()})
    found = _begun(rows(request))
    lines = _csv(found, columns) if known == "csv" else jsonl_lines(found)
    asked = request.asked
    name = f"faqbot-{table}-{asked.first.isoformat()}-{asked.last.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_chunks(lines), media_type=_MEDIA[known], headers=headers)


def _begun(rows: Rows) -> Rows:
    """Read the first row now, so that a database that is down is told before the reply begins."""
    remaining = iter(rows)
    return itertools.chain(list(itertools.islice(remaining, 1)), remaining)


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    """Put lines together: each piece that is sent costs a change of threads."""
    while chunk := "".join(itertools.islice(lines, _BATCH)):
        yield chunk


def _csv(rows: Rows, columns: tuple[str, ...]) -> Iterator[str]:
    # Without this mark, spreadsheets take accents for something else.
    yield "\ufeff"
    yield from csv_lines(rows, columns)


def _share(name: str, share: Proportion) -> dict[str, Value]:
    return {
        name: share.value if share.n else None,
        f"{name}_low": share.low if share.n else None,
        f"{name}_high": share.high if share.n else None,
        f"{name}_n": share.n,
    }


def _periods(request: Request) -> Rows:
    asked = request.asked
    with request.service.store.reading(patient=True) as connection:
        activity = read_activity(connection, request.filters)
    for period in periods_of(activity, asked.first, asked.last, asked.granularity):
        figures = period.figures
        yield {
            "period_start": period.start.isoformat(),
            "period": asked.granularity,
            "questions": figures.questions,
            **{status: figures.by_status[status] for status in get_args(Status)},
            "sessions": figures.sessions,
            "small_talk": figures.small_talk,
            **_share("coverage", figures.share("answered")),
            "useful": figures.useful,
            "not_useful": figures.not_useful,
            **_share("satisfaction", figures.satisfaction),
            **{f"not_useful_{reason}": figures.reasons[reason] for reason in _REASONS},
            **{f"confidence_{place}": count for place, count in enumerate(figures.bins)},
        }


def _reasons(request: Request) -> Rows:
    with request.service.store.reading(patient=True) as connection:
        votes = read_activity(connection, request.filters).votes
    for reason in (*_REASONS, None):
        counts = (vote.count for vote in votes if not vote.useful and vote.reason == reason)
        yield {"reason": reason, "not_useful": sum(counts)}


def _confidence(request: Request) -> Rows:
    counts = []
    for asked in (request.asked.before, request.asked):
        with request.service.store.reading(patient=True) as connection:
            filters = asked.filters(request.service.corpus)
            found = read_activity(connection, filters).questions
        counts.append([count for count in found if not count.small_talk])
    for place in range(BINS):
        before, now = (
            sum(count.count for count in side if count.confidence_bin == place) for side in counts
        )
        yield {
            "confidence_from": place / BINS,
            "confidence_to": (place + 1) / BINS,
            "questions_before": before,
            "questions": now,
        }


def _versions(request: Request) -> Rows:
    with request.service.store.reading(patient=True) as connection:
        versions = read_corpus_versions(connection)
    for version in versions:
        yield {
            "corpus_digest": version.digest,
            "questions": version.questions,
            "first_asked_at": version.first.isoformat(),
            "last_asked_at": version.last.isoformat(),
        }


def _entries(request: Request) -> Rows:
    corpus = request.service.corpus
    with request.service.store.reading(patient=True) as connection:
        entries = read_entries(connection, request.filters)
    for entry in entries:
        known = corpus.by_id.get(entry.entry_id)
        yield {
            "entry_id": entry.entry_id,
            "question": known.question if known else None,
            "theme": known.theme if known else None,
            "shown": entry.shown,
            "shown_first": entry.first,
            "suggested": entry.suggested,
            "chosen": entry.chosen,
            "useful": entry.useful,
            "not_useful": entry.not_useful,
            **_share("satisfaction", satisfaction_of(entry)),
            **{f"not_useful_{reason}": entry.reasons.get(reason, 0) for reason in _REASONS},
            "comments": entry.comments,
        }


def _entry_questions(request: Request, *, only_comments: bool = False) -> Rows:
    wanted = Wanted(entry_id=request.entry_id, only_comments=only_comments)
    after = None
    while True:
        # A transaction for each batch: a slow reader holds nothing up.
        with request.service.store.reading(patient=True) as connection:
            batch = read_entry_questions(
                connection, request.filters, wanted, limit=_BATCH, after=after
            )
        for row in batch:
            yield {
                "asked_at": row.asked_at.isoformat(),
                "interaction_id": str(row.interaction_id),
                "entry_id": row.entry_id,
                "question": row.question,
                "status": row.status,
                "rank": row.rank,
                "confidence": row.confidence,
                "chosen": row.chosen,
                "useful": row.useful,
                "reason": row.reason,
                "comment": row.comment,
            }
        if len(batch) < _BATCH:
            return
        after = batch[-1].place


def _comments(request: Request) -> Rows:
    return _entry_questions(request, only_comments=True)


def _unanswered(request: Request) -> Rows:
    store = request.service.store
    clusters, rest = all_groups(store, request.grouping, request.filters, request.statuses)
    for cluster in clusters:
        group: dict[str, Value]
        group = {"group": cluster.key, "group_label": cluster.label, "group_asked": cluster.count}
        yield from (group | _wording(question) for question in cluster.questions)
    alone: dict[str, Value] = {"group": None, "group_label": None, "group_asked": None}
    yield from (alone | _wording(question) for question in rest)


def _wording(question: OpenQuestion) -> dict[str, Value]:
    return {
        "question": question.text,
        "asked": question.count,
        "last_asked_at": question.last_asked.isoformat(),
    }


def _share_columns(name: str) -> tuple[str, ...]:
    return (name, f"{name}_low", f"{name}_high", f"{name}_n")


_QUESTION_COLUMNS = (
    *("asked_at", "interaction_id", "entry_id", "question", "status", "rank", "confidence"),
    *("chosen", "useful", "reason", "comment"),
)
_REASON_COLUMNS = tuple(f"not_useful_{reason}" for reason in _REASONS)
TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Request], Rows]]] = {
    "periods": (
        (
            *("period_start", "period", "questions", *get_args(Status), "sessions", "small_talk"),
            *(*_share_columns("coverage"), "useful", "not_useful"),
            *(*_share_columns("satisfaction"), *_REASON_COLUMNS),
            *(f"confidence_{place}" for place in range(BINS)),
        ),
        _periods,
    ),
    "reasons": (("reason", "not_useful"), _reasons),
    "confidence": (
        ("confidence_from", "confidence_to", "questions_before", "questions"),
        _confidence,
    ),
    "versions": (("corpus_digest", "questions", "first_asked_at", "last_asked_at"), _versions),
    "entries": (
        (
            *("entry_id", "question", "theme", "shown", "shown_first", "suggested", "chosen"),
            *("useful", "not_useful", *_share_columns("satisfaction"), *_REASON_COLUMNS),
            "comments",
        ),
        _entries,
    ),
    "entry-questions": (_QUESTION_COLUMNS, _entry_questions),
    "comments": (_QUESTION_COLUMNS, _comments),
    "unanswered": (
        ("group", "group_label", "group_asked", "question", "asked", "last_asked_at"),
        _unanswered,
    ),
}
"""Tables by the name they have in the address: their columns, and how to read their rows."""
