"""A logistic model that bends: weights of features, of their bends, and of products of two.

A straight line in each feature is too stiff (how far ahead matters little once it is far), and a
boosted ensemble of trees was hardly better (AUROC 0.974 against 0.972 on dev) and cannot be read.
So each feature also gets hinges, max(0, x - knot) at quantiles of the evidence (a linear spline:
Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2009, 5.2), and some
features are multiplied. A ridge pulls every weight towards the general model's, those of hinges and
products, which that does not have, towards 0: little evidence changes little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations, product
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from faqbot.answering.features import FEATURES, Values
from faqbot.retrieval.bm25 import Scores
from faqbot.retrieval.tables import expit

QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where the knots are, among the values of the evidence."""
MULTIPLIED = (
    "margin",
    "votes_over_outside",
    "wording_over_outside",
    "words_over_outside",
    "coverage",
    "length",
    "votes",
)
"""Features whose products count."""
STRAIGHT, BENT = 10.0, 10.0
"""Ridge penalties of the weights of features and of the intercept, and of hinges and products; in
questions."""
_PAIRS = frozenset(f"{one}*{other}" for one, other in product(FEATURES, repeat=2))
LIMIT = 4.0
"""Standardised values beyond this count as this: no single oddity decides."""
_TINY = 1e-6
"""Steps no longer than this are not taken."""


class Frozen(BaseModel):
    """Base of what is read from JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Feature(Frozen):
    """One feature's part: weight x z + the sum of hinges, z = (value - mean) / scale."""

    mean: float
    scale: float = Field(gt=0)
    weight: float
    knots: tuple[float, ...] = ()
    """Where it bends, in units of z."""
    hinges: tuple[float, ...] = ()
    """How much at each knot."""

    @model_validator(mode="after")
    def _one_hinge_a_knot(self) -> Self:
        if len(self.knots) != len(self.hinges):
            msg = f"{len(self.knots)} knots have {len(self.hinges)} hinges"
            raise ValueError(msg)
        return self


class Model(Frozen):
    """A fitted model."""

    intercept: float
    features: Mapping[str, Feature]
    """By name, all of `FEATURES`."""
    products: Mapping[str, float] = {}
    """Weights of z of one feature times z of another, under ``first*second``."""

    @field_validator("products")
    @classmethod
    def _of_two_features(cls, products: Mapping[str, float]) -> Mapping[str, float]:
        for name in products:
            if name not in _PAIRS:
                msg = f"{name} is no product of two features"
                raise ValueError(msg)
        return products

    def logits(self, values: Values) -> Scores:
        """Compute the log odds, (k,), that each of k candidates answers its question."""
        return self.compiled()(values)

    def compiled(self) -> Callable[[Values], Scores]:
        """Give `logits` with all that it takes from the model ready, for many calls."""
        basis, weights = _basis(self), _weights(self)
        return lambda values: np.asarray(basis(values) @ weights + self.intercept)

    def scaled(self, slope: float, shift: float) -> Model:
        """Return the model whose logits are slope x logit + shift."""
        weights = np.append(_weights(self) * slope, self.intercept * slope + shift)
        return _with_weights(self, weights)


def fit(values: Values, right: npt.NDArray[np.bool_], counts: Scores, general: Model) -> Model:
    """Fit the weights by penalised maximum likelihood.

    Args:
        values: (n, features) of the first candidates of n questions.
        right: (n,) whether they answer.
        counts: (n,) for how many questions each row counts.
        general: What the weights are pulled towards; its means and scales are kept.

    Returns:
        The general model itself when there is no evidence.
    """
    if not len(values):
        return general
    shape = _with_knots(values, general)
    basis = np.hstack([_basis(shape)(values), np.ones((len(values), 1))])
    straight = len(FEATURES)
    target = np.append(_weights(shape), general.intercept)
    ridge = np.full(len(target), BENT)
    ridge[:straight] = ridge[-1] = STRAIGHT
    return _with_weights(shape, most_likely(basis, right, counts, target, ridge))


