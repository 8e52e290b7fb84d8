from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.entry import LabelledQuestion, OutOfScopeSubject, Provenance, Theme
from faqbot.corpus.reading import LABELLED_FILE, fingerprint, folder_warnings, read_corpus
from faqbot.corpus.writing import render_yaml
from faqbot.corpus.yaml_text import load_mapping
from faqbot.errors import CorpusError, Problem
from tests.corpus.conftest import CORPUS, FIRST, GLOSSARY, read_alone

HEAD = "corpus.yaml"
S01 = "entries/S01-ouvrir-compte.md"
F11 = "entries/F11-carte.md"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(CorpusError) as caught:
        read_corpus(folder)
    return caught.value.problems


def test_a_valid_corpus_is_read_whole(corpus_folder: Path) -> None:
    corpus = read_corpus(corpus_folder)
    assert corpus.title == "FAQ d’essai"
    assert corpus.contact == "aide@example.org"
    assert corpus.themes == (
        Theme(id="un", label="Premier thème"),
        Theme(id="deux", label="Deuxième thème"),
    )
    assert [term.acronym for term in corpus.glossary] == ["PSC"]
    entry = corpus.by_id["S01"]
    assert entry.question == "Comment ouvrir un compte ?"
    assert entry.variants == ("ouvrir un compte", "créer mon compte")
    assert entry.answer.startswith("Demandez-le")
    assert entry.answer.endswith("- Par téléphone.")
    assert entry.provenance == Provenance(
        kind="reworded",
        source_title="FAQ d’essai",
        source_url="https://www.example.org/faq",
        checked_on=date(2026, 11, 23),
    )


def test_entries_come_in_theme_order_then_by_id(corpus_folder: Path) -> None:
    # F11 comes before S01 by id, and after it by theme.
    assert [entry.id for entry in read_corpus(corpus_folder).entries] == ["S01", "F11"]


def test_the_digest_follows_the_content_and_not_the_layout(corpus_folder: Path) -> None:
    before = read_corpus(corpus_folder)
    edit(corpus_folder, S01, "id: S01\n", "# a comment\nid: 'S01'\n")
    (corpus_folder / F11).rename(corpus_folder / "entries/F11-autre-nom.md")
    assert read_corpus(corpus_folder).digest == before.digest
    assert replace(before, title="Autre").digest != before.digest
    edit(corpus_folder, S01, "Par téléphone.", "Par courrier.")
    assert read_corpus(corpus_folder).digest != before.digest


