"""A calibrated probability that the first candidate answers: a logistic model of named features.

The model, its thresholds and what they were learned from are one small JSON file,
``calibration.json`` in the corpus folder. It belongs to one corpus and one embedding model and is
refused for any other: a confidence that was learned elsewhere is no confidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import exp
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from faqbot.answering.decision import (
    Judgement,
    Thresholds,
    falling,
    is_bare_subject,
    is_own_wording,
)
from faqbot.answering.features import FEATURES, features
from faqbot.errors import CalibrationMismatch, CalibrationMissing
from faqbot.retrieval.ranking import Ranking

FILE_NAME = "calibration.json"
FORMAT = 1
REMEDY = "Run: faqbot eval calibrate"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Feature(_Frozen):
    """One feature's part in the model: weight x (value - mean) / scale."""

    mean: float
    scale: float = Field(gt=0)
    weight: float


class RiskBound(_Frozen):
    """What is promised of asserted answers, and on what ground.

    Learn-then-test: Angelopoulos, Bates, Candès, Jordan and Lei, arXiv:2110.01052.
    """

    target: float = Field(gt=0, lt=1)
    """Highest share of wrong answers among asserted ones that is tolerated."""
    confidence: float = Field(gt=0, lt=1)
    """Probability, over draws of the calibration questions, that the target is kept."""
    questions: int
    """Calibration questions."""
    answered: int
    """Those that are answered at the threshold."""
    wrong: int
    """Those that are answered wrongly at the threshold."""
    upper_bound: float
    """Exact upper confidence limit of the risk at the threshold, at ``confidence``."""
    attained: bool
    """Whether any threshold kept the target; if not, nothing is asserted but the very wording of
    an entry."""


class Calibration(_Frozen):
    """A fitted model with its thresholds and origin."""

    format: int
    corpus_digest: str
    model_digest: str
    dataset: str
    """Name and split of the questions it was learned from."""
    dataset_digest: str
    fitted_on: str
    """ISO date."""
    intercept: float
    features: Mapping[str, Feature]
    answer_at: float = Field(ge=0, le=1)
    tentative_at: float = Field(default=1.0, ge=0, le=1)
    clarify_at: float = Field(ge=0, le=1)
    risk: RiskBound

    def probability(self, values: Sequence[float]) -> float:
        """Compute the probability in [0, 1] that a candidate answers the question.

        Args:
            values: Its features, in the order of `FEATURES`.
        """
        parts = (
            part.weight * (value - part.mean) / part.scale
            for part, value in zip((self.features[name] for name in FEATURES), values, strict=True)
        )
        return 1 / (1 + exp(-max(-60.0, min(60.0, self.intercept + sum(parts)))))


class CalibratedRule:
    """Decides by a calibration."""

    def __init__(self, calibration: Calibration) -> None:
        self.calibration = calibration
        self._thresholds = Thresholds(
            answer_at=calibration.answer_at,
            tentative_at=calibration.tentative_at,
            clarify_at=calibration.clarify_at,
        )

    def judge(self, ranking: Ranking, depth: int) -> Judgement:
        """Judge the first ``depth`` candidates by their probabilities.

        Two things are read off the question itself: an entry's own wording is answered, a mere
        subject is asked back.
        """
        confidences = falling(
            [
                self.calibration.probability(features(ranking, position))
                for position in range(min(depth, len(ranking.candidates)))
            ]
        )
        status = self._thresholds.decide(confidences)
        if is_own_wording(ranking):  # as the suggestions send it
            status = "answered"
        elif status == "no_answer" and is_bare_subject(ranking) and len(confidences) > 1:
            status = "clarify"
        tentative = status == "clarify" and confidences[0] >= self._thresholds.tentative_at
        return Judgement(status, confidences, tentative)


def load_calibration(folder: Path, *, corpus_digest: str, model_digest: str) -> Calibration:
    """Load the calibration of a corpus.

    Args:
        folder: The corpus folder.
        corpus_digest: Digest of the corpus to be served.
        model_digest: Digest of the model that embeds questions.

    Raises:
        CalibrationMissing: There is none.
        CalibrationMismatch: It was learned with another corpus, model or version of the features,
            or cannot be understood.
    """
    path = folder / FILE_NAME
    try:
        found = Calibration.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        msg = f"there is no {path}. {REMEDY}"
        raise CalibrationMissing(msg) from None
    except (ValueError, ValidationError) as error:
        msg = f"{path} cannot be understood: {str(error).splitlines()[0]}. {REMEDY}"
        raise CalibrationMismatch(msg) from error
    for what, stale in (
        ("another version of faqbot", found.format != FORMAT or set(found.features) != {*FEATURES}),
        ("another version of the corpus", found.corpus_digest != corpus_digest),
        ("another embedding model", found.model_digest != model_digest),
    ):
        if stale:
            msg = f"{path} was learned with {what}. {REMEDY}"
            raise CalibrationMismatch(msg)
    return found
