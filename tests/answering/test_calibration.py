from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from faqbot.answering import calibration as calibrating
from faqbot.answering.calibration import (
    FILE_NAME,
    NEVER,
    STARTS,
    CalibratedRule,
    Calibration,
    Goals,
    RiskBound,
    calibrate,
    choose_threshold,
    counts_of,
    load_calibration,
    made_with,
    own_weight,
    save_calibration,
    upper_bound,
)
from faqbot.answering.evidence import FOLDS, KINDS, NO_EVIDENCE, Evidence
from faqbot.answering.features import FEATURES
from faqbot.answering.general import FEWEST, USUAL, general
from faqbot.answering.logistic import Feature, Model
from faqbot.errors import CalibrationMismatch
from faqbot.retrieval.conversation import learned
from faqbot.retrieval.tables import expit
from tests.answering.builders import candidate, ranking

COVERAGE = FEATURES.index("coverage")
DIGESTS: dict[str, Any] = {"searched_digest": "searched", "model_digest": "model"}
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(deadline=None, max_examples=25)


def only_coverage(intercept: float = 0.0) -> Model:
    """Make a model in which only coverage counts: one half at 0.5, sure at 1."""
    flat = {name: Feature(mean=0, scale=1, weight=0) for name in FEATURES}
    return Model(
        intercept=intercept, features=flat | {"coverage": Feature(mean=0.5, scale=0.1, weight=1)}
    )


def calibration(**changes: Any) -> Calibration:
    fields: dict[str, Any] = {
        "made_with": made_with(),
        **DIGESTS,
        "goals": Goals(),
        "evidence": {"wording": 500},
        "model": only_coverage(),
        "answer_at": 0.9,
        "tentative_at": 0.7,
        "clarify_at": 0.4,
        "bound": RiskBound(answered=300, wrong=2, upper_bound=0.018, attained=True),
    }
    return Calibration(**fields | changes)


def evidence(count: int, seed: int = 1, *, answerable: float = 0.7) -> Evidence:
    """Make wordings, wordings of left-out entries and examples, as usual but for their coverage.

    Coverage alone says, noisily, which are found.
    """
    chance = np.random.default_rng(seed)
    answered = chance.random(count) < answerable
    z = chance.normal(size=(count, len(FEATURES)))
    z[:, COVERAGE] = 3 * answered - 2 + chance.normal(scale=0.5, size=count)
    parts = [general().model.features[name] for name in FEATURES]
    values = z * [it.scale for it in parts] + [it.mean for it in parts]
    kinds = np.where(answered, 0, 1 + chance.integers(2, size=count))
    right = answered & (z[:, COVERAGE] + chance.normal(scale=0.3, size=count) > 0)
    return Evidence(values, right, answered, kinds, np.arange(count) % FOLDS)


@pytest.mark.parametrize(
    ("coverage", "status", "tentative"),
    [
        (0.9, "answered", False),
        (0.6, "clarify", True),
        (0.5, "clarify", False),
        (0.3, "no_answer", False),
    ],
)
def test_the_outcome_follows_the_calibrated_probability(
    coverage: float, status: str, tentative: bool
) -> None:
    found = ranking(candidate("F11", 1.0, coverage=coverage), candidate("F12", 0.5, coverage=0.1))
    judgement = CalibratedRule(calibration()).judge(found, 2)
    assert (judgement.status, judgement.tentative) == (status, tentative)
    assert judgement.confidences[0] == pytest.approx(1 / (1 + np.exp(-(coverage - 0.5) / 0.1)))


def test_nothing_found_is_no_answer() -> None:
    judgement = CalibratedRule(calibration()).judge(ranking(), 3)
    assert (judgement.status, judgement.confidences) == ("no_answer", ())


def test_one_lone_candidate_is_answered_or_not_but_no_choice() -> None:
    rule = CalibratedRule(calibration())
    assert rule.judge(ranking(candidate("F11", 1.0, coverage=0.9)), 3).status == "answered"
    assert rule.judge(ranking(candidate("F11", 1.0, coverage=0.6)), 3).status == "no_answer"


