"""Read a corpus folder, check everything, and report all problems at once with file and line.

A corpus is ``corpus.yaml`` (its identity and themes), ``glossary.yaml`` (acronyms), one Markdown
file with YAML front matter for each entry under ``entries/`` and, if one likes,
``out-of-scope.yaml`` (subjects that no entry answers), ``labelled.jsonl`` (questions of which
somebody said what answers them) and ``sources.yaml`` (what cited pages said when they were
fetched).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeAlias

from faqbot.corpus.entry import (
    Corpus,
    CorpusHead,
    Entry,
    GlossaryTerm,
    LabelledQuestion,
    OutOfScopeSubject,
    Source,
    still_labelled,
)
from faqbot.corpus.rules import (
    ENTRY_ID,
    THEME_ID,
    RecordT,
    answer_defects,
    check_fields,
    conflicts,
    suggest,
)
from faqbot.corpus.text import wording_key
from faqbot.corpus.yaml_text import NotMapping, Place, YamlMapping, load_mapping, nested_lines
from faqbot.errors import CorpusError, Problem, counted

LABELLED_FILE: Final = "labelled.jsonl"
SOURCES_FILE: Final = "sources.yaml"
_FILES = ("corpus.yaml", "glossary.yaml", "out-of-scope.yaml", LABELLED_FILE, SOURCES_FILE)
_LIKE_ENTRY = re.compile(rf"({ENTRY_ID}-[^/]*|entries/[^/]+)\.(md|markdown)", re.IGNORECASE)
_LIKE_OTHER = re.compile(r"[^/]+\.(ya?ml|jsonl)", re.IGNORECASE)
Fingerprint: TypeAlias = frozenset[tuple[str, int, int, int]]
"""Name, size in bytes, time of change in nanoseconds and inode of each file."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a corpus; what is wrong with it joins the problems of the others."""

    folder: Path
    name: str
    """Path relative to the folder."""
    problems: list[Problem]

    @property
    def path(self) -> Path:
        return self.folder / self.name

    def add(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.name, line, message))

    def read(self) -> str | None:
        try:
            if self.path.exists() and not self.path.is_file():
                self.add(0, "is no file")  # a pipe would be read for ever
                return None
            # Some editors start a file with a byte order mark; it is no part of the text.
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.add(0, "the file is missing")
            return None
        except (OSError, UnicodeDecodeError) as error:
            self.add(0, f"cannot be read as UTF-8 text: {error}")
            return None
        marked = conflicts(text)
        for line, message in marked:
            self.add(line, message)
        return None if marked else text

    def load(self, text: str | None, *, first_line: int = 1) -> YamlMapping | None:
        """Load the keys and values of a text that starts on a line of this file."""
        try:
            return None if text is None else load_mapping(text, first_line=first_line)
        except NotMapping as error:
            self.add(error.line + first_line, str(error))
            return None

    def validate(
        self,
        record: type[RecordT],
        values: Mapping[str, Any],
        lines: Mapping[Place, int],
        **known: str,
    ) -> RecordT | None:
        """Make a record of values; what stands elsewhere, and not among them, is known."""
        for name in known.keys() & values.keys():
            self.add(lines[(name,)], f"unknown key {name!r}: it does not stand here")
        made, defects = check_fields(record, {**values, **known})
        for place, message in defects:
            line = next(
                (lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines),
                min(lines.values(), default=1),
            )
            self.add(line, message)
        return made

    def add_repeated(self, line: int, wording: str, wordings: dict[str, str]) -> None:
        """Report a wording that stands in one of the places already; note its own otherwise."""
        key = wording_key(wording)
        if key in wordings:
            self.add(line, f"{wording!r} already stands in {wordings[key]}")
        wordings.setdefault(key, f"{self.name.rpartition('/')[2]}, line {line}")


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry that was read, with the lines of its keys, before the corpus-wide checks."""

    file: _File
    entry: Entry
    lines: Mapping[Place, int]

    def add(self, key: str, message: str) -> None:
        self.file.add(self.lines[(key,)], message)


def corpus_files(folder: Path) -> tuple[Path, ...]:
    """Find the files of a corpus folder, by their names alone."""
    return (*folder.glob("[!.]*.yaml"), *folder.glob("[!.]*.jsonl"), *entry_files(folder))


def fingerprint(folder: Path) -> Fingerprint:
    """Describe the files of a corpus folder, cheaply and unread, so that any change shows.

    A folder or a file that is missing, or goes while it is looked at, is no error.
    """
    return frozenset(found for path in corpus_files(folder) for found in _state(path))


def _state(path: Path) -> Iterator[tuple[str, int, int, int]]:
    with suppress(OSError):
        state = path.stat()
        yield path.name, state.st_size, state.st_mtime_ns, state.st_ino


def entry_files(folder: Path, entry_id: str | None = None) -> Iterator[Path]:
    """Find the files of a corpus folder's entries, or that of one of them."""
    # Without hidden ones: editors keep locks and copies beside what is being edited.
    return (folder / "entries").glob(f"{entry_id}-*.md" if entry_id else "[!.]*.md")


