from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.downloads import MEDIA_TYPES, csv_lines, file_name, guard, jsonl_lines, lines, unguard

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def csv_cells(*values: object) -> list[str]:
    """Write each value as a row of one column and read the cells back as plain text."""
    written = list(csv_lines(({"value": value} for value in values), ["value"]))
    text = "".join(written).removeprefix("\ufeff")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == ["value"]
    assert len(written) - 1 == len(rows) == len(values)
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


def test_times_ids_and_details_have_one_form_in_both_formats() -> None:
    values = {
        "time": datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
        "day": date(2026, 7, 1),
        "id": UUID(int=1),
        "details": {"n": 1, "é": ["=1"]},
    }
    texts = ["2026-07-01T22:30:00+00:00", "2026-07-01", str(UUID(int=1)), '{"n": 1, "é": ["=1"]}']
    assert csv_cells(*values.values()) == texts
    (line,) = jsonl_lines([values])
    assert json.loads(line) == dict(zip(values, [*texts[:3], values["details"]], strict=True))


@given(texts)
def test_one_apostrophe_removed_gives_any_text_back(text: str) -> None:
    (cell,) = csv_cells(text)
    assert cell.removeprefix("'") == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@given(texts)
def test_the_guard_is_taken_off_where_it_was_put_on(text: str) -> None:
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["'tis", "'", "a '=1", "=1"])
def test_an_apostrophe_that_is_no_guard_stays(text: str) -> None:
    assert unguard(text) == text


@given(texts)
def test_a_line_of_json_gives_any_text_back(text: str) -> None:
    first, second = jsonl_lines([{"value": text}, {"value": 1}])
    assert (first[-1], second) == ("\n", '{"value": 1}\n')
    assert "\n" not in first[:-1]
    assert json.loads(first) == {"value": text}


def test_a_table_without_rows_still_has_its_header() -> None:
    assert list(lines([], ["a", "b"], "csv")) == ["\ufeffa,b\r\n"]
    assert list(lines([], ["a", "b"], "jsonl")) == []


def test_files_say_what_they_are() -> None:
    assert file_name("csv", "entries", "2026-11-01") == "faqbot-entries-2026-11-01.csv"
    assert MEDIA_TYPES["jsonl"] == "application/x-ndjson; charset=utf-8"
