"""Commands as a person or a script runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from faqbot import wording
from faqbot.assistant import Assistant
from faqbot.cli import main
from faqbot.cli.root import COMMANDS, app_for
from faqbot.corpus.reading import read_corpus
from faqbot.errors import CorpusError
from faqbot.evaluation.dataset import read_dataset
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.samples import entry
from tests.samples_of_use import figures
from tests.samples_of_use import interaction as make_interaction

ROOT = Path(__file__).parents[2]
SEED = ROOT / "corpus" / "source" / "page-faq-edc-psc.txt"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(settings.index_dir))
    monkeypatch.setenv("FAQBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'faqbot.sqlite3'}")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the corpus to work on."""
    copy = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", copy)
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(copy))
    return copy


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two entries to work on, and an index of its own: that is soon made."""
    folder = CorpusFolder(tmp_path / "corpus", entry("S01", "Qui ?"), entry("S02", "Quoi ?"))
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(folder.path))
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(tmp_path / "indexes"))
    return folder.path


Captured = pytest.CaptureFixture[str]


def test_help_names_every_command(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f" {name} " in listed for name in COMMANDS)


def test_help_loads_nothing_that_a_command_needs() -> None:
    """A person who asks for help does not wait for a model's libraries, nor for any other."""
    program = (
        "import sys; from faqbot.cli import main; code = main(['--help']);"
        "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    roots = {name.split(".")[0] for name in run.stderr.split()}
    assert not roots & {"torch", "transformers", "sentence_transformers", "faiss", "numpy", "scipy"}
    own = {name for name in run.stderr.split() if name.startswith("faqbot.")}
    assert own == {"faqbot.cli", "faqbot.cli.root", "faqbot.cli.output"} | {
        "faqbot.errors",
        "faqbot.progress",
    }


def test_a_command_multiplies_matrices_on_one_thread() -> None:
    """Two wait for one another, busily; who sets a number has it."""
    program = (
        "from faqbot.cli import main; main(['--help']); import numpy, threadpoolctl;"
        "print([it['num_threads'] for it in threadpoolctl.threadpool_info()])"
    )
    unset = ["env", "-u", "OMP_NUM_THREADS", "-u", "OPENBLAS_NUM_THREADS"]
    two = min(2, os.cpu_count() or 1)
    for asked, threads in (([], 1), (["OPENBLAS_NUM_THREADS=2"], two)):
        command = [*unset, *asked, sys.executable, "-c", program]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert run.stdout.splitlines()[-1] == str([threads])


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    application = app_for(*COMMANDS)
    groups = {None: application} | {
        group.name: group.typer_instance for group in application.registered_groups
    }
    for group, application in groups.items():
        for command in application.registered_commands:
            name = command.name or command.callback.__name__.replace("_", "-")
            words = " ".join(filter(None, ("faqbot", group, name)))
            assert words in readme


def test_an_unknown_command_fails(capsys: Captured) -> None:
    assert main(["dance"]) == 2
    assert "dance" in capsys.readouterr().err


def test_ask_prints_the_whole_answer_with_its_source(
    assistant: Assistant, capsys: Captured
) -> None:
    assert main(["ask", "Le Proxy e-Santé est-il obligatoire ?"]) == 0
    printed = capsys.readouterr().out
    entry = assistant.corpus.by_id["S05"]
    assert all(paragraph in printed for paragraph in entry.answer.split("\n\n"))
    assert f"{assistant.corpus.verbatim_label} (" in printed
    assert entry.provenance.source_url in printed


def test_ask_prints_what_the_api_would_return(assistant: Assistant, capsys: Captured) -> None:
    assert main(["ask", "--json", "Le Proxy e-Santé est-il obligatoire ?"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["answers"][0]["entry_id"] == "S05"
    assert body["corpus_digest"] == assistant.corpus.digest


def test_ask_says_when_there_is_no_answer(assistant: Assistant, capsys: Captured) -> None:
    assert main(["ask", "recette de la tarte aux pommes de ma grand-mère"]) == 0
    assert "ans-support-convergence@esante.gouv.fr" in capsys.readouterr().out


def test_ask_replies_to_a_courtesy(assistant: Assistant, capsys: Captured) -> None:
    assert main(["ask", "Bonjour !"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed == " ".join(wording.SMALL_TALK["greeting"].format(count=58).split())
    assert main(["ask", "--json", "merci"]) == 0
    assert json.loads(capsys.readouterr().out)["small_talk"] == "thanks"


@pytest.mark.usefixtures("assistant")
def test_a_terminal_without_a_character_shows_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="iso-8859-15", write_through=True)
    monkeypatch.setattr("sys.stdout", terminal)
    assert main(["ask", "Le Proxy e-Santé est-il obligatoire ?"]) == 0
    printed = written.getvalue().decode("iso-8859-15")
    assert "utilité du Proxy e-Santé" in printed
    assert "d?authentification" in printed
    written.seek(0)
    written.truncate()
    assert main(["corpus", "export", "--format", "jsonl"]) == 0
    assert "d’authentification" in written.getvalue().decode("utf-8")


def test_an_empty_question_is_one_line_on_stderr(capsys: Captured) -> None:
    assert main(["ask", "  "]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"error: .*empty.*\n", captured.err)


def test_a_wrong_setting_is_one_line_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("FAQBOT_RATE_LIMIT", "often")
    assert main(["corpus", "stats"]) == 1
    assert capsys.readouterr().err.startswith("error: FAQBOT_RATE_LIMIT is 'often'")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["corpus", "export", "--format", "csv", "-o", "none/a.csv"], "none/a.csv: No such file"),
        (["index", "build"], "file/indexes/multilingual-e5-small: Not a directory"),
        (["feedback", "export", "--format", "csv", "-o", "/dev/full"], "/dev/full: No space left"),
    ],
)
def test_what_the_system_refuses_is_one_line_that_says_where(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(ROOT / "corpus"))
    monkeypatch.setenv("FAQBOT_INDEX_DIR", "file/indexes")
    Path("file").touch()
    assert main(words) == 1
    (*_, line) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {told}")
    assert line.endswith("choose another place")


@pytest.mark.parametrize("error", [OSError("a mistake"), ConnectionResetError(104, "reset")])
def test_what_is_a_mistake_of_ours_keeps_its_traceback(
    error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqbot.cli.root.app_for", Mock(side_effect=error))
    with pytest.raises(OSError, match=r"a mistake|reset") as caught:
        main(["corpus", "stats"])
    assert caught.traceback[-1].name != "_refused"


def test_an_occupied_port_is_said_before_anything_is_loaded(capsys: Captured) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "Choose another with --port" in capsys.readouterr().err


def test_check_names_what_is_to_be_read_again(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated = replace(entry("S01", "Quoi ?"), review_by=date(2026, 1, 31))
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(CorpusFolder(tmp_path / "faq", dated).path))
    assert main(["corpus", "check", "--fast"]) == 0
    assert "notice: S01: to be read again by 2026-01-31" in capsys.readouterr().out


def test_check_warns_of_what_is_not_read(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq = CorpusFolder(tmp_path / "faq", entry("S01", "Quoi ?"))
    (faq.path / "out-of-scope.yml").touch()
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(faq.path))
    assert main(["corpus", "check", "--fast"]) == 0
    told = capsys.readouterr().out
    assert "warning: out-of-scope.yml: is not read, did you mean 'out-of-scope.yaml'?" in told


def test_check_passes_on_our_corpus_with_warnings(assistant: Assistant, capsys: Captured) -> None:
    assert main(["corpus", "check"]) == 0
    captured = capsys.readouterr()
    assert "58 entries, no problem" in captured.err
    assert "F27 and F28 say nearly the same" in captured.out
    assert "typography" not in captured.out


@pytest.mark.usefixtures("small")
def test_check_names_the_pairs_that_are_most_alike(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqbot.cli.corpus.NEAR_DUPLICATE", -1.0)
    monkeypatch.setattr("faqbot.cli.corpus._PAIRS", 0)
    assert main(["corpus", "check"]) == 0
    told = capsys.readouterr().out
    assert "S01 and S02" not in told
    assert "warning: 1 pair more, less alike, say nearly the same" in told


@pytest.mark.usefixtures("small")
def test_check_tells_how_much_ground_confidence_has(capsys: Captured) -> None:
    assert main(["corpus", "check"]) == 0
    assert "is not learned yet from this corpus" in capsys.readouterr().out
    assert main(["index", "build"]) == 0
    capsys.readouterr()
    assert main(["corpus", "check"]) == 0
    told = capsys.readouterr().out
    assert "warning: little_evidence: too few wordings" in told
    assert "not learned yet" not in told


def test_check_prints_every_problem_with_its_line(folder: Path, capsys: Captured) -> None:
    (first, second) = (next((folder / "entries").glob(f"{name}-*")) for name in ("F15", "F16"))
    first.write_text(first.read_text("utf-8").replace("theme: support", "theme: suport"), "utf-8")
    second.write_text(second.read_text("utf-8").replace("question:", "questoin:"), "utf-8")
    assert main(["corpus", "check", "--fast"]) == 1
    printed = capsys.readouterr().out
    assert re.search(rf"entries/{first.name}:\d+: unknown theme 'suport'", printed)
    assert re.search(rf"entries/{second.name}:\d+: unknown key 'questoin'", printed)


def test_typography_is_mended_in_our_own_wordings_only(folder: Path, capsys: Captured) -> None:
    before = read_corpus(folder)
    (reworded,) = (folder / "entries").glob("F56-*.md")
    front, mark, answer = reworded.read_text("utf-8").rpartition("---\n")
    reworded.write_text(front.replace("\u202f?", " ?") + mark + answer.replace("’", "'"), "utf-8")
    assert read_corpus(folder) != before
    assert main(["corpus", "typography"]) == 0
    assert capsys.readouterr().out == "1 entry changed: F56\n"
    after = read_corpus(folder).by_id
    assert after["F56"].question == before.by_id["F56"].question
    assert after["F56"].answer == before.by_id["F56"].answer
    assert after["S05"] == before.by_id["S05"]


def test_the_typography_of_another_language_is_left_alone(folder: Path, capsys: Captured) -> None:
    head = folder / "corpus.yaml"
    head.write_text(head.read_text("utf-8").replace("language: fr", "language: en"), "utf-8")
    (entry,) = (folder / "entries").glob("F56-*.md")
    entry.write_text(entry.read_text("utf-8").replace("\u202f?", " ?"), "utf-8")
    assert main(["corpus", "typography"]) == 0
    assert capsys.readouterr().out == "0 entries changed: none\n"


def test_stats_count_by_theme_and_provenance(capsys: Captured) -> None:
    assert main(["corpus", "stats", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["entries"] == sum(counts["by_theme"].values()) == 58
    assert counts["by_provenance"] == {"verbatim": 10, "reworded": 48}
    assert main(["corpus", "stats"]) == 0
    assert "Homologation CNDA" in capsys.readouterr().out


def test_importing_the_source_document_finds_its_entries_there(
    folder: Path, capsys: Captured
) -> None:
    before = read_corpus(folder)
    assert main(["corpus", "import", str(SEED), "--format", "page-text"]) == 0
    printed = capsys.readouterr().out
    assert "announces 58 entries and holds 10: 48 are missing" in printed
    assert re.search(r"already there +10 +S01 S02 .* S10", printed)
    assert read_corpus(folder) == before


def test_importing_the_source_document_elsewhere_reproduces_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assistant: Assistant
) -> None:
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(tmp_path / "new"))
    assert main(["corpus", "import", str(SEED), "--format", "page-text"]) == 0
    imported = read_corpus(tmp_path / "new", check_count=False)
    answers = {entry.id: entry.answer for entry in imported.entries}
    assert answers == {
        f"S{number:02d}": assistant.corpus.by_id[f"S{number:02d}"].answer for number in range(1, 11)
    }


def test_a_dry_run_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(tmp_path / "new"))
    assert main(["corpus", "import", str(SEED), "--format", "page-text", "--dry-run"]) == 0
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("prune", [True, False])
def test_an_entry_goes_with_its_judgements_if_one_agrees(
    prune: bool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "eval" / "datasets" / "edc-psc"
    shutil.copytree(ROOT / "eval" / "datasets" / "edc-psc", data)
    entries = read_corpus(folder).answers
    before = read_dataset(data, "dev", entries)
    lone = {query for query, right in before.qrels.items() if right.keys() == {"S05"}}
    also = {query for query, right in before.qrels.items() if right.keys() > {"S05"}}
    assert lone
    done = CliRunner().invoke(app_for("corpus"), ["corpus", "remove", "S05"], "y" if prune else "n")
    assert done.exit_code == 0, done.output
    corpus = read_corpus(folder)
    assert len(corpus.entries) == corpus.announced_entries == 57
    if not prune:
        with pytest.raises(CorpusError, match="unknown entry S05"):
            read_dataset(data, "dev", corpus.answers)
        return
    after = read_dataset(data, "dev", corpus.answers)
    assert [query.id for query in after.queries] == [query.id for query in before.queries]
    assert {it.id for it in before.queries if it.answerable} - lone == {
        query.id for query in after.queries if query.answerable
    }
    assert all(after.qrels[query] == {} for query in lone)
    assert all("S05" not in after.qrels[query] and after.qrels[query] for query in also)
    assert '"entry": "S05"' not in (data / "highlights.jsonl").read_text("utf-8")


def test_an_entry_that_is_not_there_is_not_removed(folder: Path, capsys: Captured) -> None:
    assert main(["corpus", "remove", "S50"]) == 1
    assert "holds no entry S50" in capsys.readouterr().err
    assert len(read_corpus(folder).entries) == 58


@pytest.mark.parametrize("form", ["jsonl", "csv", "faqpage"])
def test_what_is_exported_is_imported_as_it_was(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assistant: Assistant
) -> None:
    target = tmp_path / f"export.{form}"
    assert main(["corpus", "export", "--format", form, "-o", str(target)]) == 0
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(tmp_path / "new"))
    assert main(["corpus", "import", str(target), "--format", form]) == 0
    imported = read_corpus(tmp_path / "new")
    assert {entry.id: entry for entry in imported.entries} == assistant.corpus.by_id


def test_where_a_table_names_no_source_the_publisher_is_named(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("question,answer,id\nOù est le pont ?,Sur l’eau.,P01\n", encoding="utf-8")
    theme = ["--theme", read_corpus(folder).themes[0].id]
    assert main(["corpus", "import", str(table), "--format", "csv", *theme]) == 0
    corpus = read_corpus(folder, check_count=False)
    assert corpus.by_id["P01"].provenance.source_title == corpus.publisher


def test_a_malformed_import_writes_nothing(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    before = sorted(path.name for path in (folder / "entries").iterdir())
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"question": "Q ?", "answer": "R."}\n{"question": 3}\n', encoding="utf-8")
    assert main(["corpus", "import", str(bad), "--format", "jsonl"]) == 1
    assert "bad.jsonl:2:" in capsys.readouterr().err
    assert sorted(path.name for path in (folder / "entries").iterdir()) == before


def test_index_info_says_what_the_index_is_made_of(assistant: Assistant, capsys: Captured) -> None:
    assert main(["index", "info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["searched_digest"] == assistant.corpus.searched_digest
    assert facts["entries"] == 58
    assert main(["index", "info"]) == 0


def test_index_build_reuses_what_it_can(assistant: Assistant, capsys: Captured) -> None:
    assert main(["index", "build"]) == 0
    assert "(0 embedded, " in capsys.readouterr().out


def test_no_index_is_said_with_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(tmp_path / "none"))
    assert main(["index", "info"]) == 1
    assert "Run: faqbot index build" in capsys.readouterr().err


def test_model_info_shows_the_prompts(capsys: Captured) -> None:
    assert main(["model", "info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["dimension"], facts["query_prompt"]) == (384, "query: ")


def test_model_fetch_prints_the_folder(capsys: Captured) -> None:
    assert main(["model", "fetch"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_dir()


def test_evaluation_prints_measures_by_slice(
    assistant: Assistant, capsys: Captured, tmp_path: Path
) -> None:
    ours, part = ROOT / "eval/datasets/edc-psc", tmp_path / "part"
    (part / "qrels").mkdir(parents=True)
    shutil.copy(ours / "queries.jsonl", part)
    rows = (ours / "qrels" / "dev.tsv").read_text("utf-8").splitlines(keepends=True)
    (part / "qrels" / "dev.tsv").write_text("".join([rows[0], *rows[1::60]]), "utf-8")
    shutil.copy(ours / "qrels" / "test.tsv", part / "qrels")
    # Every unanswerable query has to be named somewhere.
    (part / "qrels" / "rest.tsv").write_text("".join(rows), "utf-8")
    assert main(["eval", "run", "--dataset", str(part), "--out", str(tmp_path), "--json"]) == 0
    slices = json.loads(capsys.readouterr().out)["default"]["measures"]
    assert slices["all"]["Success@1"]["n"] >= 30
    assert slices["all"]["Success@1"]["value"] > 0.5  # by chance: 1 in 58
    assert {"natural", "scenario", "typo"} <= slices.keys()


def test_an_unknown_split_is_refused(capsys: Captured) -> None:
    assert main(["eval", "run", "--split", "train"]) == 2
    assert "one of 'dev', 'test'" in capsys.readouterr().err


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The database that commands work on, of either engine."""
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create()
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    return url


def test_feedback_is_counted_exported_and_purged(
    database_url: str, capsys: Captured, tmp_path: Path
) -> None:
    from faqbot.feedback.store import FeedbackStore

    interaction = make_interaction()
    entry_id = next(shown.entry_id for shown in interaction.shown if shown.role == "answer")
    with FeedbackStore.open(database_url) as store:
        store.record(interaction)
        store.vote(
            interaction.id,
            entry_id,
            useful=False,
            reason="outdated",
            comment="=1+1",
            at=datetime.now(UTC),
        )
    assert main(["feedback", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["not_useful"] == 1
    assert main(["feedback", "stats"]) == 0
    printed = capsys.readouterr().out
    assert entry_id in printed
    assert re.search(r"clarify, then chosen +0\n", printed)
    assert re.search(r"small talk +0\n", printed)

    assert main(["feedback", "export", "--format", "csv"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("\ufeffinteraction_id,")
    (row,) = csv.DictReader(io.StringIO(printed))
    assert (row["entry_id"], row["comment"]) == (entry_id, "'=1+1")
    target = tmp_path / "out.jsonl"
    assert main(["feedback", "export", "--format", "jsonl", "-o", str(target)]) == 0
    assert json.loads(target.read_text("utf-8"))["comment"] == "=1+1"

    capsys.readouterr()
    assert main(["feedback", "purge", "--older-than", "0", "--yes"]) == 0
    assert capsys.readouterr().out == "1 interaction erased\n"


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--to", "me:s3cret"], "--to"),
        (["--to", "sqlite:///b.db", "--from", "me:s3cret"], "--from"),
        (["--to", "sqlite:///b.db"], "FAQBOT_DATABASE_URL"),
    ],
)
def test_what_is_no_database_is_named(
    words: list[str], wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    if wrong == "FAQBOT_DATABASE_URL":
        monkeypatch.setenv("FAQBOT_DATABASE_URL", "me:s3cret")
    assert main(["feedback", "migrate", *words]) == 1
    shown = capsys.readouterr().err
    assert f"error: {wrong} is not a database URL" in shown
    assert "s3cret" not in shown


def test_feedback_moves_to_another_database_and_back(
    database_url: str, capsys: Captured, tmp_path: Path
) -> None:
    from faqbot.feedback.store import FeedbackStore

    with FeedbackStore.open(database_url) as store:
        store.record(make_interaction())
    moved = f"sqlite:///{tmp_path / 'moved.sqlite3'}"
    assert main(["feedback", "migrate", "--to", moved]) == 0
    printed = capsys.readouterr()
    assert re.search(r"interactions +1 +[0-9a-f]{12}\n", printed.out)
    assert "Copying interactions" in printed.err
    with FeedbackStore.open(moved) as store:
        assert figures(store).questions == 1
        store.record(make_interaction())

    assert main(["feedback", "migrate", "--from", moved, "--to", database_url]) == 1
    assert "data of its own (interactions" in capsys.readouterr().err
    assert (
        main(["feedback", "migrate", "--to", "postgresql+psycopg://me:s3cret@127.0.0.1:1/x"]) == 1
    )
    assert "s3cret" not in capsys.readouterr().err


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "faqbot", "corpus", "stats", "--json"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(finished.stdout)["entries"] == 58


def test_a_reader_that_goes_away_causes_no_trace() -> None:
    command = f"{sys.executable} -m faqbot corpus export --format jsonl | head -c 10"
    finished = subprocess.run(  # noqa: S602 - a pipe is the point
        command,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert "Traceback" not in finished.stderr


def test_a_corpus_is_published_listed_and_rolled_back(small: Path, capsys: Captured) -> None:
    before = read_corpus(small).digest
    assert main(["corpus", "rollback"]) == 1
    assert "there are 0 releases before the current one" in capsys.readouterr().err
    assert main(["corpus", "publish", "--author", "Zoé"]) == 0
    first = re.fullmatch(r"release (\w{12}) is current\n", capsys.readouterr().out)
    head = small / "corpus.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("contact: ", "contact: new-"), "utf-8")
    assert main(["corpus", "publish", "--note", "autre [adresse]"]) == 0
    second = re.fullmatch(r"release (\w{12}) is current\n", capsys.readouterr().out)
    assert first
    assert second
    assert main(["corpus", "releases", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    told = [(it["digest"][:12], it["current"], it["author"], it["note"]) for it in listed]
    assert told == [
        (second[1], True, None, "autre [adresse]"),
        (first[1], False, "Zoé", None),
    ]
    assert listed[1]["corpus_digest"] == before
    assert main(["corpus", "rollback", first[1]]) == 0
    assert capsys.readouterr().out == f"release {first[1]} is current again\n"
    assert main(["corpus", "releases"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        [second[1], f"{listed[0]['created_at'][:10]}"],
        [first[1], "*"],
    ]
    assert "autre [adresse]" in lines[1]
    assert main(["corpus", "rollback", ""]) == 1
    assert "there are 0 releases starting with ''" in capsys.readouterr().err
    assert main(["corpus", "publish", "--note", "encore"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"release {second[1]} is current\n"
    assert "published already" in printed.err
    assert (
        "(author: none, note: autre [adresse]); what is said of it now is not kept" in printed.err
    )
    assert main(["corpus", "patch", ""]) == 1


def test_a_corpus_with_problems_is_not_published(folder: Path, capsys: Captured) -> None:
    (folder / "entries" / "S05-proxy.md").write_text("no entry", encoding="utf-8")
    assert main(["corpus", "publish"]) == 1
    assert "no front matter" in capsys.readouterr().err
    assert main(["corpus", "releases", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
