from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.checks import provisional_texts
from faqbot.corpus.exchange import import_reading
from faqbot.corpus.exchange.import_planning import ImportPlan, apply_plan, plan_import
from faqbot.corpus.exchange.import_reading import ImportDefaults, ImportedPage, read_import
from faqbot.corpus.exchange.markdown_conversion import lines_to_markdown
from faqbot.corpus.exchange.raw_entries import ImportFormat
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.text import fold_space
from faqbot.errors import CorpusError, Problem
from tests.corpus.conftest import snapshot

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "corpus" / "source" / "page-faq-edc-psc.txt"
END = "Cette réponse vous a-t-elle été utile ?"
DEFAULTS = ImportDefaults(source_title="Une FAQ", source_url="https://www.example.org/faq")
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True, scope="module")
def _today() -> Iterator[None]:
    with on_day(TODAY):
        yield


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Let imports take place on some day."""

    class Day(date):
        @classmethod
        def today(cls) -> date:
            return day

    with mock.patch.object(import_reading, "date", Day):
        yield


def load(
    folder: Path, text: str, source_format: ImportFormat, defaults: ImportDefaults = DEFAULTS
) -> ImportedPage:
    path = folder / "source"
    path.write_text(text, encoding="utf-8", newline="")
    return read_import(path, source_format, defaults)


def refusals(folder: Path, text: str, source_format: ImportFormat) -> list[tuple[int, str]]:
    with pytest.raises(CorpusError) as caught:
        load(folder, text, source_format)
    assert {problem.file for problem in caught.value.problems} == {"source"}
    return [(problem.line, problem.message) for problem in caught.value.problems]


def bring(page: ImportedPage, folder: Path) -> ImportPlan:
    plan = plan_import(page, folder)
    apply_plan(plan, folder)
    return plan


def actions(plan: ImportPlan) -> list[tuple[str, str]]:
    return [(planned.entry.id, planned.action) for planned in plan.entries]


# The text of a page


def test_the_source_page_announces_58_and_holds_10() -> None:
    page = read_import(PAGE, "page-text", DEFAULTS)
    assert (page.announced, len(page.entries)) == (58, 10)


def test_answers_of_the_source_page_keep_every_character() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("58 questions / réponses\n", "")
    expected = [fold_space(answer) for answer in text.split(END)[:-1]]
    page = read_import(PAGE, "page-text", DEFAULTS)
    assert [fold_space(entry.answer) for entry in page.entries] == expected
    assert len(expected) == 10


def test_importing_the_source_page_reproduces_the_corpus_entries() -> None:
    plan = plan_import(read_import(PAGE, "page-text", DEFAULTS), ROOT / "corpus")
    assert actions(plan) == [(f"S{number:02d}", "unchanged") for number in range(1, 11)]
    assert plan.files == ()


def test_the_source_page_fills_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    plan = bring(read_import(PAGE, "page-text", ImportDefaults()), folder)
    assert (plan.imported.announced, len(plan.entries)) == (58, 10)
    assert (plan.announced_by_corpus, plan.entries_after) == (58, 10)
    corpus = read_corpus(folder, check_count=False)
    assert [entry.id for entry in corpus.entries] == [f"S{number:02d}" for number in range(1, 11)]
    assert {entry.provenance.kind for entry in corpus.entries} == {"verbatim"}
    assert {entry.provenance.source_title for entry in corpus.entries} == {PAGE.name}
    assert corpus.by_id["S03"].question == "Question à rédiger (S03)"
    assert corpus.theme_labels == {"a-classer": "Questions courantes"}
    assert corpus.glossary == ()
    # The contact, ten questions and ten sources remain to be written.
    assert len(provisional_texts(corpus)) == 12
    with pytest.raises(CorpusError, match=r"announces 58 entries, but entries/ holds 10"):
        read_corpus(folder)


def test_lines_become_paragraphs_and_lists_stay_lists() -> None:
    text = (
        "Deux manières :\n- l'une ;\n- l’autre.\nDans les deux cas,\n\n\n1. faire\n2. dire\n- fin"
    )
    assert lines_to_markdown(text) == (
        "Deux manières :\n\n- l'une ;\n- l’autre.\n\nDans les deux cas,\n\n1. faire\n2. dire\n- fin"
    )


@given(st.text())
def test_lines_to_markdown_changes_white_space_only(text: str) -> None:
    assert fold_space(lines_to_markdown(text)) == fold_space(text)


@pytest.mark.parametrize(
    "end",
    [
        "Cette réponse vous a-t-elle été utile\u202f?",
        "Cette réponse vous a\u2011t\u2011elle été utile\u00a0?",
        "CETTE  RÉPONSE vous a-t-elle\nété utile?",
        "Cette re\u0301ponse vous a-t-elle e\u0301te\u0301 utile ?",
    ],
)
def test_the_closing_line_is_recognised_in_every_spelling(tmp_path: Path, end: str) -> None:
    page = load(tmp_path, f"Un.\r\n{end}\r\nDeux. {end}", "page-text")
    assert [entry.answer for entry in page.entries] == ["Un.", "Deux."]
    assert page.announced is None


def test_a_singular_announcement_counts(tmp_path: Path) -> None:
    page = load(tmp_path, f"\n1 Question / Réponse\nOui.\n{END}", "page-text")
    assert (page.announced, len(page.entries)) == (1, 1)


def test_problems_of_a_page_come_together_with_their_lines(tmp_path: Path) -> None:
    text = f"3 questions / réponses\n4 questions / réponses\nA <b>b</b>\n{END}\n\n{END}\nreste\n"
    found = refusals(tmp_path, text, "page-text")
    assert [line for line, _message in found] == [1, 3, 6, 7]
    for (_line, message), part in zip(
        found, ["announces 3 and 4", "HTML", "empty answer", "no « Cette"], strict=True
    ):
        assert part in message


# Tables


def test_a_table_is_read_with_all_its_columns(tmp_path: Path) -> None:
    text = (
        "id,question,réponse,Variantes,thème,provenance,source_title,Source URL,checked_on,"
        "updated_on\n"
        'I07,Quoi ?,"Ceci,\n\n- a\n- b","quoi donc\nc\'est quoi\n",Sécurité,verbatim,Doc,https://d.fr,'
        "2025-01-02,2025-01-03\n"
    )
    page = load(tmp_path, text, "csv")
    (entry,) = page.entries
    assert entry.line == 2
    assert (entry.id, entry.question, entry.answer) == ("I07", "Quoi ?", "Ceci,\n\n- a\n- b")
    assert entry.variants == ("quoi donc", "c'est quoi")
    assert entry.theme == "Sécurité"
    assert dataclasses.astuple(entry.provenance) == (
        *("verbatim", "Doc", "https://d.fr"),
        date(2025, 1, 2),
    )
    assert entry.updated_on == date(2025, 1, 3)
    assert page.ignored == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str, mark: str) -> None:
    row = delimiter.join(['"Q, ou ; ?"', "A"])
    text = f"{mark}{delimiter.join(['Question', 'Answer'])}\r\n{row}\r\n\r\n"
    (entry,) = load(tmp_path, text, "csv").entries
    assert (entry.question, entry.answer) == ("Q, ou ; ?", "A")


def test_what_a_row_leaves_open_comes_from_the_defaults(tmp_path: Path) -> None:
    page = load(tmp_path, "question,answer,theme,note\nQ,A,,x\n", "csv")
    (entry,) = page.entries
    assert entry.provenance.kind == "reworded"
    assert entry.provenance.source_title == "Une FAQ"
    assert entry.theme == "a-classer"
    assert entry.updated_on == entry.provenance.checked_on == TODAY
    assert page.ignored == ("note",)


def test_line_breaks_in_questions_become_spaces_but_no_break_spaces_stay(tmp_path: Path) -> None:
    (entry,) = load(tmp_path, 'question,answer\n"Où \n aller\u202f?",A\n', "csv").entries
    assert entry.question == "Où aller\u202f?"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "a header with the columns question and answer"),
        ("titre,texte\na,b\n", 1, "found 'titre,texte'"),
        ("question,answer,réponse\nQ,A,B\n", 1, "several columns hold the answer"),
        ("question,answer\n", 0, "no entry found"),
        ("question,answer\nQ,A\nQ2\n", 3, "the row has 1 cell, the header 2"),
        ('question,answer\nQ,"A\nB"\nQ2,"C\n', 4, "not valid CSV: unexpected end of data"),
        ('question,answer\nQ,"A"x\n', 2, "not valid CSV"),
        ("question,answer\nQ,\n", 2, "the answer is empty"),
        ("question,answer\n,A\n", 2, "question is empty"),
        ("question,answer,id\nQ,A,7\n", 2, "id is '7', expected one capital letter"),
        ("question,answer,id\nQ,A,I01\nR,A,I01\n", 3, "id I01 is already used on line 2"),
        ("question,answer,variants\nQ,A,\nR,A,q !\n", 3, "'q !' already stands on line 2"),
        ("question,answer,source_url\nQ,A,ici\n", 2, "expected an http(s) address"),
        ("question,answer,updated_on\nQ,A,31/12/2026\n", 2, "updated_on is not a date"),
        ("question,answer,kind\nQ,A,officiel\n", 2, "found 'officiel'"),
        ('question,answer\nQ,"A\n\n<p>b</p>"\n', 2, "HTML in the answer: use Markdown only"),
        ('question,answer\nQ,"A\n<<<<<<< HEAD"\n', 2, "a merge conflict is not resolved"),
        ("question,answer\nQ,A\x00\n", 2, "control character"),
    ],
)
def test_each_defect_of_a_table_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    ((found_line, found),) = refusals(tmp_path, text, "csv")
    assert found_line == line
    assert message in found


# JSON Lines


def test_objects_are_read_with_nested_provenance(tmp_path: Path) -> None:
    record = {
        "id": None,
        "question": "Que ?",
        "reponse": "A\r\nB",
        "variants": ["q", "qu"],
        "provenance": {"kind": "verbatim", "source_title": "Doc"},
        "score": 3,
    }
    page = load(tmp_path, f"\n{json.dumps(record)}\n\n", "jsonl")
    (entry,) = page.entries
    assert (entry.line, entry.id, entry.answer, entry.variants) == (2, None, "A\nB", ("q", "qu"))
    assert (entry.provenance.kind, entry.provenance.source_title) == ("verbatim", "Doc")
    assert entry.provenance.source_url == "https://www.example.org/faq"
    assert page.ignored == ("score",)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ('{"question": "Q"', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('["Q", "A"]', "expected an object"),
        ('{"question": "Q"}', "key 'answer' is missing"),
        ('{"answer": "A", "question": null}', "key 'question' is missing"),
        ('{"question": "Q", "answer": 3}', "answer: Input should be a valid string, found 3"),
        ('{"question": "Q", "answer": "A", "Réponse": "B"}', "several keys hold the answer"),
        ('{"question": "Q", "answer": "A", "variants": "v"}', "variants is 'v', expected a list"),
        ('{"question": "Q", "answer": "A", "provenance": "verbatim"}', "expected keys and"),
        ('{"question": "Q", "answer": "A", "provenance": {"x": 1}}', "unknown key 'provenance.x'"),
        ('{"question": "\\ud800", "answer": "A"}', "question: Input should be a valid string"),
    ],
)
def test_each_defect_of_an_object_is_reported_with_its_line(
    tmp_path: Path, record: str, message: str
) -> None:
    good = '{"question": "Bonne ?", "answer": "Oui."}'
    ((line, found),) = refusals(tmp_path, f"{good}\n\n{record}\n", "jsonl")
    assert line == 3
    assert message in found


# Web pages


def faq_page(*questions: object, page_type: object = "FAQPage") -> str:
    data = {"@context": "https://schema.org", "@type": page_type, "mainEntity": list(questions)}
    return json.dumps(data, ensure_ascii=False)


def question(name: object = "Q ?", text: object = "A.", **more: object) -> dict[str, object]:
    answer = {"@type": "Answer", "text": text}
    return {"@type": "Question", "name": name, "acceptedAnswer": answer} | more


def in_html(*scripts: str) -> str:
    tags = "".join(
        f"<script\n type='application/ld+json' class=x>\n{script}\n</script>\n"
        for script in scripts
    )
    return f"<!doctype html>\n<html><head><title>t</title>\n{tags}</head><body>\n<p>x</body></html>"


@pytest.mark.parametrize(
    "text",
    [
        faq_page(question()),
        in_html(faq_page(question())),
        in_html('{"@type": "Organization"}', f"[{faq_page(question())}]"),
        in_html(f'{{"@graph": [{{"@type": "WebPage"}}, {faq_page(question())}]}}'),
        faq_page(question(), page_type=["WebPage", "https://schema.org/FAQPage"]),
        json.dumps({"@type": "FAQPage", "mainEntity": question()}),
        json.dumps(
            [
                {"@type": "FAQPage", "mainEntity": [{"@id": "#q1"}]},
                {"@id": "#q1", **question(acceptedAnswer={"@id": "#a1"})},
                {"@id": "#a1", "@type": "Answer", "text": "A."},
            ]
        ),
    ],
    ids=["bare", "script", "list", "graph", "types", "single", "references"],
)
def test_a_faq_page_is_found_wherever_it_stands(tmp_path: Path, text: str) -> None:
    (entry,) = load(tmp_path, text, "faqpage").entries
    assert (entry.question, entry.answer, entry.id) == ("Q ?", "A.", None)


def test_what_other_sites_say_of_a_question_is_used_where_it_fits(tmp_path: Path) -> None:
    text = faq_page(
        question(
            "Qu&#8217;est-ce <b>que</b> &amp; ?",
            identifier="faq-1",
            alternateName="C'est quoi",
            about={"@type": "Thing", "name": "Santé"},
            dateModified="2025-02-03T10:00:00+01:00",
            isBasedOn="https://www.example.org/source",
        )
    )
    (entry,) = load(tmp_path, text, "faqpage").entries
    assert entry.id is None
    assert entry.question == "Qu’est-ce que & ?"
    assert entry.variants == ("C'est quoi",)
    assert entry.theme == "a-classer"
    assert entry.updated_on == date(2025, 2, 3)
    assert entry.provenance.source_url == "https://www.example.org/source"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            "<p>Un <b>mot</b>.</p><ul><li>a<ul><li>b</li></ul></li></ul>Fin",
            "Un **mot**.\n\n- a\n  - b\n\nFin",
        ),
        ("a<br>b<br><br/>c", "a  \nb\n\nc"),
        ("snake_case * 2 *", "snake_case * 2 *"),
        ("<i>snake_case</i> 2*3", "*snake_case* 2*3"),
        ('<a href="https://x.fr/a">https://x.fr/a</a>.', "https://x.fr/a."),
        ('<a href="mailto:a@b.fr">a@b.fr</a>', "a@b.fr"),
        ('<a href="https://x.fr/a (b)" title="t">ici</a>', "[ici](https://x.fr/a%20%28b%29)"),
        ('<a href="/ici">là</a> <a href="javascript:x()">x</a>', "là x"),
        ("<h3>Un <strong>titre</strong></h3><p>texte</p>", "**Un titre**\n\ntexte"),
        (
            "<table><tr><th>A</th><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>",
            "- A | 1\n- B | 2",
        ),
        ("<dl><dt>mot</dt><dd>sens</dd></dl>", "**mot**\n\nsens"),
        (
            "<p>x</p><script>alert(1)</script><style>p{}</style><hr><img src=i alt=logo>",
            "x\n\nlogo",
        ),
        ("<p>balise &lt;b&gt; et &amp;nbsp;</p>", "balise \\<b> et \\&nbsp;"),
        ("<pre>a &lt;b&gt;\n c</pre>", "```\na <b>\n c\n```"),
        ("Un &amp; deux\n- a\n- b\nfin &lt;b&gt;", "Un & deux\n\n- a\n- b\n\nfin \\<b>"),
        ("l'eau&nbsp;: «&nbsp;x&nbsp;»", "l'eau\u00a0: «\u00a0x\u00a0»"),
    ],
)
def test_html_answers_become_markdown(tmp_path: Path, html: str, markdown: str) -> None:
    (entry,) = load(tmp_path, faq_page(question(text=html)), "faqpage").entries
    assert entry.answer == markdown


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("<p>rien</p>", 0, "no schema.org FAQPage"),
        (in_html('{"@type": "WebPage"}'), 0, "no schema.org FAQPage"),
        (in_html('{"@type": "WebPage"}', '{\n"a": 1,\n}'), 11, "not valid JSON"),
        ('{"@type": "FAQPage",\n', 2, "not valid JSON"),
        ('{"a": ' * 100_000, 1, "not valid JSON"),
        (in_html(faq_page("texte")), 5, "nothing but Question objects"),
        (in_html("\n" + faq_page({"@type": "Thing", "name": "x"})), 6, "nothing but Question"),
        (
            '{"@type": "FAQPage",\n "mainEntity": [\n' + json.dumps(question(None)) + "]}",
            3,
            "no name",
        ),
        (faq_page(question(acceptedAnswer=None)), 1, "needs one acceptedAnswer"),
        (faq_page(question(text=3)), 1, "needs one acceptedAnswer"),
        (faq_page(question(acceptedAnswer=[{"text": "a"}, {"text": "b"}])), 1, "needs one"),
        (faq_page(question(dateModified="2025")), 1, "updated_on is not a date"),
        (faq_page(question(text="<p> </p>")), 1, "the answer is empty"),
    ],
)
def test_each_defect_of_a_web_page_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    ((found_line, found),) = refusals(tmp_path, text, "faqpage")
    assert found_line == line
    assert message in found


def test_lines_are_right_where_objects_span_lines_and_scripts_repeat(tmp_path: Path) -> None:
    page = json.dumps({"@type": "FAQPage", "mainEntity": [question(""), question("")]}, indent=1)
    lines = in_html(page, page).split("\n")
    opened = [number for number, line in enumerate(lines, start=1) if line == "  {"]
    assert len(opened) == 4
    found = refusals(tmp_path, "\n".join(lines), "faqpage")
    assert [line for line, _message in found] == opened


def test_the_line_of_a_question_is_right_among_braces_in_strings(tmp_path: Path) -> None:
    first = json.dumps(question('Accolades } { \\" ?'))
    text = f'{{"@type": "FAQPage", "mainEntity": [\n{first},\n{json.dumps(question(""))}\n]}}'
    assert refusals(tmp_path, text, "faqpage") == [(3, "the question has no name")]


# All formats


@pytest.mark.parametrize("source_format", ["page-text", "csv", "jsonl", "faqpage"])
def test_a_missing_or_foreign_file_is_refused(tmp_path: Path, source_format: ImportFormat) -> None:
    with pytest.raises(CorpusError, match="absent: cannot be read: No such file"):
        read_import(tmp_path / "absent", source_format, DEFAULTS)
    (tmp_path / "latin").write_bytes("a\nréponse".encode("latin-1"))
    with pytest.raises(CorpusError, match="latin:2: not UTF-8 text"):
        read_import(tmp_path / "latin", source_format, DEFAULTS)


@pytest.mark.parametrize(
    ("source_format", "text"),
    [
        ("page-text", f"1 question / réponse\nA.\n{END}"),
        ("csv", "question,answer\nQ ?,A."),
        ("jsonl", '{"question": "Q ?", "answer": "A."}'),
        ("faqpage", json.dumps({"@type": "FAQPage", "mainEntity": question()})),
    ],
)
def test_a_byte_order_mark_and_windows_line_ends_are_no_content(
    tmp_path: Path, source_format: ImportFormat, text: str
) -> None:
    windows = "\ufeff" + text.replace("\n", "\r\n")
    page = load(tmp_path, windows, source_format)
    assert page.entries == load(tmp_path, text, source_format).entries
    assert [entry.answer for entry in page.entries] == ["A."]


def test_bad_options_are_reported_once_and_with_the_source_s_own_problems(tmp_path: Path) -> None:
    defaults = ImportDefaults(source_url="ici", theme=" ", prefix="ab")
    with pytest.raises(CorpusError) as caught:
        load(tmp_path, "question,answer\nQ,A\nR,\n", "csv", defaults)
    assert [(found.file, found.line) for found in caught.value.problems] == [
        *[("import options", 0)] * 3,
        ("source", 3),
    ]


@given(st.binary(), st.sampled_from(["page-text", "csv", "jsonl", "faqpage"]))
def test_any_file_is_entries_or_a_corpus_error(data: bytes, source_format: ImportFormat) -> None:
    assert_read_or_refused(data, source_format)


@given(
    st.sampled_from(
        [
            ("page-text", f"2 questions / réponses\nUn\n{END}\nDeux\n{END}\n"),
            ("csv", 'id,question,answer,variants\nI01,"Q ?","a\n\n- b","c\nd"\n,R,"e"\n'),
            ("jsonl", '{"question": "Q", "answer": "A", "provenance": {"kind": "verbatim"}}\n'),
            ("faqpage", in_html(faq_page(question(), question("R", "<p>B</p>", identifier="I01")))),
        ]
    ),
    st.integers(0, 400),
    st.integers(0, 20),
    st.text(st.sampled_from('{}[]"<>/,;:\n\\ aA1&é\x00') | st.characters(), max_size=3),
)
def test_any_damage_gives_entries_or_a_corpus_error(
    source: tuple[ImportFormat, str], start: int, length: int, inserted: str
) -> None:
    source_format, text = source
    damaged = text[:start] + inserted + text[start + length :]
    assert_read_or_refused(damaged.encode("utf-8", "surrogatepass"), source_format)


def assert_read_or_refused(data: bytes, source_format: ImportFormat) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        path.write_bytes(data)
        try:
            page = read_import(path, source_format, DEFAULTS)
            bring(page, Path(folder) / "new")
        except CorpusError as error:
            refused = error.problems
            assert all(found.line <= data.count(b"\n") + data.count(b"\r") + 1 for found in refused)
            assert not (Path(folder) / "new").exists()
        else:
            # Whatever is accepted can be read back.
            corpus = read_corpus(Path(folder) / "new", check_count=False)
            assert len(corpus.entries) == len(page.entries) > 0


# Planning and writing


def test_new_entries_are_written_beside_the_others(tmp_path: Path, corpus_folder: Path) -> None:
    before = snapshot(corpus_folder)
    text = "id,question,answer,theme\nF12,Et un ?,Un.,un\n,Et deux ?,Deux.,Deuxième thème\n"
    plan = bring(load(tmp_path, text, "csv"), corpus_folder)
    assert actions(plan) == [("F12", "write"), ("I01", "write")]
    assert (plan.announced_by_corpus, plan.entries_after) == (2, 4)
    after = snapshot(corpus_folder)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"entries/F12-entree.md", "entries/I01-deux.md"}
    corpus = read_corpus(corpus_folder, check_count=False)
    assert corpus.by_id["I01"].theme == "deux"
    assert corpus.by_id["F12"].answer == "Un."


def test_new_ids_stand_above_all_that_were_ever_given(tmp_path: Path, corpus_folder: Path) -> None:
    text = "id,question,answer,theme\nF20,A ?,a,un\n,B ?,b,un\nF98,C ?,c,un\n,D ?,d,un\n"
    defaults = dataclasses.replace(DEFAULTS, prefix="F")
    plan = plan_import(load(tmp_path, text, "csv", defaults), corpus_folder)
    assert [planned.entry.id for planned in plan.entries] == ["F20", "F99", "F98", "F100"]


def test_importing_again_changes_nothing(tmp_path: Path, corpus_folder: Path) -> None:
    text = "id,question,answer,theme\nF12,Et un ?,Un.,un\n,Et deux ?,Deux.,deux\n"
    bring(load(tmp_path, text, "csv"), corpus_folder)
    before = snapshot(corpus_folder)
    # Defaults that the source does not state are no difference.
    with on_day(date(2027, 1, 1)):
        page = load(tmp_path, text, "csv", dataclasses.replace(DEFAULTS, theme="un"))
    plan = bring(page, corpus_folder)
    assert actions(plan) == [("F12", "unchanged"), ("I01", "unchanged")]
    assert snapshot(corpus_folder) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Un.", "Un, relu."),
        ("Et un ?", "Et le premier ?"),
        ("  - premier", "  - autre"),
        ("theme: un", "theme: deux"),
        ("https://d.fr", "https://e.fr"),
    ],
)
def test_an_edited_entry_is_kept(tmp_path: Path, corpus_folder: Path, old: str, new: str) -> None:
    text = (
        "id,question,answer,theme,variants,source_url\n"
        "F12,Et un ?,Un.,un,premier,https://d.fr\nF13,Deux ?,Deux.,un,,\n"
    )
    bring(load(tmp_path, text, "csv"), corpus_folder)
    (path,) = corpus_folder.glob("entries/F12-*.md")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    before = snapshot(corpus_folder)
    plan = bring(load(tmp_path, text, "csv"), corpus_folder)
    assert actions(plan) == [("F12", "kept"), ("F13", "unchanged")]
    assert new.removeprefix("  - ").removeprefix("theme: ") in str(plan.entries[0].entry)
    assert snapshot(corpus_folder) == before


def test_an_entry_without_id_is_recognised_by_its_question(
    tmp_path: Path, corpus_folder: Path
) -> None:
    text = "question,answer\ncomment ouvrir un compte,Autrement.\nFaut-il une carte CPS ?,Non.\n"
    plan = plan_import(load(tmp_path, text, "csv"), corpus_folder)
    assert actions(plan) == [("S01", "kept"), ("F11", "unchanged")]


def test_a_page_whose_entries_were_edited_is_imported_around_them(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    bring(
        load(tmp_path, "".join(f"{n}.\n{END}\n" for n in ("Un", "Deux", "Trois")), "page-text"),
        folder,
    )
    for old, new in (("Question à rédiger (S01)", "Et un ?"), ("Deux.", "Deux, relu.")):
        for path in folder.glob("entries/*.md"):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    before = snapshot(folder)
    # S01 got its question, S02 another answer; a fourth answer now stands before Trois.
    text = "".join(f"{n}.\n{END}\n" for n in ("Un", "Deux", "Quatre", "Trois"))
    plan = bring(load(tmp_path, text, "page-text"), folder)
    assert actions(plan) == [
        *(("S01", "unchanged"), ("S02", "kept")),
        *(("S05", "write"), ("S03", "unchanged")),
    ]
    after = snapshot(folder)
    assert {name: after[name] for name in before} == before
    assert "Quatre." in after["entries/S05-question-rediger.md"]


def test_an_unknown_theme_is_refused_with_the_known_ones(
    tmp_path: Path, corpus_folder: Path
) -> None:
    before = snapshot(corpus_folder)
    text = "question,answer,theme\nA ?,a,autre\nB ?,b,\nC ?,c,un\n"
    choose = (
        "(known: un, deux): choose one of these, by --theme for rows without, or add it to "
        "corpus.yaml"
    )
    with pytest.raises(CorpusError) as caught:
        bring(load(tmp_path, text, "csv"), corpus_folder)
    assert caught.value.problems == (
        Problem("source", 2, f"unknown theme 'autre' {choose}"),
        Problem("source", 3, f"unknown theme 'a-classer' {choose}"),
    )
    assert snapshot(corpus_folder) == before


def test_a_question_that_another_entry_asks_is_refused(tmp_path: Path, corpus_folder: Path) -> None:
    before = snapshot(corpus_folder)
    text = "id,question,answer,theme,variants\nF12,Créer mon compte ?,x,un,\nF13,Z ?,z,un,a ?\n"
    with pytest.raises(CorpusError) as caught:
        bring(load(tmp_path, text, "csv"), corpus_folder)
    assert caught.value.problems == (
        Problem("source", 2, "'Créer mon compte ?' already stands in entry S01"),
    )
    assert snapshot(corpus_folder) == before


def test_a_broken_corpus_is_not_added_to(tmp_path: Path, corpus_folder: Path) -> None:
    (corpus_folder / "corpus.yaml").unlink()
    before = snapshot(corpus_folder)
    with pytest.raises(CorpusError, match=r"corpus\.yaml: the file is missing"):
        bring(load(tmp_path, "question,answer\nA ?,a\n", "csv"), corpus_folder)
    assert snapshot(corpus_folder) == before


def test_a_new_corpus_has_the_themes_that_its_entries_name(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    text = "question,answer,theme\nA ?,a,Sécurité & tests\nB ?,b,\nC ?,c,securite-tests\n"
    bring(load(tmp_path, text, "csv"), folder)
    corpus = read_corpus(folder)
    assert corpus.theme_labels == {
        "securite-tests": "Sécurité & tests",
        "a-classer": "Questions courantes",
    }
    assert [entry.id for entry in corpus.entries] == ["I01", "I03", "I02"]


def test_a_new_corpus_announces_no_number_and_asks_for_its_sources(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    bring(load(tmp_path, "question,answer\nA ?,a\n", "csv", ImportDefaults()), folder)
    corpus = read_corpus(folder)
    assert corpus.announced_entries is None
    assert corpus.by_id["I01"].provenance.source_url == ""
    messages = [warning.message for warning in provisional_texts(corpus)]
    assert any(message.startswith("source_url is empty: write the address") for message in messages)


def test_entities_of_a_table_are_decoded(tmp_path: Path) -> None:
    written = (
        "question,answer,variants,source_url\n"
        "O&ugrave; est l&#39;acc&egrave;s&nbsp;?,Voir &lt;b&gt; &amp; R&amp;D\u202f: a&copy=1,"
        "l&#x27;acc&egrave;s,https://www.example.org/?a=1&copy=2\n"
    )
    (entry,) = load(tmp_path, written, "csv").entries
    assert entry.question == "Où est l'accès\u00a0?"
    assert entry.variants == ("l'accès",)
    assert entry.answer == "Voir \\<b> & R&D\u202f: a&copy=1"
    assert entry.provenance.source_url == "https://www.example.org/?a=1&copy=2"


def test_a_theme_that_can_have_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"themes\.0\.id is ''"):
        bring(load(tmp_path, "question,answer,theme\nA ?,a,???\n", "csv"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_existing_glossary_is_kept_in_a_new_corpus(tmp_path: Path, corpus_folder: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (corpus_folder / "glossary.yaml").rename(folder / "glossary.yaml")
    bring(load(tmp_path, "question,answer\nA ?,a\n", "csv"), folder)
    assert [term.acronym for term in read_corpus(folder).glossary] == ["PSC"]


def test_more_entries_than_ids_are_refused(tmp_path: Path, corpus_folder: Path) -> None:
    text = "id,question,answer,theme\nI9999,A ?,a,un\n,B ?,b,un\n"
    with pytest.raises(CorpusError, match="source:3: I10000 is no id: write ids into the file"):
        bring(load(tmp_path, text, "csv"), corpus_folder)


def test_a_file_that_appeared_after_planning_is_not_overwritten(
    tmp_path: Path, corpus_folder: Path
) -> None:
    text = "id,question,answer,theme\nF12,Et un ?,Un.,un\nF13,Et deux ?,Deux.,un\n"
    plan = plan_import(load(tmp_path, text, "csv"), corpus_folder)
    (corpus_folder / "entries/F13-deux.md").write_text("à moi", encoding="utf-8")
    before = snapshot(corpus_folder)
    with pytest.raises(CorpusError, match=r"F13-deux\.md: the file has appeared meanwhile"):
        apply_plan(plan, corpus_folder)
    assert snapshot(corpus_folder) == before


def test_when_one_file_cannot_be_written_none_stays(tmp_path: Path, corpus_folder: Path) -> None:
    text = "id,question,answer,theme\nF12,Et un ?,Un.,un\nF13,Et deux ?,Deux.,un\n"
    plan = plan_import(load(tmp_path, text, "csv"), corpus_folder)
    last_name, _text = plan.files[-1]
    unwritable = dataclasses.replace(plan, files=(*plan.files[:-1], (last_name, "\ud800")))
    before = snapshot(corpus_folder)
    with pytest.raises(UnicodeEncodeError):
        apply_plan(unwritable, corpus_folder)
    assert snapshot(corpus_folder) == before
