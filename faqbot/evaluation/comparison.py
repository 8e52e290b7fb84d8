"""Two runs on the same queries: what differs, whether that can be chance, and what changed."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import permutation_test, rankdata

from faqbot.errors import EvaluationError
from faqbot.evaluation.confidence import Floats
from faqbot.evaluation.estimates import SEED, interval, resampled_rows
from faqbot.evaluation.measures import MEASURES, Measure, Sample, measure_named
from faqbot.evaluation.outcomes import Change, QueryOutcome, changes_of
from faqbot.evaluation.runs import Run, by_slice, sample_of

PERMUTATIONS = 10_000
_BATCH = 500
_EQUAL = 1e-9
"""Differences below this are rounding."""
_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """B against A."""

    a: Run
    b: Run
    slice: str
    differences: tuple[Difference, ...]
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
        text: ``<measure> <operator> <number>``, the operator being one of < <= > >=, the number
            a difference B − A.

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
    """Compare a run b with a run a, query by query.

    Changes are listed for the slice; for ``all``, which holds all single-turn queries, follow-ups
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
    groups = by_slice(b.outcomes)
    if slice_name not in groups:
        msg = f"{slice_name!r} is not a slice, choose from: {', '.join(groups)}"
        raise EvaluationError(msg)
    # A may be older than what the data set says of who asked.
    ids = {it.query.id for it in groups[slice_name]}
    chosen = [it for it in a.outcomes if it.query.id in ids], groups[slice_name]
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
        differences=compare_samples(sample_of(*chosen), sample_of(*chosen[::-1]), measures),
        changes=changes_of(pairs),
    )


def compare_samples(a: Sample, b: Sample, measures: Sequence[Measure]) -> tuple[Difference, ...]:
    """Compare measures of two samples of the same queries, in the same order.

    No correction is made for testing several measures. One that has no value for either sample is
    left out.
    """
    rows = resampled_rows(a)
    found = (_difference(measure, a, b, rows) for measure in measures)
    return tuple(row for row in found if not np.isnan([row.a, row.b]).all())


def _p_value(measure: Measure, a: Sample, b: Sample) -> float:
    """Ask how often a difference this large comes of swapping the responses of queries at random.

    Fisher's randomisation, two-sided, recommended for retrieval by Smucker, Allan & Carterette,
    *A Comparison of Statistical Significance Tests for Information Retrieval Evaluation*, CIKM
    2007: all swaps where there are no more than 10,000, else that many with a fixed seed, the
    observed labelling counting as one of them, so that p is never 0 (Phipson & Smyth 2010). Of
    ``Success@1``, with all swaps, this is McNemar's exact test.
    """
    x, y = _swappable(a, measure), _swappable(b, measure)
    if a.size < 2 or _same(x, y):
        return 1.0
    both = Sample({name: np.concatenate((x[name], y[name])) for name in x.columns})

    def difference(
        first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], axis: int
    ) -> Floats:
        del axis  # always the last
        return measure.of(both.take(second)) - measure.of(both.take(first))

    tested = permutation_test(
        np.arange(2 * a.size).reshape(2, -1),
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=_BATCH,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)


def _swappable(sample: Sample, measure: Measure) -> Sample:
    """Bring confidences to one scale, so that those of two systems can change places.

    A BM25 score of 12 says nothing beside a probability of 0.9. Where only the order counts,
    each system's ranks do (Venkatraman & Begg, *A distribution-free procedure for comparing
    receiver operating characteristic curves from a paired experiment*, Biometrika 1996).
    """
    if not measure.ordinal:
        return sample
    return Sample({**sample.columns, "confidence": rankdata(sample["confidence"])})


def _difference(measure: Measure, a: Sample, b: Sample, rows: npt.NDArray[np.int64]) -> Difference:
    x, y = a.only(measure.columns), b.only(measure.columns)
    value_a, value_b = float(measure.of(x)), float(measure.of(y))
    low = high = p = np.nan
    if not np.isnan(value_b - value_a):
        low, high = interval(measure.of(y.take(rows)) - measure.of(x.take(rows)))
        p = _p_value(measure, x, y) if measure.tested else np.nan
    wins = ties = losses = None
    if measure.per_query is not None:
        counted = b[measure.population] > 0
        gain = (y[measure.per_query] - x[measure.per_query])[counted]
        gain = gain if measure.higher_is_better else -gain
        wins, losses = int((gain > _EQUAL).sum()), int((gain < -_EQUAL).sum())
        ties = len(gain) - wins - losses
    return Difference(
        measure=measure.name,
        a=value_a,
        b=value_b,
        difference=value_b - value_a,
        low=low,
        high=high,
        p=p,
        n=int(b[measure.population].sum()),
        wins=wins,
        ties=ties,
        losses=losses,
    )


def _same(a: Sample, b: Sample) -> bool:
    return all(np.array_equal(a[name], b[name], equal_nan=True) for name in a.columns)


def _ranked_only(outcome: QueryOutcome) -> QueryOutcome:
    response = dataclasses.replace(outcome.response, status=None, tentative=False)
    return dataclasses.replace(outcome, response=response)
