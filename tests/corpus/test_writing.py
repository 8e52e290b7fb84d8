from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from faqbot.corpus.entry import Entry
from faqbot.corpus.writing import entry_file_name, render_entry
from tests.corpus.conftest import read_alone
from tests.corpus.strategies import entries
from tests.samples import entry


def test_an_entry_file_is_front_matter_then_the_answer() -> None:
    assert render_entry(entry("S01", "Comment faire ?", "Ainsi.", "faire", "mode d’emploi")) == (
        "---\n"
        "id: S01\n"
        "question: Comment faire ?\n"
        "variants:\n"
        "  - faire\n"
        "  - mode d’emploi\n"
        "theme: un\n"
        "provenance:\n"
        "  kind: reworded\n"
        "  source_title: FAQ d’essai\n"
        "  source_url: https://www.example.org/faq\n"
        "  checked_on: 2026-11-23\n"
        "updated_on: 2026-11-23\n"
        "---\n"
        "\n"
        "Ainsi.\n"
    )


@given(entries())
def test_what_is_written_reads_back_the_same(written: Entry) -> None:
    assert read_alone(render_entry(written), entry_file_name(written)) == written


def test_one_date_used_twice_is_written_twice() -> None:
    day = date(2026, 11, 23)
    one = entry("S01", "Quoi ?")
    same_day = replace(one, updated_on=day, provenance=replace(one.provenance, checked_on=day))
    assert render_entry(same_day) == render_entry(one)


def test_long_wordings_stay_on_one_line() -> None:
    question = "mot " * 600 + "?"
    assert f"question: {question}\n" in render_entry(entry("S01", question))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (
            "À quoi sert le Proxy e-Santé, et est-il obligatoire ?",
            "S01-quoi-sert-proxy-sante-obligatoire",
        ),
        ("Où ?", "S01-entree"),
        ("Πόλη", "S01-entree"),
        (f"Anti{'constitutionnellement' * 20} vrai ?", "S01-vrai"),
    ],
)
def test_file_names_are_short_and_plain(question: str, name: str) -> None:
    assert entry_file_name(entry("S01", question)) == f"{name}.md"


def test_an_entry_without_variants_has_no_variants_key() -> None:
    assert "variants" not in render_entry(replace(entry("S01", "Quoi ?"), variants=()))
