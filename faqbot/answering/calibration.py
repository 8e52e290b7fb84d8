"""How sure an answer is, and from where on it is given: learned from the corpus at every build.

The model, its thresholds and what they were learned from are one small JSON file beside the index
(``calibration.json``). It belongs to what is searched and to one embedding model; anything else is
learned anew, which takes seconds. An FAQ with little evidence of its own is judged by the general
model (``general.json``), fitted across several FAQs, and the more evidence there is the less that
counts.

How often an asserted answer may be wrong is bounded by learn-then-test (Angelopoulos, Bates,
Candès, Jordan and Lei, arXiv:2110.01052): at each share of answers « the risk there exceeds the
target » is a hypothesis, tested by an exact binomial tail. They are tested in turn, from each of
`STARTS` upwards until one is not rejected, with an equal part of the error probability for each
start: one that fails does not stand in the way of all others. What it cannot promise: that
tomorrow's questions are drawn as the evidence was (exchangeability).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import Field, TypeAdapter

from faqbot.answering.context import support
from faqbot.answering.decision import (
    Judgement,
    Thresholds,
    falling,
    is_bare_subject,
    is_own_wording,
)
from faqbot.answering.evidence import FOLDS, KINDS, Evidence
from faqbot.answering.features import FEATURES, features
from faqbot.answering.general import general
from faqbot.answering.logistic import Frozen, Model, fit, recalibration
from faqbot.errors import CalibrationMismatch
from faqbot.files import write_atomically
from faqbot.index.store import FORMAT as INDEX_FORMAT
from faqbot.retrieval.bm25 import Places, Scores
from faqbot.retrieval.conversation import chance, learned
from faqbot.retrieval.ranking import Ranking
from faqbot.retrieval.tables import expit, taken

FILE_NAME: Final = "calibration.json"
FORMAT: Final = 4
"""Raised whenever the same evidence, or the same file, would mean something else."""
STARTS: Final = (0.3, 0.5, 0.65, 0.8)
"""Shares of the answerable evidence that the first thresholds tested would answer."""
_STEP: Final = 0.01
"""From one share tested to the next."""
NEVER: Final = 1.0
"""A threshold that no probability reaches."""
_COUNT: Final = {"labelled": 8.0}
"""For how many held-out wordings an answerable question of each kind counts, if not for one:
labelled ones are nearest to what will be asked."""
_PART: Final = {"labelled": 6.0}
"""Part of each kind in the unanswerable evidence, if not one."""
_EMPHASIS: Final = 2.0
"""How much more the unanswerable evidence counts when weights are fitted than when thresholds are
chosen: what lies outside is rarer than what is found, and the dearer mistake."""

_HALF: Final = 1000
"""Questions of evidence that count one half. Held-out wordings of few are no sample of what will be
asked, and count less yet: FAQs of twenty entries with four wordings each were judged worse by their
80 wordings (log loss 0.58) than by the general model (0.44), with twelve better (0.36, 0.38)."""
_ENOUGH: Final = 50
"""Questions below which the general model's thresholds are taken."""
_FOREIGN: Final = tuple(KINDS.index(kind) for kind in ("example", "labelled"))


class Goals(Frozen):
    """What the thresholds have to keep, and what they assume."""

    risk: float = Field(default=0.02, gt=0, lt=1)
    """Highest share of wrong answers among asserted ones."""
    confidence: float = Field(default=0.9, gt=0, lt=1)
    """Probability with which that is kept."""
    outside: float = Field(default=0.1, gt=0, lt=1)
    """Assumed share of questions that the FAQ does not answer."""
    tentative_risk: float = Field(default=0.07, gt=0, lt=1)
    """Highest share of wrong ones among answers shown as likely."""
    refusals: float = Field(default=0.03, gt=0, lt=1)
    """Share of answerable questions that may be told « no answer »."""
    offered: float = Field(default=0.2, gt=0, lt=1)
    """Share of foreign questions that may get a choice of entries."""


