"""Questions that mean the same, put together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from faqbot.analytics.periods import day_of
from faqbot.embedding.embedded import Vectors
from faqbot.feedback.unanswered import OpenQuestion

DISTANCE = 0.6
"""Mean distance, in [0, 2], at which two groups are no longer put together.

Chosen on questions whose groups are known: 1,066 ways to ask about 80 subjects out of scope, and
1,924 questions of the dev split by the entry that answers them. Of two questions put together,
about six in ten share their subject. Centred vectors with average linkage keep subjects apart
better than raw cosines, complete linkage or HDBSCAN, which leaves half of the questions alone or
puts most of them into one group.
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Wordings that ask about the same thing."""

    questions: tuple[OpenQuestion, ...]
    """The most typical first: its text is the cluster's label."""

    @property
    def key(self) -> str:
        """Names the cluster as long as its most typical wording stays the same."""
        return hashlib.sha256(self.label.encode("utf-8")).hexdigest()[:12]

    @property
    def label(self) -> str:
        """The most typical wording."""
        return self.questions[0].text

    @property
    def count(self) -> int:
        """How often any of the wordings was asked."""
        return sum(question.count for question in self.questions)

    @property
    def last_asked(self) -> datetime:
        """When one of them was asked last."""
        return max(question.last_asked for question in self.questions)

    def by_day(self) -> Counter[date]:
        """Count how often any of the wordings was asked, by day in France."""
        days: Counter[date] = Counter()
        for question in self.questions:
            for hour, count in question.hours:
                days[day_of(hour)] += count
        return days


def cluster(
    questions: Sequence[OpenQuestion], vectors: Vectors, centre: npt.NDArray[np.float32]
) -> tuple[Cluster, ...]:
    """Put questions together by what they mean.

    Agglomerative clustering with average linkage over cosine distances. All questions of one FAQ
    point the same way: the direction they share is taken off first, or distances would say little.

    Args:
        questions: Different wordings, in any order.
        vectors: One unit row a question.
        centre: (dimension,) the direction they share: the mean of the FAQ's own questions, which
            stays the same whatever is asked.

    Returns:
        The clusters, those asked most first. The same questions give the same clusters, in
        whatever order they come.
    """
    order = sorted(range(len(questions)), key=lambda place: questions[place].text)
    ordered = [questions[place] for place in order]
    distances = _distances(vectors[order] - centre)
    clusters = [_of(members, ordered, distances) for members in _groups(distances)]
    return tuple(sorted(clusters, key=lambda found: (-found.count, found.label)))


def _distances(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(norms > 0, norms, 1)
    distances: npt.NDArray[np.float32] = np.clip(1 - unit @ unit.T, 0, 2, dtype=np.float32)
    np.fill_diagonal(distances, 0)
    return distances


def _groups(distances: npt.NDArray[np.float32]) -> list[list[int]]:
    if len(distances) < 2:
        return [[0]] * len(distances)
    from sklearn.cluster import AgglomerativeClustering  # takes a second, which few pages need

    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=DISTANCE, metric="precomputed", linkage="average"
    )
    labels = model.fit_predict(distances)
    return [np.flatnonzero(labels == label).tolist() for label in range(labels.max() + 1)]


def _of(
    members: Sequence[int],
    questions: Sequence[OpenQuestion],
    distances: npt.NDArray[np.float32],
) -> Cluster:
    counts = np.array([questions[place].count for place in members])
    # The medoid of what was asked: a wording counts as often as it was asked.
    spread = (distances[np.ix_(members, members)] @ counts).round(6)
    typical = sorted(
        range(len(members)), key=lambda place: (spread[place], questions[members[place]].text)
    )
    return Cluster(tuple(questions[members[place]] for place in typical))