def test_a_corpus_may_say_who_speaks(corpus_folder: Path) -> None:
    before = read_corpus(corpus_folder)
    assert (before.notice, before.verbatim_label) == (None, None)
    notice = "notice: 'Sources : l’éditeur. Qu''on se le dise !'"
    label = "verbatim_label: De l’éditeur ; mot à mot"
    edit(corpus_folder, HEAD, "announced", f"{notice}\n{label}\nannounced")
    corpus = read_corpus(corpus_folder)
    assert corpus.notice == "Sources\u00a0: l’éditeur. Qu’on se le dise\u202f!"
    assert corpus.verbatim_label == "De l’éditeur\u202f; mot à mot"
    # An index and a calibration stay valid whatever these say.
    assert corpus.digest == before.digest
    assert corpus.searched_digest == before.searched_digest
    edit(corpus_folder, HEAD, "language: fr", "language: en")
    assert read_corpus(corpus_folder).notice == "Sources : l’éditeur. Qu'on se le dise !"


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        # keys
        (S01, "theme: un\n", "", 2, "key 'theme' is missing"),
        (S01, "  kind: reworded\n", "", 8, "key 'provenance.kind' is missing"),
        (S01, "theme: un", "theme: un\ntheem: un", 8, "unknown key 'theem', did you mean 'theme'?"),
        (
            S01,
            "  kind:",
            "  knid: x\n  kind:",
            9,
            "unknown key 'provenance.knid', did you mean 'kind'",
        ),
        (
            S01,
            "theme: un",
            "theme: un\nanswer: x",
            8,
            "unknown key 'answer': it does not stand here",
        ),
        (S01, "theme: un", "theme: un\ntheme: un", 8, "not valid YAML: found duplicate key"),
        (HEAD, "title: FAQ d’essai\n", "", 1, "key 'title' is missing"),
        (HEAD, "language: fr", "language: fr\nlangage: fr", 3, "unknown key 'langage'"),
        (HEAD, "language: fr", "language: fr\nentries: []", 3, "unknown key 'entries'"),
        (HEAD, "- id: un", "- id: Un", 7, "themes.0.id is 'Un', expected lower-case letters"),
        (HEAD, "- id: deux", "- id: un", 9, "theme 'un' stands here already"),
        (HEAD, "- id: deux\n    label:", "-", 9, "'Deuxième thème', expected keys and values"),
        (HEAD, "    label: Deuxième thème", "    lable: x", 9, "key 'themes.1.label' is missing"),
        ("glossary.yaml", "  source: essai\n", "", 2, "key 'source' is missing"),
        ("glossary.yaml", "  source", "  acronym: X\n  source", 4, "unknown key 'acronym'"),
        (
            "glossary.yaml",
            "PSC:\n",
            "ABC: x\nPSC:\n",
            1,
            "ABC: expected the keys expansions and source",
        ),
        # ids and duplicates
        (
            F11,
            "id: F11",
            "id: f11",
            2,
            "id is 'f11', expected one capital letter and 2 to 4 digits",
        ),
        (S01, "id: S01", "id: S02", 2, "the file of entry S02 must be named S02-<slug>.md"),
        (
            S01,
            "Comment ouvrir un",
            "faut-il une carte CPS !\n# ",
            3,
            "stands in F11-carte.md, line 3",
        ),
        (
            S01,
            "créer mon compte",
            "Faut-il une carte CPS",
            6,
            "already stands in F11-carte.md, line 3",
        ),
        (
            S01,
            "créer mon compte",
            "Ouvrir un compte !",
            6,
            "stands in S01-ouvrir-compte.md, line 5",
        ),
        # texts
        (S01, "question: Comment ouvrir un compte ?", "question: ' '", 3, "question is empty"),
        (S01, "theme: un", "theme: ''", 7, "theme is empty"),
        (S01, "créer mon compte", '"créer\\nmon compte"', 6, "variants.1: a line break"),
        (S01, "créer mon compte", '""', 6, "variants.1 is empty"),
        (S01, "créer mon compte", "42", 6, "variants.1: Input should be a valid string, found 42"),
        (F11, "\nNon.\n", "\n", 12, "the answer is empty"),
        (F11, "Non.", "---", 13, "the answer is empty"),
        (F11, "Non.", "Non.\x07", 13, "control character in the answer"),
        (F11, "Non.", "Non.\n\nVoir\n<b>ici</b>.", 16, "HTML in the answer"),
        (F11, "\nNon.", "\n\n\n<br>", 15, "HTML in the answer"),
        # dates
        (S01, "updated_on: 2026-11-23", "updated_on: 2026-13-45", 13, "updated_on is not a date"),
        (
            S01,
            "checked_on: 2026-11-23",
            "checked_on: hier",
            12,
            "provenance.checked_on is not a date",
        ),
        (S01, "updated_on: 2026-11-23", "updated_on: 20261123", 13, "expected YYYY-MM-DD"),
        (S01, "updated_on: 2026-11-23", "updated_on: 2026-11-23 10:00:00", 13, "is not a date"),
        # addresses
        (S01, "https://www.example.org/faq", "www.example.org", 11, "expected an http(s) address"),
        (HEAD, "aide@example.org", "aide", 4, "contact is 'aide', expected an e-mail address"),
        (S01, "aide@example.org", "aide@example", 18, "bad address 'aide@example'"),
        (S01, "aide@example.org", "https://exemple", 18, "bad address 'https://exemple'"),
        (S01, "aide@example.org", "htp://example.org", 18, "bad address 'htp://example.org'"),
        # themes, provenance and counts
        (F11, "theme: deux", "theme: duex", 4, "unknown theme 'duex', did you mean 'deux'?"),
        (F11, "theme: deux", "theme: autre", 4, "unknown theme 'autre' (known: un, deux)"),
        (F11, "kind: verbatim", "kind: invented", 6, "'verbatim' or 'reworded', found 'invented'"),
        (
            HEAD,
            "announced_entries: 2",
            "announced_entries: 58",
            5,
            "announces 58 entries, but entries/",
        ),
        (HEAD, "announced_entries: 2", "announced_entries: 0", 5, "greater than 0"),
        (HEAD, "language: fr", "language: français", 2, "language is 'français'"),
        (HEAD, "announced", "notice: ''\nannounced", 5, "notice is empty"),
        (HEAD, "announced", "notice: [Un]\nannounced", 5, "notice: Input should be a valid string"),
        (HEAD, "announced", "notice: |\n  Un.\n  Deux.\nannounced", 5, "notice: a line break"),
        (HEAD, "announced", "verbatim_label: 1\nannounced", 5, "should be a valid string, found 1"),
        (HEAD, "announced", "notices: Un\nannounced", 5, "did you mean 'notice'?"),
        # files
        (S01, "---\nid", "id", 1, "no front matter"),
        (S01, "question: Comment", "question: [Comment", 4, "not valid YAML"),
        (
            S01,
            "question: Comment",
            "question: \x07Comment",
            3,
            "not valid YAML: unacceptable character",
        ),
        (S01, "theme: un", "theme: !!str un", 7, "YAML tags"),
        (S01, "theme: un", "theme: !!bool un", 7, "YAML tags"),
        (S01, "variants:", "variants: &a", 4, "anchors of lists"),
        (S01, "theme: un", "<<: {theme: un}", 7, "merge keys"),
        (S01, "theme: un", "? theme:\n    - x\n: un", 7, "not valid YAML"),
        (HEAD, "title: FAQ d’essai\n", "- title\n", 2, "not valid YAML"),
    ],
)
def test_each_kind_of_defect_is_reported_with_file_and_line(
    corpus_folder: Path, file: str, old: str, new: str, line: int, message: str
) -> None:
    edit(corpus_folder, file, old, new)
    found = [problem for problem in problems(corpus_folder) if message in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [(file, line)]


def test_all_problems_are_reported_at_once(corpus_folder: Path) -> None:
    edit(corpus_folder, HEAD, "announced_entries: 2", "announced_entries: 3")
    edit(corpus_folder, S01, "theme: un", "theme: autre")
    edit(corpus_folder, S01, "Demandez-le", "<b>Demandez-le</b>")
    edit(corpus_folder, F11, "updated_on: 2026-11-22", "updated_on: jamais\nextra: 1")
    edit(corpus_folder, "glossary.yaml", "  source: essai", "  source: ''")
    assert [(problem.file, problem.line) for problem in problems(corpus_folder)] == [
        (HEAD, 5),
        (F11, 10),
        (F11, 11),
        (S01, 7),
        (S01, 16),
        ("glossary.yaml", 4),
    ]


@pytest.mark.parametrize(
    ("file", "line"), [(HEAD, 3), ("glossary.yaml", 3), (S01, 18), (S01, 5), (LABELLED_FILE, 1)]
)
def test_a_merge_conflict_is_reported_at_its_marks_and_at_nothing_else(
    corpus_folder: Path, file: str, line: int
) -> None:
    label(corpus_folder, '{"text": "un", "entries": []}\n')
    lines = (corpus_folder / file).read_text(encoding="utf-8").splitlines()
    marked = ["<<<<<<< HEAD", lines[line - 1], "||||||| 1a2b3c4", "=======", "x", ">>>>>>> autre"]
    lines[line - 1 : line] = marked
    (corpus_folder / file).write_text("\n".join(lines), encoding="utf-8")
    found = problems(corpus_folder)
    assert {problem.message.partition(":")[0] for problem in found} == {
        "a merge conflict is not resolved"
    }
    assert [(it.file, it.line) for it in found] == [(file, line + n) for n in (0, 2, 5)]


def test_what_underlines_a_heading_is_no_conflict(corpus_folder: Path) -> None:
    edit(corpus_folder, F11, "Non.", "Non\n=======\n\n`<<<<<<< HEAD`")
    assert read_corpus(corpus_folder).by_id["F11"].answer.startswith("Non\n=======")


def test_two_files_with_one_id_are_reported(corpus_folder: Path) -> None:
    (corpus_folder / "entries/S01-zz.md").write_text(FIRST, encoding="utf-8")
    edit(corpus_folder, HEAD, "announced_entries: 2", "announced_entries: 3")
    assert problems(corpus_folder) == (
        Problem("entries/S01-zz.md", 2, "id S01 is already used by S01-ouvrir-compte.md"),
    )


@pytest.mark.parametrize("name", [HEAD, "glossary.yaml"])
def test_a_missing_file_is_named(corpus_folder: Path, name: str) -> None:
    (corpus_folder / name).unlink()
    assert problems(corpus_folder) == (Problem(name, 0, "the file is missing"),)


def test_an_empty_folder_lacks_its_files(tmp_path: Path) -> None:
    assert [problem.file for problem in problems(tmp_path)] == [HEAD, "glossary.yaml"]


def test_a_file_that_is_no_text_is_named(corpus_folder: Path) -> None:
    (corpus_folder / F11).write_bytes(b"---\nid: F11\n\xff\xfe")
    assert [(found.file, found.line) for found in problems(corpus_folder)] == [(F11, 0)]


def test_what_is_no_file_is_named_and_not_read(corpus_folder: Path) -> None:
    os.mkfifo(corpus_folder / "entries/S98-tube.md")
    (corpus_folder / LABELLED_FILE).mkdir()
    edit(corpus_folder, HEAD, "announced_entries: 2", "announced_entries: 3")
    assert problems(corpus_folder) == (
        Problem("entries/S98-tube.md", 0, "is no file"),
        Problem(LABELLED_FILE, 0, "is no file"),
    )


def test_the_count_is_not_checked_while_a_corpus_is_filled(corpus_folder: Path) -> None:
    edit(corpus_folder, HEAD, "announced_entries: 2", "announced_entries: 58")
    assert len(read_corpus(corpus_folder, check_count=False).entries) == 2


def warnings(folder: Path) -> list[str]:
    return [str(it) for it in folder_warnings(folder, read_corpus(folder, check_count=False))]


def test_files_that_look_like_those_of_a_corpus_but_are_not_read_are_told(
    corpus_folder: Path,
) -> None:
    others = ["README.md", "entries/F11-carte.md~", "entries/.S01-x.MD", "source/x.yaml", "x.csv"]
    unread = ["S02-a.md", "entries/S03-b.MD", "entries/S04.markdown", "glossary.yml", "zzzz.JSONL"]
    (corpus_folder / "source").mkdir()
    (corpus_folder / OUTSIDE).write_text(SUBJECTS, encoding="utf-8")
    label(corpus_folder, "")
    (corpus_folder / "sources.yaml").write_text("{}", encoding="utf-8")
    assert warnings(corpus_folder) == []
    for name in others:
        (corpus_folder / name).touch()
    assert warnings(corpus_folder) == []
    for name in unread:
        (corpus_folder / name).touch()
    (corpus_folder / "entries/sous-dossier").mkdir()
    entry_message = "is not read: entries stand in entries/ itself, in files that end in .md"
    *entries, first, second = warnings(corpus_folder)
    names = ["S02-a.md", "entries/S03-b.MD", "entries/S04.markdown", "entries/sous-dossier"]
    assert entries == [f"{name}: {entry_message}" for name in names]
    assert first == "glossary.yml: is not read, did you mean 'glossary.yaml'?"
    assert second.startswith("zzzz.JSONL: is not read (known: corpus.yaml, ")


def test_a_corpus_without_entries_is_told(corpus_folder: Path) -> None:
    (corpus_folder / S01).unlink()
    assert warnings(corpus_folder) == []
    (corpus_folder / F11).unlink()
    assert warnings(corpus_folder) == ["entries: no entry: write <ID>-<slug>.md, or import some"]


def test_an_empty_glossary_is_valid(corpus_folder: Path) -> None:
    (corpus_folder / "glossary.yaml").write_text("# none yet\n{}\n", encoding="utf-8")
    assert read_corpus(corpus_folder).glossary == ()


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + FIRST,
        FIRST.replace("\n", "\r\n"),
        FIRST.replace("---\n\nDemandez", "---\nDemandez"),
        FIRST.replace("2026-11-23", '"2026-11-23"'),
        FIRST.replace("2026-11-23", "&day 2026-11-23", 1).replace("on: 2026-11-23", "on: *day"),
    ],
    ids=["byte order mark", "windows line ends", "no blank line", "quoted dates", "alias"],
)
def test_harmless_differences_of_form_are_accepted(corpus_folder: Path, text: str) -> None:
    before = read_corpus(corpus_folder)
    (corpus_folder / S01).write_text(text, encoding="utf-8", newline="")
    assert read_corpus(corpus_folder).digest == before.digest


