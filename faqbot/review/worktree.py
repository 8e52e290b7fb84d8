"""The files that decisions change: a corpus and a data set in a working tree."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.errors import CorpusError, Problem
from faqbot.evaluation.dataset import QUERIES, Dataset, Query, Split, read_dataset
from faqbot.files import write_atomically

CORPUS = Path("corpus")
LEDGER = Path("eval/feedback.jsonl")
"""One line for each decision that was applied: who decided what, when, and about which question."""
TO_DO = CORPUS / "TODO.md"
SPLITS: tuple[Split, ...] = ("dev", "test")


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """A valid corpus and data set, with the files' new texts.

    All paths are relative to the root.
    """

    root: Path
    dataset: Path
    corpus: Corpus
    entries: Mapping[str, Path]
    """The file of each entry."""
    queries: tuple[Query, ...]
    """Of both splits."""
    answers: Mapping[str, frozenset[str]]
    """The entries that answer each query."""
    applied: frozenset[str]
    """Ids of the decisions in the ledger."""
    changed: dict[Path, str] = field(default_factory=dict)
    """New texts of files that are to be written."""

    @classmethod
    def read(cls, root: Path, dataset: str) -> WorkingTree:
        """Read a working tree.

        Args:
            root: Holds ``corpus/`` and ``eval/``.
            dataset: The data set's name under ``eval/datasets/``.

        Raises:
            CorpusError: Something is missing or not valid; the error lists every problem.
        """
        place = Path("eval/datasets") / dataset
        needed = {
            CORPUS / "corpus.yaml": "name the project's folder with --into",
            place / QUERIES: "name the project's folder with --into, or its data set with "
            "--dataset; where it has none, begin one with an empty queries.jsonl and, beside it, "
            "qrels/dev.tsv and qrels/test.tsv of a header each (query-id, corpus-id, score)",
        }
        missing = [
            Problem(str(root / path), 0, f"is missing: {remedy}")
            for path, remedy in needed.items()
            if not (root / path).is_file()
        ]
        if missing:
            raise CorpusError(missing)
        corpus, splits = _read(root, place)
        names = {path.name.partition("-")[0]: path for path in (root / CORPUS).glob("entries/*.md")}
        return cls(
            root=root,
            dataset=place,
            corpus=corpus,
            entries={name: path.relative_to(root) for name, path in names.items()},
            queries=tuple(query for split in splits for query in split.queries),
            answers={
                query: frozenset(grades)
                for split in splits
                for query, grades in split.qrels.items()
            },
            applied=frozenset(_ledger(root / LEDGER)),
        )

    def text(self, path: Path) -> str:
        """Give a file's new text, or else the one on disk; empty when there is none."""
        if path in self.changed:
            return self.changed[path]
        whole = self.root / path
        return whole.read_text(encoding="utf-8") if whole.exists() else ""

    def append(self, path: Path, line: str) -> None:
        """Add a line, given without its end, to a file, which may not exist."""
        text = self.text(path)
        self.changed[path] = text + ("" if not text or text.endswith("\n") else "\n") + line + "\n"

    def append_json(self, path: Path, record: Mapping[str, Any]) -> None:
        """Add a record to a file of JSON lines."""
        self.append(path, json.dumps(record, ensure_ascii=False))

    def check(self) -> None:
        """Make sure that the tree will be valid, before any file is touched.

        Raises:
            CorpusError: It would not be.
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            for part in (CORPUS, self.dataset):
                shutil.copytree(self.root / part, copy / part)
            _write(copy, self.changed)
            _read(copy, self.dataset)

    def write(self) -> tuple[Path, ...]:
        """Write the changed files, each atomically, and return them.

        Raises:
            CorpusError: The tree would not be valid, or a file cannot be written; nothing is
                changed.
        """
        if not self.changed:
            return ()
        self.check()
        before = {
            path: (self.root / path).read_bytes() if (self.root / path).exists() else None
            for path in self.changed
        }
        try:
            _write(self.root, self.changed)
        except BaseException as error:
            for path, content in before.items():
                if content is None:
                    (self.root / path).unlink(missing_ok=True)
                else:
                    (self.root / path).write_bytes(content)
            if isinstance(error, OSError):
                message = f"cannot be written ({error}): no file was changed"
                raise CorpusError([Problem(str(self.root), 0, message)]) from error
            raise
        return tuple(self.changed)


def split_of(text: str, history: Sequence[str]) -> Split:
    """Put a question into a split, by the rule of the data set.

    It is ``dev`` when the first byte of the SHA-256 of all lines, the earlier questions first, is
    even, else ``test``.
    """
    digest = hashlib.sha256("\n".join([*history, text]).encode("utf-8")).digest()
    return "test" if digest[0] % 2 else "dev"


def announce(head: str, entries: int) -> str:
    """Change the announced number of entries in the text of ``corpus.yaml``, and nothing else."""
    return re.sub(r"(?m)^(announced_entries:\s*)[0-9]+", rf"\g<1>{entries}", head, count=1)


def _read(root: Path, dataset: Path) -> tuple[Corpus, list[Dataset]]:
    corpus = read_corpus(root / CORPUS)
    return corpus, [read_dataset(root / dataset, it, corpus.answers.keys()) for it in SPLITS]


def _write(root: Path, texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(root / path, text)


def _ledger(path: Path) -> list[str]:
    if not path.exists():
        return []
    found = []
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            found.append(str(json.loads(line)["decision"]))
        except (ValueError, KeyError, TypeError) as error:
            message = "not a line that faqbot feedback apply has written: restore it from git"
            raise CorpusError([Problem(path.name, number, message)]) from error
    return found
