"""Shares with their uncertainty: never a percentage without its n and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

MINIMUM = 5
"""Fewest cases on which anything is ranked or called better or worse than something else."""
_Z = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A number of cases among others, as in « 7 useful of 9 verdicts ».

    The interval is Wilson's score interval at 95 % (E. B. Wilson, *Probable inference, the law of
    succession, and statistical inference*, Journal of the American Statistical Association 22,
    1927), without continuity correction. Unlike the usual ± it stays within [0, 1] and says
    something sensible of few cases and of shares of 0 and 1. It takes cases for independent draws:
    several verdicts of one person make it too narrow.
    """

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n:
            msg = f"a share needs 0 <= count <= n, got {self.count} of {self.n}"
            raise ValueError(msg)

    @property
    def value(self) -> float:
        """The share in [0, 1]; NaN of nothing."""
        return self.count / self.n if self.n else math.nan

    @property
    def low(self) -> float:
        """Lower end of the interval; 0 of nothing."""
        return self._end(-1)

    @property
    def high(self) -> float:
        """Upper end of the interval; 1 of nothing."""
        return self._end(1)

    @property
    def enough(self) -> bool:
        """Whether there are cases enough to rank by."""
        return self.n >= MINIMUM

    def since(self, before: Proportion) -> int:
        """Say whether the share has changed by more than chance explains.

        By R. G. Newcombe's interval for a difference, from Wilson's for each share (*Interval
        estimation for the difference between independent proportions*, Statistics in Medicine
        17(8), 1998, method 10).

        Returns:
            1 for a rise, -1 for a fall, 0 when neither is certain or there are too few cases.
        """
        if not (self.enough and before.enough):
            return 0
        gap = self.value - before.value
        low = gap - math.hypot(self.value - self.low, before.high - before.value)
        high = gap + math.hypot(self.high - self.value, before.value - before.low)
        return int(low > 0) - int(high < 0)

    def _end(self, side: int) -> float:
        if not self.n:
            return float(side > 0)
        if self.count == (self.n if side > 0 else 0):
            return float(side > 0)  # the formula's own value, without its rounding
        share, squared = self.count / self.n, _Z**2 / self.n
        centre = share + squared / 2
        spread = _Z * math.sqrt(share * (1 - share) / self.n + squared / (4 * self.n))
        return (centre + side * spread) / (1 + squared)
