"""The first step of an import: read a source and check every entry, touching nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import StringConstraints

from faqbot.corpus.entry import Provenance
from faqbot.corpus.exchange.csv_format import read_csv
from faqbot.corpus.exchange.faqpage_format import read_faqpage
from faqbot.corpus.exchange.jsonl_format import read_jsonl
from faqbot.corpus.exchange.page_text_format import read_page_text
from faqbot.corpus.exchange.raw_entries import ImportFormat, RawEntry, RawPage, Report
from faqbot.corpus.rules import STRICT, Address, Day, EntryId, Line, answer_defects, check_fields
from faqbot.corpus.text import wording_key
from faqbot.errors import CorpusError, Problem

UNSORTED_THEME = "a-classer"
"""The theme of entries that come without one."""

_READERS: dict[ImportFormat, Callable[[str, Report], RawPage]] = {
    "page-text": read_page_text,
    "csv": read_csv,
    "jsonl": read_jsonl,
    "faqpage": read_faqpage,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDefaults:
    """What to write where the source is silent. A value of the source always comes first."""

    __pydantic_config__ = STRICT
    source_title: Line | None = None
    """``None``: the name of the imported file."""
    source_url: Address | None = None
    """``None``: left empty; `faqbot corpus check` asks for it."""
    theme: Line | None = None
    """``None``: `UNSORTED_THEME`."""
    prefix: Annotated[str, StringConstraints(pattern="^[A-Z]$")] | None = None
    """The capital letter of new ids. ``None``: ``S`` for ``page-text``, else ``I``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedEntry:
    """One valid question / réponse of a source, before it has a place in the corpus."""

    __pydantic_config__ = STRICT
    line: int
    """Where it starts in the source, 1-based."""
    given: frozenset[str]
    """The facts that the source states itself; the others come from the defaults."""
    id: EntryId | None = None
    """``None``: the plan chooses a free one."""
    question: Line | None
    """``None``: lost, as on the text of a page."""
    answer: str
    variants: tuple[Line, ...]
    theme: Line
    """Id or label of a theme, as the source gives it."""
    provenance: Provenance
    updated_on: Day
    review_by: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPage:
    """All entries of a source, in its order, each of them valid."""

    source: str
    """The name of the file."""
    entries: tuple[ImportedEntry, ...]
    announced: int | None
    """How many entries the source says it has; ``None`` when it does not say."""
    ignored: tuple[str, ...]
    """Names of columns or keys that nobody reads."""
    theme_labels: Mapping[str, str]
    """Labels by theme id, where the source gives them."""
    prefix: str
    """The capital letter of new ids."""


def read_import(path: Path, source_format: ImportFormat, defaults: ImportDefaults) -> ImportedPage:
    """Read and check all entries of a file.

    Raises:
        CorpusError: Anything is wrong; the error lists every problem with file and line.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise CorpusError([Problem(path.name, 0, message)]) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "not UTF-8 text: save the file as UTF-8"
        raise CorpusError([Problem(path.name, line, message)]) from None
    return import_text(text, path.name, source_format, defaults)


def import_text(
    text: str, source: str, source_format: ImportFormat, defaults: ImportDefaults
) -> ImportedPage:
    """Check all entries of a text, as `read_import` those of a file, here called the source."""
    problems: list[Problem] = []

    def report(line: int, message: str) -> None:
        problems.append(Problem(source, line, message))

    defects = check_fields(ImportDefaults, asdict(defaults))[1]
    if defects:
        problems.extend(Problem("import options", 0, message) for _place, message in defects)
        # The source is still read, with defaults that are valid, to report its problems too.
        defaults = ImportDefaults()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    page = _READERS[source_format](text, report)
    if not page.entries and not problems:
        report(0, "no entry found: check the format")
    usual = _usual(defaults, source, source_format)
    entries = [entry for raw in page.entries if (entry := _check(raw, usual, report)) is not None]
    _check_duplicates(entries, report)
    if problems:
        raise CorpusError(problems)
    return ImportedPage(
        source=source,
        entries=tuple(entries),
        announced=page.announced,
        ignored=page.ignored,
        theme_labels=page.theme_labels,
        prefix=defaults.prefix or ("S" if source_format == "page-text" else "I"),
    )


def _usual(defaults: ImportDefaults, file_name: str, source_format: ImportFormat) -> dict[str, Any]:
    """Lay out what an entry is of which the source says nothing."""
    today = date.today()
    return {
        "variants": [],
        "theme": defaults.theme or UNSORTED_THEME,
        "updated_on": today,
        "provenance": {
            # The text of a page keeps every character.
            "kind": "verbatim" if source_format == "page-text" else "reworded",
            "source_title": defaults.source_title or file_name,
            "source_url": defaults.source_url or "",
            "checked_on": today,
        },
    }


def _check(raw: RawEntry, usual: Mapping[str, Any], report: Report) -> ImportedEntry | None:
    given = {key: _normal(key, value) for key, value in raw.values.items()}
    source = given.get("provenance", {})
    values = {**usual, "line": raw.line, **given}
    facts = given.keys() - {"provenance"}
    if isinstance(source, Mapping):
        values["provenance"] = usual["provenance"] | dict(source)
        facts |= source.keys()
    entry, defects = check_fields(ImportedEntry, values | {"given": facts})
    for _place, message in defects:
        report(raw.line, message)
    answer = values.get("answer")
    if isinstance(answer, str):
        for line, message in answer_defects(answer):
            place = f" (line {line} of the answer)" if line > 1 else ""
            report(raw.line, f"{message}{place}")
    return entry


def _normal(key: str, value: object) -> object:
    """Bring a value into the form in which entry files hold it."""
    if isinstance(value, list):
        return [_normal(key, item) for item in value]
    if isinstance(value, Mapping):
        return {str(part): _normal(str(part), item) for part, item in value.items()}
    if not isinstance(value, str):
        return value
    if key == "answer":
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    # Only breakable space is folded: no-break spaces belong to French typography.
    return re.sub(r"[ \t\r\n\u2028\u2029]*[\t\r\n\u2028\u2029][ \t\r\n\u2028\u2029]*", " ", value)


def _check_duplicates(entries: list[ImportedEntry], report: Report) -> None:
    ids: dict[str, int] = {}
    wordings: dict[str, int] = {}
    for entry in entries:
        if entry.id is not None and entry.id in ids:
            report(entry.line, f"id {entry.id} is already used on line {ids[entry.id]}")
        ids.setdefault(entry.id or "", entry.line)
        for wording in filter(None, (entry.question, *entry.variants)):
            key = wording_key(wording)
            if key in wordings:
                report(entry.line, f"{wording!r} already stands on line {wordings[key]}")
            wordings.setdefault(key, entry.line)
