"""Multinomial logistic regression: which class a vector belongs to, learned from some of each.

What is near says which texts are alike; this says which directions tell one class from its
neighbours (Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2009, 4.4).
Its curvature is nowhere more than a matrix that is known beforehand and inverted once (Böhning,
*Multinomial logistic regression algorithm*, 1992), so that each step is sure to lead downhill and
there is nothing to search for; Nesterov's momentum makes twenty of them enough.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from faqbot.embedding.embedded import Vectors

RIDGE = 0.3
"""Penalty of the square of each weight, in vectors of length 1."""
STEPS = 20


def separated(vectors: Vectors, classes: npt.NDArray[np.int64], count: int) -> Vectors:
    """Find weights under which each vector scores highest in its own class.

    Args:
        vectors: (n, dimension) rows of length 1.
        classes: (n,) of each, from 0.
        count: How many classes there are; one without vectors scores low for all.

    Returns:
        (dimension, count): a vector's product with them are the log odds of its classes.
    """
    ridge = np.eye(vectors.shape[1], dtype=np.float32) * RIDGE
    curved = np.linalg.inv(vectors.T @ vectors / 2 + ridge)
    weights = ahead = np.zeros((vectors.shape[1], count), np.float32)
    pace, rows = 1.0, np.arange(len(vectors))
    for _ in range(STEPS):
        found = vectors @ ahead
        np.exp(found - found.max(axis=1, keepdims=True), out=found)
        found /= found.sum(axis=1, keepdims=True)
        found[rows, classes] -= 1
        former, weights = weights, ahead - curved @ (vectors.T @ found + RIDGE * ahead)
        faster = (1 + sqrt(1 + 4 * pace**2)) / 2
        ahead = weights + np.float32((pace - 1) / faster) * (weights - former)
        pace = faster
    return np.asarray(weights)
