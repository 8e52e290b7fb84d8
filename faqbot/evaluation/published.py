"""Figures that others published about a data set, beside ours at the same measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from faqbot.errors import EvaluationError
from faqbot.evaluation.estimates import Estimate, estimate_sample
from faqbot.evaluation.json_lines import reason
from faqbot.evaluation.measures import INTENT_MEASURES, measure_named
from faqbot.evaluation.runs import Run, by_slice, sample_of

PUBLISHED = Path("eval/published")
"""Folder of ``<dataset>.json``, a list of figures."""


class Figure(BaseModel):
    """One published number."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    system: str
    measure: str
    """Name of one of ours, whose definition it has."""
    value: float
    source: str
    """Where it was published, and what is special about it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One system, published or ours, measured."""

    system: str
    source: str
    values: Mapping[str, Estimate]
    """By measure; published ones come without an interval."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A table of published figures and ours."""

    measures: tuple[str, ...]
    rows: tuple[Row, ...]


_figures = TypeAdapter(tuple[Figure, ...])


def read_published(path: Path) -> tuple[Figure, ...]:
    """Read a file of published figures.

    Raises:
        EvaluationError: It cannot be read, is no list of figures, or names an unknown measure.
    """
    try:
        figures = _figures.validate_json(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror})"
        raise EvaluationError(msg) from None
    except ValidationError as error:
        msg = f"{path} holds no published figures: {reason(error)}"
        raise EvaluationError(msg) from None
    for figure in figures:
        measure_named(figure.measure)
    return figures


def beside(figures: Sequence[Figure], runs: Iterable[Run]) -> Beside | None:
    """Put published figures, as they come, and ours into one table; None without any.

    A system that decides stands there as it decided. Each one stands there once more at the
    threshold on its confidence that suits these very questions best: others chose theirs so.
    """
    names = tuple(dict.fromkeys(figure.measure for figure in figures))
    rows: dict[tuple[str, str], dict[str, Estimate]] = {}
    for figure in figures:
        found = Estimate(figure.value, np.nan, np.nan, 0)
        rows.setdefault((figure.system, figure.source), {})[figure.measure] = found
    theirs = [Row(system, source, values) for (system, source), values in rows.items()]
    ours = [row for run in runs for row in _rows_of(run, names)]
    return Beside(names, (*theirs, *ours)) if figures else None


def _rows_of(run: Run, names: Sequence[str]) -> Iterator[Row]:
    sample = sample_of(by_slice(run.outcomes)["all"])
    if run.decides:
        yield Row(run.system, "this run, as decided", estimate_sample(sample, names))
    intents = [name for name in names if name in INTENT_MEASURES]
    if intents:
        found = estimate_sample(sample.refusing(), intents)
        yield Row(run.system, "this run, at the threshold that suits it best", found)