@pytest.mark.parametrize(
    "answer",
    [
        "Écrire à <aide@example.org>, (aide@example.org) ou [au support](mailto:aide@example.org).",
        "Voir https://social.example.org/@equipe, https://example.org:8443/a et https://example.org?q=1.",
        "[un](https://a.example.org),[deux](https://b.example.org/x_(y)) !",
        "Lancez `curl ftp://localhost` ou `ssh moi@machine`.",
        "A@B.FR\u00a0; https://www.example.org/faq…",
    ],
)
def test_good_addresses_raise_no_alarm(corpus_folder: Path, answer: str) -> None:
    edit(corpus_folder, F11, "Non.", answer)
    assert read_corpus(corpus_folder).by_id["F11"].answer == answer


def test_problems_print_as_one_line_each_below_their_count() -> None:
    error = CorpusError([Problem("b.md", 2, "deux"), Problem("a.md", 0, "un")])
    assert str(error) == "2 problems:\na.md: un\nb.md:2: deux"


@given(st.text(), st.sampled_from(["{}", "---\n{0}\n---\n\n{0}", FIRST.replace("un\n", "{}\n")]))
def test_any_text_is_an_entry_or_a_corpus_error(text: str, frame: str) -> None:
    candidate = frame.format(text)
    try:
        found = read_alone(candidate, "S01-x.md")
    except CorpusError as error:
        # Editors take \r for a line end, alone or before \n.
        last_line = len(re.findall(r"\r\n|\r|\n", candidate)) + 1
        places = [problem.line for problem in error.problems if problem.line > last_line]
        found = None
    else:
        places = []
    assert places == []
    assert found is None or found.id == "S01"


