"""``faqbot eval``: retrieval measured on labelled questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faqbot.cli.output import print_json, progress_on_stderr, stdout, table
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.evaluation.dataset import Split
    from faqbot.evaluation.scoring import Decisions, Score

app = typer.Typer(help="Measure retrieval on labelled questions.", no_args_is_help=True)

DATASETS = Path("eval/datasets")


@app.callback()
def group() -> None:
    """Measure retrieval on labelled questions."""


@app.command()
def run(
    dataset: Annotated[
        str, typer.Option(help="A folder in the BEIR layout, or its name under eval/datasets.")
    ] = "edc-psc",
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask every question of a split and print the measures by slice."""
    from faqbot.assistant import Assistant
    from faqbot.evaluation.dataset import read_dataset
    from faqbot.evaluation.scoring import count_decisions, run, score

    chosen = _split(split)
    folder = Path(dataset) if Path(dataset).is_dir() else DATASETS / dataset
    with progress_on_stderr() as progress:
        assistant = Assistant.open(Settings.from_env(), progress=progress)
        data = read_dataset(folder, chosen, assistant.corpus.by_id.keys())
        outcomes = run(assistant, data, progress=progress)
    scores, decisions = score(outcomes, data), count_decisions(outcomes, data)
    if json:
        print_json(
            {
                "dataset": data.name,
                "split": data.split,
                "corpus_digest": assistant.corpus.digest,
                "model": assistant.embedder.model_id,
                "scores": {name: asdict(value) for name, value in scores.items()},
                "decisions": asdict(decisions),
            }
        )
        return
    _print_tables(scores, decisions)


def _split(name: str) -> Split:
    if name == "dev":
        return "dev"
    if name == "test":
        return "test"
    msg = f"{name!r} is not a split, choose dev or test"
    raise typer.BadParameter(msg, param_hint="--split")


def _print_tables(scores: dict[str, Score], decisions: Decisions) -> None:
    console = stdout()
    measures = list(scores["all"].values)
    rows = [
        (name, value.queries, *(f"{value.values[measure]:.3f}" for measure in measures))
        for name, value in scores.items()
    ]
    console.print(table("slice", "queries", *measures, rows=rows))
    console.print()
    console.print(table("decisions", "queries", rows=list(asdict(decisions).items())))