@pytest.mark.parametrize("question", ["question F11", "QUESTION F11 ?", "Varianté F11 !"])
def test_an_entrys_own_wording_is_answered_whatever_the_model_says(question: str) -> None:
    found = ranking(candidate("F11", 1.0, coverage=0.0), candidate("F12", 0.5), question=question)
    assert CalibratedRule(calibration()).judge(found, 2).status == "answered"


@pytest.mark.parametrize(
    ("terms", "coverage", "odds", "status"),
    [
        (1, 1.0, -4.85, "clarify"),
        (2, 1.0, -4.85, "clarify"),
        (3, 1.0, -4.85, "no_answer"),
        (2, 0.9, -4.85, "no_answer"),
        (1, 1.0, -20.0, "no_answer"),  # « budget »: some answer holds the word, none is about it
    ],
)
def test_a_mere_subject_is_asked_back_and_not_refused(
    terms: int, coverage: float, odds: float, status: str
) -> None:
    unsure = calibration(model=only_coverage(odds))
    first, second = candidate("F11", 1.0, coverage=coverage), candidate("F12", 0.5, coverage=0.1)
    found = ranking(first, second, question="certificat", terms=terms)
    assert CalibratedRule(unsure).judge(found, 2).status == status


def test_a_calibration_is_read_back(tmp_path: Path) -> None:
    save_calibration(tmp_path, calibration())
    assert load_calibration(tmp_path, **DIGESTS, goals=Goals()) == calibration()


@given(SEEDS)
@settings(deadline=None, max_examples=5)
def test_what_is_learned_survives_json_to_the_last_bit(seed: int) -> None:
    learned = calibrate(evidence(60, seed), USUAL, **DIGESTS).calibration
    again = Calibration.model_validate(json.loads(learned.model_dump_json()))
    assert again == learned
    values = evidence(5, seed + 1).values
    assert (again.model.logits(values) == learned.model.logits(values)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"searched_digest": "other"},
        {"model_digest": "other"},
        {"made_with": "0123456789abcdef"},
        {"goals": Goals(outside=0.5)},
        {"model": Model(intercept=0, features={"margin": Feature(mean=0, scale=1, weight=1)})},
    ],
)
def test_what_was_learned_from_something_else_does_not_count(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    save_calibration(tmp_path, calibration(**change))
    with pytest.raises(CalibrationMismatch, match="was learned from something else"):
        load_calibration(tmp_path, **DIGESTS, goals=Goals())


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"format": 1}',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"model":' * 50_000,
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_what_cannot_be_understood_does_not_count(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(CalibrationMismatch, match="cannot be used"):
        load_calibration(tmp_path, **DIGESTS, goals=Goals())


@pytest.mark.parametrize("change", [{"knots": [0.0]}, {"scale": 0}, {"weight": float("nan")}])
def test_a_feature_that_makes_no_sense_does_not_count(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    content = json.loads(calibration().model_dump_json())
    content["model"]["features"]["coverage"].update(change)
    (tmp_path / FILE_NAME).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CalibrationMismatch, match="cannot be used"):
        load_calibration(tmp_path, **DIGESTS, goals=Goals())


@pytest.mark.parametrize("product", ["margin", "margin*nothing", "margin*votes*words", "*"])
def test_a_product_of_unknown_features_does_not_count(tmp_path: Path, product: str) -> None:
    content = json.loads(calibration().model_dump_json())
    content["model"]["products"] = {product: 1.0}
    (tmp_path / FILE_NAME).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CalibrationMismatch):
        load_calibration(tmp_path, **DIGESTS, goals=Goals())


def test_no_calibration_is_a_mismatch_too(tmp_path: Path) -> None:
    with pytest.raises(CalibrationMismatch):
        load_calibration(tmp_path, **DIGESTS, goals=Goals())


