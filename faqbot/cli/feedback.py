"""``faqbot feedback``: what users thought of the answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from faqbot.cli.output import print_json, stdout, table
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.feedback.store import FeedbackStore

app = typer.Typer(help="Read, export and purge feedback.", no_args_is_help=True)


class ExportFormat(StrEnum):
    """Formats of an export."""

    CSV = "csv"
    JSONL = "jsonl"


def _store() -> FeedbackStore:
    from faqbot.feedback.store import FeedbackStore

    return FeedbackStore.open(Settings.from_env().database_url)


@app.command()
def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="csv or jsonl.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Default: stdout.")
    ] = None,
) -> None:
    """Export every verdict and choice with question, answer, rank and score, untruncated."""
    from faqbot.feedback.export import write_csv, write_jsonl

    with _store() as store, _target(output) as file:
        write = write_csv if form is ExportFormat.CSV else write_jsonl
        write(store.export_rows(), file)


@app.command()
def stats(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Count questions by status, and verdicts and choices by entry."""
    with _store() as store:
        found = store.stats()
    if json:
        print_json(asdict(found))
        return
    console = stdout()
    statuses: list[tuple[str, int]] = list(found.by_status.items())
    statuses.insert(2, ("  clarify, then chosen", found.choices))
    console.print(table("questions", "", rows=statuses))
    console.print()
    console.print(table("other messages", "", rows=[("small talk", found.small_talk)]))
    console.print()
    verdicts = [("useful", found.useful), ("not useful", found.not_useful)]
    reasons = [(f"  {reason}", count) for reason, count in found.by_reason.items()]
    console.print(table("verdicts", "", rows=verdicts + reasons))
    console.print()
    rows = [
        (entry.entry_id, entry.shown, entry.chosen, entry.useful, entry.not_useful)
        for entry in found.entries
    ]
    console.print(table("entry", "shown", "chosen", "useful", "not useful", rows=rows))


@app.command()
def purge(
    older_than: Annotated[int, typer.Option(min=0, help="Age in days.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase interactions older than a number of days, with their verdicts and choices."""
    before = datetime.now(UTC) - timedelta(days=older_than)
    if not yes:
        typer.confirm(f"Erase what was asked before {before:%Y-%m-%d %H:%M} UTC?", abort=True)
    with _store() as store:
        erased = store.purge(before)
    stdout().print(f"{erased} interactions erased")


@app.command()
def apply(
    into: Annotated[
        Path, typer.Option(file_okay=False, exists=True, help="The project's folder.")
    ] = Path(),
    dataset: Annotated[str, typer.Option(help="Its name under eval/datasets.")] = "edc-psc",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write what reviewers decided into corpus/ and eval/, to be read as a git diff."""
    from faqbot.cli.review_report import print_report, report_as_json
    from faqbot.feedback.audit import COMMAND_LINE, AuditLog
    from faqbot.feedback.decisions import DecisionStore
    from faqbot.review.applying import apply_decisions

    now = datetime.now(UTC)
    with _store() as store:
        report = apply_decisions(DecisionStore(store), into, dataset, at=now, dry_run=dry_run)
        for decision_id in report.applied if not dry_run else ():
            AuditLog(store).record(COMMAND_LINE, "decision.applied", str(decision_id), at=now)
    if json:
        print_json(report_as_json(report, dry_run=dry_run))
    else:
        print_report(report, dataset, dry_run=dry_run)


@contextmanager
def _target(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield file
