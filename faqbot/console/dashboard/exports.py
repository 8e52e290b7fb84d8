"""Every table of the dashboards as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Annotated, NamedTuple, TypeAlias, get_args

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from faqbot.analytics.activity import periods_of
from faqbot.analytics.clustering_jobs import LIMIT, Pending
from faqbot.analytics.proportions import Proportion
from faqbot.analytics.ranking import satisfaction_of
from faqbot.api.failures import Failure, Kind
from faqbot.console.access import JournalDep
from faqbot.console.attachment import Locale, attachment, refuse_hints
from faqbot.console.dashboard.desk import DashboardDep
from faqbot.console.dashboard.unanswered import StatusesDep
from faqbot.console.services import ConsoleDep
from faqbot.downloads import TableFormat
from faqbot.errors import StoreUnavailable
from faqbot.feedback.activity import read_activity, read_corpus_versions
from faqbot.feedback.entries import EntryQuestion, read_entries, read_entry_questions
from faqbot.feedback.filters import BINS
from faqbot.feedback.unanswered import read_open_questions
from faqbot.vocabulary import Reason, Status

router = APIRouter(include_in_schema=False)

_BATCH = 1000
_PATIENCE_S = 300.0
"""How long an export waits for questions to be put together."""
_EVERYTHING = 10_000_000
_REASONS: tuple[Reason, ...] = get_args(Reason)
_REASON_COLUMNS = tuple(f"not_useful_{reason}" for reason in _REASONS)
_STATUSES: tuple[Status, ...] = get_args(Status)
_QUESTION_COLUMNS = tuple(field.name for field in fields(EntryQuestion))


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from, and which are wanted."""

    desk: DashboardDep
    console: ConsoleDep
    statuses: StatusesDep
    entry: str | None = None


Rows: TypeAlias = Iterator[tuple[object, ...]]
Reader: TypeAlias = Callable[[Source], Rows]


class ExportTable(NamedTuple):
    """A table to export."""

    columns: tuple[str, ...]
    read: Reader
    """Reads its rows: a value for each column, in order."""


TABLES: dict[str, ExportTable] = {}
"""Tables by the name they have in the address."""


def _table(name: str, *columns: str) -> Callable[[Reader], Reader]:
    def keep(read: Reader) -> Reader:
        TABLES[name] = ExportTable(columns, read)
        return read

    return keep


@router.get("/admin/export/{table}.{form}")
def export(
    table: str,
    form: str,
    journal: JournalDep,
    source: Annotated[Source, Depends()],
    locale: Locale = "",
) -> StreamingResponse:
    """Send a table, and note in the audit log that it left."""
    known: TableFormat | None = next((it for it in get_args(TableFormat) if it == form), None)
    if known is None or table not in TABLES:
        raise Failure(Kind.NOT_FOUND)
    asked = source.desk.asked
    refuse_hints((*asked.hints, *source.statuses.hints))
    journal.record(
        source.desk.account.name, "export", f"{table}.{form}", {"filters": asked.query()}
    )
    columns, read = TABLES[table]
    rows = (dict(zip(columns, row, strict=True)) for row in read(source))
    return attachment(rows, columns, known, locale, table, f"{asked.first}-{asked.last}")


def _share_columns(name: str) -> tuple[str, ...]:
    return (name, f"{name}_low", f"{name}_high", f"{name}_n")


def _share(share: Proportion) -> tuple[float | None, ...]:
    bounds = (share.value, share.low, share.high) if share.n else (None, None, None)
    return (*bounds, share.n)