@given(SEEDS, st.integers(2, 60), st.floats(0.01, 0.9))
@FEW
def test_questions_count_for_as_many_as_there_are_in_the_assumed_shares(
    seed: int, count: int, outside: float
) -> None:
    found = evidence(count, seed, answerable=0.5)
    counts = counts_of(found, outside)
    assert (counts > 0).all()
    inside = found.answerable
    if inside.any() and not inside.all():
        assert counts.sum() == pytest.approx(count)
        assert counts[~inside].sum() == pytest.approx(outside * count)
    elif inside.any():
        assert counts.sum() == pytest.approx((1 - outside) * count)


def test_each_kind_of_unanswerable_question_counts_alike_however_many_there_are() -> None:
    kinds = np.array([0] * 10 + [1] * 30 + [2] * 5)
    found = Evidence(
        np.zeros((45, len(FEATURES))), kinds == 0, kinds == 0, kinds, np.zeros(45, np.int64)
    )
    counts = counts_of(found, 0.1)
    assert counts[kinds == 1].sum() == pytest.approx(counts[kinds == 2].sum())


def test_a_labelled_question_counts_for_more_than_a_wording() -> None:
    kinds = np.array([KINDS.index("wording"), KINDS.index("labelled"), 1])
    found = Evidence(np.zeros((3, len(FEATURES))), kinds != 1, kinds != 1, kinds, kinds)
    wording, labelled, _ = counts_of(found, 0.1)
    assert labelled > wording


def test_no_evidence_counts_for_nothing() -> None:
    assert counts_of(NO_EVIDENCE, 0.1).shape == (0,)


@given(st.integers(0, 200), st.integers(0, 400), st.floats(0.001, 0.5))
def test_the_bound_is_clopper_and_pearsons(wrong: int, more: int, error: float) -> None:
    answered = wrong + more
    found = upper_bound(wrong, answered, error)
    if not more:
        assert found == 1.0
        return
    assert found == pytest.approx(beta.ppf(1 - error, wrong + 1, answered - wrong))
    exact = binomtest(wrong, answered, alternative="less").proportion_ci(1 - error, "exact")
    assert found == pytest.approx(exact.high)


@given(st.floats(0, 20), st.floats(0.01, 20), st.floats(0.1, 100), st.floats(0.001, 0.5))
def test_weighted_errors_are_bounded_between_whole_ones(
    wrong: float, more_wrong: float, more: float, error: float
) -> None:
    answered = wrong + more_wrong + more
    assert (
        0 < upper_bound(wrong, answered, error) <= upper_bound(wrong + more_wrong, answered, error)
    )


ONE = Goals(risk=0.05, confidence=0.9)


def judged(seed: int, count: int, power: float = 0.1) -> tuple[np.ndarray, Evidence, np.ndarray]:
    """Make questions whose share of right ones follows their probability."""
    chance = np.random.default_rng(seed)
    probabilities = chance.random(count)
    answerable = chance.random(count) < 0.9
    right = answerable & (chance.random(count) < probabilities**power)
    found = Evidence(
        np.zeros((count, len(FEATURES))),
        right,
        answerable,
        np.where(answerable, 0, 1),
        np.arange(count) % FOLDS,
    )
    return probabilities, found, counts_of(found, 0.1)


@given(SEEDS, st.floats(0.02, 0.3), st.floats(0.5, 0.99))
@FEW
def test_what_is_attained_keeps_the_bound(seed: int, risk: float, confidence: float) -> None:
    probabilities, found, counts = judged(seed, 500)
    goals = Goals(risk=risk, confidence=confidence)
    threshold, bound = choose_threshold(probabilities, found, counts, goals)
    if not bound.attained:
        assert threshold == NEVER
        return
    taken = probabilities >= threshold
    assert bound.upper_bound <= risk
    assert (bound.answered, bound.wrong) == (taken.sum(), (taken & ~found.right).sum())
    assert (counts * ~found.right)[taken].sum() / counts[taken].sum() <= bound.upper_bound
    answered = counts[taken & found.answerable].sum() / counts[found.answerable].sum()
    assert answered >= min(STARTS) - 1e-9


