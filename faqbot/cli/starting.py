"""``faqbot init``: another FAQ, in a folder of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from faqbot.cli.output import stdout
from faqbot.corpus.exchange.import_planning import apply_plan, plan_import
from faqbot.corpus.exchange.import_reading import (
    ImportDefaults,
    ImportedPage,
    import_text,
    read_import,
)
from faqbot.corpus.exchange.raw_entries import ImportFormat
from faqbot.corpus.typography import typographic
from faqbot.downloads import jsonl_lines
from faqbot.errors import SettingsError, counted
from faqbot.files import write_atomically
from faqbot.settings import FILE

_FORMATS: dict[str, ImportFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".html": "faqpage",
    ".txt": "page-text",
}
_SETTINGS = """\
# Settings of this FAQ, for all that is started in this folder; the environment comes first.
FAQBOT_CORPUS_DIR=corpus
FAQBOT_INDEX_DIR=indexes
FAQBOT_DATABASE_URL=sqlite:///faqbot.sqlite3
"""
_FIRST = {
    "fr": (
        *("À propos", "À quoi sert cet assistant\u202f?"),
        *("Il répond aux questions courantes sur {title}.", "Comment nous contacter\u202f?"),
        "Écrivez à {contact}.",
    ),
    "en": (
        *("About", "What is this assistant for?", "It answers common questions about {title}."),
        *("How can I reach you?", "Write to {contact}."),
    ),
}
"""Theme, question, answer, question, answer."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New; corpus/ comes into it.")],
    title: Annotated[str, typer.Option(prompt="Title of the FAQ", help="What it is about.")],
    contact: Annotated[
        str,
        typer.Option(
            prompt="E-mail address of the support", help="E-mail address, where to ask further."
        ),
    ],
    language: Annotated[
        str | None,
        typer.Option(help="Of its texts: two letters; default: asked for, fr without a terminal."),
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(help="Who publishes it; default: the title.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", exists=True, dir_okay=False, help="Entries: .csv, .jsonl, .html or .txt."
        ),
    ] = None,
    source_url: Annotated[
        str | None, typer.Option(help="Page that the answers come from, where they name none.")
    ] = None,
) -> None:
    """Start another FAQ: a corpus, and settings that keep its data beside it."""
    corpus = folder / "corpus"
    if corpus.exists() or (folder / FILE).exists():
        msg = f"{folder} holds corpus/ or {FILE} already: name another folder"
        raise SettingsError(msg)
    if language is None:
        asks = sys.stdin.isatty()
        language = typer.prompt("Language of its texts", default="fr") if asks else "fr"
    if source_url is None and source and sys.stdin.isatty():
        source_url = typer.prompt("Address of the page that the answers come from", default="")
    if source is None:
        page = _first_page(title, contact, language, source_url or "")
    elif (form := _FORMATS.get(source.suffix.lower())) is None:
        msg = f"{source} ends with none of {' '.join(_FORMATS)}: rename it"
        raise SettingsError(msg)
    else:
        silent = ImportDefaults(source_title=publisher or title, source_url=source_url or "")
        page = read_import(source, form, silent)
    head = {"title": title, "contact": contact, "language": language}
    plan = plan_import(page, corpus, head | {"publisher": publisher or title})
    apply_plan(plan, corpus)
    write_atomically(folder / FILE, _SETTINGS)
    write_atomically(folder / ".gitignore", "indexes/\nfaqbot.sqlite3*\n")
    stdout().print(
        f"{counted(len(plan.entries), 'entry')} written to {corpus}\n"
        f"serve them: cd {folder} && faqbot serve\n"
        "then: faqbot corpus check says what is missing. Few answers are sure without variants,\n"
        "other ways to ask: faqbot corpus propose-wordings drafts some",
    )


def _first_page(title: str, contact: str, language: str, source_url: str) -> ImportedPage:
    """Make entries that are true of every FAQ, to begin with."""
    theme, *texts = _FIRST.get(language, _FIRST["en"])
    filled = [typographic(it.format(title=title, contact=contact), language) for it in texts]
    entries = (
        {"question": question, "answer": answer, "theme": theme}
        for question, answer in zip(filled[::2], filled[1::2], strict=True)
    )
    defaults = ImportDefaults(source_title=title, source_url=source_url, prefix="A")
    return import_text("".join(jsonl_lines(entries)), "init", "jsonl", defaults)
