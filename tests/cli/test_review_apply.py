"""`faqbot feedback apply` on a copy of the real corpus and data set, thinned out."""

from __future__ import annotations

import difflib
import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faqbot.cli import main
from faqbot.cli.review_report import next_steps
from faqbot.corpus.reading import read_corpus
from faqbot.evaluation.dataset import read_dataset
from faqbot.feedback.store import FeedbackStore
from faqbot.review import worktree
from faqbot.review.applying import ApplyReport
from faqbot.review.decisions import (
    Decision,
    Draft,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    WrongEntry,
)
from faqbot.review.signals import SignalKey
from faqbot.review.store import DecisionStore
from tests.review.decided import decided, unanswered, voted_down
from tests.samples_of_use import interaction, shown
from tests.thinned import thinned_corpus, thinned_dataset

ROOT = Path(__file__).parents[2]
DATASET = "eval/datasets/edc-psc"
Captured = pytest.CaptureFixture[str]
NEW = "Mon tonton peut-il brancher sa vieille imprimante matricielle au proxy du cabinet ?"
WORDING = "référent candidature Convergence"
DRAFT = Draft(
    question="Quelle imprimante matricielle choisir pour l'officine ?",
    answer="Toutes conviennent...",
    theme="support",
    source_title="Essai",
    source_url="https://example.org/essai",
    checked_on=date(2026, 11, 20),
)


