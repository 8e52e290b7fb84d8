"""How ``faqbot eval`` shows runs and comparisons in a terminal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from faqbot.cli.output import print_table, stderr, stdout
from faqbot.errors import counted
from faqbot.evaluation.calibrating import Part
from faqbot.evaluation.comparison import Comparison
from faqbot.evaluation.dataset import Kind, Split
from faqbot.evaluation.estimates import Estimate, estimate_slices
from faqbot.evaluation.measures import MEASURES, RETRIEVAL_MEASURES, SLICE_MEASURES
from faqbot.evaluation.outcomes import QueryOutcome
from faqbot.evaluation.run_files import without_nan
from faqbot.evaluation.runs import Run
from faqbot.evaluation.systems import EXCHANGEABILITY
from faqbot.evaluation.wording import (
    NONE,
    asked,
    difference,
    number,
    p_value,
    tally,
    value,
    with_interval,
)

_LISTED = 40
"""Changed queries printed; --json has all."""


def print_runs(runs: Sequence[Run], detailed: Run) -> None:
    """Print all systems of a split side by side, then one of them by slice."""
    console = stdout()
    slices = {run.system: estimate_slices(run) for run in runs}
    title = f"{detailed.dataset} {detailed.split}: {asked(detailed.questions)}, single-turn ones"
    console.print(f"{title} with 95 % intervals")
    console.print()
    overall = {name: estimates["all"] for name, estimates in slices.items()}
    print_table("measure", "n", *overall, rows=_rows(overall))
    console.print()
    apart = {name: f"{name} ({asked(kind)})" for name, kind in detailed.apart.items()}
    rows = [
        (
            apart.get(name, name),
            estimates["AURC"].n,
            *(number(estimates[measure].value, measure) for measure in SLICE_MEASURES),
        )
        for name, estimates in slices[detailed.system].items()
    ]
    print_table(f"slice ({detailed.system})", "n", *SLICE_MEASURES, rows=rows)
    console.print()
    print_table("what became of the queries", "", rows=detailed.fates.items())


def print_parts(parts: Sequence[Part]) -> None:
    """Print what each part of the evidence says, and how each kind of question fares in all."""
    summaries = [part.summary() for part in parts]
    rows: list[tuple[object, ...]] = [
        (name, *(value(summary[name]) for summary in summaries)) for name in summaries[0]
    ]
    print_table("held out, by entry", *(part.name for part in parts), rows=rows)
    stdout().print()
    kinds = [
        (kind, count, number(right), number(sure), number(answered))
        for kind, count, right, sure, answered in parts[-1].by_kind()
    ]
    headings = ("kind of question", "n", "found first", "mean confidence", "answered")
    print_table(*headings, rows=kinds)
    stdout().print(f"\n{EXCHANGEABILITY}")


def print_estimates(dataset: str, split: Split, kind: Kind, found: Mapping[str, Estimate]) -> None:
    """Print a few measures of one thing."""
    rows = [(name, it.n, with_interval(it)) for name, it in found.items()]
    stdout().print(f"{dataset} {split}: {asked(kind)}, with 95 % intervals\n")
    print_table("measure", "n", "", rows=rows)


def print_comparison(comparison: Comparison) -> None:
    """Print what differs between two runs, and which queries changed."""
    console = stdout()
    a, b = comparison.a, comparison.b
    console.print(f"A: {a.system} of {a.date}")
    console.print(f"B: {b.system} of {b.date}")
    if a.corpus_digest != b.corpus_digest:
        stderr().print("the corpus changed between A and B", style="yellow")
    kind = asked(b.apart.get(comparison.slice, b.questions))
    console.print(f"{a.dataset} {a.split}, {kind}, slice {comparison.slice}\n")
    rows = [
        (
            row.measure,
            row.n,
            number(row.a, row.measure),
            number(row.b, row.measure),
            difference(row),
            p_value(row.p),
            tally(row),
        )
        for row in comparison.differences
    ]
    headings = ("measure", "n", "A", "B", "B − A [95 % interval]", "p", "win/tie/loss")
    print_table(*headings, rows=rows)
    console.print()
    for change in comparison.changes[:_LISTED]:
        query = change.b.query
        console.print(f"{change.effect}: {query.id} « {query.text} »")
        before, after = (f"{it.first or NONE} ({it.fate})" for it in (change.a, change.b))
        console.print(f"    {before} → {after}", style="dim")
    count = len(comparison.changes)
    left = f", {_LISTED} shown; --json has all" if count > _LISTED else ""
    console.print(f"{counted(count, 'query')} changed{left}")


def write_per_query(runs: Iterable[Run], file: TextIO) -> None:
    """Write one line a query and system, tab-separated."""
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(
        (
            *("system", "query-id", "slice", "answerable", "status", "confidence", "first"),
            *("relevant", "rank", *RETRIEVAL_MEASURES, "ms", "verdict", "history", "text"),
        )
    )
    for run in runs:
        for outcome in run.outcomes:
            query, response = outcome.query, outcome.response
            ms = response.duration_ms
            writer.writerow(
                (
                    *(run.system, query.id, query.slice, str(query.answerable).lower()),
                    *(response.status or "", f"{response.confidence:.6g}", outcome.first or ""),
                    *(" ".join(outcome.relevant), outcome.rank or ""),
                    *(outcome.scores.get(name, "") for name in RETRIEVAL_MEASURES),
                    *("" if ms is None else f"{ms:.1f}", outcome.fate),
                    *(" / ".join(query.history), query.text),
                )
            )


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """Describe a comparison for machines; null for what has no value."""

    def run(it: Run) -> dict[str, str]:
        names = ("system", "date", "corpus_digest", "model_digest")
        return {name: getattr(it, name) for name in names}

    def outcome(it: QueryOutcome) -> dict[str, str | bool | None]:
        response = it.response
        return {"first": it.first, "status": response.status, "tentative": response.tentative}

    return {
        "dataset": comparison.b.dataset,
        "split": comparison.b.split,
        "questions": comparison.b.apart.get(comparison.slice, comparison.b.questions),
        "slice": comparison.slice,
        "a": run(comparison.a),
        "b": run(comparison.b),
        "differences": [without_nan(asdict(row)) for row in comparison.differences],
        "changes": [
            {
                "query_id": change.b.query.id,
                "text": change.b.query.text,
                "history": change.b.query.history,
                "slice": change.b.query.slice,
                "relevant": list(change.b.relevant),
                "effect": change.effect,
                "a": outcome(change.a),
                "b": outcome(change.b),
            }
            for change in comparison.changes
        ],
    }


def _rows(overall: Mapping[str, Mapping[str, Estimate]]) -> Iterable[tuple[object, ...]]:
    for measure in MEASURES:
        cells = [estimates[measure] for estimates in overall.values()]
        counts = dict.fromkeys(cell.n for cell in cells if cell.n)
        if counts:
            shown = "/".join(map(str, counts))
            yield measure, shown, *(with_interval(cell, measure) for cell in cells)
