"""Estimates: a measure of a run, with a bootstrap interval and the number of queries behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqbot.evaluation.confidence import Floats, mean_over
from faqbot.evaluation.measures import MEASURES, Measure, Sample
from faqbot.evaluation.outcomes import QueryOutcome
from faqbot.evaluation.runs import Run, by_slice, sample_of

RESAMPLES = 1000
LEVEL = 0.95
SEED = 42


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value; all three numbers are NaN when no query counts."""

    value: float
    low: float
    high: float
    """Ends of the 95 % interval."""
    n: int
    """Queries in the denominator."""


def estimate_slices(run: Run) -> dict[str, dict[str, Estimate]]:
    """Measure a run, over all single-turn queries and by slice.

    Returns:
        Slice to measure name to estimate, ``all`` first. Measures of decisions are NaN for a
        system that only ranks.
    """
    return {
        name: estimate_outcomes(outcomes, decides=run.decides)
        for name, outcomes in by_slice(run.outcomes).items()
    }


def estimate_outcomes(outcomes: Sequence[QueryOutcome], *, decides: bool) -> dict[str, Estimate]:
    """Measure some outcomes of a run, of a system that decides or one that only ranks."""
    counted = [name for name, measure in MEASURES.items() if decides or not measure.decides]
    nothing = Estimate(np.nan, np.nan, np.nan, 0)
    return dict.fromkeys(MEASURES, nothing) | estimate_sample(sample_of(outcomes), counted)


def estimate_sample(sample: Sample, names: Iterable[str]) -> dict[str, Estimate]:
    """Measure a sample by the measures named."""
    rows = resampled_rows(sample)
    return {name: _estimate(MEASURES[name], sample, rows) for name in names}


def estimate_mean(values: Floats, counted: Floats) -> Estimate:
    """Estimate the mean of (n,) values over those with 1.0 in `counted`, (n,), instead of 0.0."""
    n = int(counted.sum())
    if not n:
        return Estimate(np.nan, np.nan, np.nan, n)
    rows = resampled_rows(Sample({"values": values}))
    ends = interval(mean_over(values[rows], counted[rows]))
    return Estimate(float(mean_over(values, counted)), *ends, n)


def resampled_rows(sample: Sample) -> npt.NDArray[np.int64]:
    """Draw (1,000, n) positions of queries for a bootstrap, with a fixed seed.

    Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13: percentile intervals
    of resamples of the same size. They speak of other questions of the same kind, not of another
    corpus or model. `scipy.stats.bootstrap` gives the same numbers, but no interval where one
    resample holds no query that counts, and none of a single query.
    """
    rng = np.random.default_rng(SEED)
    return rng.integers(0, max(sample.size, 1), size=(RESAMPLES, sample.size))


def interval(resampled: Floats) -> tuple[float, float]:
    """Take the ends of the 95 % interval; resamples in which no query counts are left out."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled[~np.isnan(resampled)], [tail, 100 - tail])
    return float(low), float(high)


def _estimate(measure: Measure, sample: Sample, rows: npt.NDArray[np.int64]) -> Estimate:
    read = sample.only(measure.columns)
    n = int(sample[measure.population].sum())
    value = float(measure.of(read)) if n else np.nan
    if np.isnan(value):
        return Estimate(np.nan, np.nan, np.nan, n)
    return Estimate(value, *interval(measure.of(read.take(rows))), n)