@_table(
    "periods",
    *("period_start", "period", "questions", *_STATUSES, "sessions", "small_talk"),
    *(*_share_columns("coverage"), "useful", "not_useful"),
    *(*_share_columns("satisfaction"), *_REASON_COLUMNS),
    *(f"confidence_{place}" for place in range(BINS)),
    *("tentative", "handoffs", "abandoned"),
)
def _periods(source: Source) -> Rows:
    asked = source.desk.asked
    with source.desk.reading() as connection:
        activity = read_activity(connection, source.desk.filters)
    for period in periods_of(activity, asked.first, asked.last, asked.granularity):
        figures = period.figures
        yield (
            *(period.start, asked.granularity, figures.questions),
            *(figures.by_status[status] for status in _STATUSES),
            *(figures.sessions, figures.small_talk),
            *_share(figures.share("answered")),
            *(figures.useful, figures.not_useful),
            *_share(figures.satisfaction),
            *(figures.reasons[reason] for reason in _REASONS),
            *figures.bins,
            *(figures.tentative, figures.handoffs, figures.abandoned),
        )


@_table("reasons", "reason", "not_useful")
def _reasons(source: Source) -> Rows:
    counts = source.desk.total(source.desk.asked).reasons
    for reason in (*_REASONS, None):
        yield reason, counts[reason]


@_table("confidence", "confidence_from", "confidence_to", "questions_before", "questions")
def _confidence(source: Source) -> Rows:
    asked = source.desk.asked
    before, now = source.desk.total(asked.before).bins, source.desk.total(asked).bins
    for place in range(BINS):
        yield place / BINS, (place + 1) / BINS, before[place], now[place]


@_table("versions", "corpus_digest", "questions", "first_asked_at", "last_asked_at")
def _versions(source: Source) -> Rows:
    with source.desk.reading() as connection:
        versions = read_corpus_versions(connection)
    for version in versions:
        yield version.digest, version.questions, version.first, version.last


@_table(
    "entries",
    *("entry_id", "question", "theme", "theme_label"),
    *("shown", "shown_first", "suggested", "chosen"),
    *("useful", "not_useful", *_share_columns("satisfaction"), *_REASON_COLUMNS, "comments"),
)
def _entries(source: Source) -> Rows:
    corpus = source.desk.corpus
    with source.desk.reading() as connection:
        entries = read_entries(connection, source.desk.filters)
    for entry in entries:
        known = corpus.answers.get(entry.entry_id)
        yield (
            *(entry.entry_id, known and known.question),
            *(known and known.theme, known and corpus.theme_label(known)),
            *(entry.shown, entry.first, entry.suggested, entry.chosen),
            *(entry.useful, entry.not_useful, *_share(satisfaction_of(entry))),
            *(entry.reasons.get(reason, 0) for reason in _REASONS),
            entry.comments,
        )


@_table("entry-questions", *_QUESTION_COLUMNS)
def _entry_questions(source: Source) -> Rows:
    return _questions(source)


@_table("comments", *_QUESTION_COLUMNS)
def _comments(source: Source) -> Rows:
    return _questions(source, only_comments=True)


def _questions(source: Source, *, only_comments: bool = False) -> Rows:
    filters, after = source.desk.filters, None
    if source.entry:
        filters = replace(filters, entry_ids=(source.entry,))
    while True:
        # A transaction for each batch: a slow reader holds nothing up.
        with source.desk.reading() as connection:
            batch = read_entry_questions(
                connection, filters, only_comments=only_comments, limit=_BATCH, after=after
            )
        yield from map(attrgetter(*_QUESTION_COLUMNS), batch)
        if len(batch) < _BATCH:
            return
        after = batch[-1].place


@_table("unanswered", "group", "group_label", "group_asked", "question", "asked", "last_asked_at")
def _unanswered(source: Source) -> Rows:
    desk, statuses = source.desk, source.statuses.chosen
    with desk.reading() as connection:
        found = read_open_questions(connection, desk.filters, statuses, _EVERYTHING)
    clusters = source.console.grouping.clusters(
        found.questions[:LIMIT], desk.service.assistant, patience_s=_PATIENCE_S
    )
    if isinstance(clusters, Pending):
        msg = f"the questions were not put together within {_PATIENCE_S:.0f} s"
        raise StoreUnavailable(msg)
    groups = [((it.key, it.label, it.count), it.questions) for it in clusters]
    for group, questions in (*groups, ((None, None, None), found.questions[LIMIT:])):
        for question in questions:
            yield *group, question.text, question.count, question.last_asked
