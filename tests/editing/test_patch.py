"""What `faqbot corpus patch` prints is taken by git, in the repository of the corpus."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from faqbot.cli.root import main
from faqbot.corpus.reading import read_corpus
from faqbot.database.engines import open_database
from faqbot.editing.diffs import corpus_texts, unified_diff
from faqbot.progress import silent
from faqbot.releases import publish
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.samples import entry

BRIDGE = entry("F11", "Combien vaut un pont ?", "Un pont vaut cher.", "prix du pont")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.")
ROAD = entry("F13", "Où mène la route ?", "À la mer.")


def git(folder: Path, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=given, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("place", ["", "faq/corpus"])
def test_a_patch_makes_the_repository_what_was_released(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = tmp_path / "repository"
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    faq = CorpusFolder(repository / place, BRIDGE, DOOR)
    git(repository, "init", "-q")
    git(repository, "add", ".")
    published = CorpusFolder(tmp_path / "released", BRIDGE, DOOR)
    published.write(replace(BRIDGE, answer="Un pont vaut peu."), ROAD)
    settings = Settings(corpus_dir=published.path, index_dir=tmp_path / "indexes", database_url=url)
    with open_database(url) as database:
        database.prepare()
        publish(database, settings, progress=silent, embedder=LetterEmbedder())
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(faq.path))
    assert main(["corpus", "patch"]) == 0
    patch = capsys.readouterr().out
    git(repository, "apply", "--index", given=patch)
    assert corpus_texts(faq.path) == corpus_texts(published.path)
    assert read_corpus(faq.path).by_id.keys() == {"F11", "F13"}
    assert main(["corpus", "patch"]) == 0
    assert capsys.readouterr().out == "", "there is nothing left to apply"


def test_a_patch_keeps_ends_of_lines_and_a_missing_last_one(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    before = {"a.md": "un\r\ndeux", "b.md": "x\n", "c.md": "\u2028 y\n\n"}
    after = {"a.md": "un\r\ntrois", "b.md": "x", "d.md": "neuf\n"}
    for name, text in before.items():
        (tmp_path / name).write_bytes(text.encode())
    git(tmp_path, "apply", given=unified_diff(before, after))
    found = {path.name: path.read_bytes().decode() for path in tmp_path.glob("*.md")}
    assert found == after
