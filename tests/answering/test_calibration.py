from __future__ import annotations

import json
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.calibration import (
    FILE_NAME,
    FORMAT,
    CalibratedRule,
    Calibration,
    Feature,
    RiskBound,
    load_calibration,
)
from faqbot.answering.features import FEATURES, features
from faqbot.errors import CalibrationMismatch, CalibrationMissing
from tests.answering.builders import candidate, ranking

BOUND = RiskBound(
    target=0.02,
    confidence=0.9,
    questions=500,
    answered=300,
    wrong=2,
    upper_bound=0.018,
    attained=True,
)


def calibration(**changes: Any) -> Calibration:
    """Make a calibration in which only coverage counts: one half at 0.5, sure at 1."""
    flat = {name: Feature(mean=0, scale=1, weight=0) for name in FEATURES}
    fields: dict[str, Any] = {
        "format": FORMAT,
        "corpus_digest": "corpus",
        "model_digest": "model",
        "dataset": "d (dev)",
        "dataset_digest": "data",
        "fitted_on": "2026-11-25",
        "intercept": 0.0,
        "features": flat | {"coverage": Feature(mean=0.5, scale=0.1, weight=1)},
        "answer_at": 0.9,
        "clarify_at": 0.4,
        "risk": BOUND,
    }
    return Calibration(**fields | changes)


def test_features_compare_with_the_next_candidate_and_with_what_is_out_of_scope() -> None:
    found = ranking(
        candidate("F11", 2.0, words=7, coverage=0.6), candidate("F12", 1.5), outside=1.0
    )
    values = dict(zip(FEATURES, features(found, 0), strict=True))
    assert values == {
        "margin": 0.5,
        "words_over_outside": log(8 / 2),
        "grams_over_outside": log(8 / 2),
        "words": log(8),
        "dense": 0.2,
        "coverage": 0.6,
        "unknown": 0.25,
        "length": log(5),
        "in_context": 0.0,
    }
    assert features(found, 1)[0] == -0.5  # the second is compared with the first
    assert features(ranking(candidate("F11", 2.0)), 0)[0] == 0


@pytest.mark.parametrize(
    ("coverage", "status"), [(0.9, "answered"), (0.5, "clarify"), (0.3, "no_answer")]
)
def test_the_outcome_follows_the_calibrated_probability(coverage: float, status: str) -> None:
    found = ranking(candidate("F11", 1.0, coverage=coverage), candidate("F12", 0.5, coverage=0.1))
    judgement = CalibratedRule(calibration()).judge(found, 2)
    assert judgement.status == status
    assert judgement.confidences[0] == pytest.approx(calibration().probability(features(found, 0)))


def test_an_entrys_own_wording_is_answered_whatever_the_model_says() -> None:
    found = ranking(
        candidate("F11", 1.0, coverage=0.0), candidate("F12", 0.5), question="Question F11 ?"
    )
    assert CalibratedRule(calibration()).judge(found, 2).status == "answered"


@pytest.mark.parametrize(
    ("terms", "coverage", "status"),
    [(1, 1.0, "clarify"), (2, 1.0, "clarify"), (3, 1.0, "no_answer"), (2, 0.9, "no_answer")],
)
def test_a_mere_subject_is_asked_back_and_not_refused(
    terms: int, coverage: float, status: str
) -> None:
    unsure = calibration(intercept=-20.0)
    first, second = candidate("F11", 1.0, coverage=coverage), candidate("F12", 0.5, coverage=0.1)
    found = replace(ranking(first, second, question="certificat"), terms=terms)
    assert CalibratedRule(unsure).judge(found, 2).status == status


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_a_probability_is_one_whatever_the_features(values: list[float]) -> None:
    assert 0 <= calibration().probability(values) <= 1


def write(folder: Path, found: Calibration) -> None:
    (folder / FILE_NAME).write_text(found.model_dump_json(), encoding="utf-8")


def test_a_calibration_is_read_back(tmp_path: Path) -> None:
    write(tmp_path, calibration())
    assert load_calibration(tmp_path, corpus_digest="corpus", model_digest="model") == calibration()


def test_a_missing_calibration_is_said_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CalibrationMissing, match="Run: faqbot eval calibrate"):
        load_calibration(tmp_path, corpus_digest="corpus", model_digest="model")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"corpus_digest": "other"}, "another version of the corpus"),
        ({"model_digest": "other"}, "another embedding model"),
        ({"format": 99}, "another version of faqbot"),
        ({"features": {"margin": Feature(mean=0, scale=1, weight=1)}}, "another version of faqbot"),
    ],
)
def test_a_stale_calibration_is_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    write(tmp_path, calibration(**change))
    with pytest.raises(CalibrationMismatch, match=rf"{message}\. Run: faqbot eval calibrate"):
        load_calibration(tmp_path, corpus_digest="corpus", model_digest="model")


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"format": 1})])
def test_a_damaged_calibration_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationMismatch, match="cannot be understood"):
        load_calibration(tmp_path, corpus_digest="corpus", model_digest="model")
