from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from faqbot.evaluation.confidence import (
    BINS,
    aurc,
    auroc,
    expected_calibration_error,
    mean_over,
    reliability,
    risk_coverage_curve,
)

# Confidences on a grid, so that ties are common.
JUDGED = st.lists(
    st.tuples(st.integers(0, 20).map(lambda it: it / 20), st.booleans()), min_size=1, max_size=40
)


def columns(judged: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    confidence, right = zip(*judged, strict=True)
    return np.array(confidence, dtype=np.float64), np.array(right, dtype=np.float64)


def test_the_curve_is_what_is_worked_out_by_hand() -> None:
    """By confidence: right, wrong, right, wrong; errors 0, 1, 1, 2 among 1, 2, 3, 4."""
    curve = risk_coverage_curve(np.array([0.2, 0.9, 0.6, 0.4]), np.array([0.0, 1.0, 0.0, 1.0]))
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])


def test_queries_of_equal_confidence_share_their_errors() -> None:
    """Of two tied queries one is wrong: half an error after the first, one after both."""
    for right in ([1.0, 0.0], [0.0, 1.0]):
        curve = risk_coverage_curve(np.array([0.5, 0.5]), np.array(right))
        assert curve.risk.tolist() == [0.5, 0.5]


@given(JUDGED, st.randoms())
def test_the_order_of_queries_changes_nothing(judged: list, chance: Random) -> None:
    shuffled = list(judged)
    chance.shuffle(shuffled)
    for measure in (aurc, auroc, expected_calibration_error):
        one, other = measure(*columns(judged)), measure(*columns(shuffled))
        np.testing.assert_allclose(one, other, atol=1e-12, equal_nan=True)


@given(JUDGED)
def test_the_curve_ends_at_the_error_rate_and_stays_a_share(judged: list) -> None:
    confidence, right = columns(judged)
    curve = risk_coverage_curve(confidence, right)
    assert curve.risk[-1] == pytest.approx(1 - right.mean())
    assert (curve.risk >= 0).all()
    assert (curve.risk <= 1 + 1e-12).all()
    assert all(low < high for low, high in pairwise(curve.coverage))


@given(JUDGED)
def test_auroc_is_that_of_scikit_learn(judged: list) -> None:
    confidence, right = columns(judged)
    if 0 < right.sum() < len(right):
        assert auroc(confidence, right) == pytest.approx(roc_auc_score(right, confidence))
    else:
        assert math.isnan(auroc(confidence, right))


def test_auroc_counts_ties_one_half() -> None:
    assert auroc(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == 0.5


def test_perfect_order_has_the_smallest_area() -> None:
    """Two right, two wrong: risks 0, 0, 1/3, 2/4."""
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    assert aurc(confidence, np.array([1.0, 1.0, 0.0, 0.0])) == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert aurc(confidence, np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx(
        (1 + 1 + 2 / 3 + 1 / 2) / 4
    )


def test_calibration_error_is_what_is_worked_out_by_hand() -> None:
    """Two queries at 0.95, one right: |0.95 - 0.5|, weight 2/3; one at 0 and wrong: 0."""
    confidence, right = np.array([0.95, 0.95, 0.0]), np.array([1.0, 0.0, 0.0])
    assert expected_calibration_error(confidence, right) == pytest.approx(0.45 * 2 / 3)


@given(JUDGED)
def test_calibration_error_is_the_weighted_gap_of_the_bins(judged: list) -> None:
    confidence, right = columns(judged)
    bins = reliability(confidence, right)
    assert sum(it.queries for it in bins) == len(judged)
    gap = sum(it.queries * abs(it.confidence - it.accuracy) for it in bins) / len(judged)
    assert expected_calibration_error(confidence, right) == pytest.approx(gap)


def test_the_last_bin_includes_certainty() -> None:
    (only,) = reliability(np.array([1.0]), np.array([1.0]))
    assert (only.low, only.high) == (1 - 1 / BINS, 1.0)


def test_a_measure_of_no_query_is_no_number() -> None:
    none = np.array([], dtype=np.float64)
    assert all(
        math.isnan(measure(none, none))
        for measure in (mean_over, aurc, auroc, expected_calibration_error)
    )
    assert math.isnan(mean_over(np.array([1.0]), np.array([0.0])))


def test_a_mean_ignores_what_the_mask_leaves_out() -> None:
    assert mean_over(np.array([1.0, np.nan, 0.0]), np.array([1.0, 0.0, 1.0])) == 0.5
