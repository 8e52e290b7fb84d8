"""All measures by name: the name printed is the name typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, Success, nDCG

from faqbot.errors import EvaluationError
from faqbot.evaluation.confidence import (
    Floats,
    aurc,
    auroc,
    best_threshold,
    expected_calibration_error,
    matthews,
    mean_over,
)
from faqbot.evaluation.systems import ScoredIds

_RANKED = (Success @ 1, Success @ 3, RR @ 10, nDCG @ 10)
RETRIEVAL_MEASURES = tuple(str(measure) for measure in _RANKED)
"""``Success@k``: 1 when a right entry stands in the first k, which some call recall@k; the two
are equal here because each question has few right entries and one suffices. ``RR@10``: 1 / rank
of the first right entry, 0 beyond rank 10. ``nDCG@10``: gain discounted by log2(rank + 1),
divided by that of the best possible ranking (trec_eval's definition: the gain is the grade)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Some queries of a run, as columns of numbers: a thousand resamples cost one operation."""

    columns: Mapping[str, Floats]
    """(…, n) each, as `sample_of` names them; truth values are 0.0 and 1.0, unknown ones NaN."""

    def __getitem__(self, column: str) -> Floats:
        """Return one column."""
        return self.columns[column]

    @property
    def size(self) -> int:
        """Number of queries, n."""
        return int(next(iter(self.columns.values())).shape[-1])

    def take(self, rows: npt.NDArray[np.int64]) -> Sample:
        """Resample the queries, given (resamples, n) positions: columns get that shape."""
        return Sample({name: values[rows] for name, values in self.columns.items()})

    def refusing(self) -> Sample:
        """Refuse what lies below the `best_threshold`, whatever was decided: columns (n,)."""
        confidence, taken, meant = (self[name] for name in ("confidence", "taken", "meant"))
        least = best_threshold(confidence, taken, meant)
        predicted = np.where(confidence >= least, taken, 0.0)
        classified = (predicted == meant).astype(np.float64)
        return Sample({**self.columns, "predicted": predicted, "classified": classified})

    def only(self, columns: Iterable[str]) -> Sample:
        """Keep some columns, for speed."""
        return Sample({name: self.columns[name] for name in columns})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number about some queries of a run."""

    name: str
    meaning: str
    higher_is_better: bool = False
    columns: tuple[str, ...]
    """What of a sample it reads."""
    of: Callable[[Sample], Floats]
    """Columns (…, n) to values (…); NaN when no query counts."""
    population: str = "every"
    """The column that is 1.0 for the queries in the denominator."""
    per_query: str | None = None
    """The column of which it is the mean, when the population is the same for all systems."""
    decides: bool = False
    """Whether it says something only of systems that decide."""
    ordinal: bool = False
    """Whether it reads of confidences their order only, so that their unit does not matter."""
    unit: str = ""
    tested: bool = True
    """Whether a paired test of it means anything."""


def _mean(
    name: str, column: str, population: str, better: Literal["higher", "lower"], meaning: str
) -> Measure:
    """Make the mean of a column over a population, fixed by the data set or by the system."""
    return Measure(
        name=name,
        meaning=meaning,
        higher_is_better=better == "higher",
        columns=(column, population),
        of=lambda sample: mean_over(sample[column], sample[population]),
        population=population,
        per_query=column if population in {"answerable", "unanswerable"} else None,
        decides=name not in RETRIEVAL_MEASURES,
    )


def _percentile(percent: int) -> Measure:
    def of(sample: Sample) -> Floats:
        times = sample["ms"]
        if np.isnan(times).any() or not times.shape[-1]:
            return np.full(times.shape[:-1], np.nan)
        return np.asarray(np.percentile(times, percent, axis=-1), dtype=np.float64)

    return Measure(
        name=f"ms-p{percent}",
        meaning=f"{percent}th percentile of the time to respond, in milliseconds",
        columns=("ms",),
        of=of,
        population="timed",
        unit="ms",
        tested=False,
    )


_ALL = (
    _mean("Success@1", "Success@1", "answerable", "higher",
          "answerable queries with a right entry first"),
    _mean("Success@3", "Success@3", "answerable", "higher",
          "answerable queries with a right entry among the first three"),
    _mean("RR@10", "RR@10", "answerable", "higher",
          "mean reciprocal rank of the first right entry, over answerable queries"),
    _mean("nDCG@10", "nDCG@10", "answerable", "higher",
          "normalised discounted cumulative gain, over answerable queries"),
    _mean("coverage", "answered", "answerable", "higher", "answered, among answerable queries"),
    _mean("selective-risk", "wrong", "answered", "lower",
          "first entry wrong, among all queries answered, unanswerable ones included"),
    _mean("tentative-rate", "tentative", "answerable", "higher",
          "first of a choice shown at once, as likely, among answerable queries"),
    _mean("tentative-risk", "wrong", "tentative", "lower",
          "first entry wrong, among all queries answered tentatively, unanswerable ones included"),
    _mean("right-at-once", "right_at_once", "answerable", "higher",
          "a right entry first, answered or tentatively, among answerable queries"),
    Measure(
        name="AURC",
        meaning="area under the risk–coverage curve, over all queries",
        columns=("confidence", "right"),
        of=lambda sample: aurc(sample["confidence"], sample["right"]),
        ordinal=True,
    ),
    Measure(
        name="AUROC",
        meaning="chance that an answerable query gets more confidence than an unanswerable one",
        higher_is_better=True,
        columns=("confidence", "answerable"),
        of=lambda sample: auroc(sample["confidence"], sample["answerable"]),
        ordinal=True,
    ),
    _mean("false-answer-rate", "answered", "unanswerable", "lower",
          "answered, among unanswerable queries"),
    _mean("false-refusal-rate", "refused", "answerable", "lower",
          "no answer and no choice, among answerable queries"),
    _mean("clarify-rate", "clarified", "answerable", "lower",
          "offered as a choice, among answerable queries"),
    _mean("clarify-success", "offers_right", "asked_back", "higher",
          "a right entry among those offered, among answerable queries that got a choice"),
    Measure(
        name="ECE",
        meaning="expected calibration error: confidence against a right first entry, 15 bins",
        columns=("confidence", "right"),
        of=lambda sample: expected_calibration_error(sample["confidence"], sample["right"]),
        decides=True,
    ),
    _mean("in-scope-accuracy", "classified", "answerable", "higher",
          "first entry right and not refused, among answerable queries"),
    _mean("out-of-scope-recall", "classified", "unanswerable", "higher",
          "refused, among unanswerable queries"),
    Measure(
        name="MCC",
        meaning="Matthews correlation of right and first entries, refusal being one more of them",
        higher_is_better=True,
        columns=("predicted", "meant"),
        of=lambda sample: matthews(sample["predicted"], sample["meant"]),
        decides=True,
    ),
    _percentile(50),
    _percentile(95),
)  # fmt: skip
SLICE_MEASURES = (
    *RETRIEVAL_MEASURES,
    *("coverage", "selective-risk", "tentative-rate", "tentative-risk", "right-at-once"),
    *("false-answer-rate", "false-refusal-rate"),
    *("clarify-rate", "clarify-success"),
)
"""What tables show of each slice. The others compare kinds of queries, which a slice has not."""
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
INTENT_MEASURES = ("in-scope-accuracy", "out-of-scope-recall", "MCC")
"""What papers on recognising intents report: an entry is a class, "outside" is one more."""


def measure_named(name: str) -> Measure:
    """Find a measure by its printed name.

    Raises:
        EvaluationError: There is none of that name.
    """
    if name not in MEASURES:
        msg = f"{name!r} is not a measure, choose from: {', '.join(MEASURES)}"
        raise EvaluationError(msg)
    return MEASURES[name]


def score_rankings(
    judged: Iterable[tuple[str, Mapping[str, int], ScoredIds]],
) -> dict[str, dict[str, float]]:
    """Score the ranking of each answerable query, by ir-measures.

    Args:
        judged: Query id, grades of its right entries, and the ranking.

    Returns:
        Query id to measure name to a value in [0, 1]; an empty ranking scores 0. Queries
        without a right entry are left out: they have no retrieval to measure.
    """
    judged = list(judged)
    # Places, not scores: ir-measures would break ties between scores its own way. Numbers, not
    # ids: they pass through C, which knows less of characters.
    qrels, run = [], []
    for number, (_, grades, ranking) in enumerate(judged):
        numbers = {entry_id: str(place) for place, entry_id in enumerate(grades)}
        qrels += [ir_measures.Qrel(str(number), numbers[it], grade) for it, grade in grades.items()]
        run += [
            ir_measures.ScoredDoc(str(number), numbers.get(it, f"-{place}"), float(-place))
            for place, (it, _) in enumerate(ranking if grades else ())
        ]
    scores: dict[str, dict[str, float]] = {
        query_id: dict.fromkeys(RETRIEVAL_MEASURES, 0.0) for query_id, grades, _ in judged if grades
    }
    for metric in ir_measures.iter_calc(_RANKED, qrels, run):
        scores[judged[int(metric.query_id)][0]][str(metric.measure)] = float(metric.value)
    return scores
