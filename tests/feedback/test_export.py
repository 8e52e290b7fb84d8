from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.feedback.export import EXPORT_COLUMNS, Value, write_csv, write_jsonl
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, interaction

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def csv_cells(*values: Value) -> list[str]:
    """Write each value as a row of one column and read the cells back as plain text."""
    file = io.StringIO(newline="")
    written = write_csv(({"value": value} for value in values), file, columns=["value"])
    header, *rows = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert header == ["value"]
    assert written == len(rows)
    return [row[0] if row else "" for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 1 23 45 67 89",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0-1",
        "＝1",
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert csv_cells(text) == [f"'{text}"]


@pytest.mark.parametrize("text", ["date 2", "a=b", "«=»", "1-2", "e-mail : a@b.fr"])
def test_other_text_is_exported_as_it_is(text: str) -> None:
    assert csv_cells(text) == [text]


def test_numbers_and_truth_values_are_left_alone() -> None:
    assert csv_cells(-1, -0.25, 0.1 + 0.2, True, False, None, "x") == [
        "-1",
        "-0.25",
        "0.30000000000000004",
        "true",
        "false",
        "",
        "x",
    ]


@given(texts)
def test_one_apostrophe_removed_gives_any_text_back(text: str) -> None:
    (cell,) = csv_cells(text)
    assert cell.removeprefix("'") == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@given(texts)
def test_a_line_of_json_gives_any_text_back(text: str) -> None:
    file = io.StringIO()
    assert write_jsonl([{"value": text}, {"value": 1}], file) == 2
    first, second, end = file.getvalue().split("\n")
    assert json.loads(first) == {"value": text}
    assert json.loads(second) == {"value": 1}
    assert end == ""


def test_an_empty_export_still_has_its_header() -> None:
    file = io.StringIO(newline="")
    assert write_csv([], file) == 0
    assert file.getvalue() == ",".join(EXPORT_COLUMNS) + "\r\n"


def test_long_texts_are_not_cut(store: FeedbackStore) -> None:
    question, comment = "Pourquoi ? " * 10_000, 'Parce que\nvoilà, « ici » ; "là".\n' * 10_000
    asked = interaction(question=question)
    store.record(asked)
    store.vote(asked.id, "S01", useful=False, reason="other", comment=comment, at=NOON)

    table = io.StringIO(newline="")
    write_csv(store.export_rows(), table)
    csv.field_size_limit(1_000_000)
    (row,) = csv.DictReader(io.StringIO(table.getvalue(), newline=""))
    assert tuple(row) == EXPORT_COLUMNS
    assert (row["question"], row["comment"]) == (question, comment)
    assert (row["useful"], row["reason"], row["rank"]) == ("false", "other", "1")

    lines = io.StringIO()
    write_jsonl(store.export_rows(), lines)
    found = json.loads(lines.getvalue())
    assert tuple(found) == EXPORT_COLUMNS
    assert (found["question"], found["comment"]) == (question, comment)
