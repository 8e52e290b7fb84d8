"""A data set is read in the same way to be measured with and to take an entry out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faqbot.errors import CorpusError
from faqbot.evaluation.dataset import read_dataset
from faqbot.evaluation.pruning import pruned

ENTRIES = {"S05", "S06"}
HEAD = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    lines = [{"_id": name, "text": "? \ud83d"} for name in ("q1", "q2", "a\tb")]
    text = "\ufeff" + "\n  \n".join(map(json.dumps, lines)) + "\n\n"
    (tmp_path / "queries.jsonl").write_text(text, encoding="utf-8")
    rows = 'q1\t"S05"\t1\nq1\tS06\t0\nq2\tS06\t1\nq2\tS05\t2\n"a\tb"\tS05\t1\n'
    (tmp_path / "qrels" / "dev.tsv").write_text(f"\ufeff{HEAD}{rows}", encoding="utf-8")
    return tmp_path


def test_an_entry_goes_from_whatever_can_be_measured(folder: Path) -> None:
    before = read_dataset(folder, "dev", ENTRIES)
    assert before.qrels == {"q1": {"S05": 1}, "q2": {"S06": 1, "S05": 2}, "a\tb": {"S05": 1}}
    for path, text in pruned(folder, "S05", ENTRIES).items():
        path.write_text(text, encoding="utf-8")
    after = read_dataset(folder, "dev", {"S06"})
    assert after.qrels == {"q1": {}, "q2": {"S06": 1}, "a\tb": {}}
    assert [it.answerable for it in after.queries] == [False, True, False]
    assert pruned(folder, "S05", ENTRIES) == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("queries.jsonl", b'{"_id": "q1", "text": "?"}\n{\n', "queries.jsonl:2: not a query"),
        ("qrels/dev.tsv", f"{HEAD}q1\tS05\t1\nq1\n".encode(), "qrels/dev.tsv:3: expected three"),
        (
            "qrels/dev.tsv",
            f"{HEAD}\u00e9\tS05\t1\n".encode("latin-1"),
            "qrels/dev.tsv: cannot be read",
        ),
        ("highlights.jsonl", b"{}\n", "highlights.jsonl:1: not a labelled pair"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    folder: Path, name: str, content: bytes, message: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        pruned(folder, "S05", ENTRIES)
    assert f"{folder}/{message}" in str(caught.value)
