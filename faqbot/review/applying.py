"""Apply decisions to a working tree: plan all, check the result, write it, then mark them applied.

Running again is harmless: what an interrupted run has written is found in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from faqbot.review.planning import PlannedDecision, Planner
from faqbot.review.store import DecisionStore
from faqbot.review.worktree import CORPUS, TO_DO, WorkingTree


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyReport:
    """What became of all decisions that were to be applied."""

    decisions: tuple[PlannedDecision, ...]
    files: tuple[str, ...]
    """The files that were written, relative to the working tree."""
    changed_meanwhile: tuple[UUID, ...] = ()
    """Decisions that a reviewer changed or withdrew while they were written."""

    @property
    def applied(self) -> tuple[UUID, ...]:
        """Decisions that are applied from now on."""
        ids = [planned.decision.id for planned in self.decisions if planned.refusal is None]
        return tuple(found for found in ids if found not in self.changed_meanwhile)

    @property
    def corpus_changed(self) -> bool:
        """Whether what is searched has changed."""
        inside = (Path(file) for file in self.files if file.startswith(f"{CORPUS.as_posix()}/"))
        return any(path.suffix in {".md", ".yaml"} and path != TO_DO for path in inside)

    @property
    def dev_changed(self) -> bool:
        """Whether the questions from which the confidence is learned have changed."""
        return any(file.endswith("qrels/dev.tsv") for file in self.files)

    @property
    def new_entries(self) -> tuple[str, ...]:
        """Ids of entries that were drafted."""
        return tuple(
            Path(file).name.partition("-")[0]
            for planned in self.decisions
            for file, what in planned.changes
            if what.startswith("new entry")
        )


def apply_decisions(
    store: DecisionStore, root: Path, dataset: str, *, at: datetime, dry_run: bool = False
) -> ApplyReport:
    """Write what reviewers decided into a working tree, and mark it applied.

    Args:
        root: Holds ``corpus/`` and ``eval/``.
        at: Now.
        dry_run: Whether to write and mark nothing.

    Raises:
        CorpusError: The working tree is not valid, or would not be; no file is written.
        StoreUnavailable: The database cannot be read, or not be told that files were written:
            then the next run will do so.
    """
    tree = WorkingTree.read(root, dataset)
    planner = Planner(tree, store.known_ids())
    decisions = tuple(planner.plan(stored) for stored in store.decisions(to_apply=True))
    if dry_run:
        tree.check()
        return ApplyReport(decisions=decisions, files=_names(tree.changed))
    files = _names(tree.write())
    marks = {it.decision.id: str(it.refusal) if it.refusal else None for it in decisions}
    return ApplyReport(decisions=decisions, files=files, changed_meanwhile=store.mark(marks, at))


def _names(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(path.as_posix() for path in paths))
