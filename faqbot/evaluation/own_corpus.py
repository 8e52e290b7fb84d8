"""Another FAQ, brought along by a data set: the ``corpus.jsonl`` of the BEIR layout.

Each line is one entry, ``{"_id", "title", "text", "wordings", "metadata"}``: the title is its
question, the text its answer, the wordings other ways to ask; the metadata is not read. The texts
are plain, not Markdown, so whatever Markdown would act upon is escaped.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus, Entry, Provenance, Theme
from faqbot.corpus.markdown import escaped
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.text import clean_input, fold_space, wording_key
from faqbot.errors import CorpusError, Problem
from faqbot.evaluation.dataset import read_about
from faqbot.evaluation.json_lines import records
from faqbot.files import folder_name
from faqbot.progress import Progress
from faqbot.settings import Settings

FILE = "corpus.jsonl"
_TITLE_LENGTH = 200
"""Characters of the text that stand for a missing title."""
_THEME = Theme(id="all", label="All entries")
_UNDATED = date(1970, 1, 1)
"""The files carry no dates; a fixed one keeps the corpus's digest a matter of content."""


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str = ""
    wordings: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(clean_input(text) for text in (self.title, *self.wordings, self.text)):
            msg = f"{self.id} has neither title nor text"
            raise ValueError(msg)
        return self


def open_assistant(
    dataset: Path, corpus: Path | None, settings: Settings, *, progress: Progress
) -> Assistant:
    """Open an assistant on the corpus that a data set is about.

    Args:
        dataset: Folder of the data set; its own ``corpus.jsonl``, if any, comes before the
            corpus of the settings.
        corpus: A corpus folder or a ``corpus.jsonl``, which comes before both.
        settings: Which model, and where indexes are. Other corpora than that of the settings
            are indexed under ``<index_dir>/eval/<name>``, so that the served index stays.

    Raises:
        CorpusError: The corpus has problems.
        ModelUnavailable: The model cannot be fetched or loaded.
    """
    if corpus is None and (dataset / FILE).is_file():
        corpus = dataset / FILE
    if corpus is None:
        return Assistant.open(settings, progress=progress)
    place = corpus if corpus.is_dir() else corpus.parent
    folder = settings.index_dir / "eval" / folder_name(place.resolve().name)
    content = (
        read_corpus(corpus)
        if corpus.is_dir()
        else read_corpus_file(corpus, read_about(dataset).language)
    )
    apart = settings.model_copy(update={"index_dir": folder})
    return Assistant.for_corpus(content, apart, progress=progress)


def read_corpus_file(path: Path, language: str = "fr") -> Corpus:
    """Read a ``corpus.jsonl``, as a corpus without glossary, in order of ids.

    Raises:
        CorpusError: Anything is wrong; the error lists every problem with its line.
    """
    name = path.resolve().parent.name
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    for number, fields in records(path, _Fields, "an entry", problems):
        if fields.id in entries:
            problems.append(Problem(path.name, number, f"entry id {fields.id} is used twice"))
        entries[fields.id] = _entry(fields, name)
    if not entries and not problems:
        problems.append(Problem(path.name, 0, "holds no entry"))
    if problems:
        raise CorpusError(problems)
    return Corpus(
        title=name,
        language=language,
        publisher=name,
        contact="",
        themes=(_THEME,),
        entries=tuple(entries[key] for key in sorted(entries)),
        glossary=(),
    )


def as_markdown(text: str) -> str:
    """Write plain text as Markdown that renders to the same text, one paragraph a line."""
    lines = (fold_space(line) for line in text.splitlines())
    return "\n\n".join(escaped(line) for line in lines if line)


def _entry(fields: _Fields, source: str) -> Entry:
    wordings: dict[str, str] = {}
    for wording in map(clean_input, (fields.title, *fields.wordings)):
        wordings.setdefault(wording_key(wording), wording)
    wordings.pop("", None)
    question, *variants = wordings.values() or [clean_input(fields.text)[:_TITLE_LENGTH]]
    return Entry(
        id=fields.id,
        question=question,
        answer=as_markdown(fields.text) or as_markdown(question),
        variants=tuple(variants),
        theme=_THEME.id,
        provenance=Provenance(
            kind="reworded", source_title=source, source_url="", checked_on=_UNDATED
        ),
        updated_on=_UNDATED,
    )
