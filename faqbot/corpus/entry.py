"""What the FAQ holds: entries with their provenance, themes and glossary terms."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, ClassVar
from urllib.parse import urldefrag, urlsplit

from pydantic import Field

from faqbot import wording
from faqbot.corpus.markdown import escaped
from faqbot.corpus.rules import STRICT, Address, Day, Email, EntryId, Language, Line, Shown, ThemeId
from faqbot.corpus.text import wording_key
from faqbot.vocabulary import AnswerKind, ProvenanceKind

GLOSSARY_THEME = "glossary"
"""Stands where the theme of an entry stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an answer comes from."""

    __pydantic_config__ = STRICT
    kind: ProvenanceKind
    source_title: Line
    source_url: Address
    checked_on: Day
    """The day the source was last read."""

    @property
    def page(self) -> str:
        """The address of the source, without fragment."""
        return urldefrag(self.source_url).url


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One question / réponse of the FAQ."""

    __pydantic_config__ = STRICT
    kind: ClassVar[AnswerKind] = "entry"
    id: EntryId
    question: Line
    answer: str
    """Markdown, without HTML."""
    variants: tuple[Line, ...] = ()
    """Other ways to ask the same thing; searched, never shown."""
    theme: Line
    """Id of a `Theme`."""
    provenance: Provenance
    updated_on: Day
    review_by: Day | None = None
    """The day by which somebody is to read it again; None: nobody set one."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """All ways to ask it, the question shown first."""
        return (self.question, *self.variants)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The `wording_key` of each of these: every question is compared with some."""
        return frozenset(map(wording_key, self.wordings))

    @cached_property
    def text_digest(self) -> str:
        """16 hexadecimal digits that change with what a person reads: question and answer."""
        text = f"{self.question}\n{self.answer}"
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a page said when it was fetched."""

    __pydantic_config__ = STRICT
    url: str
    digest: Line
    """Of its text."""
    fetched_on: Day
    changed_on: Day | None = None
    """The day on which it was found to say something else; None: not since that was accepted."""

    def is_newer_than(self, entry: Entry) -> bool:
        """Tell whether it has changed since an entry's author read it."""
        return self.changed_on is not None and entry.provenance.checked_on < self.changed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A heading under which entries are listed."""

    __pydantic_config__ = STRICT
    id: ThemeId
    label: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm:
    """An acronym and what it stands for."""

    __pydantic_config__ = STRICT
    acronym: str
    expansions: Annotated[tuple[Line, ...], Field(min_length=1)]
    source: Line


@dataclass(frozen=True, kw_only=True)
class Definition(Entry):
    """What the glossary says of an acronym, in the form in which answers are shown.

    Its id, ``glossary:EDC-PSC``, is none that an entry may have.
    """

    kind: ClassVar[AnswerKind] = "glossary"
    acronym: str

    @classmethod
    def of(cls, term: GlossaryTerm, checked_on: date) -> Definition:
        """Write out a term.

        Args:
            checked_on: The day the corpus's sources were last read; a term has none of its own.
        """
        url = term.source if term.source.startswith(("https://", "http://")) else ""
        meanings = [escaped(meaning) for meaning in term.expansions]
        only = f" {meanings[0]}" if len(meanings) == 1 else ""
        listed = "" if only else "\n\n" + "\n".join(f"- {meaning}" for meaning in meanings)
        slug = re.sub(r"[^\w-]+", "-", term.acronym)
        return cls(
            id=f"{GLOSSARY_THEME}:{slug}",
            question=wording.DEFINITION_QUESTION.format(acronym=term.acronym),
            answer=f"**{escaped(term.acronym)}**\u00a0:{only}{listed}",
            variants=(),
            theme=GLOSSARY_THEME,
            provenance=Provenance(
                kind="reworded",
                source_title=urlsplit(url).hostname or term.source,
                source_url=url,
                checked_on=checked_on,
            ),
            updated_on=checked_on,
            acronym=term.acronym,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScopeSubject:
    """A subject that is asked about, and that no entry answers."""

    __pydantic_config__ = STRICT
    id: str
    """Slug, never the id of an entry."""
    label: Line
    """What a maintainer calls it."""
    examples: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Ways to ask about it, written by us; compared with a question, never shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuestion:
    """A question of which somebody said what answers it: evidence for calibration, never shown."""

    __pydantic_config__ = STRICT
    text: Line
    entries: tuple[str, ...]
    """Ids of the entries that answer it; empty when the FAQ does not."""


def still_labelled(
    questions: Iterable[LabelledQuestion], known: Container[str]
) -> tuple[LabelledQuestion, ...]:
    """Keep what labels say of the entries that there are.

    Of a question whose entries are all gone nobody has said what answers it now: it is left out.
    """
    kept = ((it, tuple(filter(known.__contains__, it.entries))) for it in questions)
    return tuple(
        dataclasses.replace(it, entries=entries)
        for it, entries in kept
        if entries or not it.entries
    )


@dataclass(frozen=True, kw_only=True)
class CorpusHead:
    """What an FAQ says of itself, in ``corpus.yaml``."""

    __pydantic_config__ = STRICT
    title: Line
    language: Language
    publisher: Line
    contact: Email
    """Address of the support that users are sent to when the FAQ has no answer."""
    notice: Shown | None = None
    """Who speaks, in a sentence or two; without it the publisher is named."""
    verbatim_label: Shown | None = None
    """What a verbatim answer is called, if not in the usual words."""
    announced_entries: Annotated[int, Field(gt=0)] | None = None
    """How many entries the FAQ says it has, if it does; reading refuses another count."""
    themes: Annotated[tuple[Theme, ...], Field(min_length=1)]

    @cached_property
    def theme_labels(self) -> dict[str, str]:
        """Labels of the themes by id, in display order."""
        return {theme.id: theme.label for theme in self.themes}


@dataclass(frozen=True, kw_only=True)
class Corpus(CorpusHead):
    """A whole FAQ. Entries are sorted by theme order, then by id."""

    entries: tuple[Entry, ...]
    glossary: tuple[GlossaryTerm, ...]
    out_of_scope: tuple[OutOfScopeSubject, ...] = ()
    labelled: tuple[LabelledQuestion, ...] = ()
    sources: tuple[Source, ...] = ()
    """What is noted of the pages that entries cite."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the content, independent of file layout and formatting.

        Without `notice`, `verbatim_label` and `Entry.review_by`, which no answer depends on, and
        without the labelled questions and the notes on sources, which are no content.
        """
        content = dataclasses.asdict(self)
        for name in ("notice", "verbatim_label", "labelled", "sources"):
            del content[name]
        for entry in content["entries"]:
            del entry["review_by"]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=date.isoformat)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @cached_property
    def searched_digest(self) -> str:
        """SHA-256 (hexadecimal) of what answering depends on.

        Not of dates, labels or addresses, nor of the order of themes, in which entries stand.
        """
        content = (
            self.language,
            sorted((entry.id, entry.wordings, entry.answer) for entry in self.entries),
            [(term.acronym, term.expansions) for term in self.glossary],
            [(subject.id, subject.examples) for subject in self.out_of_scope],
            [(question.text, question.entries) for question in self.labelled],
        )
        text = json.dumps(content, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """Entries by id."""
        return {entry.id: entry for entry in self.entries}

    def without(self, entry_id: str) -> Corpus:
        """Take one entry out, as if its file were deleted."""
        entries = tuple(it for it in self.entries if it.id != entry_id)
        labelled = still_labelled(self.labelled, {it.id for it in entries})
        return dataclasses.replace(self, entries=entries, labelled=labelled)

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """What the glossary says, by the id that such an answer is recorded with."""
        read = max((entry.provenance.checked_on for entry in self.entries), default=date.min)
        found = (Definition.of(term, read) for term in self.glossary)
        return {definition.id: definition for definition in found}

    @cached_property
    def answers(self) -> dict[str, Entry]:
        """All that can be shown as an answer, by id: entries and definitions."""
        return {**self.definitions, **self.by_id}

    def theme_label(self, entry: Entry) -> str:
        """Name what an answer is listed under."""
        return self.theme_labels.get(entry.theme, wording.GLOSSARY)
