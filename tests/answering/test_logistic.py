from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.answering import logistic
from faqbot.answering.features import FEATURES
from faqbot.answering.general import general
from faqbot.answering.logistic import BENT, LIMIT, STRAIGHT, Model, fit
from faqbot.retrieval.tables import expit

START = general().model
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(deadline=None, max_examples=20)


def questions(
    count: int, seed: int, *, spread: float = 1.0, margin: float = 2.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make values as usual, times the spread, of which the margin says whether they are right."""
    chance = np.random.default_rng(seed)
    parts = [START.features[name] for name in FEATURES]
    z = spread * chance.normal(size=(count, len(FEATURES)))
    right = chance.random(count) < 1 / (1 + np.exp(-np.clip(margin * z[:, 0], -50, 50)))
    values = z * [it.scale for it in parts] + [it.mean for it in parts]
    return values, right, chance.random(count) * 2


def height(model: Model, values: np.ndarray, right: np.ndarray, counts: np.ndarray) -> float:
    """The penalised log likelihood, written out in another way than where it is maximised."""
    logits = model.logits(values)
    seen = -(counts * np.logaddexp(0, np.where(right, -logits, logits))).sum()
    pairs = [(model.features[name], START.features[name]) for name in FEATURES]
    straight = sum((it.weight - other.weight) ** 2 for it, other in pairs)
    bent = sum(hinge**2 for it, _ in pairs for hinge in it.hinges)
    bent += sum(weight**2 for weight in model.products.values())
    intercept = (model.intercept - START.intercept) ** 2
    return float(seen - (STRAIGHT * (straight + intercept) + BENT * bent) / 2)


def distance(model: Model) -> float:
    parts = [(model.features[name].weight, START.features[name].weight) for name in FEATURES]
    return float(sum((it - other) ** 2 for it, other in parts))


@given(SEEDS, st.integers(1, 120), st.sampled_from([0.1, 1.0, 30.0]))
@FEW
def test_what_is_fitted_is_likelier_than_the_general_model(
    seed: int, count: int, spread: float
) -> None:
    """Wherever the evidence lies: far out, the general model is very sure, rightly or not."""
    found = questions(count, seed, spread=spread)
    fitted = fit(*found, START)
    best = height(fitted, *found)
    assert best >= height(START, *found) - 1e-9
    for name in ("margin", "votes", "length"):
        for change in (-1e-2, 1e-2):
            part = fitted.features[name]
            moved = part.model_copy(update={"weight": part.weight + change})
            other = fitted.model_copy(update={"features": {**fitted.features, name: moved}})
            assert height(other, *found) <= best


def test_no_evidence_returns_the_general_model() -> None:
    values, right, counts = questions(0, 1)
    assert fit(values, right, counts, START) is START


@given(SEEDS)
@FEW
def test_more_evidence_moves_further_from_the_general_model(seed: int) -> None:
    values, right, counts = questions(200, seed)
    moved = [distance(fit(values, right, counts * times, START)) for times in (1e-9, 0.01, 0.1, 1)]
    assert moved[0] == pytest.approx(0, abs=1e-9)
    assert moved == sorted(moved)


@given(SEEDS)
@FEW
def test_the_order_of_the_evidence_does_not_matter(seed: int) -> None:
    values, right, counts = questions(80, seed)
    order = np.random.default_rng(seed).permutation(80)
    one, other = (
        fit(values[rows], right[rows], counts[rows], START) for rows in (np.arange(80), order)
    )
    assert one.logits(values) == pytest.approx(other.logits(values), abs=1e-4)


def test_a_bend_in_the_evidence_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Right only where the margin is neither low nor high: no straight line says that."""
    values, _, counts = questions(2000, 3)
    z = (values[:, 0] - START.features["margin"].mean) / START.features["margin"].scale
    right = np.abs(z) < 0.7
    bent = fit(values, right, counts, START)
    monkeypatch.setattr(logistic, "_with_knots", lambda _, general: general)
    stiff = fit(values, right, counts, START)
    errors = [((model.logits(values) > 0) != right).mean() for model in (stiff, bent)]
    assert errors[1] < 0.15 < errors[0]


@given(SEEDS, st.floats(-3, 3), st.floats(-5, 5))
@FEW
def test_a_scaled_model_gives_scaled_log_odds(seed: int, slope: float, shift: float) -> None:
    values, right, counts = questions(50, seed)
    model = fit(values, right, counts, START)
    scaled = model.scaled(slope, shift)
    assert scaled.logits(values) == pytest.approx(slope * model.logits(values) + shift)
    assert scaled.features.keys() == model.features.keys()
    assert scaled.products.keys() == model.products.keys()


@given(SEEDS)
@FEW
def test_a_model_is_read_back_from_json(seed: int) -> None:
    values, right, counts = questions(50, seed)
    model = fit(values, right, counts, START)
    again = Model.model_validate_json(model.model_dump_json())
    assert again == model
    assert (again.logits(values) == model.logits(values)).all()


@given(st.lists(st.floats(-1e300, 1e300), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_a_probability_is_one_whatever_the_features(values: list[float]) -> None:
    (found,) = expit(START.logits(np.array([values])))
    assert 0 <= found <= 1


def test_what_lies_far_out_counts_no_more_than_the_limit() -> None:
    part = START.features["margin"]
    values = np.tile([START.features[name].mean for name in FEATURES], (3, 1))
    values[:, 0] = part.mean + part.scale * np.array([LIMIT, LIMIT + 1, 1e9])
    assert START.logits(values) == pytest.approx(START.logits(values)[0])
