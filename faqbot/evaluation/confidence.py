"""Measures of decisions and their confidence, as functions of arrays.

The last axis of every array runs over queries. The axes before it, if any, run over resamples,
so that a bootstrap or a permutation test costs one call. Truth values are 0.0 and 1.0. A measure
of no query is NaN, never 0.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats: TypeAlias = npt.NDArray[np.float64]

BINS = 15
"""Bins of equal width on [0, 1] for calibration."""


class RiskCoverage(NamedTuple):
    """Points of a risk–coverage curve, from the surest query to all of them."""

    coverage: Floats
    """(n,) share of queries answered, in (0, 1]."""
    risk: Floats
    """(n,) share of wrong answers among those, in [0, 1]."""


class ReliabilityBin(NamedTuple):
    """Queries whose confidence falls between two bounds."""

    low: float
    high: float
    """The bin is [low, high); the last one includes 1."""
    queries: int
    confidence: float
    """Mean confidence."""
    accuracy: float
    """Share whose first entry is right."""


def mean_over(values: Floats, mask: Floats) -> Floats:
    """Average (…, n) values, which may be NaN where the mask is 0, over the queries it selects."""
    total = np.where(mask > 0, values, 0.0).sum(axis=-1)
    return _divide(total, mask.sum(axis=-1))


def risk_coverage_curve(confidence: Floats, right: Floats) -> RiskCoverage:
    """Trace the risk taken when only the surest queries are answered.

    Selective risk at coverage i/n is the share of errors among the i most confident queries:
    Geifman & El-Yaniv, *Selective Classification for Deep Neural Networks*, arXiv:1705.08500.
    Queries of equal confidence share their errors evenly, so that their order does not matter.

    Args:
        confidence: (…, n), higher is surer; any unit.
        right: (…, n), whether the first entry is right.

    Returns:
        Coverage (n,) and risk (…, n).
    """
    n = confidence.shape[-1]
    order = np.argsort(-confidence, axis=-1, kind="stable")
    ranked = np.take_along_axis(confidence, order, axis=-1)
    errors = 1.0 - np.take_along_axis(right, order, axis=-1)
    answered = np.arange(1, n + 1, dtype=np.float64)
    return RiskCoverage(
        answered / max(n, 1), np.cumsum(_within_ties(ranked, errors), -1) / answered
    )


def aurc(confidence: Floats, right: Floats) -> Floats:
    """Area under the risk–coverage curve: the mean of its n risks; lower is better.

    Geifman, Uziel & El-Yaniv, *Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers*,
    arXiv:1805.08206. It mixes how well confidence orders the queries with how many are wrong at
    all: with random confidence it is the error rate.

    Returns:
        (…) areas in [0, 1].
    """
    risk = risk_coverage_curve(confidence, right).risk
    return mean_over(risk, np.ones_like(risk))


def auroc(confidence: Floats, positive: Floats) -> Floats:
    """Probability that a positive query gets a higher confidence than a negative one.

    Computed from ranks (Mann & Whitney, 1947); ties count one half.

    Returns:
        (…) areas in [0, 1], 0.5 is chance; NaN when one of the two classes is empty.
    """
    if not confidence.shape[-1]:
        return np.full(confidence.shape[:-1], np.nan)
    ranks = rankdata(confidence, axis=-1)
    positives = positive.sum(axis=-1)
    negatives = positive.shape[-1] - positives
    above = (ranks * positive).sum(axis=-1) - positives * (positives + 1) / 2
    return _divide(above, positives * negatives)


def expected_calibration_error(confidence: Floats, right: Floats) -> Floats:
    """Mean distance between confidence and accuracy, over bins weighted by their queries.

    Naeini, Cooper & Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian
    Binning*, AAAI 2015; here with 15 bins of equal width. The event is "the first entry is
    right", which for an unanswerable query is never so.

    Returns:
        (…) errors in [0, 1].
    """
    total = np.abs(_sums(_bins(confidence), BINS, confidence - right)).sum(axis=-1)
    return _divide(total, np.full_like(total, confidence.shape[-1]))


def matthews(predicted: Floats, meant: Floats) -> Floats:
    """Matthews correlation of two labellings: 1 when they agree, 0 is chance.

    Gorodkin, *Comparing two K-category assignments by a K-category correlation coefficient*,
    Computational Biology and Chemistry 2004 (R_K), which for two classes is Matthews' own.

    Args:
        predicted: (…, n) numbers of classes, from 0.
        meant: (…, n) likewise.

    Returns:
        (…) correlations in [-1, 1]; NaN when all queries have one label on either side.
    """
    classes = 1 + int(max(predicted.max(initial=0.0), meant.max(initial=0.0)))
    n = float(meant.shape[-1])
    each = np.ones_like(meant)
    took, due = (_sums(it.astype(np.int64), classes, each) for it in (predicted, meant))
    agreed = (predicted == meant).sum(axis=-1)
    spread = (n * n - (took * took).sum(axis=-1)) * (n * n - (due * due).sum(axis=-1))
    return _divide(n * agreed - (took * due).sum(axis=-1), np.sqrt(spread))


def best_threshold(confidence: Floats, taken: Floats, meant: Floats) -> float:
    """Find the confidence from which taking the first entry gives the best `matthews`.

    It is chosen with the labels in sight, as published thresholds often are: an upper bound.

    Args:
        confidence: (n,), any unit.
        taken: (n,) class of the first entry, 0 when there is none.
        meant: (n,) right class, 0 for none.

    Returns:
        A confidence of the sample, or infinity when refusing everything is best.
    """
    candidates = np.append(np.unique(confidence), np.inf)
    values = [
        float(matthews(np.where(confidence >= least, taken, 0.0), meant)) for least in candidates
    ]
    return float(candidates[np.nanargmax(values)]) if not np.isnan(values).all() else np.inf


def reliability(confidence: Floats, right: Floats) -> list[ReliabilityBin]:
    """Compare (n,) confidences with accuracy in the bins of the calibration error that hold any."""
    bins = _bins(confidence)
    return [
        ReliabilityBin(
            number / BINS,
            (number + 1) / BINS,
            int((bins == number).sum()),
            float(confidence[bins == number].mean()),
            float(right[bins == number].mean()),
        )
        for number in np.unique(bins).tolist()
    ]


def _sums(labels: npt.NDArray[np.int64], classes: int, values: Floats) -> Floats:
    """Add up the (…, n) values of each class: (…, classes)."""
    shape = labels.shape[:-1]
    rows = np.arange(int(np.prod(shape)))[:, None]
    cells = rows * classes + labels.reshape(len(rows), labels.shape[-1])
    sums = np.bincount(cells.ravel(), values.ravel(), len(rows) * classes)
    return np.asarray(sums.reshape(*shape, classes), dtype=np.float64)


def _bins(confidence: Floats) -> npt.NDArray[np.int64]:
    return np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)


def _within_ties(ranked: Floats, errors: Floats) -> Floats:
    """Replace each error by the mean error of the queries with the same confidence."""
    shape = ranked.shape
    starts = np.ones(shape, dtype=np.int64)
    starts[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    # The first query of each row starts a tie, so numbering them all through keeps rows apart.
    groups = np.cumsum(starts.ravel()) - 1
    means = np.bincount(groups, weights=errors.ravel()) / np.maximum(np.bincount(groups), 1)
    return np.asarray(means[groups].reshape(shape), dtype=np.float64)


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    safe = np.where(denominator > 0, denominator, np.nan)
    return np.asarray(numerator / safe, dtype=np.float64)
