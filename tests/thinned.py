"""Our corpus and our evaluation questions with fewer of each: copies that are soon read.

For tests that read them again and again and ask nothing of their size.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Container
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
DATASET = ROOT / "eval" / "datasets" / "edc-psc"
_ITEM = "- "


def thinned_corpus(folder: Path, *, whole: Container[str] = (), wordings: int = 3) -> None:
    """Copy our corpus: every entry and subject with the first of its wordings alone.

    Args:
        folder: Where to; is made.
        whole: Ids of entries that keep all of theirs.
        wordings: How many variants of an entry and examples of a subject stay.
    """
    shutil.copytree(CORPUS, folder)
    for path in chain(folder.glob("entries/*.md"), [folder / "out-of-scope.yaml"]):
        if path.name.partition("-")[0] not in whole:
            path.write_text(_first_items(path.read_text("utf-8"), wordings), "utf-8")
    _keep_every_tenth(folder / "labelled.jsonl")


def thinned_dataset(folder: Path) -> None:
    """Copy every tenth evaluation question of ours, with its judgements."""
    shutil.copytree(DATASET, folder)
    kept = {json.loads(line)["_id"] for line in _keep_every_tenth(folder / "queries.jsonl")}
    for split in (folder / "qrels").iterdir():
        head, *lines = split.read_text(encoding="utf-8").splitlines(keepends=True)
        judged = [line for line in lines if line.partition("\t")[0] in kept]
        split.write_text("".join([head, *judged]), encoding="utf-8")


def _first_items(text: str, most: int) -> str:
    """Keep the first items of every list that YAML holds before an answer."""
    head, fence, answer = text.rpartition("\n---\n")
    if not fence:
        head, answer = text, ""
    kept, items = [], 0
    for line in head.splitlines(keepends=True):
        items = items + 1 if line.lstrip().startswith(_ITEM) else 0
        if items <= most:
            kept.append(line)
    return "".join(kept) + fence + answer


def _keep_every_tenth(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)[::10]
    file.write_text("".join(lines), encoding="utf-8")
    return lines
