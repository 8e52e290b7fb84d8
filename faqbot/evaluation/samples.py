"""Outcomes as columns of numbers, so that a thousand resamples cost one array operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from faqbot.evaluation.decision_measures import Floats
from faqbot.evaluation.retrieval_measures import RETRIEVAL_MEASURES
from faqbot.evaluation.runs import Outcome

Column: TypeAlias = Literal[
    "answerable", "right", "answered", "refused", "clarified", "offers_right", "confidence", "ms"
]
"""Besides these, each retrieval measure is a column of its own name."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Some queries of a run."""

    columns: Mapping[str, Floats]
    """(…, n) each; truth values are 0.0 and 1.0, unknown values NaN."""

    def __getitem__(self, column: str) -> Floats:
        """Return one column."""
        return self.columns[column]

    @property
    def size(self) -> int:
        """Number of queries, n."""
        return int(next(iter(self.columns.values())).shape[-1])

    def take(self, rows: npt.NDArray[np.int64]) -> Sample:
        """Resample the queries.

        Args:
            rows: (resamples, n) positions of queries.

        Returns:
            Columns of that shape.
        """
        return Sample({name: values[rows] for name, values in self.columns.items()})

    def only(self, columns: Iterable[str]) -> Sample:
        """Keep some columns, for speed.

        Args:
            columns: Their names.

        Returns:
            A sample of the same queries.
        """
        return Sample({name: self.columns[name] for name in columns})


def sample_of(outcomes: Sequence[Outcome]) -> Sample:
    """Lay outcomes out in columns.

    Args:
        outcomes: The queries of one run, or of one slice of it.

    Returns:
        Columns of shape (n,).
    """
    responses = [outcome.response for outcome in outcomes]
    flags: Mapping[Column, Sequence[bool | float | None]] = {
        "answerable": [outcome.query.answerable for outcome in outcomes],
        "right": [outcome.right for outcome in outcomes],
        "answered": [response.status == "answered" for response in responses],
        "refused": [response.status == "no_answer" for response in responses],
        "clarified": [response.status == "clarify" for response in responses],
        "offers_right": [outcome.offers_right for outcome in outcomes],
        "confidence": [response.confidence for response in responses],
        "ms": [response.duration_ms for response in responses],
    }
    columns: dict[str, Floats] = {
        name: np.array(values, dtype=np.float64) for name, values in flags.items()
    }
    for measure in RETRIEVAL_MEASURES:
        values = [outcome.scores.get(measure) for outcome in outcomes]
        columns[measure] = np.array(values, dtype=np.float64)
    return Sample(columns)


def mixed(mask: npt.NDArray[np.bool_], a: Sample, b: Sample) -> Sample:
    """Take each query from one of two samples.

    Args:
        mask: (resamples, n), True for the first.
        a: A sample of n queries.
        b: The same queries, in the same order.

    Returns:
        Columns of shape (resamples, n).
    """
    return Sample({name: np.where(mask, a[name], b[name]) for name in a.columns})
