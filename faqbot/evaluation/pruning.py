"""Take an entry that is no more out of a data set, whose judgements would else name nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Container
from dataclasses import replace
from pathlib import Path

from faqbot.errors import CorpusError, Problem
from faqbot.evaluation.dataset import QUERIES, judgements, read_queries
from faqbot.evaluation.json_lines import lines, records, without_halves
from faqbot.evaluation.marks import FILE as MARKS
from faqbot.evaluation.marks import Pair


def pruned(folder: Path, entry_id: str, entry_ids: Container[str]) -> dict[Path, str]:
    """Write a data set's files without an entry.

    A question that nothing else answers stays, as one that the FAQ does not answer.

    Args:
        folder: ``eval/datasets/<name>``.
        entry_ids: All that there are, that one included.

    Returns:
        The new text of each file that names the entry; nothing is written.

    Raises:
        CorpusError: Anything cannot be read; the error lists every problem with file and line.
    """
    problems: list[Problem] = []
    texts: dict[Path, str] = {}
    unanswered: set[str] = set()
    path = folder / QUERIES
    queries = read_queries(path, "unsaid", problems)
    for qrels in sorted((folder / "qrels").glob("*.tsv")):
        rows = list(judgements(qrels, queries, entry_ids, problems))
        named = {number: query for number, query, entry, _ in rows if entry == entry_id}
        others = {query for _, query, entry, grade in rows if entry != entry_id and grade}
        if named:
            unanswered |= {*named.values()} - others
            new = {it: _row(query) if query not in others else "" for it, query in named.items()}
            texts[qrels] = _changed(qrels, new.get)
    marks = folder / MARKS
    if marks.exists():
        pairs = records(marks, Pair, "a labelled pair", problems)
        if gone := {number: "" for number, pair in pairs if pair.entry == entry_id}:
            texts[marks] = _changed(marks, gone.get)
    if problems:
        raise CorpusError([replace(it, file=str(folder / it.file)) for it in problems])
    if unanswered:
        texts[path] = _changed(path, lambda _, line: _unanswerable(line, unanswered))
    return texts


def _changed(path: Path, new: Callable[[int, str], str]) -> str:
    """Put in the place of each line what its number and text give; nothing takes it out."""
    kept = (new(number, line) for number, line in enumerate(lines(path, []), start=1))
    return "".join(f"{line}\n" for line in kept if line)


def _row(query_id: str) -> str:
    """Write that nothing answers a question, whatever characters its id holds."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="").writerow([query_id, "-", 0])
    return text.getvalue()


def _unanswerable(line: str, ids: Container[str]) -> str:
    query = json.loads(without_halves(line)) if line.strip() else None
    if query is None or query["_id"] not in ids:
        return line
    query["metadata"] = query.get("metadata", {}) | {"answerable": False}
    return json.dumps(query, ensure_ascii=False)
