"""What a draft changes: recent questions and evaluation questions, asked before and after."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select

from faqbot.assistant import Assistant
from faqbot.database.interface import Database
from faqbot.database.schema import interactions
from faqbot.editing.changes import drafted_folder
from faqbot.editing.drafts import EntryDraft
from faqbot.errors import CorpusError
from faqbot.evaluation.comparison import Change, changes_of
from faqbot.evaluation.dataset import Dataset, Query, read_dataset
from faqbot.evaluation.own_corpus import FILE
from faqbot.evaluation.runs import judge
from faqbot.evaluation.systems import ServedSystem
from faqbot.progress import silent
from faqbot.review.worktree import SPLITS
from faqbot.settings import Settings

log = logging.getLogger(__name__)

RECENT = 300
"""Most recent questions that are asked again."""
EVALUATED = 300
"""Most evaluation questions: those that the entry answers, then others, chosen by their names."""
_HISTORY = 5
_KEPT = 16
_turn = threading.Lock()
_Served: TypeAlias = tuple[Database, Settings, Assistant]


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


class Trial(threading.Thread):
    """Tries one draft beside the chat; ends with the process."""

    def __init__(
        self,
        draft: EntryDraft,
        release: str,
        database: Database,
        settings: Settings,
        assistant: Assistant,
    ) -> None:
        super().__init__(daemon=True)
        self._draft, self._release, self._before = draft, release, assistant
        self._database, self._settings = database, settings
        self.done = 0
        self.total = 0
        """0 while the index is made."""
        self.impact: Impact | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Try it, when no other one is being tried."""
        try:
            with _turn:
                self.impact = self._impact()
        except Exception as error:
            self.error = error
            log.warning("draft_not_tried", exc_info=error)

    def _impact(self) -> Impact:
        made = drafted_folder(self._database, self._settings, self._release, self._draft)
        after = Assistant.open(made, progress=silent, embedder=self._before.embedder)
        ids = self._before.corpus.answers.keys() | after.corpus.answers.keys()
        known, unread = _evaluation(self._settings.corpus_dir.parent, ids)
        chosen = [_chosen(it, self._draft.entry_id, len(known)) for it in known]
        recent = Dataset("recent", "test", _recent(self._database), defaultdict(dict))
        asked = sum(len(it.queries) for it in chosen)
        self.total = 2 * (len(recent.queries) + asked)
        return Impact(
            recent=self._changes(recent, after),
            recent_asked=len(recent.queries),
            evaluated=tuple(it for dataset in chosen for it in self._changes(dataset, after)),
            evaluated_asked=asked,
            evaluated_known=sum(len(it.queries) for it in known),
            unread=unread,
        )

    def _changes(self, dataset: Dataset, after: Assistant) -> tuple[Change, ...]:
        outcomes = []
        for system in map(ServedSystem, (self._before, after)):
            responses = {}
            for query in dataset.queries:
                responses[query.id] = system.respond(query.text, query.history)
                self.done += 1
            outcomes.append(judge(dataset, responses))
        return changes_of(list(zip(*outcomes, strict=True)))


class Trials:
    """Remembers what came of the drafts that were tried."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trials: OrderedDict[tuple[str, str], Trial] = OrderedDict()

    def of(self, draft: EntryDraft, release: str, *served: *_Served) -> Trial:
        """Begin to try a draft, or tell how far that has got; after a failure it is tried again.

        Args:
            release: The one that is served.
            served: The database, the settings and the assistant that it is served with.
        """
        key = (draft.digest, release)
        with self._lock:
            trial = self._trials.get(key)
            if trial is None or trial.error:
                trial = self._trials[key] = Trial(draft, release, *served)
                trial.start()
            while len(self._trials) > _KEPT:
                self._trials.popitem(last=False)
        return trial


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
        history = tuple(before[session][-_HISTORY:])
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
