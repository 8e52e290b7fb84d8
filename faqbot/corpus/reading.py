"""Read a corpus folder, check everything, and report all problems at once with file and line.

A corpus is ``corpus.yaml`` (its identity and themes), ``glossary.yaml`` (acronyms), one Markdown
file with YAML front matter for each entry under ``entries/`` and, if one likes,
``out-of-scope.yaml`` (subjects that no entry answers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from faqbot.corpus.entry import (
    Corpus,
    Entry,
    GlossaryTerm,
    OutOfScopeSubject,
    Provenance,
    Theme,
)
from faqbot.corpus.rules import (
    THEME_ID,
    CorpusFields,
    EntryFields,
    SubjectFields,
    TermFields,
    answer_defects,
    check_fields,
    suggest,
)
from faqbot.corpus.text import wording_key
from faqbot.corpus.yaml_text import NotMapping, Place, YamlMapping, load_mapping, nested_lines
from faqbot.errors import CorpusError, Problem

_ModelT = TypeVar("_ModelT", bound=BaseModel)


class _Collector:
    """Gathers problems, naming files relative to the corpus folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def add(self, path: Path, line: int, message: str) -> None:
        name = path.relative_to(self.folder).as_posix() if path != self.folder else str(path)
        self.problems.append(Problem(name, line, message))


class _Draft:
    """An entry that was read, with the lines of its keys, before the corpus-wide checks."""

    def __init__(self, path: Path, entry: Entry, lines: Mapping[Place, int]) -> None:
        self.path = path
        self.entry = entry
        self.lines = lines


def read_corpus(folder: Path, *, check_count: bool = True) -> Corpus:
    """Read and validate a whole corpus.

    Args:
        folder: The folder that holds ``corpus.yaml``.
        check_count: Whether another number of entries than the announced one is a problem;
            not so while a corpus is being filled.

    Returns:
        The corpus, its entries in theme order, then by id.

    Raises:
        CorpusError: Anything is wrong; the error lists every problem with file and line.
    """
    found = _Collector(folder)
    head = _read_yaml_model(folder / "corpus.yaml", CorpusFields, found)
    glossary = _read_glossary(folder / "glossary.yaml", found)
    paths = sorted((folder / "entries").glob("*.md"))
    drafts = [draft for path in paths if (draft := _read_entry(path, found)) is not None]
    wordings = _check_duplicates(drafts, found)
    out_of_scope = _read_out_of_scope(folder / "out-of-scope.yaml", wordings, found)
    if head is not None:
        _check_themes(drafts, head, found)
        if check_count and len(paths) != head.announced_entries:
            message = (
                f"announces {head.announced_entries} entries, but entries/ holds {len(paths)}: "
                "add or remove entries, or correct announced_entries"
            )
            line = _line_of_key(folder / "corpus.yaml", "announced_entries")
            found.add(folder / "corpus.yaml", line, message)
    if found.problems or head is None:
        raise CorpusError(found.problems)
    order = {theme.id: rank for rank, theme in enumerate(head.themes)}
    entries = (draft.entry for draft in drafts)
    return Corpus(
        **head.model_dump(exclude={"themes"}),
        themes=tuple(Theme(**theme.model_dump()) for theme in head.themes),
        entries=tuple(sorted(entries, key=lambda entry: (order[entry.theme], entry.id))),
        glossary=glossary,
        out_of_scope=out_of_scope,
    )


def read_entry_text(text: str, name: str) -> Entry:
    """Read one entry file's text on its own, without the corpus-wide checks.

    Args:
        text: Front matter and answer.
        name: How to name the file in problems.

    Returns:
        The entry.

    Raises:
        CorpusError: The text is not a valid entry.
    """
    folder = Path("/")
    found = _Collector(folder)
    draft = _parse_entry(folder / name, text, found)
    if draft is None or found.problems:
        raise CorpusError(found.problems)
    return draft.entry


def _read_entry(path: Path, found: _Collector) -> _Draft | None:
    text = _read_text(path, found)
    return None if text is None else _parse_entry(path, text, found)


def _parse_entry(path: Path, text: str, found: _Collector) -> _Draft | None:
    match = re.match(r"---\n(.*?\n)---(?:\n|\Z)", text, flags=re.DOTALL)
    if match is None:
        found.add(
            path, 1, "no front matter: the file must start with a block between two --- lines"
        )
        return None
    # The front matter starts on line 2 of the file.
    data = _parse_yaml(path, match.group(1), found, first_line=2)
    if data is None:
        return None
    lines = data.lines
    fields = _validate(path, data.values, EntryFields, lines, found)
    body = text[match.end() :]
    answer = body.strip()
    answer_line = text.count("\n", 0, match.end() + body.find(answer)) + 1
    for line, message in answer_defects(answer):
        found.add(path, answer_line + line - 1, message)
    if fields is None or not answer:
        return None
    if not path.name.startswith(f"{fields.id}-"):
        message = f"the file of entry {fields.id} must be named {fields.id}-<slug>.md"
        found.add(path, lines.get(("id",), 1), message)
    entry = Entry(
        id=fields.id,
        question=fields.question,
        answer=answer,
        variants=fields.variants,
        theme=fields.theme,
        provenance=Provenance(**fields.provenance.model_dump()),
        updated_on=fields.updated_on,
    )
    return _Draft(path, entry, lines)


