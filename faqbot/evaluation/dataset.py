"""Labelled questions in the BEIR layout, with questions that the FAQ cannot answer made explicit.

Layout: Thakur et al., *BEIR*, arXiv:2104.08663. Unlike BEIR's own loader, a query without a
relevance judgement is not dropped: saying "I do not know" is a skill to be measured. One that the
FAQ answers, but nobody judged, cannot be measured: it is told.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from faqbot.corpus.text import clean_input
from faqbot.downloads import jsonl_lines
from faqbot.errors import CorpusError, Problem
from faqbot.evaluation.json_lines import lines, reason, records

Split: TypeAlias = Literal["dev", "test"]
Kind: TypeAlias = Literal["invented", "real", "unsaid"]
"""Who asked: somebody who wrote questions for the data set, or a user who wanted to know."""
ABOUT = "dataset.json"
QUERIES = "queries.jsonl"


@dataclass(frozen=True, slots=True)
class Query:
    """One evaluation question."""

    id: str
    text: str
    slice: str
    """Kind of question: natural, keyword, typo…"""
    answerable: bool
    history: tuple[str, ...]
    """Earlier questions of the same conversation, oldest first."""
    kind: Kind = "unsaid"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The questions of one split, with the entries that answer them."""

    name: str
    split: Split
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]
    """Query id to entry id to grade, above 0; empty for a query that the FAQ does not answer."""
    unjudged: tuple[str, ...] = ()
    """Ids of queries that the FAQ answers and no qrels file names: they are of no split."""

    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of queries and judgements, independent of the files' layout.

        Without the `Kind`: no answer depends on it.
        """
        content = [
            [{name: value for name, value in asdict(query).items() if name != "kind"}, qrels]
            for query, qrels in ((query, self.qrels[query.id]) for query in self.queries)
        ]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


class About(BaseModel):
    """What a data set says of itself, in ``dataset.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    language: str = Field("fr", pattern=r"^[a-z]{2}$")
    """Of its ``corpus.jsonl``."""
    questions: Kind = "unsaid"
    """Who asked, but for questions whose `origin` says that a user did."""


