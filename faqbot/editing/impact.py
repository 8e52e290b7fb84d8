"""What a draft changes: recent questions and evaluation questions, asked before and after."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select

from faqbot.assistant import Assistant
from faqbot.database.interface import Database
from faqbot.database.schema import interactions
from faqbot.editing.changes import drafted_folder
from faqbot.editing.drafts import EntryDraft
from faqbot.errors import CorpusError
from faqbot.evaluation.dataset import Dataset, Query, read_dataset
from faqbot.evaluation.outcomes import Change, QueryOutcome, changes_of
from faqbot.evaluation.own_corpus import FILE
from faqbot.evaluation.systems import ServedSystem
from faqbot.feedback.exchanges import HISTORY
from faqbot.progress import silent
from faqbot.review.worktree import SPLITS
from faqbot.settings import Settings

RECENT = 300
"""Most recent questions that are asked again."""
EVALUATED = 300
"""Most evaluation questions: those that the entry answers, then others, chosen by their names."""
Served: TypeAlias = tuple[Database, Settings, Assistant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What would be answered otherwise."""

    recent: tuple[Change, ...]
    recent_asked: int
    evaluated: tuple[Change, ...]
    evaluated_asked: int
    evaluated_known: int
    """How many questions the data sets hold."""
    unread: tuple[str, ...]
    """Data sets that do not fit this corpus."""


def impact_of(
    draft: EntryDraft, release: str, served: Served, progress: Callable[[int, int], None]
) -> Impact:
    """Ask recent questions and evaluation questions before and after a draft.

    Args:
        release: The one that is served.
        served: The database, the settings and the assistant that it is served with.
        progress: Told how many answers are there, of how many.

    Raises:
        CorpusError: The corpus would not be valid.
    """
    database, settings, before = served
    made = drafted_folder(database, settings, release, draft)
    after = Assistant.open(made, progress=silent, embedder=before.embedder)
    ids = before.corpus.answers.keys() | after.corpus.answers.keys()
    known, unread = _evaluation(settings.corpus_dir.parent, ids)
    chosen = [_chosen(it, draft.entry_id, len(known)) for it in known]
    recent = Dataset("recent", "test", _recent(database), defaultdict(dict))
    asked = sum(len(it.queries) for it in chosen)
    total, done = 2 * (len(recent.queries) + asked), count(1)

    def changes(dataset: Dataset) -> tuple[Change, ...]:
        outcomes = []
        for system in map(ServedSystem, (before, after)):
            found = []
            for it in dataset.queries:
                response, right = system.respond(it.text, it.history), dataset.qrels[it.id]
                found.append(QueryOutcome(query=it, relevant=right, response=response, scores={}))
                progress(next(done), total)
            outcomes.append(found)
        return changes_of(list(zip(*outcomes, strict=True)))

    progress(0, total)
    return Impact(
        recent=changes(recent),
        recent_asked=len(recent.queries),
        evaluated=tuple(it for dataset in chosen for it in changes(dataset)),
        evaluated_asked=asked,
        evaluated_known=sum(len(it.queries) for it in known),
        unread=unread,
    )


def _recent(database: Database) -> tuple[Query, ...]:
    """Read the newest questions, as they were kept, each once with those before it."""
    asked = select(interactions.c.id, interactions.c.session_id, interactions.c.question)
    asked = asked.where(interactions.c.small_talk.is_(None))
    newest = asked.order_by(interactions.c.asked_at.desc(), interactions.c.id).limit(RECENT)
    with database.reading() as connection:
        rows = connection.execute(newest).all()
    before: defaultdict[object, list[str]] = defaultdict(list)
    found: dict[tuple[str, ...], Query] = {}
    for identifier, session, question in reversed(rows):
        history = tuple(before[session][-HISTORY:])
        query = Query(str(identifier), question, "recent", False, history, kind="real")
        found.setdefault((question, *history), query)
        before[session].append(question)
    return tuple(reversed(found.values()))


def _evaluation(root: Path, ids: Collection[str]) -> tuple[list[Dataset], tuple[str, ...]]:
    """Read the data sets beside the corpus, but for those that bring their own FAQ."""
    found, unread = [], []
    for path in sorted((root / "eval" / "datasets").glob("*/queries.jsonl")):
        if (path.parent / FILE).exists():
            continue
        try:
            splits = (it for it in SPLITS if (path.parent / "qrels" / f"{it}.tsv").exists())
            found += [read_dataset(path.parent, split, ids) for split in splits]
        except CorpusError:
            unread.append(path.parent.name)
    return found, tuple(unread)


def _chosen(dataset: Dataset, entry_id: str, datasets: int) -> Dataset:
    def order(query: Query) -> tuple[bool, bytes]:
        digest = hashlib.sha256(query.id.encode("utf-8")).digest()
        return entry_id not in dataset.qrels[query.id], digest

    queries = sorted(dataset.queries, key=order)[: EVALUATED // datasets]
    return Dataset(dataset.name, dataset.split, tuple(queries), dataset.qrels)
