"""Estimates: a measure of a run, with a bootstrap interval and the number of queries behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqbot.evaluation.measures import MEASURES, Measure
from faqbot.evaluation.runs import Outcome, Run, by_slice
from faqbot.evaluation.samples import Sample, sample_of

RESAMPLES = 1000
LEVEL = 0.95
_SEED = 42


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value; all three numbers are NaN when no query counts."""

    value: float
    low: float
    high: float
    """Ends of the 95 % interval."""
    n: int
    """Queries in the denominator."""


def estimate(sample: Sample, measures: Sequence[Measure]) -> dict[str, Estimate]:
    """Measure a sample, with percentile bootstrap intervals over queries.

    Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13: 1,000 resamples of
    the same size, drawn with a fixed seed. The interval speaks of other questions of the same
    kind, not of another corpus or model. Resamples in which no query counts are left out.

    Args:
        sample: Columns of shape (n,).
        measures: What to measure.

    Returns:
        Measure name to estimate.
    """
    rng = np.random.default_rng(_SEED)
    rows = rng.integers(0, max(sample.size, 1), size=(RESAMPLES, sample.size))
    return {measure.name: _estimate(measure, sample, rows) for measure in measures}


def estimate_slices(
    run: Run, measures: Sequence[Measure] = tuple(MEASURES.values())
) -> dict[str, dict[str, Estimate]]:
    """Measure a run, over all single-turn queries and by slice.

    Args:
        run: The run.
        measures: What to measure.

    Returns:
        Slice to measure name to estimate, ``all`` first. Measures of decisions are NaN for a
        system that only ranks.
    """
    return {
        name: estimate_outcomes(outcomes, measures, decides=run.decides)
        for name, outcomes in by_slice(run.outcomes).items()
    }


def estimate_outcomes(
    outcomes: Sequence[Outcome],
    measures: Sequence[Measure] = tuple(MEASURES.values()),
    *,
    decides: bool,
) -> dict[str, Estimate]:
    """Measure some outcomes of a run.

    Args:
        outcomes: The outcomes.
        measures: What to measure.
        decides: Whether the system decides; else measures of decisions say nothing.

    Returns:
        Measure name to estimate.
    """
    meant = [measure for measure in measures if decides or not measure.decides]
    found: Mapping[str, Estimate] = estimate(sample_of(outcomes), meant)
    nothing = Estimate(np.nan, np.nan, np.nan, 0)
    return {measure.name: found.get(measure.name, nothing) for measure in measures}


def _estimate(measure: Measure, sample: Sample, rows: npt.NDArray[np.int64]) -> Estimate:
    read = sample.only(measure.columns)
    n = int(measure.population(read).sum())
    value = float(measure.of(read)) if n else np.nan
    if np.isnan(value):
        return Estimate(np.nan, np.nan, np.nan, n)
    resampled = measure.of(read.take(rows))
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled[~np.isnan(resampled)], [tail, 100 - tail])
    return Estimate(value, float(low), float(high), n)
