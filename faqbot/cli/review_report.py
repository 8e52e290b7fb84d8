"""What ``faqbot feedback apply`` prints: what became of each decision, and what to run next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from faqbot.cli.output import stdout
from faqbot.errors import counted
from faqbot.review.applying import ApplyReport
from faqbot.review.planning import PlannedDecision, Refusal

LEAST_QUESTIONS = 6
"""Evaluation questions that every entry has."""


def print_report(report: ApplyReport, dataset: str, *, dry_run: bool) -> None:
    """Print what was, or in a dry run would be, done, and what to do next."""
    console = stdout()
    for line in _lines(report, dry_run=dry_run):
        console.print(line)
    steps = [] if dry_run else next_steps(report, dataset)
    if steps:
        console.print("\nNext:")
    for number, step in enumerate(steps, start=1):
        console.print(f"  {number}. {step}")


def report_as_json(report: ApplyReport, *, dry_run: bool) -> dict[str, Any]:
    """Turn a report into values that `json` can write, by the names of its parts."""
    values = TypeAdapter(ApplyReport).dump_python(report, mode="json")
    return {"dry_run": dry_run, "applied": [*map(str, report.applied)], **values}


def next_steps(report: ApplyReport, dataset: str) -> list[str]:
    """Say what has to be run before the change ships; nothing when no file has changed."""
    if not report.files:
        return []
    steps = ["git diff: read every line; what users wrote may still need a better wording"]
    steps += [
        f"write {LEAST_QUESTIONS} evaluation questions or more for {entry_id}, and variants that "
        "are none of them; take out of the unanswerable queries and of out-of-scope.yaml what it "
        "answers; where the README or a test names the number of entries, correct it"
        for entry_id in report.new_entries
    ]
    if report.corpus_changed:
        steps.append("faqbot corpus check")
    if report.dev_changed:
        steps.append(
            f"faqbot eval calibrate --dataset {dataset} --save (the dev split is evidence for the "
            "confidence)"
        )
    if report.corpus_changed or report.dev_changed:
        steps.append(
            "git worktree add --detach ../before && "
            f"faqbot eval run --dataset ../before/eval/datasets/{dataset} && "
            f"faqbot eval compare baseline default --dataset {dataset} (on the questions of "
            "before: did any get worse?)"
        )
    if any("/datasets/" in file for file in report.files):
        steps.append(
            f"faqbot eval run --dataset {dataset}, then the same with --split test (the new "
            "questions are the slice feedback; update the counts in "
            f"eval/datasets/{dataset}/README.md)"
        )
    if report.corpus_changed or report.dev_changed:
        steps.append(
            f"faqbot eval run --dataset {dataset} --save-baseline eval/baseline.json, in a commit "
            "of its own (the baseline belongs to the former corpus and questions)"
        )
    return steps


def _lines(report: ApplyReport, *, dry_run: bool) -> Iterator[str]:
    if not report.decisions:
        yield "no decision is waiting: reviewers decide at /admin/review"
        return
    for planned in report.decisions:
        yield from _decision_lines(planned)
    refused = sum(planned.refusal is not None for planned in report.decisions)
    verb = "would be written" if dry_run else "written"
    yield (
        f"{counted(len(report.decisions) - refused, 'decision')} applied, {refused} refused, "
        f"{counted(len(report.files), 'file')} {verb}"
    )
    for file in report.files:
        yield f"  {file}"
    for decision_id in report.changed_meanwhile:
        yield (
            f"decision {decision_id} was changed or withdrawn meanwhile: the files hold what it "
            "was before; undo that with git, or run again"
        )


def _decision_lines(planned: PlannedDecision) -> Iterator[str]:
    decision = planned.decision
    yield (
        f"{str(decision.id)[:8]} {decision.kind}, {counted(len(decision.questions), 'question')}, "
        f"{decision.reviewer}, {decision.decided_at:%Y-%m-%d}"
    )
    for file, what in planned.changes:
        yield f"  + {file}: {what}"
    for what in planned.already:
        yield f"  = already there: {what}"
    for text, refusal in planned.refused:
        yield f"  - refused: {text}: {_reason(refusal)}"


def _reason(refusal: Refusal) -> str:
    return {
        "is_wording": "it is a wording of {place} already, and evaluation must not copy the corpus",
        "near_copy": "it and {place} share most of their words, and evaluation must not copy the "
        "corpus",
        "is_query": "it is the evaluation query {place} already",
        "unknown_entry": "this corpus has no entry {place}",
        "unknown_subject": "out-of-scope.yaml has no subject {place}",
        "bad_draft": "{place}",
    }[refusal.code].format(place=refusal.place)
