"""``faqbot index``: the search index."""

from __future__ import annotations

from dataclasses import asdict

import typer

from faqbot.assistant import index_folder, refresh_index
from faqbot.cli.output import Json, print_json, print_table, progress_on_stderr, stdout
from faqbot.errors import counted
from faqbot.index.store import read_manifest
from faqbot.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def build() -> None:
    """Build the index, or refresh it: only passages that changed are embedded."""
    settings = Settings.from_env()
    with progress_on_stderr() as progress:
        report = refresh_index(settings, progress=progress)
    stdout().print(
        f"{index_folder(settings)}: {counted(len(report.index.passages), 'passage')} of "
        f"{counted(report.index.manifest.entries, 'entry')} ({report.embedded} embedded, "
        f"{report.reused} reused)",
    )


@app.command()
def info(json: Json = False) -> None:
    """Show what the index was made of."""
    folder = index_folder(Settings.from_env())
    facts = {"folder": str(folder), **asdict(read_manifest(folder))}
    if json:
        print_json(facts)
    else:
        print_table("", "", rows=facts.items())
