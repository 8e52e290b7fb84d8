"""Apply decisions to a working tree: plan all, check the result, write it, then mark them applied.

Running again is harmless: what an interrupted run has written is found in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from faqbot.review.planning import Outcome, Planner
from faqbot.review.store import DecisionStore
from faqbot.review.worktree import CORPUS, WorkingTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of all decisions that were to be applied."""

    outcomes: tuple[Outcome, ...]
    files: tuple[str, ...]
    """The files that were written, relative to the working tree."""
    changed_meanwhile: tuple[UUID, ...] = ()
    """Decisions that a reviewer changed or withdrew while they were written."""

    @property
    def applied(self) -> tuple[UUID, ...]:
        """Decisions that are applied from now on."""
        ids = [outcome.decision.id for outcome in self.outcomes if outcome.refusal is None]
        return tuple(found for found in ids if found not in self.changed_meanwhile)

    @property
    def corpus_changed(self) -> bool:
        """Whether what is searched has changed."""
        return any(Path(file).suffix in {".md", ".yaml"} for file in self._within(CORPUS))

    @property
    def dev_changed(self) -> bool:
        """Whether the questions from which the confidence is learned have changed."""
        return any(file.endswith("qrels/dev.tsv") for file in self.files)

    @property
    def new_entries(self) -> tuple[str, ...]:
        """Ids of entries that were drafted."""
        return tuple(
            Path(file).name.partition("-")[0]
            for outcome in self.outcomes
            for file, what in outcome.changes
            if what.startswith("new entry")
        )

    def _within(self, folder: Path) -> list[str]:
        todo = (folder / "TODO.md").as_posix()
        return [it for it in self.files if it.startswith(f"{folder.as_posix()}/") and it != todo]


def apply_decisions(
    store: DecisionStore, root: Path, dataset: str, *, at: datetime, dry_run: bool = False
) -> Report:
    """Write what reviewers decided into a working tree.

    Args:
        store: The decisions; those that were written are marked.
        root: Holds ``corpus/`` and ``eval/``.
        dataset: The data set's name.
        at: Now.
        dry_run: Whether to write and mark nothing.

    Returns:
        What was, or would be, written.

    Raises:
        CorpusError: The working tree is not valid, or would not be; no file is written.
        StoreUnavailable: The database cannot be read, or not be told that files were written:
            then the next run will do so.
    """
    tree = WorkingTree.read(root, dataset)
    planner = Planner(tree)
    outcomes = tuple(planner.plan(stored) for stored in store.decisions(to_apply=True))
    if dry_run:
        tree.check()
        return Report(outcomes=outcomes, files=_names(tree.changed))
    files = _names(tree.write())
    marks = {
        outcome.decision.id: str(outcome.refusal) if outcome.refusal else None
        for outcome in outcomes
    }
    return Report(outcomes=outcomes, files=files, changed_meanwhile=store.mark(marks, at))


def _names(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(path.as_posix() for path in paths))
