from __future__ import annotations

import csv
import io
import json

from faqbot.downloads import lines
from faqbot.feedback.export import EXPORT_COLUMNS
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, interaction


def test_long_texts_are_not_cut(store: FeedbackStore) -> None:
    question, comment = "Pourquoi ? " * 10_000, 'Parce que\nvoilà, « ici » ; "là".\n' * 10_000
    asked = interaction(question=question)
    store.record(asked)
    store.vote(asked.id, "S01", useful=False, reason="other", comment=comment, at=NOON)

    table = "".join(lines(store.export_rows(), EXPORT_COLUMNS, "csv")).removeprefix("\ufeff")
    csv.field_size_limit(1_000_000)
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert tuple(row) == EXPORT_COLUMNS
    assert (row["question"], row["comment"]) == (question, comment)
    assert (row["useful"], row["reason"], row["rank"]) == ("false", "other", "1")

    (line,) = lines(store.export_rows(), EXPORT_COLUMNS, "jsonl")
    found = json.loads(line)
    assert tuple(found) == EXPORT_COLUMNS
    assert (found["question"], found["comment"]) == (question, comment)


def test_a_verdict_on_a_likely_answer_says_so(store: FeedbackStore) -> None:
    for tentative in (True, False):
        asked = interaction(status="clarify", tentative=tentative)
        store.record(asked)
        store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)
        store.choose(asked.id, "S02", at=NOON)
    rows = list(store.export_rows())
    assert sorted((row["entry_id"], row["tentative"]) for row in rows) == [
        *(("S01", False), ("S01", True), ("S02", False), ("S02", True)),
    ]
