from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.answering.calibration import load_calibration
from faqbot.answering.features import FEATURES
from faqbot.assistant import Assistant
from faqbot.errors import EvaluationError
from faqbot.evaluation.ablation import VARIATIONS, ablate
from faqbot.evaluation.calibrating import (
    FIRST_COVERAGE,
    NEVER,
    Evidence,
    Goals,
    calibrate,
    choose_threshold,
    collect,
    held_out_probabilities,
    upper_bound,
)
from faqbot.evaluation.dataset import Dataset, read_dataset
from faqbot.progress import silent

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "datasets" / "edc-psc"


def evidence(count: int, seed: int = 1) -> Evidence:
    """Make questions of twenty entries whose coverage says, noisily, whether they are found."""
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(count, len(FEATURES)))
    coverage = values[:, FEATURES.index("coverage")]
    right = coverage + chance.normal(scale=0.3, size=count) > -0.8
    groups = [f"F{number % 20:02}" for number in range(count)]
    return Evidence(values, right, right | (chance.random(count) < 0.5), groups)


def test_a_question_is_not_judged_by_its_own_entrys_questions() -> None:
    """Whatever the labels of one entry are, its questions keep their probabilities."""
    found = evidence(400)
    own = np.array([group == "F07" for group in found.groups])
    turned = replace(found, right=np.where(own, ~found.right, found.right))
    before, after = held_out_probabilities(found), held_out_probabilities(turned)
    assert np.allclose(before[own], after[own])
    assert not np.allclose(before[~own], after[~own])


@pytest.fixture(scope="module")
def dev(assistant: Assistant) -> Dataset:
    """Every twentieth question of our dev split."""
    whole = read_dataset(OURS, "dev", assistant.corpus.by_id.keys())
    return replace(whole, queries=whole.queries[::20])


def test_thresholds_keep_their_goals_on_held_out_questions(
    assistant: Assistant, dev: Dataset
) -> None:
    found = evidence(2000)
    goals = Goals(risk=0.05, confidence=0.9, refusals=0.04)
    fitted, held_out = calibrate(assistant, dev, found, goals)
    answered = held_out >= fitted.answer_at
    assert fitted.risk.attained
    assert fitted.risk.answered == answered.sum()
    assert (~found.right[answered]).mean() <= fitted.risk.upper_bound <= 0.05
    assert (held_out[found.answerable] < fitted.clarify_at).mean() == pytest.approx(0.04, abs=0.01)
    assert fitted.clarify_at <= fitted.answer_at
    assert fitted.features["coverage"].weight > 1
    assert abs(fitted.features["dense"].weight) < 0.3


def test_a_goal_out_of_reach_asserts_nothing(assistant: Assistant, dev: Dataset) -> None:
    chance = np.random.default_rng(2)
    blind = replace(evidence(500), values=chance.normal(size=(500, len(FEATURES))))
    fitted, _ = calibrate(assistant, dev, blind, Goals())
    assert not fitted.risk.attained
    assert fitted.answer_at == NEVER


@pytest.mark.parametrize("count", [50, 99])
def test_too_few_questions_are_refused(assistant: Assistant, dev: Dataset, count: int) -> None:
    with pytest.raises(EvaluationError, match=f"has {count} questions"):
        calibrate(assistant, dev, evidence(count), Goals())


def test_evidence_is_collected_from_what_is_served(assistant: Assistant, dev: Dataset) -> None:
    found = collect(assistant, dev, progress=silent)
    assert found.values.shape == (len(dev.queries), len(FEATURES))
    assert not (found.right & ~found.answerable).any()
    assert found.right[found.answerable].mean() > 0.8


def test_the_shipped_calibration_belongs_to_the_shipped_corpus(assistant: Assistant) -> None:
    """It fails when a text of the corpus changed: run ``faqbot eval calibrate``."""
    found = load_calibration(
        ROOT / "corpus",
        corpus_digest=assistant.corpus.digest,
        model_digest=assistant.embedder.digest,
    )
    assert found.risk.attained
    assert found.risk.upper_bound <= found.risk.target


def test_each_part_taken_away_gives_a_row(assistant: Assistant, dev: Dataset) -> None:
    rows = {str(row["part"]): row for row in ablate(assistant, dev, progress=silent)}
    assert list(rows) == [variation.part for variation in VARIATIONS]
    whole = rows["all parts"]
    assert whole["difference"] == 0
    assert float(str(rows["without variants"]["Success@1"])) < float(str(whole["Success@1"]))
    alone = rows["without history"]
    assert alone["Success@1"] == whole["Success@1"]
    assert float(str(alone["follow-ups"])) < float(str(whole["follow-ups"]))


@pytest.mark.parametrize(
    ("wrong", "answered", "bound"),
    [
        # Without errors the bound solves (1 - p)^n = 1 - confidence.
        (0, 114, 1 - 0.1 ** (1 / 114)),
        (0, 10, 1 - 0.1 ** (1 / 10)),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_bound_is_clopper_and_pearsons(wrong: int, answered: int, bound: float) -> None:
    assert upper_bound(wrong, answered, 0.9) == pytest.approx(bound)


def test_errors_only_among_the_least_sure_leave_the_others_answered() -> None:
    probabilities = np.linspace(1, 0, 1000)
    right = probabilities > 0.3
    choice = choose_threshold(probabilities, right, target=0.02, confidence=0.9)
    assert choice is not None
    assert 0.29 < choice.value < 0.31
    assert choice.upper_bound <= 0.02


def test_errors_among_the_surest_leave_nothing_to_assert() -> None:
    probabilities = np.linspace(1, 0, 1000)
    right = np.arange(1000) % 10 != 0
    assert choose_threshold(probabilities, right, target=0.02, confidence=0.9) is None


@pytest.mark.parametrize("count", [0, 1, 50])
def test_too_few_questions_promise_nothing(count: int) -> None:
    certain = np.ones(count)
    assert choose_threshold(certain, certain > 0, target=0.02, confidence=0.9) is None


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.02, 0.2), st.floats(0.5, 0.99))
def test_what_is_chosen_keeps_the_target_by_its_own_bound(
    seed: int, target: float, confidence: float
) -> None:
    chance = np.random.default_rng(seed)
    probabilities = chance.random(400)
    right = chance.random(400) < probabilities**0.2
    choice = choose_threshold(probabilities, right, target=target, confidence=confidence)
    if choice is not None:
        assert choice.upper_bound <= target + 1e-9
        assert choice.answered >= FIRST_COVERAGE * 400
        assert choice.answered == int((probabilities >= choice.value).sum())


def test_the_promise_is_kept_as_often_as_stated() -> None:
    """At the threshold where the true risk is just above the target, few draws are fooled.

    Every question has the same risk of 2.5 %, above the target of 2 %: whatever is chosen breaks
    the promise, so something may be chosen in at most 10 % of the draws.
    """
    chance = np.random.default_rng(7)
    fooled = 0
    for _ in range(300):
        probabilities, right = chance.random(800), chance.random(800) > 0.025
        fooled += choose_threshold(probabilities, right, target=0.02, confidence=0.9) is not None
    assert fooled / 300 <= 0.1
