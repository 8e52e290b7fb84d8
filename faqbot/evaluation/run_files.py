"""Runs on disk: a six-column TREC file for other tools, and a JSON sidecar with everything.

The sidecar is enough to compare and to report: nothing is asked, and no model loaded, again.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from faqbot.errors import EvaluationError
from faqbot.evaluation.estimates import Estimate, estimate_slices
from faqbot.evaluation.json_lines import reason
from faqbot.evaluation.outcomes import QueryOutcome
from faqbot.evaluation.runs import Run
from faqbot.evaluation.systems import SERVED, SYSTEM_NAMES
from faqbot.files import write_atomically

FORMAT = 1
BASELINE = Path("eval/baseline.json")
RUNS = Path("eval/runs")
_BASELINE_DEPTH = 3
_DECIMALS = 6
"""Of confidences in a baseline, to keep its changes readable."""
_adapter = TypeAdapter(Run)


def run_folder(dataset: str, split: str) -> Path:
    """Name the folder of the runs of a split: ``eval/runs/<dataset>-<split>``."""
    return RUNS / f"{dataset}-{split}"


def write_run(folder: Path, run: Run) -> None:
    """Write ``<system>.trec`` and ``<system>.json`` into a folder, which is made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / f"{run.system}.trec", "".join(_trec_lines(run)))
    write_atomically(folder / f"{run.system}.json", render_run(run))


def write_baseline(path: Path, run: Run) -> None:
    """Write what the served system is held to: outcomes without times, rankings cut at three.

    Raises:
        EvaluationError: It is a run of another system.
    """
    if run.system != SERVED:
        msg = f"a baseline is a run of {SERVED}, not of {run.system}"
        raise EvaluationError(msg)
    outcomes = tuple(_compact(outcome) for outcome in run.outcomes)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, render_run(dataclasses.replace(run, outcomes=outcomes, entries={})))


def read_run(path: Path) -> Run:
    """Read a sidecar or a baseline.

    Raises:
        EvaluationError: It is missing, or not such a file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}). Run: faqbot eval run"
        raise EvaluationError(msg) from None
    except ValueError as error:
        msg = f"{path} is not a run: {error}"
        raise EvaluationError(msg) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        msg = f"{path} is not a run of format {FORMAT}: make it again with faqbot eval run"
        raise EvaluationError(msg)
    try:
        return _adapter.validate_python(content)
    except ValidationError as error:
        msg = f"{path} is not a run: {reason(error)}"
        raise EvaluationError(msg) from None


def read_folder(folder: Path) -> list[Run]:
    """Read all runs of a folder that ``faqbot eval run`` wrote.

    Returns:
        The runs, the served system first, then in the order in which systems are listed.

    Raises:
        EvaluationError: There is none, a file cannot be read, or they are of different data.
    """
    paths = [path.with_suffix(".json") for path in folder.glob("*.trec")]
    if not paths:
        msg = f"there is no run in {folder}. Run: faqbot eval run, or name another folder"
        raise EvaluationError(msg)
    runs = [read_run(path) for path in paths]
    if len({run.dataset_digest for run in runs}) > 1:
        msg = f"the runs in {folder} are of different data. Run faqbot eval run for all systems"
        raise EvaluationError(msg)
    places = {name: place for place, name in enumerate((SERVED, *SYSTEM_NAMES))} | {SERVED: -1}
    return sorted(runs, key=lambda run: (places.get(run.system, len(places)), run.system))


def find_run(spec: str, folder: Path) -> Run:
    """Read the run that a person named.

    Args:
        spec: ``baseline``, a JSON file, ``FOLDER/system``, or a system's name.
        folder: Where systems that are only named are looked for.

    Raises:
        EvaluationError: There is none of that name.
    """
    if spec == "baseline":
        return read_run(BASELINE)
    for path in (Path(spec), Path(f"{spec}.json"), folder / f"{spec}.json"):
        if path.suffix == ".json" and path.is_file():
            return read_run(path)
    there = ", ".join(sorted(path.stem for path in folder.glob("*.trec"))) or "none"
    msg = f"there is no run {spec!r}: give baseline, a JSON file, or one in {folder} ({there})"
    raise EvaluationError(msg)


def estimates_as_json(run: Run) -> dict[str, dict[str, dict[str, Any]]]:
    """Measure a run for machines.

    Returns:
        Slice to measure to value, low, high and n; null where nothing could be measured.
        Measures that count no query of a slice are left out.
    """
    return {
        name: described({measure: it for measure, it in estimates.items() if it.n})
        for name, estimates in estimate_slices(run).items()
    }


def described(found: Mapping[str, Estimate]) -> dict[str, dict[str, Any]]:
    """Describe measures for machines; null for what has no value."""
    return {name: without_nan(dataclasses.asdict(it)) for name, it in found.items()}


def without_nan(values: Mapping[str, Any]) -> dict[str, Any]:
    """Put null where there is no value: JSON has no NaN."""
    return {key: None if value != value else value for key, value in values.items()}


def _compact(outcome: QueryOutcome) -> QueryOutcome:
    response = dataclasses.replace(
        outcome.response,
        ranking=tuple(
            (entry_id, round(score, _DECIMALS))
            for entry_id, score in outcome.response.ranking[:_BASELINE_DEPTH]
        ),
        confidence=round(outcome.response.confidence, _DECIMALS),
        duration_ms=None,
    )
    return dataclasses.replace(outcome, response=response)


def render_run(run: Run) -> str:
    """Render a run as JSON with one line a query, so that versions can be compared by line."""
    content: Mapping[str, Any] = _adapter.dump_python(run, mode="json", exclude_none=True)
    head = {"format": FORMAT, **{key: content[key] for key in content if key != "outcomes"}}
    head["measures"] = estimates_as_json(run)
    outcomes = ",\n".join(
        "  " + json.dumps(outcome, ensure_ascii=False, separators=(",", ":"))
        for outcome in content["outcomes"]
    )
    text = json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False)
    return f'{text[:-2]},\n "outcomes": [\n{outcomes}\n ]\n}}\n'


def _trec_lines(run: Run) -> Iterator[str]:
    for outcome in run.outcomes:
        for rank, (entry_id, score) in enumerate(outcome.response.ranking, start=1):
            query_id = _column(outcome.query.id)
            yield f"{query_id} Q0 {_column(entry_id)} {rank} {score:.9g} {run.system}\n"


def _column(identifier: str) -> str:
    """Percent-encode white space, which separates the columns."""
    return re.sub(r"\s", lambda match: f"%{ord(match[0]):02X}", identifier)