class RiskBound(Frozen):
    """What is promised of asserted answers, and on what ground."""

    answered: int
    """Questions of the evidence that are answered at the threshold."""
    wrong: int
    """Those that are answered wrongly."""
    upper_bound: float
    """Upper confidence limit of the risk among weighted questions."""
    attained: bool
    """Whether the evidence of this FAQ alone shows that the target is kept. If not, there is too
    little of it, and the threshold is the general model's, which promises less."""


class Calibration(Frozen):
    """A fitted model with its thresholds and origin."""

    made_with: str
    """`made_with` when it was learned."""
    searched_digest: str
    model_digest: str
    goals: Goals
    evidence: dict[str, int]
    """Questions by kind."""
    model: Model
    answer_at: float = Field(ge=0, le=1)
    tentative_at: float = Field(ge=0, le=1)
    clarify_at: float = Field(ge=0, le=1)
    bound: RiskBound

    @property
    def thresholds(self) -> Thresholds:
        """Where the outcome changes."""
        return Thresholds(
            answer_at=self.answer_at, tentative_at=self.tentative_at, clarify_at=self.clarify_at
        )


@lru_cache(maxsize=1)
def made_with() -> str:
    """Name what a calibration depends on besides the FAQ: it is learned anew when that changes.

    Returns:
        16 hexadecimal digits of these formats, of how passages are made, and of the general model.
    """
    parts = f"{FORMAT}\n{INDEX_FORMAT}\n{general().model_dump_json()}"
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]


