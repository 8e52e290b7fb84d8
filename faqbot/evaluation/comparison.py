"""Two runs on the same queries: what differs, whether that can be chance, and what changed."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.stats import binomtest, rankdata

from faqbot.errors import EvaluationError
from faqbot.evaluation.intervals import LEVEL, RESAMPLES
from faqbot.evaluation.measures import MEASURES, Measure, measure_named
from faqbot.evaluation.runs import Outcome, Run, by_slice
from faqbot.evaluation.samples import Sample, mixed, sample_of
from faqbot.evaluation.verdicts import QUALITY, Verdict, verdict_of

PERMUTATIONS = 10_000
_CHUNK = 500
_SEED = 42
_EQUAL = 1e-9
"""Differences below this are rounding."""
_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

Effect: TypeAlias = Literal["better", "worse", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of two runs."""

    measure: str
    a: float
    b: float
    difference: float
    """b − a."""
    low: float
    high: float
    """Ends of the 95 % bootstrap interval of the difference."""
    p: float
    """Two-sided, of the randomisation test; NaN where none was made."""
    n: int
    """Queries in the denominator of b."""
    wins: int | None = None
    """Queries on which b is better; None for a measure that has no value for a single query."""
    ties: int | None = None
    losses: int | None = None


@dataclass(frozen=True, slots=True)
class McNemar:
    """Exact test on the queries that only one of the runs gets right at rank 1."""

    only_a: int
    only_b: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A query whose first entry or status changed."""

    a: Outcome
    b: Outcome
    before: Verdict
    after: Verdict
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """B against A."""

    a: Run
    b: Run
    slice: str
    differences: tuple[Difference, ...]
    mcnemar: McNemar
    changes: tuple[Change, ...]
    """Worse ones first, then better ones."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a comparison fails, such as ``Success@1 < -0.01``."""

    measure: str
    comparator: str
    threshold: float

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"{self.measure} {self.comparator} {self.threshold:g}"

    def holds(self, comparison: Comparison) -> bool:
        """Say whether the comparison fails.

        Args:
            comparison: The comparison.

        Returns:
            Whether the difference meets the condition.

        Raises:
            EvaluationError: The measure says nothing here: a gate must not pass for that.
        """
        found = {row.measure: row.difference for row in comparison.differences}
        difference = found.get(self.measure, np.nan)
        if np.isnan(difference):
            msg = f"{self.measure} cannot be compared: a run has no value for it"
            raise EvaluationError(msg)
        # 0.84 - 0.85 is a little below -0.01 in floating point; that must not decide.
        return bool(_OPERATORS[self.comparator](round(difference, 9), self.threshold))


def parse_condition(text: str) -> Condition:
    """Read a condition of ``--fail-if``.

    Args:
        text: ``<measure> <operator> <number>``, the operator being one of < <= > >=.

    Returns:
        The condition on the difference B − A.

    Raises:
        EvaluationError: It has another form, or names no measure.
    """
    match = re.fullmatch(r"\s*(\S+?)\s*(<=|>=|<|>)\s*([-+−]?(?:\d+\.?\d*|\.\d+))\s*", text)
    if match is None:
        msg = f'{text!r} is not a condition such as "Success@1 < -0.01" (on B − A)'
        raise EvaluationError(msg)
    name, comparator, number = match.groups()
    return Condition(measure_named(name).name, comparator, float(number.replace("−", "-")))


def compare_runs(a: Run, b: Run, *, slice_name: str = "all") -> Comparison:
    """Compare two runs query by query.

    Args:
        a: The run to compare with.
        b: The run in question.
        slice_name: Slice to measure; ``all`` holds all single-turn queries.

    Returns:
        The differences B − A. Changes are listed for the slice; for ``all``, follow-ups
        included.

    Raises:
        EvaluationError: The runs are of different data, or there is no such slice.
    """
    if a.dataset_digest != b.dataset_digest:
        msg = (
            f"the runs cannot be compared: {a.system} is of {a.dataset} {a.split} "
            f"({a.dataset_digest[:12]}), {b.system} of {b.dataset} {b.split} "
            f"({b.dataset_digest[:12]}). Run both on the same data; for a new baseline: "
            "faqbot eval run --save-baseline eval/baseline.json"
        )
        raise EvaluationError(msg)
    groups = by_slice(a.outcomes), by_slice(b.outcomes)
    if slice_name not in groups[0]:
        msg = f"{slice_name!r} is not a slice, choose from: {', '.join(groups[0])}"
        raise EvaluationError(msg)
    chosen = groups[0][slice_name], groups[1][slice_name]
    decide = a.decides and b.decides
    measures = [measure for measure in MEASURES.values() if decide or not measure.decides]
    listed = (a.outcomes, b.outcomes) if slice_name == "all" else chosen
    pairs = list(zip(*listed, strict=True))
    if not decide:  # then all that both did is to rank
        pairs = [(_ranked_only(x), _ranked_only(y)) for x, y in pairs]
    return Comparison(
        a=a,
        b=b,
        slice=slice_name,
        differences=compare_samples(sample_of(chosen[0]), sample_of(chosen[1]), measures),
        mcnemar=mcnemar(*chosen),
        changes=_changes(pairs),
    )


