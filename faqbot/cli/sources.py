"""``faqbot corpus sources``: whether the pages that answers come from have changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from faqbot.cli.output import print_json, print_table, progress_on_stderr, table
from faqbot.corpus.checks import reviews_due
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.sources import Cited, accepted, cited, fetch_all, write_sources
from faqbot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The pages that answers come from.")


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
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the pages, when they were read and fetched, and what is to be done.

    Exit code 1 when one has changed, or could not be fetched now. An entry whose checked_on is the
    day of the change, or later, was read again.
    """
    folder, today = Settings.from_env().corpus_dir, date.today()
    corpus = read_corpus(folder)
    pages = cited(corpus)
    if fetch:
        with progress_on_stderr() as progress:
            pages = fetch_all(pages, today, allow_private=allow_private, progress=progress)
    if save:
        pages = [accepted(page) for page in pages]
    if fetch or save:
        write_sources(folder, pages)
    due = {it.entry.id for it in reviews_due(corpus, today) if it.by and it.by <= today}
    oldest = today - timedelta(days=max_age)
    rows = [_row(page, due, oldest) for page in pages]
    if json:
        print_json(rows)
    else:
        told = ("source_url", "checked_on", "fetched_on")
        listed = [[*(row[name] or "" for name in told), "; ".join(_to_do(row))] for row in rows]
        print_table(table("source", "read on", "fetched on", "to do", rows=listed))
    if any(row["changed_entries"] or row["failure"] for row in rows):
        raise typer.Exit(1)


def _row(page: Cited, due: set[str], oldest: date) -> dict[str, Any]:
    noted = page.noted
    read = {entry.id: entry.provenance.checked_on for entry in page.entries}
    return {
        "source_url": page.url,
        "entries": list(read),
        "checked_on": str(min(read.values())),
        "fetched_on": str(noted.fetched_on) if noted else None,
        "changed_on": str(noted.changed_on) if noted and noted.changed_on else None,
        "changed_entries": [entry.id for entry in page.changed],
        "overdue_entries": [it for it, day in read.items() if it in due or day < oldest],
        "failure": page.failure,
    }


def _to_do(row: dict[str, Any]) -> Iterator[str]:
    if row["failure"]:
        yield f"not fetched: {row['failure']}"
    for what in ("changed", "overdue"):
        if found := row[f"{what}_entries"]:
            yield f"{what}: {' '.join(found)}"
