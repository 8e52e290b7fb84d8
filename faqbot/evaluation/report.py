"""What a report says, worked out from runs; how it looks is the templates' business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faqbot.evaluation.comparison import Comparison, Difference, compare_runs
from faqbot.evaluation.confidence import (
    ReliabilityBin,
    RiskCoverage,
    reliability,
    risk_coverage_curve,
)
from faqbot.evaluation.dataset import Kind
from faqbot.evaluation.estimates import Estimate, estimate_slices
from faqbot.evaluation.measures import MEASURES, Measure
from faqbot.evaluation.outcomes import FAILURES, Fate, QueryOutcome
from faqbot.evaluation.published import Beside, Figure, beside
from faqbot.evaluation.runs import Run, by_slice, of_one_kind, sample_of


@dataclass(frozen=True, slots=True)
class ServedPoint:
    """Where the served decisions stand on the risk–coverage plane."""

    coverage: float
    """Share of all single-turn queries that were answered."""
    risk: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Queries about one entry for which another came first."""

    right: str | None
    """None: the FAQ does not answer these queries, and they were answered with `taken`."""
    taken: str
    queries: tuple[QueryOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemResults:
    """One system of the folder, measured."""

    run: Run
    slices: Mapping[str, Mapping[str, Estimate]]
    curve: RiskCoverage
    served: ServedPoint | None
    """None for a system that only ranks, or answered nothing."""
    bins: tuple[ReliabilityBin, ...]
    """Empty for a system that only ranks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """All that a report shows."""

    main: SystemResults
    """The served system, or the first of the folder."""
    systems: tuple[SystemResults, ...]
    measures: tuple[Measure, ...]
    """Those that have a value for any of the systems."""
    comparison: Comparison | None
    """Against the baseline."""
    confusions: tuple[Confusion, ...]
    failures: tuple[tuple[Fate, tuple[QueryOutcome, ...]], ...]
    """Worst first; what users asked and what was invented stand apart."""
    beside: Beside | None
    """Published figures and ours; None where none are known."""
    entries: Mapping[str, str]
    """Entry id to question."""

    @property
    def changes_by_measure(self) -> Mapping[str, Difference]:
        """Differences to the baseline, by measure; empty without a baseline."""
        rows = self.comparison.differences if self.comparison else ()
        return {row.measure: row for row in rows}

    def curve_rows(self, steps: int) -> list[tuple[float, list[float]]]:
        """Coverage, and the risk of each system there, at so many equal steps of the queries."""
        n = len(self.main.curve.coverage)
        places = sorted({max(round(n * step / steps), 1) - 1 for step in range(1, steps + 1)})
        return [
            (
                float(self.main.curve.coverage[place]),
                [float(system.curve.risk[place]) for system in self.systems],
            )
            for place in (places if n else ())
        ]


def make_report(
    runs: Sequence[Run], *, baseline: Run | None = None, published: Sequence[Figure] = ()
) -> RunReport:
    """Work out a report on one run or several of the same split, the one that matters first.

    Raises:
        EvaluationError: The baseline is of other data.
    """
    systems = tuple(_results(run) for run in runs)
    main = systems[0]
    entries: dict[str, str] = {}
    for run in reversed(runs):
        entries.update(run.entries)
    return RunReport(
        main=main,
        systems=systems,
        measures=tuple(
            measure
            for name, measure in MEASURES.items()
            if any(system.slices["all"][name].n for system in systems)
        ),
        comparison=compare_runs(baseline, main.run) if baseline else None,
        confusions=confusions(of_one_kind(main.run.outcomes)),
        failures=_failures(main.run.outcomes),
        beside=beside(published, runs),
        entries=entries,
    )


def confusions(outcomes: Sequence[QueryOutcome]) -> tuple[Confusion, ...]:
    """Pair the right entries with those that came first instead, most frequent first.

    Counted are answerable single-turn queries with a wrong first entry, and unanswerable ones that
    were answered, tentatively or not.
    """
    pairs: defaultdict[tuple[str, str], list[QueryOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.first is None or outcome.right or outcome.query.history:
            continue  # what a follow-up misses is the conversation, not an entry's wording
        if outcome.query.answerable:
            pairs[min(outcome.relevant), outcome.first].append(outcome)
        elif outcome.response.status == "answered" or outcome.response.tentative:
            pairs["", outcome.first].append(outcome)
    ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(
        Confusion(right or None, taken, tuple(queries)) for (right, taken), queries in ordered
    )


def _results(run: Run) -> SystemResults:
    sample = sample_of(by_slice(run.outcomes)["all"])
    answered = sample["answered"] > 0
    served = None
    if answered.any():
        served = ServedPoint(float(answered.mean()), float(sample["wrong"][answered].mean()))
    confidence, right = sample["confidence"], sample["right"]
    return SystemResults(
        run=run,
        slices=estimate_slices(run),
        curve=risk_coverage_curve(confidence, right),
        served=served,
        bins=tuple(reliability(confidence, right) if run.decides else ()),
    )


def _failures(
    outcomes: Sequence[QueryOutcome],
) -> tuple[tuple[Fate, tuple[QueryOutcome, ...]], ...]:
    groups: defaultdict[tuple[Fate, Kind], list[QueryOutcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.fate, outcome.query.kind].append(outcome)
    return tuple(
        # The surest first: those mislead most.
        (fate, tuple(sorted(found, key=lambda it: -it.response.confidence)))
        for worst in FAILURES
        for (fate, _), found in groups.items()
        if fate == worst
    )
