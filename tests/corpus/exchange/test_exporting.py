from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.exchange.csv_format import _COLUMNS
from faqbot.corpus.exchange.exporting import export_corpus
from faqbot.corpus.exchange.import_planning import apply_plan, plan_import
from faqbot.corpus.exchange.import_reading import ImportDefaults, read_import
from faqbot.corpus.exchange.raw_entries import ExportFormat
from faqbot.corpus.reading import read_corpus
from tests.corpus.strategies import entry_lists
from tests.samples import SOURCE, corpus, entry

FORMATS: list[ExportFormat] = ["jsonl", "csv", "faqpage"]
every_format = pytest.mark.parametrize("target_format", FORMATS)


def import_into(folder: Path, text: str, target_format: ExportFormat) -> Corpus:
    source = folder.parent / "exported"
    source.write_text(text, encoding="utf-8", newline="")
    page = read_import(source, target_format, ImportDefaults())
    apply_plan(plan_import(page, folder), folder)
    return read_corpus(folder)


@settings(max_examples=50)  # each one writes and reads files
@given(entry_lists(), st.sampled_from(FORMATS))
def test_import_then_export_then_import_is_the_identity(
    written: list[Entry], target_format: ExportFormat
) -> None:
    if target_format == "faqpage":  # a public page has no place for when it is to be read again
        written = [replace(one, review_by=None) for one in written]
    exported = export_corpus(corpus(*written), target_format)
    with tempfile.TemporaryDirectory() as folder:
        first = import_into(Path(folder) / "first", exported, target_format)
        again = export_corpus(first, target_format)
        second = import_into(Path(folder) / "second", again, target_format)
    assert first.by_id == {one.id: one for one in written}
    assert second.entries == first.entries


@every_format
def test_texts_that_look_like_markup_survive(tmp_path: Path, target_format: ExportFormat) -> None:
    one = replace(
        entry(
            "S01", "Que veut dire <b> ?", "Ligne\u2028suite &amp; `<b>`", "&amp; &copy=1", "a </p>"
        ),
        provenance=replace(SOURCE, source_title="&lt;p&gt; <i>"),
    )
    exported = export_corpus(corpus(one), target_format)
    assert import_into(tmp_path / "new", exported, target_format).entries == (one,)


@every_format
def test_a_corpus_is_unchanged_by_its_own_export(
    corpus_folder: Path, target_format: ExportFormat
) -> None:
    exported = export_corpus(read_corpus(corpus_folder), target_format)
    source = corpus_folder.parent / "exported"
    source.write_text(exported, encoding="utf-8")
    page = read_import(source, target_format, ImportDefaults())
    plan = plan_import(page, corpus_folder)
    assert [planned.action for planned in plan.entries] == ["unchanged", "unchanged"]
    assert page.ignored == ()


def test_json_lines_have_the_keys_of_entry_files() -> None:
    text = export_corpus(corpus(entry("S01", "Où ?", "Là.", "où")), "jsonl")
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "id": "S01",
        "question": "Où ?",
        "answer": "Là.",
        "variants": ["où"],
        "theme": "un",
        "provenance": {
            "kind": "reworded",
            "source_title": "FAQ d’essai",
            "source_url": "https://www.example.org/faq",
            "checked_on": "2026-11-23",
        },
        "updated_on": "2026-11-23",
    }


def test_tables_are_harmless_in_a_spreadsheet_and_read_back_as_they_were(tmp_path: Path) -> None:
    one = entry("S01", "=1+1 ?", "- a\n- b", "'+x", "@y")
    exported = export_corpus(corpus(one), "csv")
    assert exported.startswith("\ufeffid,question,")
    (row,) = csv.DictReader(io.StringIO(exported.removeprefix("\ufeff"), newline=""))
    assert (row["question"], row["answer"], row["variants"]) == (
        *("'=1+1 ?", "'- a\n- b", "''+x\n@y"),
    )
    assert row["kind"] == "reworded"
    assert import_into(tmp_path / "new", exported, "csv").entries == (one,)


def test_an_apostrophe_that_no_export_put_on_stays(tmp_path: Path) -> None:
    written = "question;answer\n'tis ?;'n Abend\n"
    (one,) = import_into(tmp_path / "new", written, "csv").entries
    assert (one.question, one.answer) == ("'tis ?", "'n Abend")


def test_a_corpus_without_entries_is_a_table_with_a_header() -> None:
    header = "\ufeffid,question,answer,variants,theme,kind,"
    assert export_corpus(corpus(), "csv").startswith(header)


def faq_data(html: str) -> dict[str, Any]:
    script = BeautifulSoup(html, "html.parser").find("script", type="application/ld+json")
    assert script is not None
    data: dict[str, Any] = json.loads(str(script.string))
    return data


def test_web_pages_carry_a_faq_page_for_search_engines() -> None:
    one = entry("S01", "Où ?", "Là :\n\n- **ici**", "où")
    data = faq_data(export_corpus(corpus(one), "faqpage"))
    assert (data["@context"], data["@type"]) == ("https://schema.org", "FAQPage")
    (item,) = data["mainEntity"]
    assert (item["@type"], item["identifier"], item["name"]) == ("Question", "S01", "Où ?")
    assert item["alternateName"] == ["où"]
    assert item["about"]["name"] == "Un"
    assert item["dateModified"] == "2026-11-23"
    assert item["isBasedOn"]["url"] == "https://www.example.org/faq"
    assert item["acceptedAnswer"]["@type"] == "Answer"
    assert item["acceptedAnswer"]["text"] == (
        "<p>Là :</p>\n<ul>\n<li><strong>ici</strong></li>\n</ul>"
    )


def test_a_source_without_address_is_no_link_in_the_data() -> None:
    bare = replace(entry("S01", "Où ?"), provenance=replace(SOURCE, source_url=""))
    (item,) = faq_data(export_corpus(corpus(bare), "faqpage"))["mainEntity"]
    assert item["isBasedOn"]["name"] == SOURCE.source_title
    assert "url" not in item["isBasedOn"]


def test_no_text_of_an_entry_can_close_the_script() -> None:
    nasty = "</script><script>alert(1)</script><!--"
    html = export_corpus(corpus(entry("S01", nasty, f"`{nasty}`", f"v {nasty}")), "faqpage")
    assert len(re.findall("<script", html)) == len(re.findall("</script", html)) == 1
    assert faq_data(html)["mainEntity"][0]["acceptedAnswer"]["encoding"]["text"] == f"`{nasty}`"


def test_titles_are_escaped_in_web_pages() -> None:
    html = export_corpus(replace(corpus(entry("S01", "Q")), title="A & <b>"), "faqpage")
    assert "<title>A &amp; &lt;b&gt;</title>" in html


def test_labels_of_themes_survive_in_web_pages(tmp_path: Path) -> None:
    html = export_corpus(corpus(entry("S01", "Q"), entry("S02", "R", theme="deux")), "faqpage")
    assert import_into(tmp_path / "new", html, "faqpage").theme_labels == {
        "un": "Un",
        "deux": "Deux",
    }


def test_every_column_of_a_table_is_documented() -> None:
    readme = Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
    section = readme.split("### Another FAQ")[1].split("\n###")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    assert {*_COLUMNS} <= {name for row in rows for name in re.findall(r"`(\w+)`", row)}
