"""Bring entries from elsewhere into a corpus, without ever overwriting what is there.

Three steps: `read_import` reads a source, `plan_import` compares it with the corpus, `apply_plan`
writes new files. The first two only read, so whatever is wrong is found before anything changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from faqbot.corpus.entry import Entry, Theme
from faqbot.corpus.exchange.import_reading import ImportedEntry, ImportedPage
from faqbot.corpus.exchange.new_corpus import (
    EMPTY_GLOSSARY,
    PROVISIONAL,
    render_head,
    themes_of,
)
from faqbot.corpus.exchange.raw_entries import facts
from faqbot.corpus.placeholders import provisional_question
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.rules import ENTRY_ID
from faqbot.corpus.text import fold, fold_space, wording_key
from faqbot.corpus.writing import entry_file_name, render_entry
from faqbot.errors import CorpusError, Problem
from faqbot.files import write_atomically

Action: TypeAlias = Literal["write", "unchanged", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """What will happen to one entry of the source."""

    action: Action
    """``write``: it is new. ``unchanged``: the corpus holds it already. ``kept``: the corpus holds
    something else in its place, which stays."""
    entry: Entry
    """What the corpus holds after the import."""
    line: int
    """Where the entry starts in the source, 1-based."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """All that an import will do."""

    imported: ImportedPage
    entries: tuple[PlannedEntry, ...]
    """In the order of the source."""
    announced_by_corpus: int | None
    """``announced_entries`` of ``corpus.yaml``, which an import never changes once it exists."""
    entries_after: int
    """How many entries the corpus holds after the import."""
    files: tuple[tuple[str, str], ...]
    """Path relative to the corpus folder and content of each new file, in writing order."""

    def ids(self, action: Action) -> tuple[str, ...]:
        """Return the ids of the entries to which one thing will happen, in order."""
        return tuple(plan.entry.id for plan in self.entries if plan.action == action)


def plan_import(
    imported: ImportedPage, folder: Path, head: Mapping[str, str] = MappingProxyType({})
) -> ImportPlan:
    """Compare imported entries with a corpus.

    An entry with an id is compared with the entry of that id. One without is compared with the
    entry that asks the same question or, its question being lost, with the one that has the same
    answer, white space apart, or else the id of its place on the page.

    Args:
        folder: The corpus; it may be empty or missing, and then the plan creates it.
        head: What a corpus that is created says of itself, as `render_head` takes it.

    Raises:
        CorpusError: The corpus is not valid, or would no longer be: unknown themes, or a question
            that another entry asks already.
    """
    exists = (folder / "corpus.yaml").exists() or any((folder / "entries").glob("*.md"))
    corpus = read_corpus(folder, check_count=False) if exists else None
    language = {**PROVISIONAL, **head}["language"]
    themes = themes_of(imported, language) if corpus is None else corpus.themes
    held = () if corpus is None else corpus.entries
    problems: list[Problem] = []
    planned = []
    for item, entry_id, old in _place(imported, held):
        new = _to_entry(item, entry_id, themes)
        action: Action = "write"
        if old is not None:
            action = "unchanged" if _is_same(item, new, old) else "kept"
        planned.append(PlannedEntry(action=action, entry=old or new, line=item.line))
        # An unknown default theme does no harm where nothing is written.
        if (old is None or "theme" in item.given) and all(t.id != new.theme for t in themes):
            known = ", ".join(theme.id for theme in themes)
            choose = "choose one of these, by --theme for rows without, or add it to corpus.yaml"
            message = f"unknown theme {item.theme!r} (known: {known}): {choose}"
            problems.append(Problem(imported.source, item.line, message))
    written = [plan for plan in planned if plan.action == "write"]
    problems += _collisions(written, held, imported.source)
    entries = (plan.entry for plan in written)
    texts = [(f"entries/{entry_file_name(entry)}", render_entry(entry)) for entry in entries]
    if corpus is None:
        text, defects = render_head(head, themes, imported.announced, imported.source)
        problems += defects
        # Before the entries: an import that was cut short can then be repeated.
        texts.insert(0, ("corpus.yaml", text))
        if not (folder / "glossary.yaml").exists():
            texts.insert(0, ("glossary.yaml", EMPTY_GLOSSARY))
    if problems:
        raise CorpusError(problems)
    return ImportPlan(
        imported=imported,
        entries=tuple(planned),
        announced_by_corpus=imported.announced if corpus is None else corpus.announced_entries,
        entries_after=len(held) + len(written),
        files=tuple(texts),
    )


def apply_plan(plan: ImportPlan, folder: Path) -> None:
    """Write the new files of a plan into a corpus folder; when one cannot be written, none stays.

    Raises:
        CorpusError: A file has appeared since the plan was made; nothing is written.
    """
    paths = [folder / name for name, _text in plan.files]
    appeared = [path for path in paths if path.exists()]
    if appeared:
        message = "the file has appeared meanwhile: import again"
        raise CorpusError([Problem(str(path), 0, message) for path in appeared])
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    try:
        for path, (_name, text) in zip(paths, plan.files, strict=True):
            write_atomically(path, text)
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _place(
    imported: ImportedPage, held: Sequence[Entry]
) -> Iterator[tuple[ImportedEntry, str, Entry | None]]:
    """Yield each item with its id and the entry that the corpus holds in its place."""
    by_id = {entry.id: entry for entry in held}
    by_question = {wording_key(entry.question): entry for entry in held}
    by_answer = {fold_space(entry.answer): entry for entry in reversed(held)}
    answers = {fold_space(item.answer) for item in imported.entries if item.question is None}
    # Entries that the page holds at some other place were not edited but moved.
    moved = {entry.id for answer, entry in by_answer.items() if answer in answers}
    taken = {*by_id, *(item.id for item in imported.entries if item.id is not None)}
    free = _free_ids(imported, taken)
    for position, item in enumerate(imported.entries, start=1):
        old: Entry | None
        if item.id is not None:
            old = by_id.get(item.id)
        elif item.question is not None:
            old = by_question.get(wording_key(item.question))
        else:
            here = f"{imported.prefix}{position:02d}"
            old = by_answer.get(fold_space(item.answer))
            if old is None and here not in moved:
                yield item, here, by_id.get(here)
                continue
        yield item, old.id if old else item.id or next(free), old


def _free_ids(imported: ImportedPage, taken: set[str]) -> Iterator[str]:
    # Above the highest, never in a gap: a retired id may still stand in recorded feedback.
    numbers = [int(entry_id[1:]) for entry_id in taken if entry_id[0] == imported.prefix]
    # The places on a page are ids of their own.
    places = sum(1 for item in imported.entries if item.question is None)
    number = max([*numbers, places])
    while True:
        number += 1
        yield f"{imported.prefix}{number:02d}"


def _to_entry(item: ImportedEntry, entry_id: str, themes: Sequence[Theme]) -> Entry:
    ids = {fold(theme.label): theme.id for theme in themes}
    ids |= {fold(theme.id): theme.id for theme in themes}
    return Entry(
        id=entry_id,
        question=provisional_question(entry_id) if item.question is None else item.question,
        answer=item.answer,
        variants=item.variants,
        theme=ids.get(fold(item.theme), item.theme),
        provenance=item.provenance,
        updated_on=item.updated_on,
        review_by=item.review_by,
    )


def _is_same(item: ImportedEntry, new: Entry, old: Entry) -> bool:
    if item.question is None:
        return fold_space(item.answer) == fold_space(old.answer)
    ours, theirs = facts(old), facts(new)
    return all(ours[name] == theirs[name] for name in item.given - {"id"})


def _collisions(
    written: Sequence[PlannedEntry], held: Sequence[Entry], source: str
) -> Iterator[Problem]:
    wordings = {key: entry.id for entry in held for key in entry.keys}
    for plan in written:
        if not re.fullmatch(ENTRY_ID, plan.entry.id):
            yield Problem(source, plan.line, f"{plan.entry.id} is no id: write ids into the file")
        for wording in plan.entry.wordings:
            if wording_key(wording) in wordings:
                message = f"{wording!r} already stands in entry {wordings[wording_key(wording)]}"
                yield Problem(source, plan.line, message)