@given(SEEDS)
@FEW
def test_a_looser_target_never_answers_less(seed: int) -> None:
    probabilities, found, counts = judged(seed, 400)
    chosen = [
        choose_threshold(probabilities, found, counts, Goals(risk=risk))[0]
        for risk in (0.02, 0.05, 0.1, 0.2, 0.4)
    ]
    assert chosen == sorted(chosen, reverse=True)


@given(SEEDS, st.integers(0, 20))
@FEW
def test_twenty_questions_promise_nothing(seed: int, count: int) -> None:
    probabilities, found, _ = judged(seed, count)
    found = Evidence(found.values, *[np.ones(count, bool)] * 2, found.kinds, found.groups)
    threshold, bound = choose_threshold(probabilities, found, np.ones(count), ONE)
    assert (threshold, bound.attained, bound.upper_bound) == (NEVER, False, 1.0)


def test_errors_only_among_the_least_sure_leave_the_others_answered() -> None:
    probabilities = np.linspace(1, 0, 2000)
    right = probabilities > 0.3
    found = Evidence(np.zeros((2000, len(FEATURES))), right, right | True, right * 0, right * 0)
    threshold, bound = choose_threshold(probabilities, found, np.ones(2000), Goals(risk=0.02))
    assert threshold == pytest.approx(0.3, abs=0.01)
    assert bound.wrong <= 0.02 * bound.answered


def test_errors_among_the_surest_leave_nothing_to_assert() -> None:
    probabilities, right = np.linspace(1, 0, 1000), np.arange(1000) % 10 != 0
    found = Evidence(np.zeros((1000, len(FEATURES))), right, right | True, right * 0, right * 0)
    assert choose_threshold(probabilities, found, np.ones(1000), Goals())[0] == NEVER


def test_the_promise_is_kept_as_often_as_stated() -> None:
    """Where the true risk is just above the target, few draws are fooled.

    Every question has the same risk of 2.5 %, above the target of 2 %: whatever is chosen breaks
    the promise, so something may be chosen in at most 10 % of the draws.
    """
    chance = np.random.default_rng(7)
    fooled = 0
    for _ in range(300):
        probabilities, right = chance.random(800), chance.random(800) > 0.025
        found = Evidence(np.zeros((800, len(FEATURES))), right, right | True, right * 0, right * 0)
        bound = choose_threshold(probabilities, found, np.ones(800), Goals())[1]
        fooled += bound.attained
    assert fooled / 300 <= 0.1


def test_unequal_weights_are_worth_fewer_questions() -> None:
    """Of weighted questions fewer are counted, so the same errors leave a higher bound."""
    right = np.ones(400, bool)
    found = Evidence(np.zeros((400, len(FEATURES))), right, right, right * 0, right * 0)
    uneven = np.where(np.arange(400) % 10, 0.1, 9.1)
    bounds = [
        choose_threshold(np.linspace(1, 0, 400), found, counts, Goals(risk=0.3))[1].upper_bound
        for counts in (np.ones(400), uneven)
    ]
    assert bounds[0] < bounds[1]


def test_thresholds_keep_their_goals_on_held_out_questions() -> None:
    found = evidence(4000)
    goals = Goals(risk=0.05, refusals=0.04)
    fitted = calibrate(found, USUAL, **DIGESTS, goals=goals)
    learned, held_out = fitted.calibration, fitted.held_out
    taken = held_out >= learned.answer_at
    assert learned.bound.attained
    assert learned.bound.answered == taken.sum()
    wrong = (fitted.counts * ~found.right)[taken].sum() / fitted.counts[taken].sum()
    assert wrong <= learned.bound.upper_bound <= 0.05
    assert (held_out[found.answerable] < learned.clarify_at).mean() < 0.1
    assert learned.clarify_at <= learned.answer_at
    assert learned.tentative_at <= learned.answer_at
    assert learned.evidence == {
        kind: (found.kinds == number).sum() for number, kind in enumerate(KINDS)
    }


