"""All measures by name: the name printed is the name typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from faqbot.errors import EvaluationError
from faqbot.evaluation.decision_measures import (
    Floats,
    aurc,
    auroc,
    expected_calibration_error,
    mean_over,
)
from faqbot.evaluation.retrieval_measures import RETRIEVAL_MEASURES
from faqbot.evaluation.samples import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number about some queries of a run."""

    name: str
    meaning: str
    higher_is_better: bool
    columns: tuple[str, ...]
    """What of a sample it reads."""
    of: Callable[[Sample], Floats]
    """Columns (…, n) to values (…); NaN when no query counts."""
    population: Callable[[Sample], Floats]
    """(…, n): 1.0 for the queries in the denominator."""
    per_query: str | None = None
    """The column of which it is the mean, when the population is the same for all systems."""
    decides: bool = False
    """Whether it says something only of systems that decide."""
    ordinal: bool = False
    """Whether it reads of confidences their order only, so that their unit does not matter."""
    unit: str = ""
    tested: bool = True
    """Whether a paired test of it means anything."""


def _answerable(sample: Sample) -> Floats:
    return sample["answerable"]


def _unanswerable(sample: Sample) -> Floats:
    return 1.0 - sample["answerable"]


def _answered(sample: Sample) -> Floats:
    return sample["answered"]


def _asked_back(sample: Sample) -> Floats:
    return sample["answerable"] * sample["clarified"]


def _every(sample: Sample) -> Floats:
    return np.ones_like(sample["confidence"])


def _timed(sample: Sample) -> Floats:
    return np.asarray(~np.isnan(sample["ms"]), dtype=np.float64)


def _mean(
    name: str,
    meaning: str,
    column: str,
    population: Callable[[Sample], Floats],
    *,
    higher_is_better: bool,
    decides: bool = True,
    fixed: bool = True,
) -> Measure:
    """Make the mean of a column over a population, fixed by the data set or by the system."""
    return Measure(
        name=name,
        meaning=meaning,
        higher_is_better=higher_is_better,
        columns=(column, "answerable", "clarified"),
        of=lambda sample: mean_over(sample[column], population(sample)),
        population=population,
        per_query=column if fixed else None,
        decides=decides,
    )


def _selective_risk(sample: Sample) -> Floats:
    return mean_over(1.0 - sample["right"], sample["answered"])


def _auroc(sample: Sample) -> Floats:
    return auroc(sample["confidence"], sample["answerable"])


def _aurc(sample: Sample) -> Floats:
    return aurc(sample["confidence"], sample["right"])


def _calibration_error(sample: Sample) -> Floats:
    return expected_calibration_error(sample["confidence"], sample["right"])


def _percentile(percent: int) -> Measure:
    def of(sample: Sample) -> Floats:
        times = sample["ms"]
        if np.isnan(times).any() or not times.shape[-1]:
            return np.full(times.shape[:-1], np.nan)
        return np.asarray(np.percentile(times, percent, axis=-1), dtype=np.float64)

    return Measure(
        name=f"ms-p{percent}",
        meaning=f"{percent}th percentile of the time to respond, in milliseconds",
        higher_is_better=False,
        columns=("ms",),
        of=of,
        population=_timed,
        unit="ms",
        tested=False,
    )


_RETRIEVAL = {
    "Success@1": "answerable queries with a right entry first",
    "Success@3": "answerable queries with a right entry among the first three",
    "RR@10": "mean reciprocal rank of the first right entry, over answerable queries",
    "nDCG@10": "normalised discounted cumulative gain, over answerable queries",
}

_ALL = (
    *(
        _mean(name, _RETRIEVAL[name], name, _answerable, higher_is_better=True, decides=False)
        for name in RETRIEVAL_MEASURES
    ),
    _mean(
        "coverage",
        "answered, among answerable queries",
        "answered",
        _answerable,
        higher_is_better=True,
    ),
    Measure(
        name="selective-risk",
        meaning="first entry wrong, among all queries answered, unanswerable ones included",
        higher_is_better=False,
        columns=("right", "answered"),
        of=_selective_risk,
        population=_answered,
        decides=True,
    ),
    Measure(
        name="AURC",
        meaning="area under the risk–coverage curve, over all queries",
        higher_is_better=False,
        columns=("confidence", "right"),
        of=_aurc,
        population=_every,
        ordinal=True,
    ),
    Measure(
        name="AUROC",
        meaning="chance that an answerable query gets more confidence than an unanswerable one",
        higher_is_better=True,
        columns=("confidence", "answerable"),
        of=_auroc,
        population=_every,
        ordinal=True,
    ),
    _mean(
        "false-answer-rate",
        "answered, among unanswerable queries",
        "answered",
        _unanswerable,
        higher_is_better=False,
    ),
    _mean(
        "false-refusal-rate",
        "no answer and no choice, among answerable queries",
        "refused",
        _answerable,
        higher_is_better=False,
    ),
    _mean(
        "clarify-rate",
        "offered as a choice, among answerable queries",
        "clarified",
        _answerable,
        higher_is_better=False,
    ),
    _mean(
        "clarify-success",
        "a right entry among those offered, among answerable queries that got a choice",
        "offers_right",
        _asked_back,
        higher_is_better=True,
        fixed=False,
    ),
    Measure(
        name="ECE",
        meaning="expected calibration error: confidence against a right first entry, 15 bins",
        higher_is_better=False,
        columns=("confidence", "right"),
        of=_calibration_error,
        population=_every,
        decides=True,
    ),
    _percentile(50),
    _percentile(95),
)
SLICE_MEASURES = (
    *RETRIEVAL_MEASURES,
    *("coverage", "selective-risk", "false-answer-rate", "false-refusal-rate"),
    *("clarify-rate", "clarify-success"),
)
"""What tables show of each slice. The others compare kinds of queries, which a slice has not."""
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}


def measure_named(name: str) -> Measure:
    """Find a measure.

    Args:
        name: As it is printed.

    Returns:
        The measure.

    Raises:
        EvaluationError: There is none of that name.
    """
    if name not in MEASURES:
        msg = f"{name!r} is not a measure, choose from: {', '.join(MEASURES)}"
        raise EvaluationError(msg)
    return MEASURES[name]
