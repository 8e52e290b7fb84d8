"""How often an asserted answer may be wrong: a threshold with a finite-sample bound.

Learn-then-test (Angelopoulos, Bates, Candès, Jordan and Lei, arXiv:2110.01052): each threshold is
a hypothesis « the risk exceeds the target », tested by an exact binomial tail on the questions
that would be answered; thresholds are tested in an order fixed beforehand, from few answers to
many, until one cannot be rejected. With the stated probability over draws of the calibration
questions, no rejected hypothesis is true, so the last threshold that passed keeps the target.

What it cannot promise: that tomorrow's questions are drawn as the calibration questions were
(exchangeability). The calibration questions were invented; users will ask otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, binom

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FIRST_COVERAGE = 0.3
"""Share of all questions answered by the first threshold tested: where confidence is high enough
for the risk to be well below the target, and answers numerous enough to show it. With 2,700
questions that is 810 answers, of which 10 may be wrong (2 % at 90 %)."""
STEP = 0.01
"""Step between thresholds, in coverage."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold that keeps the risk, and what was seen at it."""

    threshold: float
    answered: int
    wrong: int
    upper_bound: float
    """Exact upper confidence limit of the risk at this threshold."""


def upper_bound(wrong: int, answered: int, confidence: float) -> float:
    """Bound a proportion from above (Clopper and Pearson, 1934).

    Args:
        wrong: Errors seen.
        answered: Answers seen.
        confidence: Of the one-sided bound, in (0, 1).

    Returns:
        The bound in [0, 1]; 1 without answers.
    """
    if wrong >= answered:
        return 1.0
    return float(beta.ppf(confidence, wrong + 1, answered - wrong))


def choose_threshold(
    probabilities: Floats, right: Flags, *, target: float, confidence: float
) -> Choice | None:
    """Find the lowest threshold that keeps the share of wrong answers under a target.

    Args:
        probabilities: (n,) for each question the confidence in its first candidate, judged by a
            model that has not seen the question.
        right: (n,) whether that candidate answers it.
        target: Highest tolerated share of wrong answers among asserted ones, in (0, 1).
        confidence: Probability with which the target is to be kept, in (0, 1).

    Returns:
        The threshold; None when not even the first can be trusted.
    """
    order = np.sort(probabilities)[::-1]
    chosen = None
    for coverage in np.arange(FIRST_COVERAGE, 1 + STEP / 2, STEP):
        count = min(len(order), int(np.ceil(coverage * len(order))))
        if not count:
            break
        threshold = float(order[count - 1])
        taken = probabilities >= threshold
        answered, wrong = int(taken.sum()), int((taken & ~right).sum())
        if binom.cdf(wrong, answered, target) > 1 - confidence:
            break
        chosen = Choice(threshold, answered, wrong, upper_bound(wrong, answered, confidence))
    return chosen