class CalibratedRule:
    """Decides by a calibration."""

    def __init__(self, calibration: Calibration) -> None:
        self.calibration = calibration
        self._logits = calibration.model.compiled()

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        """Judge the first ``depth`` candidates by their probabilities.

        Two things are read off the question itself: an entry's own wording is answered, a mere
        subject is asked back.
        """
        sure, thresholds = self._chances(ranking, ranking.order[:depth]), self.thresholds(ranking)
        confidences = falling(sure.tolist())
        status = thresholds.decide(confidences)
        if is_own_wording(ranking):  # as the suggestions send it
            status = "answered"
        elif status == "no_answer" and self._asks_back(ranking, confidences):
            status = "clarify"
        likely = status == "clarify" and confidences[0] >= thresholds.tentative_at
        return Judgement(status, confidences, likely)

    def thresholds(self, ranking: Ranking) -> Thresholds:
        """Say where the outcome changes: a question read in context has limits of its own."""
        if not ranking.in_context:
            return self.calibration.thresholds
        # They were learned where much is asserted: where little is, nothing is surer in context.
        limits = Thresholds(**learned().thresholds)
        return replace(limits, answer_at=max(limits.answer_at, self.calibration.answer_at))

    def _chances(self, ranking: Ranking, columns: Places) -> Scores:
        view = ranking.comparison
        if ranking.views is None:
            return expit(self._logits(features(view, np.zeros_like(columns), columns)))
        return chance(learned().right, support(self._logits, view, ranking.views, columns))

    def _asks_back(self, ranking: Ranking, confidences: Sequence[float]) -> bool:
        # « certificat » is a subject of the FAQ, « budget » a word that some answer holds.
        likely = len(confidences) > 1 and confidences[0] >= self.calibration.clarify_at / 2
        return likely and is_bare_subject(ranking)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, and how it judged its own evidence."""

    calibration: Calibration
    held_out: Scores
    """(n,) probabilities, each by a model that saw no question of the same entry or subject."""
    counts: Scores
    """(n,) for how many questions each row counts when thresholds are chosen."""


def calibrate(
    evidence: Evidence,
    entries: int,
    searched_digest: str,
    model_digest: str,
    *,
    goals: Goals | None = None,
) -> Fitted:
    """Fit the model to the evidence, and choose thresholds on held-out probabilities.

    Args:
        evidence: Of the FAQ itself; may be empty.
        entries: How many the FAQ has.
        searched_digest: Of the corpus.
        model_digest: Of the embedding model.
        goals: What the thresholds have to keep; the usual ones by default.
    """
    goals, start = goals or Goals(), general()
    usual = start.of(entries)
    emphasised = counts_of(evidence, min(0.5, _EMPHASIS * goals.outside))
    counts = counts_of(evidence, goals.outside)
    # One kind alone says nothing of where the other begins.
    weight = own_weight(2 * min(int(evidence.answerable.sum()), int((~evidence.answerable).sum())))
    held_out = np.zeros(len(counts))
    for fold in range(FOLDS):
        judged = evidence.groups == fold
        others = taken(evidence, ~judged)
        model = fit(others.values, others.right, weight * emphasised[~judged], usual)
        held_out[judged] = model.logits(evidence.values[judged])
    slope, shift = recalibration(held_out, evidence.right, weight * counts)
    held_out = expit(slope * held_out + shift)
    whole = fit(evidence.values, evidence.right, weight * emphasised, usual)
    answer_at, bound = choose_threshold(held_out, evidence, counts, goals)
    if not bound.attained:
        answer_at = start.answer_at
    tentative_at = _tentative_at(held_out, counts, answer_at, goals)
    clarify_at = _clarify_at(held_out, evidence, goals)
    calibration = Calibration(
        made_with=made_with(),
        searched_digest=searched_digest,
        model_digest=model_digest,
        goals=goals,
        evidence={kind: int((evidence.kinds == n).sum()) for n, kind in enumerate(KINDS)},
        model=whole.scaled(slope, shift),
        answer_at=answer_at,
        tentative_at=min(answer_at, _mixed(weight, tentative_at, start.tentative_at)),
        clarify_at=min(answer_at, _mixed(weight, clarify_at, start.clarify_at)),
        bound=bound,
    )
    return Fitted(calibration, held_out, counts)


def own_weight(questions: int) -> float:
    """Say what part of its nominal weight so much evidence has, in [0, 1)."""
    return questions**2 / (questions**2 + _HALF**2)


def counts_of(evidence: Evidence, outside: float) -> Scores:
    """Say for how many questions each row counts, a given share of them being unanswerable.

    Returns:
        (n,) numbers that sum to n, if there are both kinds.
    """
    counts = np.zeros(len(evidence.kinds))
    for number, kind in enumerate(KINDS):
        rows = evidence.kinds == number
        counts[rows & evidence.answerable] = _COUNT.get(kind, 1.0)
        foreign = rows & ~evidence.answerable
        counts[foreign] = _PART.get(kind, 1.0) / max(1, foreign.sum())
    for rows, share in ((evidence.answerable, 1 - outside), (~evidence.answerable, outside)):
        counts[rows] *= share * len(counts) / max(counts[rows].sum(), 1e-9)
    return counts


def choose_threshold(
    probabilities: Scores, evidence: Evidence, counts: Scores, goals: Goals
) -> tuple[float, RiskBound]:
    """Find the lowest threshold that keeps the share of wrong answers under the target.

    Args:
        probabilities: (n,) judged by models that have not seen the question.
        evidence: Which of them are right, and which answerable.
        counts: (n,) for how many questions each row counts. The bound takes as many questions as
            the weighted ones are worth (Kish's effective number).
        goals: The target, and with which probability it is kept.

    Returns:
        The threshold, `NEVER` when none can be trusted, and what was seen at it.
    """
    chosen, bound = NEVER, RiskBound(answered=0, wrong=0, upper_bound=1.0, attained=False)
    error = (1 - goals.confidence) / len(STARTS)
    known, counted = probabilities[evidence.answerable], counts[evidence.answerable]
    for start in STARTS:
        for threshold in _weighted_quantiles(known, counted, 1 - np.arange(start, 1, _STEP)):
            answered = probabilities >= threshold
            weights, wrong = counts[answered], (counts * ~evidence.right)[answered].sum()
            worth = weights.sum() ** 2 / (weights**2).sum()
            limit = upper_bound(worth * wrong / weights.sum(), worth, error)
            if limit > goals.risk:
                break
            if threshold < chosen:
                chosen, right = float(threshold), evidence.right[answered]
                seen = {"answered": len(right), "wrong": int((~right).sum())}
                bound = RiskBound(**seen, upper_bound=limit, attained=True)
    return chosen, bound


def upper_bound(wrong: float, answered: float, error: float) -> float:
    """Bound a share of errors from above (Clopper and Pearson, 1934).

    Args:
        wrong: Errors seen; weighted ones need not be whole numbers.
        answered: Answers seen.
        error: Probability in (0, 1) that the share lies above the bound.
    """
    from scipy.special import betaincinv  # needed when an FAQ is calibrated, not to serve it

    if wrong >= answered:
        return 1.0
    return float(betaincinv(wrong + 1, answered - wrong, 1 - error))


def load_calibration(
    folder: Path, *, searched_digest: str, model_digest: str, goals: Goals
) -> Calibration:
    """Load what an earlier opening of an index folder learned for such a corpus, model and goals.

    Raises:
        CalibrationMismatch: There is none, it was learned from something else, or it is damaged.
    """
    path = folder / FILE_NAME
    if not path.exists():
        msg = f"there is no {path} yet"
        raise CalibrationMismatch(msg)
    try:
        content = TypeAdapter(dict[str, Any]).validate_json(path.read_bytes())
        digest, found = content.pop("sha256", None), Calibration.model_validate(content)
        wanted = (_digest(found), made_with(), searched_digest, model_digest, goals, set(FEATURES))
        given = (digest, found.made_with, found.searched_digest, found.model_digest, found.goals)
        if wanted != (*given, set(found.model.features)):
            raise ValueError("it was learned from something else, or changed since")
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be used: {str(error).splitlines()[0]}"
        raise CalibrationMismatch(msg) from error
    return found


def save_calibration(folder: Path, calibration: Calibration) -> None:
    """Keep what was learned for the next opening, and a digest that finds a lost digit."""
    content = {"sha256": _digest(calibration)} | calibration.model_dump(mode="json")
    write_atomically(folder / FILE_NAME, json.dumps(content, indent=1) + "\n")


def _digest(calibration: Calibration) -> str:
    return hashlib.sha256(calibration.model_dump_json().encode("utf-8")).hexdigest()


def _mixed(weight: float, own: float, general: float) -> float:
    return weight * own + (1 - weight) * general


def _tentative_at(probabilities: Scores, counts: Scores, answer_at: float, goals: Goals) -> float:
    """Find from where on answers short of the first threshold are seldom wrong.

    By what the recalibrated probabilities say: what is wrong among few of them is chance.
    """
    below = np.flatnonzero(probabilities < answer_at)
    if len(below) < _ENOUGH:
        return general().tentative_at
    below = below[np.argsort(-probabilities[below], kind="stable")]
    doubts = counts[below] * (1 - probabilities[below])
    kept = np.flatnonzero(np.cumsum(doubts) <= goals.tentative_risk * np.cumsum(counts[below]))
    return float(probabilities[below[kept[-1]]]) if len(kept) else answer_at


def _clarify_at(probabilities: Scores, evidence: Evidence, goals: Goals) -> float:
    """Find from where on a choice of entries is offered."""
    answerable = probabilities[evidence.answerable]
    foreign = probabilities[np.isin(evidence.kinds, _FOREIGN) & ~evidence.answerable]
    if len(answerable) < _ENOUGH:
        return general().clarify_at
    least = float(np.quantile(answerable, goals.refusals))
    if len(foreign) < _ENOUGH:
        return least
    return max(least, float(np.quantile(foreign, 1 - goals.offered)))


def _weighted_quantiles(values: Scores, counts: Scores, shares: Scores) -> Scores:
    """Return the values below which so large shares of the counts lie, in order."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(counts[order]) / max(counts.sum(), 1e-9)
    places = np.minimum(np.searchsorted(below, shares), max(0, len(order) - 1))
    return values[order][places] if len(order) else np.zeros(0)