OUTSIDE = "out-of-scope.yaml"
SUBJECTS = """\
meteo:
  label: Météo
  examples:
    - Quel temps fera-t-il ?
    - météo demain
"""


def test_subjects_out_of_scope_are_read_where_there_are_any(corpus_folder: Path) -> None:
    without = read_corpus(corpus_folder)
    assert without.out_of_scope == ()
    (corpus_folder / OUTSIDE).write_text(SUBJECTS, encoding="utf-8")
    found = read_corpus(corpus_folder)
    assert found.out_of_scope == (
        OutOfScopeSubject(
            id="meteo", label="Météo", examples=("Quel temps fera-t-il ?", "météo demain")
        ),
    )
    assert found.digest != without.digest
    assert found.searched_digest != without.searched_digest


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  label: Météo\n", "", 2, "key 'label' is missing"),
        ("    - Quel temps fera-t-il ?\n    - météo demain\n", "    []\n", 3, "examples"),
        ("météo demain", "quel temps fera-t-il", 5, "stands in out-of-scope.yaml, line 4"),
        ("météo demain", "Ouvrir un compte !", 5, "stands in S01-ouvrir-compte.md, line 5"),
        ("meteo:", "Météo:", 1, "write the id in lower-case letters"),
        ("meteo:", "ciel: x\nmeteo:", 1, "ciel: expected the keys label and examples"),
    ],
)
def test_a_defect_of_a_subject_out_of_scope_is_reported_with_its_line(
    corpus_folder: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in SUBJECTS
    (corpus_folder / OUTSIDE).write_text(SUBJECTS.replace(old, new), encoding="utf-8")
    found = [problem for problem in problems(corpus_folder) if message in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [(OUTSIDE, line)]


def label(folder: Path, text: str) -> None:
    (folder / LABELLED_FILE).write_text(text, encoding="utf-8", newline="")


def test_labelled_questions_are_read_where_there_are_any(corpus_folder: Path) -> None:
    without = read_corpus(corpus_folder)
    assert without.labelled == ()
    label(
        corpus_folder,
        '{"text": " Où s’inscrire ? ", "entries": ["S01", "F11"]}\n'
        '{"text": "météo", "entries": []}',
    )
    found = read_corpus(corpus_folder)
    assert found.labelled == (
        LabelledQuestion(text="Où s’inscrire ?", entries=("S01", "F11")),
        LabelledQuestion(text="météo", entries=()),
    )
    assert found.digest == without.digest
    assert found.searched_digest != without.searched_digest


def test_a_labelled_question_goes_with_the_entries_that_answer_it(corpus_folder: Path) -> None:
    """Nobody has said that none of the others answers it: it is evidence of nothing."""
    label(
        corpus_folder,
        '{"text": "un", "entries": ["S99", "F11"]}\n{"text": "deux", "entries": ["S99", "s01"]}\n'
        '{"text": "trois", "entries": []}\n',
    )
    corpus = read_corpus(corpus_folder)
    assert corpus.labelled == (
        LabelledQuestion(text="un", entries=("F11",)),
        LabelledQuestion(text="trois", entries=()),
    )
    assert corpus.without("F11").labelled == (LabelledQuestion(text="trois", entries=()),)


def test_labels_of_what_there_is_not_and_contradictions_are_told_with_their_lines(
    corpus_folder: Path,
) -> None:
    rows = [
        ("un", ["S01", "F11"]),
        ("deux", ["s01"]),
        ("trois", ["S01", "S99", "glossary:PSC"]),
        ("Un !", ["F11", "S01"]),
        ("quatre", ["S99"]),
        ("UN", []),
    ]
    lines = (json.dumps({"text": text, "entries": entries}) for text, entries in rows)
    label(corpus_folder, "\n".join(["", *lines]))
    assert warnings(corpus_folder) == [
        f"{LABELLED_FILE}:3: there is no entry 's01': mend the id, unless it was deleted",
        f"{LABELLED_FILE}:4: there is no entry 'S99', 2 times: mend the id, unless it was deleted",
        f"{LABELLED_FILE}:7: 'UN' has other entries on line 2: delete one of the two",
    ]


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff{"text": "un", "entries": ["F11"]}\n',
        '\n\n{"text": "un", "entries": ["F11"]}\n  \n\n',
        '{"text": "un", "entries": ["F11"]}\r\n\r\n',
        '{"entries": ["F11"], "text": "\\u0075n"}',
        '  {"text" : "un","entries":[ "F11" ]}\t',
    ],
    ids=["byte order mark", "empty lines", "windows line ends", "order and escapes", "spaces"],
)
def test_harmless_differences_of_labelled_questions_are_accepted(
    corpus_folder: Path, text: str
) -> None:
    label(corpus_folder, text)
    assert read_corpus(corpus_folder).labelled == (LabelledQuestion(text="un", entries=("F11",)),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "un", "entries": ["F11"]', "expected a line such as"),
        ('["un", "F11"]', "expected a line such as"),
        ('"un"', "expected a line such as"),
        ("null", "expected a line such as"),
        ("text: un", "expected a line such as"),
        ('{"text": "un"} {"text": "deux"}', "expected a line such as"),
        ("[" * 100_000, "expected a line such as"),
        ("1" * 5_000, "expected a line such as"),
        ('{"entries": ["F11"]}', "key 'text' is missing"),
        ('{"text": "un"}', "key 'entries' is missing"),
        ('{"text": " ", "entries": []}', "text is empty"),
        ('{"text": 1, "entries": []}', "text: Input should be a valid string, found 1"),
        ('{"text": "un\\ndeux", "entries": []}', "text: a line break or a control character"),
        ('{"text": "\\ud83d", "entries": []}', "text: Input should be a valid string"),
        ('{"text": "un", "entries": "F11"}', "entries is 'F11', expected a list"),
        ('{"text": "un", "entries": [11]}', "entries.0: Input should be a valid string, found 11"),
        ('{"text": "un", "entries": null}', "entries is None, expected a list"),
        (
            '{"text": "un", "entry": [], "entries": []}',
            "unknown key 'entry', did you mean 'entries",
        ),
    ],
)
def test_a_defect_of_a_labelled_question_is_reported_with_its_line(
    corpus_folder: Path, line: str, message: str
) -> None:
    good = '{"text": "un", "entries": ["F11"]}'
    label(corpus_folder, f"{good}\n\n{line}\n{good}\n")
    (found,) = problems(corpus_folder)
    assert (found.file, found.line) == (LABELLED_FILE, 3)
    assert message in found.message


