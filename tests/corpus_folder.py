"""A corpus on disk that a test edits as an author does."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from faqbot.corpus.entry import Entry
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.writing import render_entry, render_yaml
from tests.samples import corpus


class CorpusFolder:
    """Holds the entries it was last given, each in a file named after its id."""

    def __init__(self, path: Path, *entries: Entry) -> None:
        self.path = path
        (path / "entries").mkdir(parents=True)
        self.write(*entries)

    def write(self, *entries: Entry) -> str:
        """Save entries instead of the former ones, and return the new corpus's digest."""
        faq = corpus(*entries)
        names = ("title", "language", "publisher", "contact", "announced_entries")
        head = {name: getattr(faq, name) for name in names}
        head["themes"] = [asdict(theme) for theme in faq.themes]
        (self.path / "corpus.yaml").write_text(render_yaml(head), encoding="utf-8")
        glossary = "PSC:\n  expansions: [Pro Santé Connect]\n  source: essai\n"
        (self.path / "glossary.yaml").write_text(glossary, encoding="utf-8")
        for entry in entries:
            self.file(entry.id).write_text(render_entry(entry), encoding="utf-8")
        for path in (self.path / "entries").iterdir():
            if path not in {self.file(entry.id) for entry in entries}:
                path.unlink()
        return read_corpus(self.path).digest

    def file(self, entry_id: str) -> Path:
        """Return where an entry stands."""
        return self.path / "entries" / f"{entry_id}-essai.md"
