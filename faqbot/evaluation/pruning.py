"""Take an entry that is no more out of a data set, whose judgements would else name nothing."""

from __future__ import annotations

import json
from pathlib import Path

from faqbot.evaluation.dataset import QUERIES
from faqbot.evaluation.marks import FILE as MARKS


def pruned(folder: Path, entry_id: str) -> dict[Path, str]:
    """Write a data set's files without an entry.

    A question that nothing else answers stays, as one that the FAQ does not answer.

    Args:
        folder: ``eval/datasets/<name>``, valid.

    Returns:
        The new text of each file that names the entry; nothing is written.
    """
    texts: dict[Path, str] = {}
    unanswered: set[str] = set()
    for path in sorted((folder / "qrels").glob("*.tsv")):
        head, *rows = _lines(path)
        cells = [row.split("\t") for row in rows]
        others = {cell[0] for cell in cells if cell[1] != entry_id}
        lone = {cell[0] for cell in cells if cell[1] == entry_id} - others
        kept = [
            f"{cell[0]}\t-\t0" if cell[1] == entry_id else "\t".join(cell)
            for cell in cells
            if cell[1] != entry_id or cell[0] in lone
        ]
        if kept != rows:
            texts[path] = "\n".join([head, *kept, ""])
            unanswered |= lone
    queries, marks = folder / QUERIES, folder / MARKS
    if unanswered:
        texts[queries] = "".join(_unanswerable(line, unanswered) for line in _lines(queries))
    if marks.exists():
        lines = _lines(marks)
        left = [line for line in lines if json.loads(line)["entry"] != entry_id]
        if left != lines:
            texts[marks] = "".join(f"{line}\n" for line in left)
    return texts


def _unanswerable(line: str, ids: set[str]) -> str:
    query = json.loads(line)
    if query["_id"] not in ids:
        return f"{line}\n"
    query["metadata"] = query.get("metadata", {}) | {"answerable": False}
    return f"{json.dumps(query, ensure_ascii=False)}\n"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]
