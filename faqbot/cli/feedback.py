"""``faqbot feedback``: what users thought of the answers."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, get_args
from uuid import UUID

import typer

from faqbot.accounts.journal import COMMAND_LINE, Journal
from faqbot.analytics.activity import total_of
from faqbot.cli.output import (
    Json,
    Yes,
    data_stdout,
    print_json,
    print_table,
    progress_on_stderr,
    stdout,
    to_json,
)
from faqbot.cli.review_report import print_report, report_as_json
from faqbot.corpus.reading import read_corpus
from faqbot.database.engines import open_database, prepared_database
from faqbot.database.interface import Database
from faqbot.database.moving import move
from faqbot.downloads import TableFormat, lines
from faqbot.errors import SettingsError, counted
from faqbot.feedback.activity import read_activity
from faqbot.feedback.entries import read_entries
from faqbot.feedback.export import EXPORT_COLUMNS
from faqbot.feedback.filters import InteractionFilter
from faqbot.feedback.store import FeedbackStore
from faqbot.files import naming
from faqbot.privacy.redaction import Redactor, public_words
from faqbot.review.applying import apply_decisions
from faqbot.review.store import DecisionStore
from faqbot.settings import Settings
from faqbot.vocabulary import Reason

app = typer.Typer(no_args_is_help=True)


def _database() -> Database:
    return prepared_database(Settings.from_env().database_url)


def _store(redactor: Redactor | None = None) -> FeedbackStore:
    return FeedbackStore.open(Settings.from_env().database_url, redactor)


@app.command()
def export(
    form: Annotated[
        TableFormat | None, typer.Option("--format", help="csv or jsonl; needed for everything.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Default: stdout.")
    ] = None,
    session: Annotated[
        UUID | None, typer.Option(help="All that is kept about one conversation, as JSON.")
    ] = None,
) -> None:
    """Export every verdict and choice with question, answer, rank and score, untruncated."""
    if (form is None) == (session is None):
        msg = "give either --format csv or jsonl, for everything, or --session UUID, for one person"
        raise SettingsError(msg)
    with (
        _store() as store,
        naming(output) if output else nullcontext(),
        output.open("w", encoding="utf-8", newline="")
        if output
        else nullcontext(data_stdout()) as file,
    ):
        if form is not None:
            file.writelines(lines(store.export_rows(), EXPORT_COLUMNS, form))
        elif session is not None:
            file.write(to_json(store.kept(session)))


@app.command()
def stats(json: Json = False) -> None:
    """Count questions by status, and verdicts and choices by entry."""
    with _database() as database, database.reading(patient=True) as connection:
        found = total_of(read_activity(connection, InteractionFilter()))
        entries = read_entries(connection, InteractionFilter())
    choices = sum(entry.chosen for entry in entries)
    by_reason = {reason: found.reasons[reason] for reason in get_args(Reason)}
    if json:
        counts = {
            "interactions": found.questions,
            "by_status": found.by_status,
            "tentative": found.tentative,
            "choices": choices,
            "small_talk": found.small_talk,
            "useful": found.useful,
            "not_useful": found.not_useful,
            "by_reason": by_reason,
        }
        print_json(counts | {"entries": [*map(asdict, entries)]})
        return
    console = stdout()
    statuses: list[tuple[str, int]] = list(found.by_status.items())
    statuses[2:2] = [
        ("  clarify, shown as likely", found.tentative),
        ("  clarify, then chosen", choices),
    ]
    print_table("questions", "", rows=statuses)
    console.print()
    print_table("other messages", "", rows=[("small talk", found.small_talk)])
    console.print()
    verdicts = [("useful", found.useful), ("not useful", found.not_useful)]
    reasons = [(f"  {reason}", count) for reason, count in by_reason.items()]
    print_table("verdicts", "", rows=verdicts + reasons)
    console.print()
    rows = [
        (entry.entry_id, entry.shown, entry.chosen, entry.useful, entry.not_useful)
        for entry in entries
    ]
    print_table("entry", "shown", "chosen", "useful", "not useful", rows=rows)


@app.command()
def purge(
    older_than: Annotated[
        int | None, typer.Option(min=0, help="Age in days; default: FAQBOT_RETENTION_DAYS.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Erase interactions older than a number of days, with all that is attached to them.

    Lines of the console's audit log go at the same age.
    """
    days = Settings.from_env().retention_days if older_than is None else older_than
    if days is None:
        msg = "FAQBOT_RETENTION_DAYS is off: say which age to erase from with --older-than DAYS"
        raise SettingsError(msg)
    before = datetime.now(UTC) - timedelta(days=days)
    if not yes:
        typer.confirm(f"Erase what was asked before {before:%Y-%m-%d %H:%M} UTC?", abort=True)
    with _database() as database:
        Journal(database).purge(before)
        erased = FeedbackStore(database).purge(before)
    stdout().print(f"{counted(erased, 'interaction')} erased")


@app.command()
def migrate(
    to: Annotated[str, typer.Option("--to", help="The new database's URL.", show_default=False)],
    origin: Annotated[
        str | None, typer.Option("--from", help="Default: FAQBOT_DATABASE_URL.")
    ] = None,
) -> None:
    """Move everything to another database, such as PostgreSQL, and verify it.

    Stop the servers first, to move; while they run, this makes a backup. The new database has to be
    empty, and the old one stays as it is. A password need not stand in the URL: libpq also reads
    PGPASSWORD and ~/.pgpass.
    """
    given_as = "--from" if origin else "FAQBOT_DATABASE_URL"
    origin = origin or Settings.from_env().database_url
    with (
        open_database(origin, read_only=True, given_as=given_as) as source,
        open_database(to, given_as="--to") as target,
        progress_on_stderr() as progress,
    ):
        sums = move(source, target, progress=progress)
    rows = [(name, found.rows, found.checksum[:12]) for name, found in sums.items()]
    console = stdout()
    print_table("table", "rows", "checksum", rows=rows)
    console.print("both sides hold the same; FAQBOT_DATABASE_URL may now name the new one")


@app.command()
def forget(
    session: Annotated[UUID, typer.Option(help="The conversation's id.", show_default=False)],
    yes: Yes = False,
) -> None:
    """Erase one conversation, with its verdicts and choices."""
    if not yes:
        typer.confirm(f"Erase the conversation {session}?", abort=True)
    with _store() as store:
        erased = store.forget(session)
    stdout().print(f"{counted(erased, 'interaction')} erased")


@app.command()
def redact() -> None:
    """Take personal data out of questions and comments kept before faqbot did so by itself."""
    corpus = read_corpus(Settings.from_env().corpus_dir)
    with _store(Redactor(public_words(corpus))) as store:
        changed = store.redact_stored()
    stdout().print(f"{counted(changed, 'text')} changed")


@app.command()
def apply(
    into: Annotated[
        Path, typer.Option(file_okay=False, exists=True, help="The project's folder.")
    ] = Path(),
    dataset: Annotated[str, typer.Option(help="Its name under eval/datasets.")] = "edc-psc",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    json: Json = False,
) -> None:
    """Write what reviewers decided into corpus/ and eval/, to be read as a git diff."""
    now = datetime.now(UTC)
    with _database() as database:
        report = apply_decisions(DecisionStore(database), into, dataset, at=now, dry_run=dry_run)
        journal = Journal(database)
        for decision_id in report.applied if not dry_run else ():
            journal.record(COMMAND_LINE, "decision.applied", str(decision_id), at=now)
    if json:
        print_json(report_as_json(report, dry_run=dry_run))
    else:
        print_report(report, dataset, dry_run=dry_run)
