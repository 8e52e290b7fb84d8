"""Fit the confidence model and choose its thresholds, on labelled questions.

How often an asserted answer may be wrong is bounded by learn-then-test (Angelopoulos, Bates,
Candès, Jordan and Lei, arXiv:2110.01052): each threshold is a hypothesis « the risk exceeds the
target », tested by an exact binomial tail on the questions that would be answered; thresholds are
tested in an order fixed beforehand, from few answers to many, until one cannot be rejected. With
the stated probability over draws of the calibration questions, no rejected hypothesis is true, so
the last threshold that passed keeps the target.

What it cannot promise: that tomorrow's questions are drawn as the calibration questions were
(exchangeability). The calibration questions were invented; users will ask otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from scipy.stats import beta, binom
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from faqbot.answering.calibration import FORMAT, Calibration, Feature, RiskBound
from faqbot.answering.features import FEATURES, features
from faqbot.assistant import Assistant
from faqbot.errors import EvaluationError
from faqbot.evaluation.confidence import Flags, Floats
from faqbot.evaluation.dataset import Dataset
from faqbot.progress import Progress
from faqbot.retrieval.ranking import Ranking

FOLDS = 10
LEAST_QUESTIONS = 100
NEVER = 1.0
"""A threshold that no probability reaches."""
FIRST_COVERAGE = 0.3
"""Share of all questions answered by the first threshold tested: where confidence is high enough
for the risk to be well below the target, and answers numerous enough to show it. With 2,700
questions that is 810 answers, of which 10 may be wrong (2 % at 90 %)."""
STEP = 0.01
"""Step between thresholds, in coverage."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row a question: what speaks for its first candidate, and whether it was right."""

    values: Floats
    """(n, features), columns in the order of `FEATURES`."""
    right: Flags
    """(n,) whether the first candidate answers the question."""
    answerable: Flags
    """(n,) whether any entry does."""
    groups: Sequence[str]
    """(n,) the entry a question is about: its questions never judge each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """What the thresholds have to keep."""

    risk: float = 0.02
    """Highest share of wrong answers among asserted ones."""
    confidence: float = 0.9
    """Probability with which that is kept."""
    refusals: float = 0.03
    """Share of answerable questions that may be told « no answer »."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold that keeps the risk, and what was seen at it."""

    value: float
    answered: int
    wrong: int
    upper_bound: float
    """Exact upper confidence limit of the risk at this threshold."""


def collect(assistant: Assistant, dataset: Dataset, *, progress: Progress) -> Evidence:
    """Rank the entries for every question of a data set; follow-ups come with their history."""
    rankings = []
    for done, query in enumerate(dataset.queries, start=1):
        rankings.append(assistant.rank(query.text, query.history))
        progress("Asking questions", done, len(dataset.queries))
    return evidence_of(rankings, dataset)


def evidence_of(rankings: Sequence[Ranking], dataset: Dataset) -> Evidence:
    """Judge rankings, one for each question of the data set, in order."""
    right, groups = [], []
    for query, ranking in zip(dataset.queries, rankings, strict=True):
        relevant = dataset.qrels[query.id]
        first = ranking.candidates[0].entry.id
        right.append(first in relevant)
        # An unanswerable question is judged with the entry that it would be taken for.
        groups.append(min(relevant) if relevant else first)
    return Evidence(
        np.array([features(ranking, 0) for ranking in rankings]),
        np.array(right),
        np.array([query.answerable for query in dataset.queries]),
        groups,
    )


def held_out_probabilities(evidence: Evidence) -> Floats:
    """Judge every question by a model that saw none of its entry's.

    Returns:
        (n,) probabilities that the first candidate is right.
    """
    found = np.zeros(len(evidence.right))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for train, held_out in folds.split(evidence.values, evidence.right, evidence.groups):
        intercept, parts = _fit(evidence.values[train], evidence.right[train])
        logits = intercept + sum(
            part.weight * (evidence.values[held_out, column] - part.mean) / part.scale
            for column, part in enumerate(parts)
        )
        found[held_out] = 1 / (1 + np.exp(-logits))
    return found


def calibrate(
    assistant: Assistant, dataset: Dataset, evidence: Evidence, goals: Goals
) -> tuple[Calibration, Floats]:
    """Fit the model on all questions and choose its thresholds on held-out probabilities.

    Args:
        assistant: What the evidence came from.
        dataset: Where its questions came from.
        evidence: What was found.
        goals: What the thresholds have to keep.

    Returns:
        The calibration, and the (n,) held-out probabilities it was judged by.

    Raises:
        EvaluationError: There are too few questions, or all are alike.
    """
    if len(evidence.right) < LEAST_QUESTIONS or len({*evidence.right.tolist()}) < 2:
        msg = (
            f"{dataset.name} ({dataset.split}) has {len(evidence.right)} questions, "
            f"{int(evidence.right.sum())} of them found: calibration needs {LEAST_QUESTIONS} or "
            "more, and both found and not found ones"
        )
        raise EvaluationError(msg)
    held_out = held_out_probabilities(evidence)
    choice = choose_threshold(
        held_out, evidence.right, target=goals.risk, confidence=goals.confidence
    )
    threshold = choice or Threshold(NEVER, 0, 0, upper_bound(0, 0, goals.confidence))
    refuse_below = float(np.quantile(held_out[evidence.answerable], goals.refusals))
    intercept, parts = _fit(evidence.values, evidence.right)
    bound = RiskBound(
        target=goals.risk,
        confidence=goals.confidence,
        questions=len(held_out),
        answered=threshold.answered,
        wrong=threshold.wrong,
        upper_bound=threshold.upper_bound,
        attained=choice is not None,
    )
    calibration = Calibration(
        format=FORMAT,
        corpus_digest=assistant.corpus.digest,
        model_digest=assistant.embedder.digest,
        dataset=f"{dataset.name} ({dataset.split})",
        dataset_digest=dataset.digest,
        fitted_on=datetime.now(UTC).date().isoformat(),
        intercept=intercept,
        features=dict(zip(FEATURES, parts, strict=True)),
        answer_at=threshold.value,
        clarify_at=min(refuse_below, threshold.value),
        risk=bound,
    )
    return calibration, held_out


def upper_bound(wrong: int, answered: int, confidence: float) -> float:
    """Bound a share of errors from above (Clopper and Pearson, 1934).

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
) -> Threshold | None:
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
        chosen = Threshold(threshold, answered, wrong, upper_bound(wrong, answered, confidence))
    return chosen


def _fit(values: Floats, right: Flags) -> tuple[float, list[Feature]]:
    means, scales = values.mean(axis=0), values.std(axis=0)
    scales = np.where(scales < 1e-9, 1.0, scales)
    model = LogisticRegression(C=1.0, max_iter=1000).fit((values - means) / scales, right)
    parts = [
        Feature(mean=float(mean), scale=float(scale), weight=float(weight))
        for mean, scale, weight in zip(means, scales, model.coef_[0], strict=True)
    ]
    return float(model.intercept_[0]), parts
