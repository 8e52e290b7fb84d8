"""A tiny corpus on disk; its texts are literal so that tests can name lines."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from faqbot.corpus.entry import Entry
from faqbot.corpus.reading import read_corpus

# A busy machine must not fail a test: how long an example takes is not what these tests are about.
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")

CORPUS = """\
title: FAQ d’essai
language: fr
publisher: Éditeur d’essai
contact: aide@example.org
announced_entries: 2
themes:
  - id: un
    label: Premier thème
  - id: deux
    label: Deuxième thème
"""
GLOSSARY = """\
PSC:
  expansions:
    - Pro Santé Connect
  source: essai
"""
FIRST = """\
---
id: S01
question: Comment ouvrir un compte ?
variants:
  - ouvrir un compte
  - créer mon compte
theme: un
provenance:
  kind: reworded
  source_title: FAQ d’essai
  source_url: https://www.example.org/faq
  checked_on: 2026-11-23
updated_on: 2026-11-23
---

Demandez-le au support.

- Par écrit : aide@example.org
- Par téléphone.
"""
SECOND = """\
---
id: F11
question: Faut-il une carte CPS ?
theme: deux
provenance:
  kind: verbatim
  source_title: FAQ d’essai
  source_url: https://www.example.org/faq
  checked_on: 2026-11-23
updated_on: 2026-11-22
---

Non.
"""


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    """A folder with a valid corpus of two entries."""
    folder = tmp_path / "corpus"
    (folder / "entries").mkdir(parents=True)
    (folder / "corpus.yaml").write_text(CORPUS, encoding="utf-8")
    (folder / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    (folder / "entries" / "S01-ouvrir-compte.md").write_text(FIRST, encoding="utf-8")
    (folder / "entries" / "F11-carte.md").write_text(SECOND, encoding="utf-8")
    return folder


def read_alone(text: str, name: str) -> Entry:
    """Read one entry file in a corpus that holds no other."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "entries").mkdir()
        (folder / "corpus.yaml").write_text(CORPUS, encoding="utf-8")
        (folder / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
        (folder / "entries" / name).write_text(text, encoding="utf-8", newline="")
        (entry,) = read_corpus(folder, check_count=False).entries
    return entry


def snapshot(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