def recalibration(
    logits: Scores, right: npt.NDArray[np.bool_], counts: Scores
) -> tuple[float, float]:
    """Find the slope and shift that make logits of held-out questions probabilities (Platt, 1999).

    Args:
        logits: (n,).
        right: (n,) whether the first candidate of each is right.
        counts: (n,) for how many questions each counts.
    """
    basis = np.stack([logits, np.ones(len(logits))], axis=1)
    found = most_likely(basis, right, counts, np.array([1.0, 0.0]), np.full(2, STRAIGHT))
    return float(found[0]), float(found[1])


def most_likely(
    basis: Values, right: npt.NDArray[np.bool_], counts: Scores, start: Scores, ridge: Scores
) -> Scores:
    """Find the weights of the highest penalised likelihood by Newton's method.

    Args:
        basis: (n, k) what is weighed.
        right: (n,) what is to be foretold.
        counts: (n,) for how many questions each row counts.
        start: (k,) the weights that others are drawn to.
        ridge: (k,) how much.
    """

    def likelihood(weights: Scores) -> float:
        logits = basis @ weights
        seen = counts @ (right * logits - np.logaddexp(0, logits))
        return float(seen - ridge @ (weights - start) ** 2 / 2)

    weights = start
    for _ in range(100):
        chances = expit(basis @ weights)
        slope = basis.T @ (counts * (right - chances)) - ridge * (weights - start)
        curve = (basis * (counts * chances * (1 - chances))[:, None]).T @ basis + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        # Where the start is very sure, the curve is flat and a whole step leads far astray.
        while np.abs(step).max() > _TINY and likelihood(weights + step) < likelihood(weights):
            step = step / 2
        if np.abs(step).max() <= _TINY:
            break
        weights = weights + step
    return weights


def _with_knots(values: Values, general: Model) -> Model:
    features = {}
    for name, z in zip(FEATURES, _standardised(general)(values).T, strict=True):
        knots = tuple(sorted({*np.round(np.quantile(z, QUANTILES), 3).tolist()}))
        known = general.features[name]
        features[name] = known.model_copy(update={"knots": knots, "hinges": (0.0,) * len(knots)})
    pairs = combinations(MULTIPLIED, 2)
    products = {f"{one}*{other}": 0.0 for one, other in pairs}
    return Model(intercept=general.intercept, features=features, products=products)


def _standardised(model: Model) -> Callable[[Values], Values]:
    parts = [model.features[name] for name in FEATURES]
    means, scales = (np.array([getattr(it, key) for it in parts]) for key in ("mean", "scale"))
    return lambda values: np.asarray(np.clip((values - means) / scales, -LIMIT, LIMIT))


def _basis(model: Model) -> Callable[[Values], Values]:
    standardised, bends = _standardised(model), [model.features[name].knots for name in FEATURES]
    bent, knots = np.repeat(np.arange(len(bends)), [*map(len, bends)]), np.concatenate(bends)
    pairs = [[*map(FEATURES.index, name.split("*"))] for name in model.products]
    one, other = np.array(pairs, np.int64).reshape(-1, 2).T

    def basis(values: Values) -> Values:
        z = standardised(values)
        return np.hstack([z, np.maximum(z[:, bent] - knots, 0), z[:, one] * z[:, other]])

    return basis


def _weights(model: Model) -> Scores:
    parts = [model.features[name] for name in FEATURES]
    hinges = [weight for part in parts for weight in part.hinges]
    return np.array([*(part.weight for part in parts), *hinges, *model.products.values()])


def _with_weights(shape: Model, weights: Scores) -> Model:
    rest = iter(weights.tolist())
    straight = [next(rest) for _ in FEATURES]
    features = {
        name: part.model_copy(
            update={"weight": weight, "hinges": tuple(next(rest) for _ in part.hinges)}
        )
        for (name, part), weight in zip(shape.features.items(), straight, strict=True)
    }
    products = {name: next(rest) for name in shape.products}
    return Model(intercept=next(rest), features=features, products=products)
