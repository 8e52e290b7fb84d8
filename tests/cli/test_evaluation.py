"""``faqbot eval`` from the data set to the report, on a small FAQ of its own."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from faqbot.assistant import Assistant
from faqbot.cli import main
from faqbot.corpus.reading import read_corpus
from faqbot.evaluation.run_files import read_run
from faqbot.evaluation.systems import SYSTEM_NAMES
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.samples import entry

Captured = pytest.CaptureFixture[str]

ENTRIES = [
    ("e1", "Comment renouveler une carte ?", "Sur le portail, trois mois avant la date."),
    ("e 2", "Qui appeler en cas de panne ?", "Le support, au 3939."),
    ("e3", "Combien coûte l’abonnement ?", "Dix euros par mois & par <poste>."),
    ("e4", "Où déposer un dossier ?", "Au guichet *numéro* 4."),
]
QUERIES = [
    ("q1", "renouvellement de ma carte", True, []),
    ("q2", "panne, qui j'appelle ?", True, []),
    ("q3", "prix de l'abonnement", True, []),
    ("q4", "et pour le dossier ?", True, ["je dépose où ?"]),
    ("q5", "recette de la tarte aux pommes", False, []),
]


@pytest.fixture(autouse=True)
def _environment(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(settings.index_dir))
    monkeypatch.setenv("COLUMNS", "40")  # a file is no terminal: nothing is cut
    # Loading the model takes seconds, and these tests do it often.
    monkeypatch.setattr("faqbot.assistant.load_embedder", lambda *_, **__: assistant.embedder)
    monkeypatch.chdir(tmp_path)


def write_set(folder: Path, entries: list[Any], queries: list[Any], qrels: list[str]) -> Path:
    """Write a data set that brings its own FAQ."""
    (folder / "qrels").mkdir(parents=True)
    for name, lines in (
        ("corpus.jsonl", map(json.dumps, entries)),
        ("queries.jsonl", map(json.dumps, queries)),
        ("qrels/test.tsv", qrels),
    ):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return folder


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "eval" / "datasets" / "petit"
    entries = [{"_id": key, "title": title, "text": text} for key, title, text in ENTRIES]
    queries = [
        {"_id": key, "text": text, "metadata": {"answerable": answerable, "history": history}}
        for key, text, answerable, history in QUERIES
    ]
    qrels = ["query-id\tcorpus-id\tscore", "q1\te1\t1", "q2\te 2\t1", "q3\te3\t1", "q4\te4\t1"]
    return write_set(folder, entries, queries, qrels)


def test_another_faq_is_evaluated_compared_and_reported(
    dataset: Path, tmp_path: Path, capsys: Captured
) -> None:
    of = ["--dataset", "petit", "--split", "test"]
    systems = [word for name in ("bm25", "dense", "default") for word in ("--system", name)]
    assert main(["eval", "run", *of, *systems, "--save-baseline", "eval/baseline.json"]) == 0
    shown = capsys.readouterr()
    assert "petit test" in shown.out
    assert all(name in shown.out for name in ("bm25", "dense", "default", "Success@1", "follow-up"))
    assert "false-refusal-rate" in shown.out
    assert "Asking bm25" in shown.err
    runs = tmp_path / "eval" / "runs" / "petit-test"
    assert {path.suffix for path in runs.glob("default.*")} == {".json", ".trec"}

    assert main(["eval", "compare", "baseline", "default", *of, "--fail-if", "Success@1 < 0"]) == 0
    assert "0 queries changed" in capsys.readouterr().out
    assert main(["eval", "compare", f"{runs}/bm25", "default", *of, "--json"]) == 0
    comparison = json.loads(capsys.readouterr().out)
    assert comparison["differences"][0]["measure"] == "Success@1"
    assert comparison["b"]["system"] == "default"

    assert main(["eval", "compare", "bm25", "dense", *of, "--fail-if", "Success@1 >= -1"]) == 1
    assert capsys.readouterr().err == "error: dense fails against bm25: Success@1 >= -1\n"

    assert main(["eval", "report", str(runs)]) == 0
    html, markdown = map(Path, capsys.readouterr().out.split())
    assert html == Path("eval/reports/petit-test.html")
    assert "against the baseline" in html.read_text("utf-8")
    assert markdown.is_file()


def test_every_query_is_printed_as_a_table_of_tabs(dataset: Path, capsys: Captured) -> None:
    command = ["eval", "run", "--dataset", str(dataset), "--split", "test", "--system", "bm25"]
    assert main([*command, "--out", "elsewhere", "--per-query", "-"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter="\t"))
    assert [row["query-id"] for row in rows] == ["q1", "q2", "q3", "q4", "q5"]
    assert (rows[1]["first"], rows[1]["relevant"], rows[1]["rank"]) == ("e 2", "e 2", "1")
    assert rows[4]["answerable"] == "false"
    assert Path("elsewhere/bm25.json").is_file()
    assert main([*command, "--per-query", "new/all.tsv", "--json"]) == 0
    everything = json.loads(capsys.readouterr().out)
    assert everything["bm25"]["measures"]["all"]["Success@1"]["n"] == 3
    assert len(everything["bm25"]["outcomes"]) == 5
    assert len(Path("new/all.tsv").read_text("utf-8").splitlines()) == 6


def test_questions_that_no_run_asks_are_told(dataset: Path, capsys: Captured) -> None:
    command = ["eval", "run", "--dataset", "petit", "--split", "test", "--system", "bm25"]
    qrels = dataset / "qrels" / "test.tsv"
    rows = qrels.read_text("utf-8").splitlines(keepends=True)
    qrels.write_text("".join(rows[:2]), "utf-8")
    assert main(command) == 0
    said = "names 3 queries that the FAQ answers, so nothing asks them: q2, q3, q4\n"
    assert said in capsys.readouterr().err
    queries = (dataset / "queries.jsonl").read_text("utf-8").splitlines(keepends=True)
    (dataset / "queries.jsonl").write_text("".join(queries[:4]), "utf-8")
    qrels.write_text(rows[0], "utf-8")
    assert main([*command, "--out", "none"]) == 1
    shown = capsys.readouterr().err
    assert "names 4 queries that the FAQ answers, so nothing asks them: q1, q2, q3, …\n" in shown
    assert "has no question of the test split: qrels/test.tsv names none" in shown
    assert not Path("none").exists()


def test_marks_are_compared_with_labelled_passages(dataset: Path, capsys: Captured) -> None:
    command = ["eval", "highlights", "--dataset", "petit", "--split", "test"]
    assert main(command) == 1
    assert "no highlights.jsonl" in capsys.readouterr().err
    pair = {"text": "prix ?", "entry": "e3", "spans": ["Dix euros"], "split": "test"}
    (dataset / "highlights.jsonl").write_text(json.dumps(pair) + "\n", "utf-8")
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("petit test: questions of unknown origin, with 95 % intervals")
    assert re.search(r"recall +1  0\.000", shown)
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["split"], found["questions"]) == ("test", "unsaid")
    assert found["measures"]["marked"] == {"value": 0.0, "low": 0.0, "high": 0.0, "n": 1}
    assert found["measures"]["precision"] == {"value": None, "low": None, "high": None, "n": 0}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CorpusFolder:
    """The FAQ that is served, and questions about it."""
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(tmp_path / "corpus"))
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(tmp_path / "indexes"))
    data = tmp_path / "eval" / "datasets" / "ponts"
    (data / "qrels").mkdir(parents=True)
    asked = [
        {"_id": "q1", "text": "prix d’un pont ?"},
        {"_id": "q2", "text": "qui surveille la porte"},
        {"_id": "q3", "text": "il pleut ?", "metadata": {"answerable": False}},
        {"_id": "q4", "text": "et elle ?", "metadata": {"history": ["qui garde la porte ?"]}},
    ]
    qrels = "query-id\tcorpus-id\tscore\nq1\tF11\t1\nq2\tF12\t1\nq4\tF12\t1\n"
    (data / "queries.jsonl").write_text("".join(f"{json.dumps(it)}\n" for it in asked), "utf-8")
    (data / "qrels" / "dev.tsv").write_text(qrels, "utf-8")
    return CorpusFolder(
        tmp_path / "corpus",
        entry("F11", "Combien vaut un pont ?", "Cher.", "tarif du pont", "que coûte un pont"),
        entry("F12", "Qui garde la porte ?", "Le gardien.", "le gardien de la porte"),
    )


def test_parts_of_the_evidence_are_shown_side_by_side(
    served: CorpusFolder, capsys: Captured
) -> None:
    command = ["eval", "calibrate", "--dataset", "ponts"]
    assert main(command) == 0
    shown = capsys.readouterr()
    assert all(part in shown.out for part in ("own wordings", "labelled questions", "both"))
    assert re.search(r"^questions +5 +3 +8$", shown.out, re.MULTILINE)
    assert re.search(r"^attained +False +False +False$", shown.out, re.MULTILINE)
    assert re.search(r"^labelled +3 ", shown.out, re.MULTILINE)
    assert "exchangeability" in shown.out
    assert "Calibrating" in shown.err
    assert not (served.path / "labelled.jsonl").exists()


def test_labelled_questions_are_saved_and_are_evidence_from_then_on(
    served: CorpusFolder, capsys: Captured
) -> None:
    command = ["eval", "calibrate", "--dataset", "ponts", "--json"]
    assert main([*command, "--save"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert [it["evidence"] for it in before] == ["own wordings", "labelled questions", "both"]
    assert [it["questions"] for it in before] == [5, 3, 8]
    corpus = read_corpus(served.path)
    assert [(it.text, it.entries) for it in corpus.labelled] == [
        ("prix d’un pont ?", ("F11",)),
        ("qui surveille la porte", ("F12",)),
        ("il pleut ?", ()),
    ]
    assert main(["index", "build"]) == 0
    (path,) = (served.path.parent / "indexes").glob("*/calibration.json")
    learned = json.loads(path.read_text("utf-8"))
    assert learned["evidence"]["labelled"] == 3
    assert learned["searched_digest"] == corpus.searched_digest
    capsys.readouterr()
    assert main(command) == 0
    assert [it["questions"] for it in json.loads(capsys.readouterr().out)] == [5, 3, 8]


def test_a_corpus_can_be_named(dataset: Path, capsys: Captured) -> None:
    (dataset / "corpus.jsonl").rename(dataset.parent / "corpus.jsonl")
    command = ["eval", "run", "--dataset", "petit", "--split", "test", "--system", "bm25"]
    assert main(command) == 1
    assert "unknown entry e1" in capsys.readouterr().err
    assert main([*command, "--corpus", str(dataset.parent / "corpus.jsonl"), "--json"]) == 0


ODD = '"é"\t[b]é\u2028/..%'
"""An id with what CSV, terminals, TREC files and addresses take for signs of their own."""


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """An English FAQ with wordings, as somebody else might write it."""
    folder = tmp_path / "their [set]"
    entries = [
        {"_id": ODD, "title": "", "text": "", "wordings": ["When do deliveries arrive?"]},
        {"_id": "-", "title": "How do I pay?", "text": "<b>&amp; [x](y) \x00 \u202e| $a$"},
        {"_id": "3", "title": "How do I pay?", "text": "# By card", "metadata": {"any": [1]}},
    ]
    queries = [
        {"_id": ODD, "text": "delivery arrives when", "metadata": {"slice": "[b]|x"}},
        {"_id": "[/b]", "text": "hello\x00"},
        {"_id": "out", "text": "weather?", "metadata": {"answerable": False}},
    ]
    for query in queries:
        metadata = {"language": "en"} | query.get("metadata", {})  # type: ignore[operator]
        query["metadata"] = metadata
    quoted = '"' + ODD.replace('"', '""') + '"'
    qrels = ["query-id\tcorpus-id\tscore", f"{quoted}\t{quoted}\t1", "[/b]\t-\t1"]
    return write_set(folder, entries, queries, qrels)


def test_a_foreign_set_of_any_characters_goes_all_the_way(
    foreign: Path, tmp_path: Path, capsys: Captured
) -> None:
    of = ["--dataset", str(foreign), "--split", "test"]
    systems = [word for name in SYSTEM_NAMES for word in ("--system", name)]
    assert main(["eval", "run", *of, *systems, "--questions", "real"]) == 0
    shown = capsys.readouterr().out
    assert "their [set] test: real users’ questions" in shown
    assert "[b]|x" in shown
    runs = Path("eval/runs/their [set]-test")
    for line in (runs / "default.trec").read_text("utf-8").split("\n")[:-1]:
        assert len(line.split()) == 6
    found = read_run(runs / "bm25-variants.json")
    assert (found.language, found.questions) == ("en", "real")
    assert found.outcomes[0].scores["Success@1"] == 1
    assert found.outcomes[1].relevant == {"-": 1}

    assert main(["eval", "compare", "bm25", "default", *of]) == 0
    figures = [{"system": "Rasa", "measure": "MCC", "value": 0.511, "source": "paper"}]
    Path("figures.json").write_text(json.dumps(figures), "utf-8")
    assert main(["eval", "report", str(runs), "--published", "figures.json"]) == 0
    _, markdown = capsys.readouterr().out.strip().split("\n")[-2:]
    assert "| Rasa | paper | 0.511 |" in Path(markdown).read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["run", "--dataset", "none"], "there is no data set 'none'"),
        (["run", "--dataset", "none"], "eval/datasets/. Name one with --dataset"),
        (["run", "--system", "bm52"], "'bm52' is not a system, choose from: bm25"),
        (["run", "--system", "bm25", "--save-baseline", "b.json"], "needs --system default"),
        (["compare", "baseline", "default"], "eval/baseline.json cannot be read"),
        (["compare", "a", "b", "--fail-if", "P@5 < 0"], "'P@5' is not a measure"),
        (["compare", "a", "b", "--fail-if", "nonsense"], "is not a condition such as"),
        (["report"], "there is no run in eval/runs/edc-psc-dev"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    command: list[str], message: str, capsys: Captured
) -> None:
    assert main(["eval", *command]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1
