"""Questions that mean the same, put together."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from faqbot.analytics.periods import day_of
from faqbot.embedding.embedded import Vectors
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.retrieval.ranking import Placed

DISTANCE = 0.7
"""Mean distance, in [0, 2], at which two groups are no longer put together."""
SAME_ENTRY = 0.25
"""How much nearer questions are that lie nearest to the same entry.

Both were chosen on 990 questions whose groups are known: of the dev split by the entry that answers
them, and examples of subjects out of scope, half of which the FAQ does not know
(``eval/benchmarks/grouping.py``). B³ precision is 0.72 and recall 0.41, of those that an entry
answers 0.91 and 0.67; of vectors that are merely centred, with 0.6 and nothing for a common entry,
they were 0.63 and 0.27, 0.72 and 0.26.
"""
_CODE = re.compile(
    r"</?\w+[^>]*>|\{\{|\$\{|\.\./|%[0-9a-f]{2}|\bcurl\s+(?:-|http)|['\"]\s+(?:or|union|and)\b"
    r"|\bor\s*['\"]?\d+['\"]?\s*=|;\s*(?:--|drop\b)"
    r"|\b(?:select|insert|union)\b.*\b(?:from|into|select)\b",
    re.IGNORECASE,
)
"""Markup, queries and paths: what is tried rather than asked."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Wordings that ask about the same thing."""

    questions: tuple[OpenQuestion, ...]
    """The most typical first: its text is the cluster's label."""
    nearest: str | None = None
    """Id of the entry nearest to this one; None where a subject out of scope is nearer."""

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


def cluster(questions: Sequence[OpenQuestion], placed: Placed) -> tuple[Cluster, ...]:
    """Put questions together by what they mean.

    Agglomerative clustering with average linkage over cosine distances. What an entry may answer
    never stands with what lies nearer to a subject out of scope, nor with code.

    Args:
        questions: Different wordings, in any order.
        placed: Where they stand, in the same order.

    Returns:
        The clusters, those asked most first. The same questions give the same clusters, in
        whatever order they come.
    """
    order = sorted(range(len(questions)), key=lambda place: questions[place].text)
    ordered = [questions[place] for place in order]
    owners = [_owner(questions[place].text, placed.nearest[place]) for place in order]
    distances = _distances(placed.vectors[order], np.array(owners, dtype=str))
    clusters = [_of(members, ordered, owners, distances) for members in _groups(distances)]
    return tuple(sorted(clusters, key=lambda found: (-found.count, found.label)))


def _owner(text: str, nearest: str | None) -> str:
    return "?code" if _CODE.search(text) else nearest or "?outside"


def _distances(rows: Vectors, owners: npt.NDArray[np.str_]) -> npt.NDArray[np.float32]:
    sides = np.where(np.char.startswith(owners, "?"), owners, "")
    shared = (owners[:, None] == owners) & (sides == "")
    distances: npt.NDArray[np.float32] = np.clip(
        1 - rows @ rows.T - SAME_ENTRY * shared, 0, 2, dtype=np.float32
    )
    distances[sides[:, None] != sides] = 2
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
    owners: Sequence[str],
    distances: npt.NDArray[np.float32],
) -> Cluster:
    counts = np.array([questions[place].count for place in members])
    # The medoid of what was asked: a wording counts as often as it was asked.
    spread = (distances[np.ix_(members, members)] @ counts).round(6)
    typical = sorted(
        range(len(members)), key=lambda place: (spread[place], questions[members[place]].text)
    )
    owner = owners[members[typical[0]]]
    return Cluster(
        tuple(questions[members[place]] for place in typical),
        None if owner.startswith("?") else owner,
    )