@pytest.fixture(scope="module")
def thinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folders: each test reads them several times."""
    project = tmp_path_factory.mktemp("thinned")
    thinned_corpus(project / "corpus", whole={"F12"})
    thinned_dataset(project / DATASET)
    return project


@pytest.fixture
def tree(thinned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "project"
    shutil.copytree(thinned, copy)
    monkeypatch.setenv("FAQBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'faqbot.sqlite3'}")
    monkeypatch.setenv("COLUMNS", "200")
    return copy


@pytest.fixture
def store(tree: Path) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(f"sqlite:///{tree.parent / 'faqbot.sqlite3'}") as store:
        yield store


def take(store: FeedbackStore, decision: Decision, *texts: str, **more: Any) -> list[SignalKey]:
    """Record questions without an answer and decide on them at once."""
    keys = [unanswered(store, text, minutes) for minutes, text in enumerate(texts)]
    DecisionStore(store.database).decide(
        decided(decision, *zip(keys, texts, strict=True), **more), replaces=None
    )
    return keys


def contents(tree: Path) -> dict[str, bytes]:
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file()
    }


def added(tree: Path, before: dict[str, bytes]) -> dict[str, list[str]]:
    """The lines that were added, by file; no line may have been removed."""
    found: dict[str, list[str]] = {}
    for name, content in contents(tree).items():
        if content == before.get(name):
            continue
        old = before.get(name, b"").decode().split("\n")
        delta = list(difflib.unified_diff(old, content.decode().split("\n"), n=0))[2:]
        lines = [line for line in delta if not line.startswith("@@")]
        if lines:
            assert all(line.startswith("+") for line in lines), (name, lines)
            found[name] = [line[1:] for line in lines]
    return found


def apply(tree: Path, capsys: Captured, *options: str) -> dict[str, Any]:
    assert main(["feedback", "apply", "--into", str(tree), "--json", *options]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_a_question_becomes_an_evaluation_query_with_its_origin(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    (key,) = take(store, RightEntry("F12", "query"), NEW, history=("Bonjour, le proxy ?",))
    before = contents(tree)
    report = apply(tree, capsys)
    identifier = f"feedback-{key.interaction_id.hex[:12]}"
    digest = hashlib.sha256(f"Bonjour, le proxy ?\n{NEW}".encode()).digest()
    split = "test" if digest[0] % 2 else "dev"
    lines = added(tree, before)
    assert lines[f"{DATASET}/qrels/{split}.tsv"] == [f"{identifier}\tF12\t1"]
    (line,) = lines[f"{DATASET}/queries.jsonl"]
    query = json.loads(line)
    origin = query["metadata"].pop("origin")
    assert query == {
        "_id": identifier,
        "text": NEW,
        "metadata": {
            "slice": "feedback",
            "answerable": True,
            "history": ["Bonjour, le proxy ?"],
        },
    }
    assert origin["interaction"] == str(key.interaction_id)
    assert (origin["signal"], origin["asked_on"]) == ("unanswered", "2026-11-23")
    assert (origin["reviewer"], origin["decision"]) == ("marie", report["applied"][0])
    (ledger,) = lines["eval/feedback.jsonl"]
    assert json.loads(ledger)["questions"][0]["interaction"] == str(key.interaction_id)
    assert set(lines) == set(report["files"])
    ids = read_corpus(tree / "corpus").by_id.keys()
    assert read_dataset(tree / DATASET, split, ids).qrels[identifier] == {"F12": 1}


def test_a_variant_adds_one_line_to_its_entry(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "variant"), f"{NEW[:-2]} : oui ou non ?", "tonton matriciel ?")
    before = contents(tree)
    apply(tree, capsys)
    lines = added(tree, before)
    (entry,) = (name for name in lines if name.startswith("corpus/entries/F12-"))
    assert lines[entry] == [f"  - '{NEW[:-2]} : oui ou non ?'", "  - tonton matriciel ?"]
    assert not any("/datasets/" in name for name in lines)


def test_an_unanswerable_question_becomes_a_query_or_an_example(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, OutOfScope(), NEW)
    take(store, OutOfScope("hds-cout-procedure"), "prix du tampon matriciel HDS : combien ?")
    before = contents(tree)
    apply(tree, capsys)
    lines = added(tree, before)
    assert lines["corpus/out-of-scope.yaml"] == ["    - 'prix du tampon matriciel HDS : combien ?'"]
    (qrel,) = lines.get(f"{DATASET}/qrels/dev.tsv") or lines[f"{DATASET}/qrels/test.tsv"]
    assert qrel.endswith("\t-\t0")
    subjects = {found.id: found for found in read_corpus(tree / "corpus").out_of_scope}
    assert subjects["hds-cout-procedure"].examples[-1].startswith("prix du tampon")


def test_a_missing_entry_becomes_a_draft_with_the_next_id(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, MissingEntry(DRAFT, "variant"), NEW)
    report = apply(tree, capsys)
    corpus = read_corpus(tree / "corpus")
    entry = corpus.by_id["F63"]
    assert (entry.provenance.kind, entry.provenance.checked_on) == ("reworded", date(2026, 11, 20))
    assert (entry.answer, entry.variants, entry.theme) == ("Toutes conviennent…", (NEW,), "support")
    assert entry.question == "Quelle imprimante matricielle choisir pour l’officine\u202f?"
    assert corpus.announced_entries == len(corpus.entries) == 59
    told = [what for _, what in report["decisions"][0]["changes"]]
    assert "announced_entries: 58 → 59" in told
    head = (tree / "corpus/corpus.yaml").read_text("utf-8")
    assert head == (ROOT / "corpus/corpus.yaml").read_text("utf-8").replace(": 58", ": 59")


def test_the_id_of_a_removed_entry_stays_with_its_feedback(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    store.record(interaction(shown=(shown("F63"), shown("glossary:REM", 2))))
    take(store, MissingEntry(DRAFT, None), NEW)
    apply(tree, capsys)
    assert "F64" in read_corpus(tree / "corpus").by_id


def test_a_draft_of_another_language_keeps_its_typography(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    head = tree / "corpus/corpus.yaml"
    head.write_text(head.read_text("utf-8").replace("language: fr", "language: en"), "utf-8")
    take(store, MissingEntry(DRAFT, None), NEW)
    apply(tree, capsys)
    entry = read_corpus(tree / "corpus").by_id["F63"]
    assert (entry.question, entry.answer) == (DRAFT.question, DRAFT.answer)


def test_a_wrong_entry_becomes_a_to_do(tree: Path, store: FeedbackStore, capsys: Captured) -> None:
    key = voted_down(store)
    DecisionStore(store.database).decide(
        decided(WrongEntry("S01", "La date a changé."), (key, "Où ?")), replaces=None
    )
    before = contents(tree)
    apply(tree, capsys)
    lines = added(tree, before)
    assert set(lines) == {"corpus/TODO.md", "eval/feedback.jsonl"}
    assert any(
        line.startswith("- [ ] **S01** La date a changé.") and "marie" in line
        for line in lines["corpus/TODO.md"]
    )


def test_spam_changes_no_file(tree: Path, store: FeedbackStore, capsys: Captured) -> None:
    take(store, Ignored(), NEW)
    before = contents(tree)
    assert len(apply(tree, capsys)["applied"]) == 1
    assert contents(tree) == before
    assert DecisionStore(store.database).decisions(to_apply=True) == ()


REFUSED: list[tuple[Decision, str, str, str]] = [
    (RightEntry("F12", "query"), WORDING.upper(), "is_wording", "F12"),
    (
        RightEntry("F13", "query"),
        "Ai-je un interlocuteur attitré pour mon dossier chez vous ?",
        "near_copy",
        "F12",
    ),
    (RightEntry("F13", "variant"), WORDING, "is_wording", "F12"),
    (
        RightEntry("S01", "variant"),
        "on s'est trompés en déclarant notre solution, peut-on encore rectifier le tir",
        "is_query",
        "natural-001",
    ),
    (
        RightEntry("S01", "variant"),
        "On s'est trompés en déclarant notre solution, peut-on encore rectifier le tir, dis ?",
        "near_copy",
        "natural-001",
    ),
    (
        OutOfScope(),
        "On s'est trompés en déclarant notre solution, peut-on encore rectifier le tir ?",
        "is_query",
        "natural-001",
    ),
    (OutOfScope("hds-cout-procedure"), WORDING, "is_wording", "F12"),
    (OutOfScope("nowhere"), NEW, "unknown_subject", "nowhere"),
    (RightEntry("Z99", "query"), NEW, "unknown_entry", "Z99"),
    (WrongEntry("Z99", "?"), NEW, "unknown_entry", "Z99"),
]


def test_what_would_spoil_the_measures_is_refused_with_the_reason(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    for decision, text, _, _ in REFUSED:
        take(store, decision, text)
    before = contents(tree)
    report = apply(tree, capsys)
    assert report["applied"] == []
    found = [(it[0], *it[1]) for outcome in report["decisions"] for it in outcome["refused"]]
    assert sorted(found) == sorted(case[1:] for case in REFUSED)
    assert contents(tree) == before
    left = {decision.refusal for decision in DecisionStore(store.database).decisions(to_apply=True)}
    assert left == {f"{code} {place}" for _, _, code, place in REFUSED}


def test_one_text_never_becomes_both_query_and_variant(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "query"), NEW)
    take(store, RightEntry("F12", "variant"), NEW)
    report = apply(tree, capsys)
    assert (len(report["applied"]), len(report["decisions"])) == (1, 2)
    assert NEW not in read_corpus(tree / "corpus").by_id["F12"].variants or NEW not in (
        tree / DATASET / "queries.jsonl"
    ).read_text("utf-8")


def test_of_a_cluster_what_is_good_is_written_and_the_rest_told(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "query"), NEW, WORDING, NEW.upper())
    report = apply(tree, capsys)
    (outcome,) = report["decisions"]
    assert report["applied"] == [outcome["decision"]["id"]]
    assert [text for text, _ in outcome["refused"]] == [WORDING]
    assert len(outcome["already"]) == 1


def test_a_dry_run_writes_and_marks_nothing(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "query"), NEW)
    before = contents(tree)
    planned = apply(tree, capsys, "--dry-run")
    assert contents(tree) == before
    assert len(DecisionStore(store.database).decisions(to_apply=True)) == 1
    assert apply(tree, capsys)["files"] == planned["files"] != []


def test_running_again_is_harmless(tree: Path, store: FeedbackStore, capsys: Captured) -> None:
    take(store, MissingEntry(DRAFT, "query"), NEW)
    take(store, RightEntry("F12", "variant"), "tonton matriciel ?")
    apply(tree, capsys)
    after = contents(tree)
    assert apply(tree, capsys) == {
        "dry_run": False,
        "applied": [],
        "decisions": [],
        "files": [],
        "changed_meanwhile": [],
    }
    assert contents(tree) == after


def test_a_run_that_died_before_it_marked_its_work_is_taken_up(
    tree: Path, store: FeedbackStore, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, MissingEntry(DRAFT, "query"), NEW)
    take(store, OutOfScope("hds-cout-procedure"), "prix du tampon matriciel ?")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DecisionStore, "mark", die)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            raise SystemExit(main(["feedback", "apply", "--into", str(tree)]))
    capsys.readouterr()
    after = contents(tree)
    report = apply(tree, capsys)
    assert report["files"] == []
    assert len(report["applied"]) == len(report["decisions"]) == 2
    assert contents(tree) == after
    assert DecisionStore(store.database).decisions(to_apply=True) == ()


def test_when_a_file_cannot_be_written_none_is_changed(
    tree: Path, store: FeedbackStore, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, RightEntry("F12", "query"), NEW)
    before = contents(tree)
    write = worktree.write_atomically

    def fail_late(path: Path, text: str) -> None:
        if path.name == "feedback.jsonl" and tree in path.parents:
            raise OSError(28, "No space left on device", str(path))
        write(path, text)

    monkeypatch.setattr(worktree, "write_atomically", fail_late)
    assert main(["feedback", "apply", "--into", str(tree)]) == 1
    assert "No space left" in capsys.readouterr().err
    assert contents(tree) == before
    assert len(DecisionStore(store.database).decisions(to_apply=True)) == 1


def test_a_folder_that_is_no_project_is_named(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "query"), NEW)
    assert main(["feedback", "apply", "--into", str(tree / "corpus")]) == 1
    assert "name the project's folder with --into" in capsys.readouterr().err


def test_the_report_says_what_was_done_and_what_comes_next(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, MissingEntry(DRAFT, None), NEW)
    take(store, RightEntry("F12", "query"), WORDING)
    assert main(["feedback", "apply", "--into", str(tree)]) == 0
    printed = capsys.readouterr().out
    assert "new entry: Quelle imprimante" in printed
    assert "announced_entries: 58 → 59" in printed
    assert f"refused: {WORDING}: it is a wording of F12 already" in printed
    assert "1 decision applied, 1 refused" in printed
    steps = ("git diff", "corpus check", "eval compare", "--save-baseline")
    assert all(step in printed for step in steps)
    assert "eval calibrate" not in printed  # confidence is learned when the corpus is opened
    assert main(["feedback", "apply", "--into", str(tree)]) == 0
    assert "0 decisions applied, 1 refused, 0 files written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("eval/datasets/edc-psc/qrels/dev.tsv",), True),
        (("eval/datasets/edc-psc/qrels/test.tsv", "corpus/entries/F12-x.md"), False),
        ((), False),
    ],
)
def test_labelled_questions_follow_the_dev_split(files: tuple[str, ...], told: bool) -> None:
    steps = next_steps(ApplyReport(decisions=(), files=files), "edc-psc")
    calibrate = "faqbot eval calibrate --dataset edc-psc --save"
    assert any(calibrate in step for step in steps) == told


def test_next_steps_name_the_data_set() -> None:
    files = ("eval/datasets/mairie/qrels/dev.tsv", "corpus/entries/F12-x.md")
    steps = next_steps(ApplyReport(decisions=(), files=files), "mairie")
    commands = [step for step in steps if "faqbot eval" in step]
    assert len(commands) == 4
    assert all("mairie" in step for step in commands)
    assert not any("compare" in step and "--dataset mairie" not in step for step in commands)


def test_where_there_is_no_data_set_the_way_to_one_is_told(
    tree: Path, store: FeedbackStore, capsys: Captured
) -> None:
    take(store, RightEntry("F12", "query"), NEW)
    command = ["feedback", "apply", "--into", str(tree), "--dataset", "mairie"]
    assert main(command) == 1
    assert "begin one with an empty queries.jsonl" in capsys.readouterr().err
    folder = tree / "eval" / "datasets" / "mairie" / "qrels"
    folder.mkdir(parents=True)
    (folder.parent / "queries.jsonl").touch()
    for split in ("dev", "test"):
        (folder / f"{split}.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    assert main(command) == 0
    assert NEW in (folder.parent / "queries.jsonl").read_text("utf-8")
