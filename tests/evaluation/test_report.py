from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from faqbot.errors import EvaluationError
from faqbot.evaluation import rendering
from faqbot.evaluation.dataset import Kind
from faqbot.evaluation.published import Figure, read_published
from faqbot.evaluation.rendering import render_html, render_markdown, write_report
from faqbot.evaluation.report import confusions, make_report
from faqbot.evaluation.run_files import write_baseline, write_run
from tests.evaluation.builders import SIX, outcomes, query, response, run

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Checks that elements nest, and gathers ids, addresses and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "href", "xlink:href", "srcset", "action", "data"}:
                self.addresses.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def html() -> str:
    before = outcomes(*((it.query, response("B A C", "clarify", 0.4)) for it in SIX))
    report = make_report(
        [run(SIX, calibration={"target_risk": 0.05, "n": 12}), run(SIX, "bm25")],
        baseline=run(before),
    )
    return render_html(report)


def test_the_page_is_well_formed_and_fetches_nothing(html: str) -> None:
    page = Page(html)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert html.lstrip().startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in html
    assert {"script", "img", "iframe", "object"}.isdisjoint(page.tags)
    assert all(address.startswith(("#", "data:,")) for address in page.addresses)
    assert {address[1:] for address in page.addresses if address[0] == "#"} <= set(page.ids)
    assert re.findall(r"url\((?!#)", html) == []
    assert "@import" not in html
    assert "http" not in html


def test_the_page_shows_every_part(html: str) -> None:
    for heading in ("Summary against the baseline", "Systems side by side", "By slice",
                    "Risk and coverage", "Calibration", "Risk bound", "Queries that changed",
                    "Which entries are taken for which",
                    "Every failure"):  # fmt: skip
        assert heading in html
    assert html.count("as a table") == 2


def test_every_figure_says_what_it_shows_and_follows_the_colours_of_the_page(html: str) -> None:
    figures = re.findall(r"<figure>.*?</figure>", html, re.DOTALL)
    assert len(figures) == 3
    planes = re.findall(r'<svg class="plane"[^>]* aria-label="([^"]*)"', html)
    assert len(planes) == 2
    assert all(says.endswith(", as in the table") for says in planes)
    assert not re.search(r"#[0-9a-f]{6}|rgb|\bnan\b", "".join(figures))
    assert "prefers-color-scheme: dark" in html
    assert "currentColor" in html


def test_figures_show_the_values_of_the_tables(html: str) -> None:
    assert 'title="typo, default: 0.000 [0.000, 0.000], n = 2"' in html
    assert 'title="typo, bm25: 0.000 [0.000, 0.000], n = 2"' in html
    assert "<title>default as served: 50.0 % answered, 66.7 % of those wrong</title>" in html
    assert "<title>0.87 to 0.93: 1 queries, confidence 0.900, right 1.000</title>" in html


def test_figures_may_be_empty() -> None:
    """A split may hold no question that stands on its own, or none that the FAQ answers."""
    later = query("later", history=["qui ?"])
    for asked in (later, query("far", answerable=False, kind="far")):
        judged = outcomes((asked, response("A", "no_answer")))
        assert "Risk and coverage" in render_html(make_report([run(judged)]))


def test_texts_of_users_and_entries_are_escaped(html: str) -> None:
    assert "Question B &lt;b&gt;?&lt;/b&gt;" in html
    assert "<b>" not in html


def test_the_same_runs_make_the_same_page() -> None:
    first, second = (render_html(make_report([run(SIX)])) for _ in range(2))
    assert first == second


def test_every_failure_is_listed_with_what_was_shown() -> None:
    report = make_report([run(SIX)])
    assert [(str(kind), [it.query.id for it in found]) for kind, found in report.failures] == [
        ("answered, though the FAQ does not", ["none"]),
        ("answered, wrong", ["second"]),
        ("declined, though the FAQ answers", ["absent"]),
        ("choice, right one missing", ["fourth"]),
    ]
    markdown = render_markdown(report)
    row = next(line for line in markdown.splitlines() if line.startswith("| question second ?"))
    assert "B Question B \\<b\\>?\\</b\\>; A Question A ? (right); C Question C ?" in row


def test_confusions_are_counted_most_frequent_first() -> None:
    pairs = [(it.right, it.taken, len(it.queries)) for it in confusions(SIX)]
    assert pairs == [("A", "B", 3), (None, "A", 1)]


def test_tables_of_the_markdown_have_as_many_cells_as_headings() -> None:
    text = render_markdown(make_report([run(SIX), run(SIX, "bm25")], baseline=run(SIX)))
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    assert len(tables) >= 9
    for table in tables:
        rows = [re.sub(r"\\\|", "", row).count("|") for row in table.splitlines()]
        assert len(set(rows)) == 1, table


PUBLISHED = [
    Figure(system="Rasa", measure="MCC", value=0.511, source="a | paper"),
    Figure(system="Rasa", measure="Success@1", value=0.7, source="a | paper"),
    Figure(system="BERT", measure="MCC", value=0.553, source="a | paper"),
]


