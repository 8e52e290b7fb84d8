"""``faqbot eval``: systems measured on labelled questions, compared and reported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from faqbot.cli.output import Json, print_json, progress_on_stderr, stderr, stdout
from faqbot.errors import EvaluationError, GateFailed, counted
from faqbot.files import naming
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.assistant import Assistant
    from faqbot.evaluation.dataset import Dataset as Questions
    from faqbot.evaluation.dataset import Kind
    from faqbot.evaluation.runs import Run

app = typer.Typer(help="Measure systems on labelled questions.", no_args_is_help=True)

DATASETS = Path("eval/datasets")
Dataset = Annotated[
    str, typer.Option(help="A folder in the BEIR layout, or its name under eval/datasets.")
]
SplitName = Annotated[Literal["dev", "test"], typer.Option(help="Which of its questions.")]


@app.command()
def run(
    dataset: Dataset = "edc-psc",
    split: SplitName = "dev",
    corpus: Annotated[
        Path | None,
        typer.Option(
            exists=True, help="A corpus folder, or a corpus.jsonl; default: the data set's own."
        ),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(help="bm25, dense, hybrid, bm25-variants, dense-variants, default; repeat."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Default: eval/runs/<dataset>-<split>."),
    ] = None,
    per_query: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            help="Write a TSV line for every query; - for stdout, instead of tables.",
        ),
    ] = None,
    questions: Annotated[
        Literal["invented", "real"] | None,
        typer.Option(help="Who asked; default: as the data set's dataset.json says."),
    ] = None,
    save_baseline: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write what later runs of default are held to."),
    ] = None,
    json: Json = False,
) -> None:
    """Ask every question of a split, write run files and print the measures."""
    from faqbot.evaluation.own_corpus import open_assistant
    from faqbot.evaluation.run_files import run_folder, write_baseline, write_run
    from faqbot.evaluation.runs import run_system
    from faqbot.evaluation.systems import SERVED, check_names, open_systems

    names = check_names(system or [SERVED])
    if save_baseline and SERVED not in names:
        msg = f"--save-baseline needs --system {SERVED}: a baseline is a run of what is served"
        raise EvaluationError(msg)
    folder, settings = _folder(dataset), Settings.from_env()
    with progress_on_stderr() as progress:
        assistant = open_assistant(folder, corpus, settings, progress=progress)
        data = _read(folder, split, assistant, questions)
        runs = [
            run_system(it, data, assistant, settings, progress=progress)
            for it in open_systems(names, assistant)
        ]
    target = out or run_folder(data.name, data.split)
    for made in runs:
        write_run(target, made)
        stderr().print(f"wrote {target / made.system}.trec and .json")
        if save_baseline and made.system == SERVED:
            write_baseline(save_baseline, made)
            stderr().print(f"wrote {save_baseline}")
    _show(runs, per_query=per_query, json=json)


@app.command()
def compare(
    a: Annotated[
        str, typer.Argument(help="A system's name, FOLDER/system, a JSON file, or baseline.")
    ],
    b: Annotated[str, typer.Argument(help="The same; differences are B − A.")],
    dataset: Dataset = "edc-psc",
    split: SplitName = "dev",
    slice_name: Annotated[
        str, typer.Option("--slice", help="Slice to compare; all: every single-turn query.")
    ] = "all",
    fail_if: Annotated[
        list[str] | None,
        typer.Option(help='Fail on a difference, such as "Success@1 < -0.01"; repeat.'),
    ] = None,
    json: Json = False,
) -> None:
    """Compare two runs on the same queries, with a paired test."""
    from faqbot.cli.evaluation_tables import comparison_as_json, print_comparison
    from faqbot.evaluation.comparison import compare_runs, parse_condition
    from faqbot.evaluation.run_files import find_run, run_folder

    conditions = [parse_condition(text) for text in fail_if or ()]
    folder = run_folder(Path(dataset).resolve().name, split)
    comparison = compare_runs(find_run(a, folder), find_run(b, folder), slice_name=slice_name)
    if json:
        print_json(comparison_as_json(comparison))
    else:
        print_comparison(comparison)
    failed = [str(condition) for condition in conditions if condition.holds(comparison)]
    if failed:
        msg = f"{b} fails against {a}: {'; '.join(failed)}"
        raise GateFailed(msg)


@app.command()
def calibrate(
    dataset: Dataset = "edc-psc",
    split: SplitName = "dev",
    save: Annotated[
        bool,
        typer.Option(help="Make the split's single-turn questions the corpus's labelled.jsonl."),
    ] = False,
    json: Json = False,
) -> None:
    """Compare what own wordings and labelled questions say of the confidence.

    Calibration itself is part of every index build.
    """
    from faqbot.assistant import Assistant
    from faqbot.cli.evaluation_tables import print_parts
    from faqbot.corpus.reading import LABELLED_FILE
    from faqbot.evaluation.calibrating import collect, compare_parts
    from faqbot.evaluation.dataset import labelled_lines
    from faqbot.evaluation.run_files import without_nan
    from faqbot.files import write_atomically

    folder, settings = _folder(dataset), Settings.from_env()
    with progress_on_stderr() as progress:
        assistant = Assistant.open(settings, progress=progress)
        data = _read(folder, split, assistant)
        parts = compare_parts(
            assistant, collect(assistant, data, progress=progress), progress=progress
        )
    if json:
        print_json([{"evidence": it.name, **without_nan(it.summary())} for it in parts])
    else:
        print_parts(parts)
    if save:
        path = settings.corpus_dir / LABELLED_FILE
        write_atomically(path, labelled_lines(data))
        stderr().print(f"wrote {path}")


@app.command()
def highlights(dataset: Dataset = "edc-psc", split: SplitName = "dev", json: Json = False) -> None:
    """Compare what is marked in answers with the passages that a person found to respond."""
    from faqbot.cli.evaluation_tables import print_estimates
    from faqbot.evaluation.dataset import read_about
    from faqbot.evaluation.marks import measure_marks, read_pairs
    from faqbot.evaluation.own_corpus import open_assistant
    from faqbot.evaluation.run_files import described

    folder = _folder(dataset)
    with progress_on_stderr() as progress:
        assistant = open_assistant(folder, None, Settings.from_env(), progress=progress)
    pairs = read_pairs(folder, split, assistant.corpus.by_id)
    found, kind = measure_marks(assistant, pairs), read_about(folder).questions
    if json:
        print_json({"split": split, "questions": kind, "measures": described(found)})
    else:
        print_estimates(folder.name, split, kind, found)


@app.command()
def report(
    runs: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN_DIR]", help="Folder of runs; default: eval/runs/edc-psc-dev."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Default: eval/baseline.json, if it fits the runs.")
    ] = None,
    published: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Published figures to stand beside ours; default: eval/published/<dataset>.json.",
        ),
    ] = None,
) -> None:
    """Write one HTML page, and the same as Markdown, about the runs of a folder.

    They go to eval/reports/.
    """
    from faqbot.evaluation.rendering import write_report
    from faqbot.evaluation.run_files import run_folder

    folder = runs or run_folder("edc-psc", "dev")
    written = write_report(folder, baseline=baseline, published=published)
    if written.note:
        stderr().print(written.note, style="yellow")
    stdout().print(f"{written.html}\n{written.markdown}")


def _show(runs: Sequence[Run], *, per_query: Path | None, json: bool) -> None:
    from faqbot.cli.evaluation_tables import print_runs, write_per_query
    from faqbot.evaluation.run_files import render_run
    from faqbot.evaluation.systems import SERVED

    if per_query == Path("-"):
        write_per_query(runs, sys.stdout)
        return
    if per_query:
        per_query.parent.mkdir(parents=True, exist_ok=True)
        with naming(per_query), per_query.open("w", encoding="utf-8", newline="") as file:
            write_per_query(runs, file)
    if json:
        print_json({it.system: loads(render_run(it)) for it in runs})
    else:
        print_runs(runs, next((it for it in runs if it.system == SERVED), runs[-1]))


def _read(
    folder: Path,
    split: Literal["dev", "test"],
    assistant: Assistant,
    questions: Kind | None = None,
) -> Questions:
    """Read a split that holds a question, and tell which questions are of none."""
    from faqbot.evaluation.dataset import read_dataset

    data = read_dataset(folder, split, assistant.corpus.answers.keys(), questions)
    if data.unjudged:
        first = ", ".join(data.unjudged[:3]) + (", …" if len(data.unjudged) > 3 else "")
        stderr().print(
            f"no qrels file of {folder} names {counted(len(data.unjudged), 'query')} that the FAQ "
            f"answers, so nothing asks them: {first}",
            style="yellow",
        )
    if not data.queries:
        msg = f"{folder} has no question of the {split} split: qrels/{split}.tsv names none"
        raise EvaluationError(msg)
    return data


def _folder(dataset: str) -> Path:
    folder = Path(dataset) if Path(dataset).is_dir() else DATASETS / dataset
    if not folder.is_dir():
        nowhere = f"neither a folder nor a name in {DATASETS}/"
        msg = f"there is no data set {dataset!r}: {nowhere}. Name one with --dataset"
        raise EvaluationError(msg)
    return folder