def test_held_out_probabilities_mean_what_they_say() -> None:
    found = evidence(4000)
    fitted = calibrate(found, USUAL, **DIGESTS)
    right = np.average(found.right, weights=fitted.counts)
    assert np.average(fitted.held_out, weights=fitted.counts) == pytest.approx(right, abs=0.02)


def test_a_question_is_not_judged_by_its_own_folds_questions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the labels of one fold are, its questions keep their probabilities."""
    monkeypatch.setattr(calibrating, "recalibration", lambda *_: (1.0, 0.0))
    found = evidence(600)
    own = found.groups == 2
    turned = Evidence(found.values, found.right ^ own, found.answerable, found.kinds, found.groups)
    before, after = (calibrate(it, USUAL, **DIGESTS).held_out for it in (found, turned))
    assert np.allclose(before[own], after[own])
    assert not np.allclose(before[~own], after[~own])


def test_evidence_that_says_nothing_leaves_the_general_threshold() -> None:
    chance = np.random.default_rng(2)
    found = evidence(1000)
    blind = Evidence(
        chance.normal(size=found.values.shape),
        found.right & (chance.random(1000) < 0.5),
        *(found.answerable, found.kinds, found.groups),
    )
    learned = calibrate(blind, USUAL, **DIGESTS).calibration
    assert not learned.bound.attained
    assert learned.answer_at == general().answer_at


def test_without_evidence_the_general_model_judges() -> None:
    learned = calibrate(NO_EVIDENCE, USUAL, **DIGESTS).calibration
    start = general()
    assert learned.thresholds.answer_at == start.answer_at
    assert (learned.tentative_at, learned.clarify_at) == (start.tentative_at, start.clarify_at)
    assert learned.model == start.model
    assert not learned.bound.attained
    assert set(learned.evidence.values()) == {0}


@given(SEEDS, st.sampled_from([0.0, 0.5, 1.0]))
@settings(deadline=None, max_examples=10)
def test_little_evidence_of_any_kind_changes_little(seed: int, answerable: float) -> None:
    """Even when all of it is wrong, as wordings of left-out entries are."""
    found = evidence(40, seed, answerable=answerable)
    learned, start = calibrate(found, USUAL, **DIGESTS).calibration, general()
    before, after = (expit(it.model.logits(found.values)) for it in (start, learned))
    assert np.abs(after - before).max() < 0.1
    assert learned.clarify_at == pytest.approx(start.clarify_at, abs=0.01)
    assert learned.tentative_at == pytest.approx(start.tentative_at, abs=0.01)


def test_the_more_evidence_there_is_the_less_the_general_model_counts() -> None:
    assert own_weight(0) == 0
    weights = [own_weight(count) for count in (1, 100, 1000, 10_000)]
    assert weights == sorted(weights)
    assert weights[2] == 0.5
    assert weights[3] > 0.98


@pytest.mark.parametrize("answer_at", [0.5, 0.99])
def test_what_is_not_asserted_alone_is_not_in_context(answer_at: float) -> None:
    one = ranking(candidate("F01", 5))
    behind = replace(one, views=one.comparison)
    rule = CalibratedRule(calibration().model_copy(update={"answer_at": answer_at}))
    assert rule.thresholds(one).answer_at == answer_at
    assert rule.thresholds(behind).answer_at == max(answer_at, learned().thresholds["answer_at"])


def test_the_more_entries_there_are_the_less_sure_the_general_model_is() -> None:
    """Down to the smallest FAQ that it was fitted on."""
    values = evidence(10).values
    sure = [
        expit(calibrate(NO_EVIDENCE, entries, **DIGESTS).calibration.model.logits(values))
        for entries in (1, FEWEST, USUAL, 500)
    ]
    assert (sure[0] == sure[1]).all()
    assert (sure[1] > sure[2]).all()
    assert (sure[2] > sure[3]).all()
    assert (sure[2] == expit(general().model.logits(values))).all()


def test_the_general_model_knows_every_feature_and_bends_nowhere() -> None:
    start = general()
    assert set(start.model.features) == set(FEATURES)
    assert not start.model.products
    assert 0 < start.clarify_at < start.tentative_at < start.answer_at < 1
