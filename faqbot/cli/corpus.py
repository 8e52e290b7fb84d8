"""``faqbot corpus``: check, count, import, export and publish the curated entries."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faqbot.cli import sources
from faqbot.cli.drafting import propose_entry, propose_wordings
from faqbot.cli.output import (
    Json,
    Yes,
    data_stdout,
    print_json,
    print_table,
    progress_on_stderr,
    stderr,
    stdout,
)
from faqbot.corpus.checks import near_duplicates, reviews_due, text_warnings
from faqbot.corpus.exchange.exporting import export_corpus
from faqbot.corpus.exchange.import_planning import ImportPlan, apply_plan, plan_import
from faqbot.corpus.exchange.import_reading import ImportDefaults, read_import
from faqbot.corpus.exchange.raw_entries import ExportFormat, ImportFormat
from faqbot.corpus.markdown import to_text
from faqbot.corpus.reading import entry_files, folder_warnings, read_corpus
from faqbot.corpus.typography import typographic
from faqbot.corpus.writing import render_entry
from faqbot.database.engines import prepared_database
from faqbot.editing.diffs import corpus_texts, unified_diff
from faqbot.errors import CalibrationMismatch, CorpusError, Problem, ReleaseError, counted
from faqbot.files import write_atomically
from faqbot.review.worktree import announce
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.corpus.entry import Corpus

app = typer.Typer(no_args_is_help=True)
app.add_typer(sources.app, name="sources")
app.command("propose-wordings")(propose_wordings)
app.command("propose-entry")(propose_entry)

NEAR_DUPLICATE = 0.94
"""Cosine of two entries, question and answer together, above which an editor should look at
both. Chosen on our own corpus with the default model: neighbours that say different things reach
0.936, and the one pair that overlaps (F27, F28) has 0.950."""
_PAIRS = 20
"""Such pairs that are named: entries made from one template are alike by the thousand."""


@app.command()
def check(
    fast: Annotated[
        bool, typer.Option("--fast", help="Do not load the model: near-duplicates, confidence.")
    ] = False,
) -> None:
    """Print every problem (exit code 1) and every warning of the corpus."""
    settings = Settings.from_env()
    try:
        corpus = read_corpus(settings.corpus_dir)
    except CorpusError as error:
        for problem in error.problems:
            stdout().print(str(problem))
        stderr().print(f"{settings.corpus_dir}: {counted(len(error.problems), 'problem')}")
        raise typer.Exit(1) from None
    found = [*folder_warnings(settings.corpus_dir, corpus), *text_warnings(corpus)]
    warnings = list(map(str, found))
    if not fast:
        warnings += _warnings_by_the_model(corpus, settings)
    for entry, by, changed_on in reviews_due(corpus, date.today()):
        when = f" by {by}" if by else ""
        why = f", its source changed: seen {changed_on}" if changed_on else ""
        stdout().print(f"notice: {entry.id}: to be read again{when}{why}")
    for warning in warnings:
        stdout().print(f"warning: {warning}")
    stderr().print(
        f"{settings.corpus_dir}: {counted(len(corpus.entries), 'entry')}, no problem, "
        f"{counted(len(warnings), 'warning')}",
    )


@app.command()
def typography() -> None:
    """Apply French typography to what is our own wording; verbatim answers stay as they are."""
    folder = Settings.from_env().corpus_dir
    changed = []
    corpus = read_corpus(folder)
    for entry in corpus.entries:
        own = entry.provenance.kind == "reworded"
        mended = dataclasses.replace(
            entry,
            question=typographic(entry.question, corpus.language),
            answer=typographic(entry.answer, corpus.language) if own else entry.answer,
        )
        if mended != entry:
            (path,) = entry_files(folder, entry.id)
            write_atomically(path, render_entry(mended))
            changed.append(entry.id)
    stdout().print(f"{counted(len(changed), 'entry')} changed: {' '.join(changed) or 'none'}")


@app.command()
def stats(json: Json = False) -> None:
    """Count entries by theme and provenance."""
    corpus = read_corpus(Settings.from_env().corpus_dir)
    by_theme = Counter(entry.theme for entry in corpus.entries)
    by_kind = Counter(entry.provenance.kind for entry in corpus.entries)
    counts = {
        "entries": len(corpus.entries),
        "variants": sum(len(entry.variants) for entry in corpus.entries),
        "by_theme": {theme.id: by_theme[theme.id] for theme in corpus.themes},
        "by_provenance": {kind: by_kind[kind] for kind in ("verbatim", "reworded")},
        "digest": corpus.digest,
    }
    if json:
        print_json(counts)
        return
    console = stdout()
    print_table("theme", "entries", rows=[(t.label, by_theme[t.id]) for t in corpus.themes])
    console.print()
    print_table("provenance", "entries", rows=sorted(by_kind.items()))
    console.print()
    totals = [(name, counts[name]) for name in ("entries", "variants", "digest")]
    print_table("total", "", rows=totals)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What to import.")],
    form: Annotated[ImportFormat, typer.Option("--format", help="How it is written.")],
    theme: Annotated[
        str | None, typer.Option(help="Theme of entries that do not name one.")
    ] = None,
    source_url: Annotated[str | None, typer.Option(help="Address of the source.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
) -> None:
    """Write new entry files from a source; entries that exist are never overwritten."""
    folder = Settings.from_env().corpus_dir
    exists = (folder / "corpus.yaml").exists()
    publisher = read_corpus(folder, check_count=False).publisher if exists else None
    defaults = ImportDefaults(theme=theme, source_title=publisher, source_url=source_url)
    plan = plan_import(read_import(file, form, defaults), folder)
    if not dry_run:
        apply_plan(plan, folder)
    _print_summary(plan, folder, dry_run=dry_run)


@app.command()
def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="How to write it.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Default: stdout.")
    ] = None,
) -> None:
    """Export all entries; importing the result gives the same content back."""
    text = export_corpus(read_corpus(Settings.from_env().corpus_dir), form)
    if output is None:
        data_stdout().write(text)
    else:
        write_atomically(output, text)


@app.command()
def remove(
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="Of the entry.")],
    datasets: Annotated[
        Path, typer.Option(file_okay=False, help="Data sets whose judgements may name it.")
    ] = Path("eval/datasets"),
    yes: Yes = False,
) -> None:
    """Delete an entry, and take it out of the judgements of evaluation questions if you agree."""
    from faqbot.evaluation.pruning import pruned  # brings the model's libraries along

    folder = Settings.from_env().corpus_dir
    corpus = read_corpus(folder)
    if entry_id not in corpus.by_id:
        raise CorpusError([Problem(str(folder), 0, f"holds no entry {entry_id}")])
    texts: dict[Path, str] = {}
    for dataset in sorted(datasets.glob("*/qrels")):
        if not (dataset.parent / "corpus.jsonl").exists():  # else it is about an FAQ of its own
            texts |= pruned(dataset.parent, entry_id, corpus.answers)
    names = "".join(f"\n  {path}" for path in texts)
    ask = f"Take {entry_id} out of these files, too?{names}\n"
    if texts and not (yes or typer.confirm(ask, default=True)):
        texts.clear()
    head = folder / "corpus.yaml"
    texts[head] = announce(head.read_text(encoding="utf-8"), len(corpus.entries) - 1)
    for path, text in texts.items():
        write_atomically(path, text)
    (path,) = entry_files(folder, entry_id)
    path.unlink()
    stdout().print(f"{path.name} deleted, {counted(len(texts) - 1, 'file')} pruned")


@app.command()
def publish(
    note: Annotated[str | None, typer.Option(help="What it changes, for the list.")] = None,
    author: Annotated[str | None, typer.Option(help="Who answers for it, for the list.")] = None,
) -> None:
    """Make the corpus, checked and with its index, the release that servers serve.

    It goes into the database; servers with FAQBOT_CORPUS_SOURCE=database take it up in seconds.
    """
    from faqbot.releases import listed
    from faqbot.releases import publish as publish_release  # brings the model's libraries along

    settings = Settings.from_env()
    with prepared_database(settings.database_url) as database, progress_on_stderr() as progress:
        before = {it["digest"]: it for it in listed(database)}
        digest = publish_release(database, settings, author=author, note=note, progress=progress)
    stdout().print(f"release {digest[:12]} is current")
    if held := before.get(digest):
        stays = "; what is said of it now is not kept" if author or note else ""
        stderr().print(
            f"it was published already, on {held['created_at']:%Y-%m-%d} (author: "
            f"{held['author'] or 'none'}, note: {held['note'] or 'none'}){stays}"
        )


@app.command()
def rollback(
    digest: Annotated[
        str | None,
        typer.Argument(help="Its first digits; default: published before the current one."),
    ] = None,
) -> None:
    """Make an earlier release current again; `faqbot corpus releases` lists them."""
    from faqbot.releases import roll_back

    with prepared_database(Settings.from_env().database_url) as database:
        found = roll_back(database, digest)
    stdout().print(f"release {found[:12]} is current again")


@app.command()
def patch(
    release: Annotated[
        str | None, typer.Argument(help="Its first digits; default: the current one.")
    ] = None,
) -> None:
    """Print what makes the corpus folder that of a release, as a patch for `git apply`.

    Its paths are those of the git repository that holds the folder.
    """
    from faqbot.releases import current_release, texts

    settings = Settings.from_env()
    with prepared_database(settings.database_url) as database:
        wanted = current_release(database) if release is None else release
        if wanted is None:
            msg = "there is no release yet: faqbot corpus publish makes one"
            raise ReleaseError(msg)
        released = texts(database, wanted)
    folder = settings.corpus_dir.resolve()
    homes = (place for place in (folder, *folder.parents) if (place / ".git").exists())
    place = folder.relative_to(next(homes, folder.parent)).as_posix()
    prefix = "" if place == "." else f"{place}/"
    typer.echo(unified_diff(corpus_texts(folder), released, prefix), nl=False)


@app.command()
def releases(json: Json = False) -> None:
    """List the releases, newest first; * marks the current one."""
    from faqbot.releases import listed

    with prepared_database(Settings.from_env().database_url) as database:
        found = listed(database)
    if json:
        print_json([it | {"created_at": it["created_at"].isoformat()} for it in found])
        return
    rows = [
        (
            f"{it['digest'][:12]} {'*' * it['current']}",
            f"{it['created_at']:%Y-%m-%d %H:%M}",
            it["entries"],
            f"{it['size'] / 1e6:.1f} MB",
            it["author"] or "",
            it["note"] or "",
        )
        for it in found
    ]
    print_table("release", "created at (UTC)", "entries", "size", "author", "note", rows=rows)


def _warnings_by_the_model(corpus: Corpus, settings: Settings) -> list[str]:
    """Tell of entries that say nearly the same, and of confidence with little ground."""
    from faqbot import assistant  # brings the model's libraries along

    with progress_on_stderr() as progress:
        embedder = assistant.load_embedder(settings, progress=progress)
        texts = [f"{entry.question}\n{to_text(entry.answer)}" for entry in corpus.entries]
        vectors = embedder.embed_passages(texts, progress=progress)
    pairs = near_duplicates(corpus.entries, vectors, NEAR_DUPLICATE)
    warnings = [
        f"{pair.first.id} and {pair.second.id} say nearly the same (cosine {pair.similarity:.3f}): "
        f"{pair.first.question!r} / {pair.second.question!r}"
        for pair in pairs[:_PAIRS]
    ]
    if more := len(pairs) - len(warnings):
        warnings.append(f"{counted(more, 'pair')} more, less alike, say nearly the same")
    folder = assistant.index_folder(settings)
    try:
        learned = assistant.known_calibration(folder, corpus, embedder, settings)
    except CalibrationMismatch:
        stdout().print(
            "notice: how sure answers are is not learned yet from this corpus: "
            "faqbot index build does it, and so does serving it"
        )
        return warnings
    return warnings + [f"{it.code}: {it.message}" for it in assistant.doubts(learned)]


def _print_summary(plan: ImportPlan, folder: Path, *, dry_run: bool) -> None:
    console, page = stdout(), plan.imported
    if page.announced is not None:
        missing = page.announced - len(page.entries)
        verb = "is" if missing == 1 else "are"
        console.print(
            f"{page.source} announces {counted(page.announced, 'entry')} and holds "
            f"{len(page.entries)}: {missing} {verb} missing",
        )
    done = {
        "would be written" if dry_run else "written": plan.ids("write"),
        "already there": plan.ids("unchanged"),
        "kept as edited": plan.ids("kept"),
    }
    rows = [(label, len(ids), " ".join(ids)) for label, ids in done.items()]
    print_table(str(folder), "entries", "", rows=rows)
    unsourced = sum(not it.entry.provenance.source_url for it in plan.entries)
    if unsourced:
        console.print(
            f"no page is named for {counted(unsourced, 'entry')}: give it with --source-url, "
            "or write it as source_url into the files",
        )
    if page.ignored:
        console.print(f"ignored columns: {', '.join(page.ignored)}")
    if plan.announced_by_corpus not in {None, plan.entries_after}:
        console.print(
            f"corpus.yaml announces {counted(plan.announced_by_corpus, 'entry')}, there are "
            f"now {plan.entries_after}: correct announced_entries, or add what is missing",
        )