def compare_samples(a: Sample, b: Sample, measures: Sequence[Measure]) -> tuple[Difference, ...]:
    """Compare measures of two samples of the same queries.

    The test swaps the two responses of each query at random, 10,000 times, with a fixed seed,
    and asks how often the difference is at least as large: Fisher's randomisation, recommended
    for retrieval by Smucker, Allan & Carterette, *A Comparison of Statistical Significance Tests
    for Information Retrieval Evaluation*, CIKM 2007. The observed labelling counts as one of
    them, so p is never 0 (Phipson & Smyth 2010). No correction is made for testing several
    measures.

    Args:
        a: Columns of shape (n,).
        b: The same queries, in the same order.
        measures: What to compare.

    Returns:
        One difference a measure, in order.
    """
    rng = np.random.default_rng(_SEED)
    rows = rng.integers(0, max(a.size, 1), size=(RESAMPLES, a.size))
    extremes = _count_extremes(a, b, [measure for measure in measures if measure.tested])
    return tuple(
        _difference(measure, a, b, rows, extremes.get(measure.name)) for measure in measures
    )


def mcnemar(a: Sequence[Outcome], b: Sequence[Outcome]) -> McNemar:
    """Test Success@1 by the queries on which the runs disagree.

    McNemar, *Note on the sampling error of the difference between correlated proportions*,
    Psychometrika 1947, in its exact form: a two-sided sign test.

    Args:
        a: Outcomes.
        b: Outcomes of the same queries, in the same order.

    Returns:
        The counts and the p-value; 1 when they never disagree.
    """
    only_a = sum(x.right and not y.right for x, y in zip(a, b, strict=True))
    only_b = sum(y.right and not x.right for x, y in zip(a, b, strict=True))
    n = only_a + only_b
    return McNemar(only_a, only_b, float(binomtest(only_a, n).pvalue) if n else 1.0)


def _count_extremes(a: Sample, b: Sample, measures: Sequence[Measure]) -> dict[str, float]:
    rng = np.random.default_rng(_SEED)
    parts = {m.name: (_swappable(a, m), _swappable(b, m)) for m in measures}
    observed = {m.name: _minus(m, *parts[m.name]) for m in measures}
    # Same columns cannot differ, nor can what has no value.
    open_ones = [
        m for m in measures if not np.isnan(observed[m.name]) and not _same(*parts[m.name])
    ]
    counts = dict.fromkeys((m.name for m in open_ones), 0)
    for _ in range(PERMUTATIONS // _CHUNK):
        mask = rng.random((_CHUNK, a.size)) < 0.5
        for m in open_ones:
            x, y = parts[m.name]
            difference = m.of(mixed(mask, y, x)) - m.of(mixed(mask, x, y))
            reached = np.abs(difference) >= abs(observed[m.name]) - _EQUAL
            counts[m.name] += int(reached.sum())
    return {name: (count + 1) / (PERMUTATIONS + 1) for name, count in counts.items()} | {
        m.name: 1.0 for m in measures if m not in open_ones and not np.isnan(observed[m.name])
    }


def _swappable(sample: Sample, measure: Measure) -> Sample:
    """Bring confidences to one scale, so that those of two systems can change places.

    A BM25 score of 12 says nothing beside a probability of 0.9. Where only the order counts,
    each system's ranks do (Venkatraman & Begg, *A distribution-free procedure for comparing
    receiver operating characteristic curves from a paired experiment*, Biometrika 1996).
    """
    columns = sample.only(measure.columns).columns
    if not measure.ordinal:
        return Sample(columns)
    return Sample({**columns, "confidence": rankdata(sample["confidence"])})


def _difference(
    measure: Measure,
    a: Sample,
    b: Sample,
    rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    p: float | None,
) -> Difference:
    x, y = a.only(measure.columns), b.only(measure.columns)
    value_a, value_b = float(measure.of(x)), float(measure.of(y))
    low = high = np.nan
    if not np.isnan(value_b - value_a):
        resampled = measure.of(y.take(rows)) - measure.of(x.take(rows))
        tail = 100 * (1 - LEVEL) / 2
        low, high = np.percentile(resampled[~np.isnan(resampled)], [tail, 100 - tail])
    wins = ties = losses = None
    if measure.per_query is not None:
        counted = measure.population(y) > 0
        gain = (y[measure.per_query] - x[measure.per_query])[counted]
        gain = gain if measure.higher_is_better else -gain
        wins, losses = int((gain > _EQUAL).sum()), int((gain < -_EQUAL).sum())
        ties = len(gain) - wins - losses
    return Difference(
        measure=measure.name,
        a=value_a,
        b=value_b,
        difference=value_b - value_a,
        low=float(low),
        high=float(high),
        p=np.nan if p is None else p,
        n=int(measure.population(y).sum()),
        wins=wins,
        ties=ties,
        losses=losses,
    )


def _minus(measure: Measure, a: Sample, b: Sample) -> float:
    return float(measure.of(b)) - float(measure.of(a))


def _same(a: Sample, b: Sample) -> bool:
    return all(np.array_equal(a[name], b[name], equal_nan=True) for name in a.columns)


def _changes(pairs: Sequence[tuple[Outcome, Outcome]]) -> tuple[Change, ...]:
    changes = [
        Change(a=a, b=b, before=before, after=after, effect=_effect(before, after))
        for a, b in pairs
        if (a.first, a.response.status) != (b.first, b.response.status)
        for before, after in [(verdict_of(a), verdict_of(b))]
    ]
    order = {"worse": 0, "better": 1, "other": 2}
    return tuple(sorted(changes, key=lambda change: order[change.effect]))


def _ranked_only(outcome: Outcome) -> Outcome:
    response = dataclasses.replace(outcome.response, status=None)
    return dataclasses.replace(outcome, response=response)


def _effect(before: Verdict, after: Verdict) -> Effect:
    gain = QUALITY[after] - QUALITY[before]
    return "better" if gain > 0 else "worse" if gain < 0 else "other"
