"""Drafts by a language model: asked of a server that stands in, accepted or not at a terminal."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from faqbot.assistant import Assistant
from faqbot.cli import main
from faqbot.cli.root import app_for
from faqbot.corpus.reading import read_corpus
from faqbot.settings import Settings
from tests.thinned import thinned_dataset

ROOT = Path(__file__).parents[2]
GOOD = "Un intermédiaire est-il imposé devant le DMP, ou libre à chacun ?"
OTHER = "Quelle est la durée de vie d’un certificat délivré par l’ANS ?"
UNSURE = "Combien de temps un certificat serveur de l’IGC-Santé reste-t-il valable ?"
HELD = "Peut-on se passer de Proxy e-Santé ?"
COPY = "franchement ça sert à koi le proxy, on peut pas taper direct sur l’api dmp merci ?"
Captured = pytest.CaptureFixture[str]


class StandIn(ThreadingHTTPServer):
    """Speaks as OpenAI's servers do, and says what a test puts into its mouth."""

    says = ""
    prompts: list[str]


class Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.prompts.append(asked["messages"][-1]["content"])
        message = {"role": "assistant", "content": self.server.says}
        reply = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn(("127.0.0.1", 0), Handler) as server:
        server.prompts = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands are run: the data sets are read there each time."""
    project = tmp_path_factory.mktemp("project")
    thinned_dataset(project / "eval" / "datasets" / "edc-psc")
    return project


@pytest.fixture(autouse=True)
def folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    assistant: Assistant,
    project: Path,
) -> Path:
    """A copy of the corpus to work on."""
    copy = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", copy)
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(copy))
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(settings.index_dir))
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr(Assistant, "open", lambda *_, **__: assistant)
    monkeypatch.chdir(project)
    return copy


def run(server: StandIn, command: str, *words: str, typed: str = "") -> Result:
    address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    model = ["--model", "openai:stand-in", "--base-url", address]
    return CliRunner().invoke(app_for("corpus"), ["corpus", command, *words, *model], typed)


def test_wordings_are_sifted_and_added_one_by_one(
    stand_in: StandIn, folder: Path, assistant: Assistant
) -> None:
    second = "Doit-on vraiment intercaler cette passerelle, ou est-ce un choix de chacun ?"
    stand_in.says = (
        f"1. {GOOD}\n- {OTHER}\n{HELD}\n\n{COPY}\n{'très ' * 100}long ?\n* {second}\n{UNSURE}\n"
    )
    before = assistant.corpus.by_id["S05"]
    done = run(stand_in, "propose-wordings", "S05", typed="y\nn\nn\n")
    assert done.exit_code == 0, done.output
    assert f"{UNSURE}\n  today first: F55 · " in done.output
    assert before.answer in stand_in.prompts[0]
    for text, why in (
        (OTHER, "F53 answers it"),
        (HELD, "stands in S05 already"),
        (COPY, "nearly a copy of a text of S05"),
        ("long ?", "longer than 300"),
    ):
        (line,) = (it for it in done.output.splitlines() if text in it)
        assert why in line
    after = read_corpus(folder).by_id["S05"]
    assert after.variants == (*before.variants, GOOD)
    (noted,) = (folder / "drafted.jsonl").read_text("utf-8").splitlines()
    assert json.loads(noted)["text"] == GOOD
    assert json.loads(noted)["model"] == "openai:stand-in"


def test_what_is_edited_meanwhile_stays(
    stand_in: StandIn, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.says = GOOD
    (path,) = folder.glob("entries/S05-*.md")

    def edit_then_accept(*_: Any) -> bool:
        path.write_text(path.read_text("utf-8") + "\n\nUne phrase de plus.\n", "utf-8")
        return True

    monkeypatch.setattr(typer, "confirm", edit_then_accept)
    done = run(stand_in, "propose-wordings", "S05")
    assert done.exit_code == 0, done.output
    after = read_corpus(folder).by_id["S05"]
    assert after.answer.endswith("Une phrase de plus.")
    assert after.variants[-1] == GOOD


def test_several_entries_are_drafted_for_in_turn(stand_in: StandIn, folder: Path) -> None:
    stand_in.says = f"{GOOD}\n{UNSURE}"
    done = run(stand_in, "propose-wordings", "S05", "F55", "S05", typed="y\nn\n")
    assert done.exit_code == 0, done.output
    assert done.output.count("a draft for S05") == 2
    assert GOOD in read_corpus(folder).by_id["S05"].variants
    assert run(stand_in, "propose-wordings", "S05", "F99").exit_code == 1
    assert len(stand_in.prompts) == 2


def test_an_evaluation_question_is_not_given_away(stand_in: StandIn, folder: Path) -> None:
    lines = (ROOT / "eval/datasets/edc-psc/queries.jsonl").read_text("utf-8").splitlines()
    stand_in.says = json.loads(lines[0])["text"]
    done = run(stand_in, "propose-wordings", "S01")
    assert "gives away the evaluation question natural-001" in done.output
    assert read_corpus(folder) == read_corpus(ROOT / "corpus")


def test_drafts_can_be_reviewed_later(
    stand_in: StandIn, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.says = GOOD
    drafts = tmp_path / "drafts.jsonl"
    assert run(stand_in, "propose-wordings", "S05", "--out", str(drafts)).exit_code == 0
    assert read_corpus(folder) == read_corpus(ROOT / "corpus")
    later = ["corpus", "propose-wordings", "S05", "--from", str(drafts)]
    assert CliRunner().invoke(app_for("corpus"), later, "y\n").exit_code == 0
    assert len(stand_in.prompts) == 1
    assert read_corpus(folder).by_id["S05"].variants[-1] == GOOD


def test_a_file_that_holds_no_drafts_is_told(tmp_path: Path, capsys: Captured) -> None:
    other = tmp_path / "faq.csv"
    other.write_text("question,answer\n")
    assert main(["corpus", "propose-wordings", "S05", "--from", str(other)]) == 1
    assert "faq.csv: holds no drafts" in capsys.readouterr().err


def entry_words(tmp_path: Path) -> list[str]:
    (tmp_path / "asked.txt").write_text("Peut-on payer en ligne ?\npaiement par carte\n", "utf-8")
    (tmp_path / "facts.txt").write_text("Le paiement en ligne ouvre en 2027.", "utf-8")
    return [
        *(str(tmp_path / "asked.txt"), "--facts", str(tmp_path / "facts.txt")),
        *("--theme", "support", "--source-title", "Page", "--source-url", "https://a.fr/b"),
    ]


@pytest.mark.parametrize("typed", ["y\n", "n\n"])
def test_an_entry_is_drafted_from_facts_and_added_if_accepted(
    typed: str, stand_in: StandIn, folder: Path, tmp_path: Path
) -> None:
    stand_in.says = "**Question : Peut-on payer par carte ?**\n\nOui, en ligne, dès 2027.\n"
    done = run(stand_in, "propose-entry", *entry_words(tmp_path), typed=typed)
    assert done.exit_code == 0, done.output
    assert "paiement par carte" in stand_in.prompts[0]
    assert "ouvre en 2027" in stand_in.prompts[0]
    corpus = read_corpus(folder)
    if typed == "n\n":
        assert corpus == read_corpus(ROOT / "corpus")
        assert not (folder / "drafted.jsonl").exists()
        return
    assert corpus.announced_entries == len(corpus.entries) == 59
    entry = corpus.by_id["I01"]
    assert (entry.question, entry.answer, entry.theme) == (
        *("Peut-on payer par carte ?", "Oui, en ligne, dès 2027.", "support"),
    )
    assert entry.provenance.kind == "reworded"
    assert entry.provenance.source_url == "https://a.fr/b"
    assert '"entry": "I01"' in (folder / "drafted.jsonl").read_text("utf-8")


def test_facts_that_do_not_answer_give_no_entry(
    stand_in: StandIn, folder: Path, tmp_path: Path
) -> None:
    stand_in.says = "RIEN."
    assert run(stand_in, "propose-entry", *entry_words(tmp_path)).exit_code == 1
    assert read_corpus(folder) == read_corpus(ROOT / "corpus")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ([], "name a model with --model"),
        (["--model", "anthropic:x"], "pip install langchain-anthropic"),
        (["--model", "nobody:x"], "cannot use the model nobody:x: "),
        (["--model", "openai:x", "--base-url", "http://127.0.0.1:9"], "did not answer"),
    ],
)
def test_a_model_that_cannot_be_used_is_told(model: list[str], told: str, capsys: Captured) -> None:
    assert main(["corpus", "propose-wordings", "S05", *model]) == 1
    assert told in capsys.readouterr().err