def read_corpus(folder: Path, *, check_count: bool = True) -> Corpus:
    """Read and validate a whole corpus.

    Args:
        check_count: Whether another number of entries than the announced one is a problem;
            not so while a corpus is being filled.

    Raises:
        CorpusError: Anything is wrong; the error lists every problem with file and line.
    """
    problems: list[Problem] = []
    head_file = _File(folder, "corpus.yaml", problems)
    data = head_file.load(head_file.read())
    head = None
    if data is not None:
        head = head_file.validate(CorpusHead, data.values, data.lines)
    terms = _read_records(_File(folder, "glossary.yaml", problems), GlossaryTerm, "acronym")
    glossary = tuple(term for term, _ in terms)
    names = sorted(f"entries/{path.name}" for path in entry_files(folder))
    read = (_read_entry(_File(folder, name, problems)) for name in names)
    drafts = [draft for draft in read if draft is not None]
    wordings = _check_duplicates(drafts)
    subjects = _read_out_of_scope(_File(folder, "out-of-scope.yaml", problems), wordings)
    out_of_scope = tuple(subjects)
    known = {draft.entry.id for draft in drafts}
    labelled = _read_labelled(_File(folder, LABELLED_FILE, problems), known)
    pages = _read_records(_File(folder, SOURCES_FILE, problems), Source, "url", optional=True)
    sources = tuple(source for source, _ in pages)
    if data and head:
        _check_themes(drafts, head, head_file, data.lines)
        announced = head.announced_entries
        if check_count and announced is not None and len(names) != announced:
            message = (
                f"announces {counted(announced, 'entry')}, but entries/ holds {len(names)}: "
                "add or remove entries, or correct announced_entries"
            )
            head_file.add(data.lines[("announced_entries",)], message)
    if problems or head is None:
        raise CorpusError(problems)
    order = {theme.id: rank for rank, theme in enumerate(head.themes)}
    entries = (draft.entry for draft in drafts)
    return Corpus(
        **{field.name: getattr(head, field.name) for field in fields(head)},
        entries=tuple(sorted(entries, key=lambda entry: (order[entry.theme], entry.id))),
        glossary=glossary,
        out_of_scope=out_of_scope,
        labelled=labelled,
        sources=sources,
    )


def folder_warnings(folder: Path, corpus: Corpus) -> list[Problem]:
    """Find what reading a valid folder passes over, and its author may rely on."""
    warnings = []
    if not corpus.entries:
        warnings.append(Problem("entries", 0, "no entry: write <ID>-<slug>.md, or import some"))
    read = {*entry_files(folder), *(folder / name for name in _FILES)}
    found = {*folder.glob("[!.]*"), *folder.glob("entries/[!.]*")} - read
    for path in sorted(found):
        name = path.relative_to(folder).as_posix()
        if _LIKE_ENTRY.fullmatch(name) or (path.parent != folder and path.is_dir()):
            message = "is not read: entries stand in entries/ itself, in files that end in .md"
            warnings.append(Problem(name, 0, message))
        elif _LIKE_OTHER.fullmatch(name):
            warnings.append(Problem(name, 0, f"is not read{suggest(name, _FILES)}"))
    return warnings + _doubtful_labels(folder, corpus)


def _doubtful_labels(folder: Path, corpus: Corpus) -> list[Problem]:
    """Find contradictions, and ids that nothing has: mistyped, or of what was deleted."""
    warnings = []
    seen: dict[str, tuple[int, Set[str]]] = {}
    unknown: dict[str, list[int]] = {}
    for line, question in _labels(_File(folder, LABELLED_FILE, [])):
        entries = {*question.entries}
        first, former = seen.setdefault(wording_key(question.text), (line, entries))
        if entries != former:
            message = f"{question.text!r} has other entries on line {first}: delete one of the two"
            warnings.append(Problem(LABELLED_FILE, line, message))
        for entry_id in sorted(entries - corpus.answers.keys()):
            unknown.setdefault(entry_id, []).append(line)
    for entry_id, lines in unknown.items():
        times = f", {len(lines)} times" if len(lines) > 1 else ""
        message = f"there is no entry {entry_id!r}{times}: mend the id, unless it was deleted"
        warnings.append(Problem(LABELLED_FILE, lines[0], message))
    return sorted(warnings)


