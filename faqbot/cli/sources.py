"""``faqbot corpus sources``: whether the pages that answers come from have changed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from faqbot.cli.output import Json, print_json, print_table, progress_on_stderr
from faqbot.corpus.checks import reviews_due
from faqbot.corpus.entry import Entry, Source
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.sources import look_again, write_sources
from faqbot.errors import PageUnavailable
from faqbot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The pages that answers come from.")

_PAUSE_S = 1.0
"""Between two pages: nobody's server is to notice."""


@app.callback()
def _group() -> None: ...


@app.command()
def check(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch each page and compare it.")] = False,
    save: Annotated[
        bool, typer.Option("--save", help="Accept what pages say now: none has changed then.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private networks and proxies, too.")
    ] = False,
    max_age: Annotated[
        int,
        typer.Option(min=1, metavar="DAYS", help="Days after which a page is to be read again."),
    ] = 365,
    json: Json = False,
) -> None:
    """List the pages, when they were read and fetched, and what is to be done.

    Exit code 1 when one has changed, or could not be fetched now. An entry whose checked_on is the
    day of the change, or later, was read again.
    """
    folder, today = Settings.from_env().corpus_dir, date.today()
    corpus = read_corpus(folder)
    citing: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in corpus.entries:
        citing[entry.provenance.page].append(entry)
    citing.pop("", None)
    noted = {source.url: source for source in corpus.sources if source.url in citing}
    failures = _fetch(citing, noted, today, allow_private=allow_private) if fetch else {}
    if save:
        noted = {url: replace(source, changed_on=None) for url, source in noted.items()}
    if fetch or save:
        write_sources(folder, noted.values())
        corpus = replace(corpus, sources=tuple(noted.values()))
    due = reviews_due(corpus, today)
    changed = {it.entry for it in due if it.source_changed_on}
    late = {it.entry for it in due if it.by and it.by <= today}
    oldest = today - timedelta(days=max_age)
    rows: list[dict[str, Any]] = [
        {
            "source_url": url,
            "checked_on": min(it.provenance.checked_on for it in entries).isoformat(),
            "fetched_on": noted[url].fetched_on.isoformat() if url in noted else None,
            "entries": [it.id for it in entries],
            "changed_entries": [it.id for it in entries if it in changed],
            "overdue_entries": [
                it.id for it in entries if it in late or it.provenance.checked_on < oldest
            ],
            "failure": failures.get(url),
        }
        for url, entries in citing.items()
    ]
    if json:
        print_json(rows)
    else:
        headings = ("source", "read on", "fetched on", "entries", "changed", "overdue", "failure")
        print_table(*headings, rows=[[*map(_cell, row.values())] for row in rows])
    if failures or changed:
        raise typer.Exit(1)


def _fetch(
    pages: Collection[str], noted: dict[str, Source], today: date, *, allow_private: bool
) -> dict[str, str]:
    """Fetch pages one after the other; note what they say, and return why some cannot be had."""
    failures = {}
    with progress_on_stderr() as progress:
        for number, url in enumerate(pages):
            progress("Fetching sources", number, len(pages))
            time.sleep(_PAUSE_S if number else 0)
            try:
                noted[url] = look_again(url, noted.get(url), today, allow_private=allow_private)
            except PageUnavailable as error:
                failures[url] = str(error)
    return failures


def _cell(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")
