"""What a draft changes: recent questions and evaluation questions, asked before and after."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
from faqbot.review.worktree import SPLITS
from faqbot.settings import Settings

RECENT = 300
"""Most recent questions that are asked again."""
EVALUATED = 300
"""Most evaluation questions: those that the entry answers, then others, chosen by their names."""
_HISTORY = 5
_KEPT = 16


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


class Trial:
    """The work on one draft, as far as it has got."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        """0 while the index is made."""
        self.impact: Impact | None = None
        self.error: Exception | None = None
        self.finished = threading.Event()

    def progress(self, _stage: str, done: int, total: int) -> None:
        """Take note."""
        self.done, self.total = done, total


class Trials:
    """Tries drafts beside the chat, one after the other, and remembers what came of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._trials: OrderedDict[tuple[str, str], Trial] = OrderedDict()

    def of(
        self,
        draft: EntryDraft,
        release: str,
        database: Database,
        settings: Settings,
        assistant: Assistant,
    ) -> Trial:
        """Begin to try a draft, or tell how far that has got; after a failure it is tried again.

        Args:
            release: The one that is served.
            assistant: Its assistant.
        """
        key = (draft.digest, release)
        with self._lock:
            trial = self._trials.get(key)
            if trial is None or trial.error:
                trial = self._trials[key] = Trial()
                work = (trial, draft, release, database, settings, assistant)
                # Ends with the process: nobody waits for it any more then.
                threading.Thread(target=self._run, args=work, daemon=True).start()
            while len(self._trials) > _KEPT:
                self._trials.popitem(last=False)
        return trial

    def _run(
        self,
        trial: Trial,
        draft: EntryDraft,
        release: str,
        database: Database,
        settings: Settings,
        assistant: Assistant,
    ) -> None:
        try:
            with self._turn:
                made = drafted_folder(database, settings, release, draft)
                after = Assistant.open(made, progress=lambda *_: None, embedder=assistant.embedder)
                known, unread = _evaluation(settings.corpus_dir.parent, assistant, after)
                chosen = [(it, _chosen(it, draft.entry_id, len(known))) for it in known]
                recent = Dataset("recent", "test", _recent(database), defaultdict(dict))
                asked = [recent, *(found for _, found in chosen)]
                trial.progress("", 0, 2 * sum(len(it.queries) for it in asked))
                changed = [_changes(it, assistant, after, trial) for it in asked]
            trial.impact = Impact(
                recent=changed[0],
                recent_asked=len(recent.queries),
                evaluated=tuple(change for found in changed[1:] for change in found),
                evaluated_asked=sum(len(found.queries) for _, found in chosen),
                evaluated_known=sum(len(it.queries) for it in known),
                unread=unread,
            )
        except Exception as error:
            trial.error = error
        finally:
            trial.finished.set()


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


def _evaluation(
    root: Path, before: Assistant, after: Assistant
) -> tuple[list[Dataset], tuple[str, ...]]:
    """Read the data sets beside the corpus, but for those that bring their own FAQ."""
    ids = before.corpus.answers.keys() | after.corpus.answers.keys()
    found, unread = [], []
    for path in sorted((root / "eval" / "datasets").glob("*/queries.jsonl")):
        if (path.parent / FILE).exists():
            continue
        try:
            found += [read_dataset(path.parent, split, ids) for split in SPLITS]
        except CorpusError:
            unread.append(path.parent.name)
    return found, tuple(unread)


def _chosen(dataset: Dataset, entry_id: str, datasets: int) -> Dataset:
    def order(query: Query) -> tuple[bool, bytes]:
        digest = hashlib.sha256(query.id.encode("utf-8")).digest()
        return entry_id not in dataset.qrels[query.id], digest

    queries = sorted(dataset.queries, key=order)[: EVALUATED // datasets]
    return Dataset(dataset.name, dataset.split, tuple(queries), dataset.qrels)


def _changes(
    dataset: Dataset, before: Assistant, after: Assistant, trial: Trial
) -> tuple[Change, ...]:
    outcomes = []
    for system in map(ServedSystem, (before, after)):
        responses = {}
        for query in dataset.queries:
            responses[query.id] = system.respond(query.text, query.history)
            trial.done += 1
        outcomes.append(judge(dataset, responses))
    return changes_of(list(zip(*outcomes, strict=True)))


def effects(changes: Sequence[Change]) -> dict[str, int]:
    """Count evaluation questions that fare better, worse, or neither."""
    return {
        effect: sum(change.effect == effect for change in changes)
        for effect in ("worse", "better", "other")
    }
