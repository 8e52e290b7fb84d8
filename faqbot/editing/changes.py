"""From what was typed to a corpus that holds it: checks, the entry, and a folder to try it in."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from filelock import FileLock

from faqbot.corpus.entry import Corpus, Entry, Provenance
from faqbot.corpus.reading import entry_files, read_corpus
from faqbot.corpus.text import clean_input, fold_space, wording_key
from faqbot.corpus.typography import typographic
from faqbot.corpus.writing import entry_file_name, render_entry
from faqbot.database.interface import Database
from faqbot.editing.drafts import EntryDraft
from faqbot.errors import CorpusError, Problem
from faqbot.files import write_atomically
from faqbot.releases import unpack
from faqbot.review.drafts import LIMITS, Faults, check_draft, day_or_none, wordings_of
from faqbot.review.worktree import announce
from faqbot.settings import Settings


def entry_of(
    typed: Mapping[str, str],
    entry_id: str,
    corpus: Corpus,
    today: date,
    drafts: Iterable[EntryDraft] = (),
) -> tuple[Entry | None, Faults]:
    """Make the entry that was typed, and say what is wrong with it.

    Args:
        typed: The fields of `check_draft`, ``variants``, one a line, and ``review_by``.
        entry_id: Its id; the corpus may hold an entry of that name, which this one is to replace.
        drafts: All that are kept: the FAQ could not hold the wordings of two of them.

    Returns:
        The entry, or None and by field a code and what it is about.
    """
    base = corpus.by_id.get(entry_id)
    own = base.keys if base else frozenset()
    others = (it.entry for it in drafts if it.entry and it.entry_id != entry_id)
    drafted = {key: f"brouillon de {it.id}" for it in others for key in it.keys}
    places = drafted | wordings_of(corpus)
    taken = {key: at for key, at in places.items() if key not in own}
    # What was imported without an address can be mended before somebody finds one.
    optional = () if base is None or base.provenance.source_url else ("source_url",)
    draft, faults = check_draft(typed, corpus, taken, today, optional)
    review_by = day_or_none(typed["review_by"])
    if typed["review_by"] and not review_by:
        faults["review_by"] = ("no_date", "")
    variants = [text for line in typed["variants"].splitlines() if (text := clean_input(line))]
    faults |= _faults_of(variants, taken | {wording_key(typed["question"]): "la question affichée"})
    if draft is None:
        return None, faults
    answer, language = draft.answer.strip(), corpus.language
    same = base is not None and fold_space(answer) == fold_space(base.answer)
    if base and not same and base.provenance.checked_on == draft.checked_on != today:
        faults["checked_on"] = ("source_not_read", "")
    if faults:
        return None, faults
    former = (*base.wordings, base.provenance.source_title) if base else ()
    spaces = {fold_space(text): text for text in former}

    def as_before(text: str, otherwise: str) -> str:
        # A line of a form loses no-break spaces: what differs in nothing else is no change.
        return spaces.get(fold_space(text), otherwise)

    verbatim = base is not None and same and base.provenance.kind == "verbatim"
    entry = Entry(
        id=entry_id,
        question=as_before(draft.question, typographic(fold_space(draft.question), language)),
        answer=answer if same else typographic(answer, language),
        variants=tuple(as_before(text, text) for text in variants),
        theme=draft.theme,
        provenance=Provenance(
            kind="verbatim" if verbatim else "reworded",
            source_title=as_before(draft.source_title, fold_space(draft.source_title)),
            source_url=draft.source_url,
            checked_on=draft.checked_on,
        ),
        updated_on=today,
        review_by=review_by,
    )
    read_alike = base is not None and base.text_digest == entry.text_digest
    return (replace(entry, updated_on=base.updated_on) if base and read_alike else entry), {}


def _faults_of(variants: Iterable[str], taken: dict[str, str]) -> Faults:
    """Say what is wrong with the first wording that something is wrong with.

    Args:
        variants: The wordings.
        taken: Where others stand, by their keys.
    """
    for text in variants:
        if len(text) > LIMITS["question"]:
            return {"variants": ("variant_too_long", text[:60])}
        if place := taken.get(wording_key(text)):
            return {"variants": ("variant_taken", f"«\u00a0{text}\u00a0» ({place})")}
        taken[wording_key(text)] = "plus haut"
    return {}


def drafted_folder(
    database: Database, settings: Settings, release: str, draft: EntryDraft
) -> Settings:
    """Make a folder with the corpus and the indexes of a release, and a draft put into it.

    Processes that ask for the same one share it.

    Returns:
        The settings of an assistant that serves it.

    Raises:
        CorpusError: The corpus would not be valid; no folder is left.
        ReleaseError: The release is damaged.
    """
    root = settings.index_dir / "drafts"
    root.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{release} {draft.digest}".encode()).hexdigest()[:12]
    folder = root / f"{draft.entry_id}-{name}"
    with FileLock(root / ".lock"):
        if not folder.exists():
            forget_folders(settings, draft.entry_id)
            unpack(database, release, folder)
        corpus = folder / "corpus"
        try:
            _put(corpus, draft)
            if not read_corpus(corpus).entries:
                raise CorpusError([Problem("entries", 0, "an FAQ keeps at least one entry")])
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return settings.model_copy(update={"corpus_dir": corpus, "index_dir": folder / "indexes"})


def forget_folders(settings: Settings, entry_id: str) -> None:
    """Remove what was made to try drafts of an entry."""
    for folder in (settings.index_dir / "drafts").glob(f"{entry_id}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _put(corpus: Path, draft: EntryDraft) -> None:
    found = next(entry_files(corpus, draft.entry_id), None)
    if draft.entry:
        path = found or corpus / "entries" / entry_file_name(draft.entry)
        write_atomically(path, render_entry(draft.entry))
    elif found:
        found.unlink()
    head = corpus / "corpus.yaml"
    count = sum(1 for _ in entry_files(corpus))
    write_atomically(head, announce(head.read_text(encoding="utf-8"), count))