def _read_entry(file: _File) -> _Draft | None:
    text = file.read()
    if text is None:
        return None
    match = re.match(r"---\n(.*?\n)---(?:\n|\Z)", text, flags=re.DOTALL)
    if match is None:
        file.add(1, "no front matter: the file must start with a block between two --- lines")
        return None
    # The front matter starts on line 2 of the file.
    data = file.load(match.group(1), first_line=2)
    if data is None:
        return None
    body = text[match.end() :]
    answer = body.strip()
    entry = file.validate(Entry, data.values, data.lines, answer=answer)
    answer_line = text.count("\n", 0, match.end() + body.find(answer)) + 1
    for line, message in answer_defects(answer):
        file.add(answer_line + line - 1, message)
    if entry is None or not answer:
        return None
    draft = _Draft(file, entry, data.lines)
    if not file.path.name.startswith(f"{entry.id}-"):
        draft.add("id", f"the file of entry {entry.id} must be named {entry.id}-<slug>.md")
    return draft


def _check_duplicates(drafts: Sequence[_Draft]) -> dict[str, str]:
    """Report ids and wordings that stand twice; return the place of each wording by its key."""
    names: dict[str, str] = {}
    wordings: dict[str, str] = {}
    for draft in drafts:
        entry = draft.entry
        if entry.id in names:
            draft.add("id", f"id {entry.id} is already used by {names[entry.id]}")
            continue  # a copy, as it seems: each of its wordings would be one more problem
        names.setdefault(entry.id, draft.file.path.name)
        draft.file.add_repeated(draft.lines[("question",)], entry.question, wordings)
        for position, variant in enumerate(entry.variants):
            draft.file.add_repeated(draft.lines[("variants", position)], variant, wordings)
    return wordings


def _check_themes(
    drafts: Sequence[_Draft], head: CorpusHead, file: _File, lines: Mapping[Place, int]
) -> None:
    known = [theme.id for theme in head.themes]
    for position, theme_id in enumerate(known):
        if theme_id in known[:position]:
            message = f"theme {theme_id!r} stands here already: give this one another id"
            file.add(lines[("themes", position)], message)
    for draft in drafts:
        theme = draft.entry.theme
        if theme not in known:
            draft.add("theme", f"unknown theme {theme!r}{suggest(theme, known)}")


def _read_out_of_scope(file: _File, wordings: dict[str, str]) -> Iterator[OutOfScopeSubject]:
    for subject, lines in _read_records(file, OutOfScopeSubject, "id", optional=True):
        if not re.fullmatch(THEME_ID, subject.id):
            message = f"{subject.id!r}: write the id in lower-case letters, digits and hyphens"
            file.add(lines[("label",)] - 1, message)
        for position, example in enumerate(subject.examples):
            file.add_repeated(lines[("examples", position)], example, wordings)
        yield subject


def _read_labelled(file: _File, known: Set[str]) -> tuple[LabelledQuestion, ...]:
    """Read labelled questions, except those of which all entries are gone."""
    return still_labelled((question for _, question in _labels(file)), known)


def _labels(file: _File) -> Iterator[tuple[int, LabelledQuestion]]:
    """Yield the valid labelled questions with their lines."""
    if not file.path.exists():
        return
    for number, line in enumerate((file.read() or "").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            file.add(number, 'expected a line such as {"text": "…", "entries": ["F12"]}')
        elif question := file.validate(LabelledQuestion, values, {(): number}):
            yield number, question


def _read_records(
    file: _File, record: type[RecordT], name: str, *, optional: bool = False
) -> Iterator[tuple[RecordT, dict[Place, int]]]:
    """Yield the valid records of a file of named records, with the lines of their keys."""
    if optional and not file.path.exists():
        return
    data = file.load(file.read())
    if data is None:
        return
    lines = nested_lines(data.lines)
    for key, values in data.values.items():
        if not isinstance(values, dict):
            keys = " and ".join(it.name for it in fields(record) if it.name != name)
            file.add(data.lines[(key,)], f"{key}: expected the keys {keys}")
        elif made := file.validate(record, values, lines[key], **{name: key}):
            yield made, lines[key]