def _check_duplicates(drafts: Sequence[_Draft], found: _Collector) -> dict[str, str]:
    """Report ids and wordings that stand twice; return the place of each wording by its key."""
    ids: dict[str, _Draft] = {}
    wordings: dict[str, str] = {}
    for draft in drafts:
        if draft.entry.id in ids:
            first = ids[draft.entry.id].path.name
            message = f"id {draft.entry.id} is already used by {first}"
            found.add(draft.path, draft.lines.get(("id",), 1), message)
        ids.setdefault(draft.entry.id, draft)
        for line, wording in _wordings(draft):
            _check_wording(wording, draft.path, line, wordings, found)
    return wordings


def _check_wording(
    wording: str, path: Path, line: int, wordings: dict[str, str], found: _Collector
) -> None:
    key = wording_key(wording)
    if key in wordings:
        found.add(path, line, f"{wording!r} already stands in {wordings[key]}")
    wordings.setdefault(key, f"{path.name}, line {line}")


def _wordings(draft: _Draft) -> Iterable[tuple[int, str]]:
    yield draft.lines.get(("question",), 1), draft.entry.question
    for position, variant in enumerate(draft.entry.variants):
        yield draft.lines.get(("variants", position), 1), variant


def _check_themes(drafts: Sequence[_Draft], head: CorpusFields, found: _Collector) -> None:
    known = [theme.id for theme in head.themes]
    for draft in drafts:
        if draft.entry.theme not in known:
            message = f"unknown theme {draft.entry.theme!r}{suggest(draft.entry.theme, known)}"
            found.add(draft.path, draft.lines.get(("theme",), 1), message)


def _read_glossary(path: Path, found: _Collector) -> tuple[GlossaryTerm, ...]:
    return tuple(
        GlossaryTerm(acronym=acronym, **fields.model_dump())
        for acronym, fields, _ in _read_records(path, TermFields, found)
    )


def _read_out_of_scope(
    path: Path, wordings: dict[str, str], found: _Collector
) -> tuple[OutOfScopeSubject, ...]:
    if not path.exists():
        return ()
    subjects = []
    for identifier, fields, lines in _read_records(path, SubjectFields, found):
        if not re.fullmatch(THEME_ID, identifier):
            message = f"{identifier!r}: write the id in lower-case letters, digits and hyphens"
            found.add(path, lines[("label",)] - 1, message)
        for position, example in enumerate(fields.examples):
            _check_wording(example, path, lines[("examples", position)], wordings, found)
        subjects.append(OutOfScopeSubject(id=identifier, **fields.model_dump()))
    return tuple(subjects)


def _read_records(
    path: Path, model: type[_ModelT], found: _Collector
) -> Iterator[tuple[str, _ModelT, dict[Place, int]]]:
    """Yield the valid records of a file of named records, with the lines of their keys."""
    text = _read_text(path, found)
    data = None if text is None else _parse_yaml(path, text, found)
    if data is None:
        return
    lines = nested_lines(data.lines)
    for name, value in data.values.items():
        if not isinstance(value, dict):
            keys = " and ".join(model.model_fields)
            found.add(path, data.lines[(name,)], f"{name}: expected the keys {keys}")
            continue
        fields = _validate(path, value, model, lines[name], found)
        if fields is not None:
            yield name, fields, lines[name]


def _read_yaml_model(path: Path, model: type[_ModelT], found: _Collector) -> _ModelT | None:
    text = _read_text(path, found)
    data = None if text is None else _parse_yaml(path, text, found)
    return None if data is None else _validate(path, data.values, model, data.lines, found)


def _read_text(path: Path, found: _Collector) -> str | None:
    try:
        # Some editors start a file with a byte order mark; it is no part of the text.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        found.add(path, 0, "the file is missing")
    except (OSError, UnicodeDecodeError) as error:
        found.add(path, 0, f"cannot be read as UTF-8 text: {error}")
    return None


def _parse_yaml(
    path: Path, text: str, found: _Collector, *, first_line: int = 1
) -> YamlMapping | None:
    try:
        return load_mapping(text, first_line=first_line)
    except NotMapping as error:
        found.add(path, error.line + first_line, str(error))
        return None


def _validate(
    path: Path,
    values: Mapping[str, Any],
    model: type[_ModelT],
    lines: Mapping[Place, int],
    found: _Collector,
) -> _ModelT | None:
    fields, defects = check_fields(model, values)
    for place, message in defects:
        line = next(
            (lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines),
            min(lines.values(), default=1),
        )
        found.add(path, line, message)
    return fields


def _line_of_key(path: Path, key: str) -> int:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(f"{key}:"):
            return number
    return 1