class _Metadata(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slice: str = "all"
    answerable: bool = True
    history: tuple[str, ...] = ()
    language: str | None = None
    origin: dict[str, str] = {}
    """Where a user's question came from; no part of the question, nor of the data set's digest."""


def _asked(text: str) -> str:
    if not clean_input(text):
        msg = "it is blank"
        raise ValueError(msg)
    return text


class _QueryFields(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(alias="_id", min_length=1)
    text: Annotated[str, AfterValidator(_asked)]
    metadata: _Metadata = _Metadata()


def read_about(folder: Path) -> About:
    """Read what a data set says of itself.

    Returns:
        What stands in ``dataset.json``; where that names no language, the one that all questions
        name, if they do, else French.

    Raises:
        CorpusError: The file has problems.
    """
    problems: list[Problem] = []
    path = folder / ABOUT
    text = "\n".join(lines(path, problems)) if path.is_file() else "{}"
    try:
        about = About.model_validate_json(text)
    except ValidationError as error:
        problems.append(Problem(ABOUT, 0, f"does not describe a data set: {reason(error)}"))
    if problems:
        raise CorpusError(problems)
    if "language" not in about.model_fields_set:
        queries = records(folder / QUERIES, _QueryFields, "a query", [])
        named = {fields.metadata.language for _, fields in queries}
        if len(named) == 1 and (language := named.pop()):
            return about.model_copy(update={"language": language})
    return about


def read_dataset(
    folder: Path, split: Split, entry_ids: Collection[str], questions: Kind | None = None
) -> Dataset:
    """Read one split of a data set.

    A query belongs to the split whose qrels file names it; a query that cannot be answered is
    named there with grade 0, and with entry id ``-`` or that of any entry. Where there is one
    qrels file only, unanswerable queries that it does not name belong to it all the same, as
    BEIR's own files name answerable ones only; with several files they would belong nowhere, so
    that is refused.

    Args:
        entry_ids: The entries of the corpus under evaluation.
        questions: Who asked, for a data set that does not say so itself.

    Raises:
        CorpusError: Anything is wrong; the error lists every problem with file and line.
    """
    problems: list[Problem] = []
    queries = read_queries(folder / QUERIES, questions or read_about(folder).questions, problems)
    qrels = _read_qrels(folder / "qrels" / f"{split}.tsv", queries, entry_ids, problems)
    unjudged = []
    for unnamed in _unnamed(folder, queries, entry_ids, problems):
        if unnamed.answerable:
            unjudged.append(unnamed.id)
        else:
            qrels.setdefault(unnamed.id, {})
    for identifier, grades in qrels.items():
        query = queries.get(identifier)
        if query and query.answerable != bool(grades):
            state = "answerable" if query.answerable else "not answerable"
            message = f"query {identifier} is {state}, but its judgements say otherwise"
            problems.append(Problem(f"qrels/{split}.tsv", 0, message))
    chosen = tuple(query for identifier, query in queries.items() if identifier in qrels)
    problems += _mixed(chosen)
    if problems:
        raise CorpusError(problems)
    return Dataset(folder.resolve().name, split, chosen, qrels, tuple(unjudged))


def labelled_lines(dataset: Dataset) -> str:
    """Write the questions that need no history as the ``labelled.jsonl`` of a corpus.

    As `clean_input` leaves them, which is how they are asked: a corpus takes single lines only.
    """
    alone = (query for query in dataset.queries if not query.history)
    rows = ({"text": clean_input(it.text), "entries": sorted(dataset.qrels[it.id])} for it in alone)
    return "".join(jsonl_lines(rows))


def _mixed(queries: Iterable[Query]) -> Iterator[Problem]:
    """Find slices whose figures would mix what users asked with what was invented."""
    kinds = {(query.slice, query.kind) for query in queries}
    for name, count in Counter(name for name, _ in kinds).items():
        if count > 1:
            message = f"slice {name} mixes users' questions with others: give them another slice"
            yield Problem(QUERIES, 0, message)


def _unnamed(
    folder: Path,
    queries: Mapping[str, Query],
    entry_ids: Collection[str],
    problems: list[Problem],
) -> list[Query]:
    """Return the queries that no qrels file names.

    Unanswerable ones among them belong to the only split; with several that is a problem.
    """
    paths = sorted((folder / "qrels").glob("*.tsv"))
    if not paths:
        return []  # reported as a missing file already
    named = {
        _columns(line, queries, entry_ids)[0]
        for path in paths
        for line in lines(path, problems, f"qrels/{path.name}")
    }
    left = [query for query in queries.values() if query.id not in named]
    if len(paths) > 1:
        problems += [
            Problem(QUERIES, 0, f"no qrels file names {query.id}: add it with entry - grade 0")
            for query in left
            if not query.answerable
        ]
    return left


def read_queries(path: Path, kind: Kind, problems: list[Problem]) -> dict[str, Query]:
    """Read the questions of all splits by id; what is wrong becomes problems."""
    queries: dict[str, Query] = {}
    for number, fields in records(path, _QueryFields, "a query", problems):
        if fields.id in queries:
            problems.append(Problem(path.name, number, f"query id {fields.id} is used twice"))
        meta = fields.metadata
        queries[fields.id] = Query(
            *(fields.id, fields.text, meta.slice, meta.answerable, meta.history),
            kind="real" if meta.origin else kind,
        )
    return queries


def _read_qrels(
    path: Path,
    queries: Mapping[str, Query],
    entry_ids: Collection[str],
    problems: list[Problem],
) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    name = f"{path.parent.name}/{path.name}"
    for number, query_id, entry_id, grade in judgements(path, queries, entry_ids, problems):
        grades = qrels.setdefault(query_id, {})
        if query_id not in queries:
            problems.append(Problem(name, number, f"unknown query {query_id}"))
        if entry_id in entry_ids and grade:
            grades[entry_id] = grade
        elif entry_id != "-" and entry_id not in entry_ids:
            problems.append(Problem(name, number, f"unknown entry {entry_id}"))
    return qrels


def judgements(
    path: Path, queries: Container[str], entry_ids: Container[str], problems: list[Problem]
) -> Iterator[tuple[int, str, str, int]]:
    """Yield line, query, entry and grade of each row of a qrels file; others become problems."""
    name = f"{path.parent.name}/{path.name}"
    read = lines(path, problems, name)
    if not read:
        return  # reported already
    rows = iter(read)
    if next(rows).split() != ["query-id", "corpus-id", "score"]:
        problems.append(Problem(name, 1, "expected the header query-id, corpus-id, score"))
        return
    judged: dict[tuple[str, str], tuple[int, int]] = {}
    for number, line in enumerate(rows, start=2):
        row = _columns(line, queries, entry_ids)
        if len(row) != 3 or not row[2].isdecimal():
            problems.append(Problem(name, number, f"expected three columns, found {row!r}"))
            continue
        query_id, entry_id, grade = row[0], row[1], int(row[2])
        first, former = judged.setdefault((query_id, entry_id), (number, grade))
        if former != grade:
            message = f"{query_id} and {entry_id} have grade {former} on line {first}: keep one"
            problems.append(Problem(name, number, message))
        yield number, query_id, entry_id, grade


def _columns(line: str, queries: Container[str], entry_ids: Container[str]) -> list[str]:
    """Cut a line at its tabs; names that are unknown as they stand may be quoted, as in CSV."""
    row = line.removesuffix("\r").split("\t")
    if len(row) == 3 and row[0] in queries and (row[1] == "-" or row[1] in entry_ids):
        return row
    try:
        return next(csv.reader([line], delimiter="\t")) or row  # an empty line has no columns
    except csv.Error:
        return row