def test_all_bad_lines_are_reported_at_once(corpus_folder: Path) -> None:
    label(corpus_folder, '{"text": ""}\nno\n{"text": "un", "entries": []}\n{}\n')
    edit(corpus_folder, S01, "theme: un", "theme: autre")
    assert [(problem.file, problem.line) for problem in problems(corpus_folder)] == [
        (S01, 7),
        (LABELLED_FILE, 1),
        (LABELLED_FILE, 1),
        (LABELLED_FILE, 2),
        (LABELLED_FILE, 4),
        (LABELLED_FILE, 4),
    ]


def test_labelled_questions_that_are_no_text_are_named(corpus_folder: Path) -> None:
    (corpus_folder / LABELLED_FILE).write_bytes(b'{"text": "\xff"}')
    assert [(found.file, found.line) for found in problems(corpus_folder)] == [(LABELLED_FILE, 0)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "entries", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.lists(st.text(max_size=20) | VALUES.map(json.dumps), max_size=4).map("\n".join))
def test_any_text_is_labelled_questions_or_a_corpus_error(text: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / HEAD).write_text(CORPUS, encoding="utf-8")
        (folder / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
        label(folder, text)
        places: list[tuple[str, int]] = []
        try:
            read_corpus(folder, check_count=False)
        except CorpusError as error:
            places = [(problem.file, problem.line) for problem in error.problems]
    last_line = len(re.findall(r"\r\n|\r|\n", text)) + 1
    assert all(file == LABELLED_FILE and 1 <= line <= last_line for file, line in places)


def test_the_fingerprint_notices_labelled_questions(corpus_folder: Path) -> None:
    seen = [fingerprint(corpus_folder)]
    label(corpus_folder, '{"text": "un", "entries": ["F11"]}\n')
    seen.append(fingerprint(corpus_folder))
    assert fingerprint(corpus_folder) == seen[-1]
    path = corpus_folder / LABELLED_FILE
    moment = path.stat().st_mtime_ns
    path.write_text(path.read_text("utf-8").replace("un", "deux"), "utf-8")
    os.utime(path, ns=(moment, moment))  # as quick as a clock that did not move
    seen.append(fingerprint(corpus_folder))
    os.utime(path, ns=(moment, moment + 1))
    seen.append(fingerprint(corpus_folder))
    assert len({*seen}) == len(seen)
    path.unlink()
    assert fingerprint(corpus_folder) == seen[0]


def test_the_fingerprint_passes_over_hidden_files(corpus_folder: Path) -> None:
    before = fingerprint(corpus_folder)
    (corpus_folder / f".{LABELLED_FILE}").write_text("{", encoding="utf-8")
    assert fingerprint(corpus_folder) == before


# What a corpus may hold on one line: `rules.py` refuses the rest.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=8)


@given(st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3), max_leaves=9))
def test_yaml_words_stay_words(value: object) -> None:
    """« no », « on » and dates are text: YAML 1.2, and what a corpus means."""
    text = render_yaml({"key": value})
    assert load_mapping(text).values == {"key": value}


@pytest.mark.parametrize("word", ["no", "on", "Oui", "2026-11-23", "1:30", "0x1F", "1e3x"])
def test_plain_words_that_other_yaml_reads_as_values_are_text(word: str) -> None:
    assert load_mapping(f"key: {word}\n").values == {"key": word}