def test_published_figures_stand_beside_ours_at_the_same_measures() -> None:
    found = make_report([run(SIX), run(SIX, "bm25")], published=PUBLISHED).beside
    assert found is not None
    assert found.measures == ("MCC", "Success@1")
    assert [(row.system, {name: round(it.value, 3) for name, it in row.values.items()})
            for row in found.rows] == [
        ("Rasa", {"MCC": 0.511, "Success@1": 0.7}),
        ("BERT", {"MCC": 0.553}),
        ("default", {"MCC": 0.0, "Success@1": 0.25}),
        ("default", {"MCC": 0.354}),
        ("bm25", {"MCC": 0.0, "Success@1": 0.25}),
        ("bm25", {"MCC": 0.354}),
    ]  # fmt: skip


def test_published_figures_have_a_table(tmp_path: Path) -> None:
    """At the best threshold, 0.8, the first two queries are answered with A and B.

    Classes meant A A A A - -, taken A B - - - -: (6·3 - (1·4 + 4·2)) / √((36-18) (36-20)) = 0.354.
    """
    report = make_report([run(SIX)], published=PUBLISHED)
    markdown, html = render_markdown(report), render_html(report)
    assert "| BERT | a \\| paper | 0.553 | – |" in markdown
    assert "| default | this run, at the threshold that suits it best | 0.354 [" in markdown
    assert Page(html).open == []
    assert html.count('id="published"') == 1
    assert "Beside published figures" not in render_html(make_report([run(SIX)]))


@pytest.mark.parametrize("text", ["{", "{}", '[{"system": "x"}]', '[{"x": 1}]'])
def test_what_holds_no_published_figures_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match="holds no published figures"):
        read_published(path)


def test_published_figures_are_of_measures_that_we_have(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    figure = {"system": "x", "measure": "F1", "value": 0.5, "source": "y"}
    path.write_text(json.dumps([figure]), "utf-8")
    with pytest.raises(EvaluationError, match="'F1' is not a measure"):
        read_published(path)


def test_the_figures_that_come_along_can_be_read() -> None:
    for path in (Path(__file__).parents[2] / "eval" / "published").glob("*.json"):
        assert read_published(path)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("invented", "invented questions"),
        ("real", "real users’ questions"),
        ("unsaid", "questions of unknown origin"),
    ],
)
def test_every_table_says_who_asked(kind: Kind, words: str) -> None:
    judged = outcomes(
        *((replace(it.query, kind=kind), it.response) for it in SIX),
    )
    before = outcomes(*((it.query, response("B A C", "clarify", 0.4)) for it in SIX))
    report = make_report([run(judged)], baseline=run(before), published=PUBLISHED)
    captions = re.findall(r"^(.*)\n\n\|", render_markdown(report), flags=re.MULTILINE)
    assert len(captions) >= 12
    for caption in captions:
        assert words in caption.lower()
    for page in re.findall(r"<table>.*?</table>", render_html(report), re.DOTALL):
        assert words in page.split("<thead>")[0].lower()


def test_what_users_asked_stands_apart_in_the_report() -> None:
    real = outcomes((query("u", kind="feedback", asked="real"), response("B", "answered")))
    report = make_report([run([*SIX, *real])])
    assert [(str(kind), len(found)) for kind, found in report.failures][:3] == [
        ("answered, though the FAQ does not", 1),
        ("answered, wrong", 1),
        ("answered, wrong", 1),
    ]
    markdown = render_markdown(report)
    assert "| feedback (real users’ questions) | 1 |" in markdown
    assert "| natural | 2 |" in markdown


def test_without_baseline_and_decisions_their_parts_are_left_out() -> None:
    judged = outcomes((query("q"), response("B A")), (query("$x$ & <y>"), response("A")))
    report = make_report([run(judged, "bm25")])
    html, markdown = render_html(report), render_markdown(report)
    for heading in ("Calibration", "baseline"):
        assert heading not in html
        assert heading not in markdown
    assert "First entry wrong: 1" in html


def test_the_served_point_is_over_all_single_turn_queries() -> None:
    """Three of six were answered, two of them wrongly."""
    served = make_report([run(SIX)]).main.served
    assert served is not None
    assert (served.coverage, served.risk) == (0.5, pytest.approx(2 / 3))


def test_a_report_is_written_beside_the_runs_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(rendering, "BASELINE", tmp_path / "baseline.json")
    write_run(tmp_path, run(SIX))
    written = write_report(tmp_path)
    assert written.html == tmp_path / "reports" / "d-dev.html"
    assert written.markdown.read_text("utf-8").startswith("# How well `default` does on d, dev")
    assert written.note is None

    write_baseline(tmp_path / "baseline.json", run(SIX))
    assert "against the baseline" in write_report(tmp_path).markdown.read_text("utf-8")

    write_baseline(tmp_path / "baseline.json", run(SIX, dataset_digest="f" * 64))
    left_out = write_report(tmp_path)
    assert left_out.note is not None
    assert "of other data" in left_out.note
    assert "against the baseline" not in left_out.markdown.read_text("utf-8")
