"""`faqbot init`: from nothing, or from a table, to a folder that faqbot serves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from faqbot import wording
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.cli import main
from faqbot.corpus.checks import text_warnings
from faqbot.corpus.reading import read_corpus
from faqbot.progress import silent
from faqbot.settings import Settings

HEAD = ["--title", "Les ponts", "--contact", "aide@ponts.fr", "--language", "fr"]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CORPUS_DIR", "INDEX_DIR", "DATABASE_URL"):
        monkeypatch.delenv(f"FAQBOT_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_folder_is_made_that_can_be_served_from_inside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured, assistant: Assistant
) -> None:
    assert main(["init", "ponts", *HEAD]) == 0
    assert "cd ponts && faqbot serve" in capsys.readouterr().out
    monkeypatch.chdir("ponts")
    settings = Settings.from_env()
    opened = Assistant.open(settings, progress=silent, embedder=assistant.embedder)
    service = Service.open(settings, opened)
    with TestClient(create_app(service), base_url="http://localhost") as client:
        page = client.get("/questions")
        reply = client.post("/api/v1/chat", json={"question": "Comment nous contacter ?"})
    assert "Les ponts" in page.text
    assert 'href=""' not in page.text
    assert "example.org" not in page.text
    assert wording.PROVENANCE_UNLINKED in page.text
    assert "copie de la page" not in page.text
    assert reply.json()["answers"][0]["answer_text"] == "Écrivez à aide@ponts.fr."
    made = {path.name for path in (tmp_path / "ponts").iterdir()}
    assert {"corpus", "indexes", "faqbot.sqlite3", "faqbot.env", ".gitignore"} <= made


@pytest.mark.parametrize("language", ["fr", "en"])
def test_of_what_faqbot_writes_itself_only_the_source_is_to_be_mended(language: str) -> None:
    title = ["--title", "L'eau et ses ponts"]
    assert main(["init", "ponts", *title, *HEAD[2:5], language]) == 0
    (warning,) = text_warnings(read_corpus(Path("ponts/corpus")))
    assert "source_url is empty" in warning.message


def test_a_table_becomes_the_corpus(tmp_path: Path) -> None:
    Path("ponts.csv").write_text(
        "Question,Réponse,Thème\nO&ugrave; est le pont ?,Sur l&#39;eau.,Lieux\n", encoding="utf-8"
    )
    source = ["--from", "ponts.csv", "--source-url", "https://ponts.fr/faq"]
    assert main(["init", "ponts", *HEAD, "--publisher", "La ville", *source]) == 0
    corpus = read_corpus(tmp_path / "ponts" / "corpus")
    assert (corpus.title, corpus.publisher, corpus.contact) == (
        *("Les ponts", "La ville", "aide@ponts.fr"),
    )
    (entry,) = corpus.entries
    assert (entry.question, entry.answer) == ("Où est le pont ?", "Sur l'eau.")
    assert entry.provenance.source_url == "https://ponts.fr/faq"
    assert entry.provenance.source_title == "La ville"
    assert corpus.theme_label(entry) == "Lieux"


@pytest.mark.parametrize(
    ("language", "label"),
    [([], "Questions courantes"), (["--language", "en"], "Common questions")],
)
def test_what_names_no_theme_has_one_in_the_language_of_the_texts(
    language: list[str], label: str
) -> None:
    Path("un.csv").write_text("question,answer\nOù ?,Là.\n", encoding="utf-8")
    assert main(["init", "ponts", *HEAD[:4], *language, "--from", "un.csv"]) == 0
    corpus = read_corpus(Path("ponts/corpus"))
    assert [theme.label for theme in corpus.themes] == [label]
    assert corpus.language == (language or ["fr"])[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ponts", *HEAD[:3], "nowhere", *HEAD[4:]], "contact is 'nowhere'"),
        (["ponts", *HEAD[:5], "FR"], "language is 'FR', expected two lower-case letters, as fr"),
        (["ponts", *HEAD[:5], "FR", "--from", "un.csv"], "--language: language is 'FR'"),
        (["ponts", *HEAD[:3], "ici", *HEAD[4:], "--from", "un.csv"], "--contact: contact is 'ici'"),
        (["ponts", *HEAD, "--from", "ponts.doc"], "ends with none of .csv"),
        (["full", *HEAD], "holds corpus/ or faqbot.env already"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(
    words: list[str], told: str, tmp_path: Path, capsys: Captured
) -> None:
    Path("ponts.doc").touch()
    Path("un.csv").write_text("question,answer\nOù ?,Là.\n", encoding="utf-8")
    Path("full/corpus").mkdir(parents=True)
    assert main(["init", *words]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "ponts").exists()
    assert list((tmp_path / "full").iterdir()) == [tmp_path / "full" / "corpus"]


def test_the_environment_comes_before_the_file_of_a_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = Path("faqbot.env")
    path.write_text("FAQBOT_CORPUS_DIR=here\nFAQBOT_LOG_LEVEL=debug\n")
    path.chmod(stat.S_IRUSR)
    monkeypatch.setenv("FAQBOT_LOG_LEVEL", "error")
    settings = Settings.from_env()
    assert (settings.corpus_dir, settings.log_level) == (Path("here"), "error")
