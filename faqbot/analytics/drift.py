"""Whether confidences, and what they decide, are distributed as they used to be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

SMALL = 100
"""Fewest questions on each side for a distribution of ten classes to be compared."""
_SMOOTHING = 0.5
_LEVEL = 0.05
_NOTABLE = 0.1
_STRONG = 0.25

Shift: TypeAlias = Literal["too_few", "none", "slight", "notable", "strong"]
"""``none``: no more than chance explains. ``slight``: more than chance, too little to matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far a distribution has moved from a reference."""

    n: int
    reference_n: int
    psi: float
    """Population stability index: 0 when alike, without upper end."""
    psi_by_chance: float
    """What chance alone exceeds once in twenty, with these numbers of questions."""
    distance: float
    """Kolmogorov–Smirnov distance in [0, 1] between the counts by class."""
    distance_by_chance: float
    """What chance alone exceeds at most once in twenty, with these numbers of questions."""
    direction: float
    """Mean confidence minus that of the reference, by class middles, in [-1, 1]."""
    shift: Shift


def drift_of(reference: Sequence[int], current: Sequence[int]) -> Drift:
    r"""Compare two distributions over the same classes.

    The index sums (p - q) ln(p / q) over classes; half a case is added to each class, so that an
    empty one does not make it infinite. Its usual limits, 0.1 and 0.25, ignore how few cases there
    may be. When nothing has changed, the index divided by (1/n + 1/m) follows a chi-squared law
    with one degree of freedom less than there are classes (B. Yurdakul and J. Naranjo,
    *Statistical properties of the population stability index*, Journal of Risk Model Validation
    14(4), 2020): a shift is only spoken of beyond the 95 % quantile of that law. The
    Kolmogorov–Smirnov distance is given beside it as it needs no smoothing; on classes it can
    only be smaller than on single values, so that its limit is on the safe side.

    Args:
        reference: Questions by class, in order.
        current: The same of the time looked at.

    Raises:
        ValueError: The classes are not the same.
    """
    if len(reference) != len(current) or len(reference) < 2:
        msg = f"two or more classes on both sides, got {len(reference)} and {len(current)}"
        raise ValueError(msg)
    from scipy.special import chdtri, kolmogi  # large, and only the console asks

    counts = np.array([reference, current])
    totals = counts.sum(axis=1)
    m, n = totals.tolist()
    # A class that is empty on both sides says nothing, and is no degree of freedom.
    used = counts[:, counts.any(axis=0)] + _SMOOTHING
    p, q = used / used.sum(axis=1, keepdims=True)
    psi = float((q - p) @ np.log(q / p))
    noise = (1 / m + 1 / n) if m and n else math.inf
    psi_by_chance = float(chdtri(max(len(p) - 1, 1), _LEVEL)) * noise
    distance = direction = 0.0
    if m and n:
        then, now = counts.cumsum(axis=1) / totals[:, None]
        distance = float(abs(now - then).max())
        middles = (np.arange(len(reference)) + 0.5) / len(reference)
        before, after = counts @ middles / totals
        direction = float(after - before)
    return Drift(
        n=n,
        reference_n=m,
        psi=psi,
        psi_by_chance=psi_by_chance,
        distance=distance,
        distance_by_chance=min(1.0, float(kolmogi(_LEVEL)) * math.sqrt(noise)),
        direction=direction,
        shift=_shift(psi, psi_by_chance, min(m, n)),
    )


def _shift(psi: float, by_chance: float, fewest: int) -> Shift:
    if fewest < SMALL:
        return "too_few"
    if psi <= by_chance:
        return "none"
    if psi < _NOTABLE:
        return "slight"
    return "notable" if psi < _STRONG else "strong"
