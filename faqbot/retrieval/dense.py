"""Dense retrieval over several passages an entry, in a space that fits the corpus.

Sentence embeddings crowd into a narrow cone: subtracting their mean before normalising spreads
them out (Mu and Viswanath, *All-but-the-Top*, arXiv:1702.01417), so that similarities differ by
what texts say and not by their being sentences. How the wordings of one entry differ shows what
does not matter, as length, tone or typing errors: such directions are shortened (Hatch, Kajarekar
and Stolcke, *Within-Class Covariance Normalization for SVM-based Speaker Recognition*, Interspeech
2006).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from faqbot.embedding.embedded import Vectors
from faqbot.index.store import PassageIndex
from faqbot.ragged import Runs, ranges
from faqbot.retrieval.bm25 import Places, Scores, Table
from faqbot.retrieval.softmax import separated
from faqbot.retrieval.tables import highest, joined

_PARTS = {"question": "wording", "variant": "wording"}
_ALIKE = 2000
"""For how many wordings it counts that, for all one knows, they differ alike in all directions."""
_FOREIGN = 1000
"""Examples of subjects out of scope of which, or of twice as many, all are learned from; of more,
a sample is as good."""
_LEARNED = 1_000_000
"""Wordings times entries that are learned from, at most: more would take seconds."""
_CHUNK = 256
"""Questions compared at once: bounds the memory that many questions take."""


def voters(passages: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Say how many passages of entries make their score: 1 of up to 8 passages, 3 of 25 to 48.

    One is easily misled by a single wording; of two or three, the answer's own text would weigh
    too much. Half the square root grows slowly between the two.
    """
    return np.maximum(1, np.rint(np.sqrt(passages) / 2)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class DenseMatch:
    """Cosines in [-1, 1] of the centred, sharpened vectors of n questions with all m entries."""

    votes: Table
    """(n, m) mean of the `voters` nearest passages."""
    wordings: Table
    """(n, m) the nearest wording."""
    answers: Table
    """(n, m) the nearest piece of the answer."""
    outside_votes: Scores
    """(n,) the highest vote of a subject out of scope; 0 without any: as near as anything."""
    outside_wordings: Scores
    """(n,) the nearest example of these; 0 without any."""
    classes: Table
    """(n, m) log odds that a question is one that is put to the entry, by what tells its wordings
    from those of all others; all 0 in a large FAQ."""
    outside_classes: Scores
    """(n,) those that it is put to none."""


class DenseIndex:
    """Vectors of an index, grouped by the entry, or subject out of scope, they belong to.

    Args:
        index: The passages and their vectors.
        entry_ids: The entries in the order of their places.
        subject_ids: The subjects out of scope.
    """

    def __init__(
        self, index: PassageIndex, entry_ids: Sequence[str], subject_ids: Sequence[str] = ()
    ) -> None:
        self._index = index.vectors
        # What is compared together stands together: a look at a group is then no copy.
        self._layout = layout = _Layout.of(index, entry_ids, subject_ids)
        matrix = index.vectors.matrix(layout.rows)
        ranking, compared = layout.ranking.every, layout.examples.every.stop
        self._mean = matrix[ranking].sum(axis=0) / max(1, ranking.stop)
        centred = self._centre(matrix)
        self._sentences = centred[compared:].copy()  # and the rest goes
        self._sharpening = self._sharpened_by(centred)
        self._vectors = self._sharpen(centred[:compared])
        self._classes = self._told_apart()

    def likely(self, queries: Vectors, passages: int) -> Places:
        """Find the entries that own some of so many passages nearest to each question."""
        _, rows = self._index.nearest(queries, passages)
        owners = self._layout.owners[rows.ravel()]
        return owners[owners >= 0]

    def compare(self, queries: Vectors, places: Places) -> DenseMatch:
        """Compare questions, (n, dimension) unit rows that are not centred, with some entries."""
        return joined(
            [
                self._compare(queries[start : start + _CHUNK], places)
                for start in range(0, max(1, len(queries)), _CHUNK)
            ]
        )

    def seen(self, queries: Vectors) -> Vectors:
        """Move questions, (n, dimension) unit rows, to where they are compared; unit rows again."""
        return self._sharpen(self._centre(queries))

    def sentences(self, query: Vectors, place: int) -> tuple[float, ...]:
        """Compare a question with the sentences of an entry's answer.

        Args:
            query: (1, dimension) unit row that is not centred.
            place: The entry's.

        Returns:
            Centred cosine similarities in [-1, 1], in the order of the sentences.
        """
        rows = self._layout.sentences.rows(np.array([place]))
        return tuple((self._sentences[rows] @ self._centre(query)[0]).tolist())

    def _centre(self, vectors: Vectors) -> Vectors:
        return _unit(vectors - self._mean)

    def _sharpen(self, centred: Vectors) -> Vectors:
        return centred if self._sharpening is None else _unit(centred @ self._sharpening)

    def _sharpened_by(self, centred: Vectors) -> Vectors | None:
        """Find the map under which the wordings of one entry differ alike in all directions.

        Returns:
            (dimension, dimension); None where no entry has two wordings. The fewer there are, the
            nearer it is to a mere scaling, which changes no cosine.
        """
        starts, sizes = self._layout.wordings
        groups = (centred[at : at + size] for at, size in zip(starts, sizes, strict=True))
        apart = np.vstack([centred[:0], *(it - it.mean(axis=0) for it in groups if len(it) > 1)])
        differences = len(apart) - np.count_nonzero(sizes > 1)
        scatter = apart.T @ apart
        if not (usual := np.trace(scatter) / len(scatter)):
            return None
        scatter += np.eye(len(scatter), dtype=np.float32) * (usual * _ALIKE / differences)
        return np.asarray(np.linalg.inv(np.linalg.cholesky(scatter)).T, dtype=np.float32)

    def _told_apart(self) -> Vectors | None:
        """Learn from wordings and examples.

        Returns:
            (dimension, entries + 1), the last for no entry; None for a large FAQ.
        """
        starts, sizes = self._layout.wordings
        count = len(sizes)
        if count**2 > _LEARNED:  # there would be less than a wording an entry
            return None
        foreign = np.arange(len(self._vectors))[self._layout.examples.every]
        foreign = foreign[:: max(1, len(foreign) // _FOREIGN)]
        rows = np.concatenate([ranges(starts, sizes), foreign])
        classes = np.repeat(np.arange(count + 1), [*sizes, len(foreign)])
        some = slice(None, None, 1 + len(rows) * count // _LEARNED)
        return separated(self._vectors[rows[some]], classes[some], count + 1)

    def _compare(self, queries: Vectors, places: Places) -> DenseMatch:
        # Every passage may vote, so a matrix product says it all.
        layout, asked = self._layout, self.seen(queries)
        kinds = layout.kinds[places].ravel()
        entries = asked @ self._vectors[layout.ranking.rows(places)].T
        outside = asked @ self._vectors[layout.examples.every].T
        nearest = highest(entries, kinds, without=-1.0)
        if self._classes is None:
            classes = np.zeros((len(asked), len(places) + 1))
        else:
            classes = (asked @ self._classes).astype(float)[:, [*places, -1]]
        return DenseMatch(
            votes=self._votes(entries, kinds[::2] + kinds[1::2]),
            wordings=nearest[:, ::2],
            answers=nearest[:, 1::2],
            outside_votes=self._votes(outside, layout.examples.sizes).max(axis=1, initial=0.0),
            outside_wordings=outside.max(axis=1, initial=0.0).astype(float),
            classes=classes[:, :-1],
            outside_classes=classes[:, -1],
        )

    def _votes(self, found: npt.NDArray[np.float32], sizes: npt.NDArray[np.int64]) -> Table:
        votes = np.full((len(found), len(sizes)), -1.0)
        (some,) = np.nonzero(sizes)
        if len(some):
            sizes = sizes[some]
            counts = voters(sizes)
            # One sort for all groups: farther apart than cosines are, each stays where it is.
            apart = 4.0 * np.repeat(np.arange(len(sizes)), sizes)
            nearest = apart - np.sort(apart - found, axis=1)
            best = nearest[:, ranges(np.cumsum(sizes) - sizes, counts)]
            votes[:, some] = np.add.reduceat(best, np.cumsum(counts) - counts, axis=1) / counts
        return votes


def _unit(vectors: Vectors) -> Vectors:
    """Scale vectors to norm 1; one of no length stays."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Layout:
    """In which order passages are compared: those of entries, examples, then sentences."""

    rows: Places
    """Rows of the index in that order; what is never found, as labelled questions, is left out."""
    owners: Places
    """Place of the entry that each row of the index is of; -1 for what is of none."""
    kinds: npt.NDArray[np.int64]
    """(entries, 2) how many wordings, and pieces of the answer, of each."""
    ranking: Runs
    """Both, of each entry."""
    examples: Runs
    """Of each subject."""
    sentences: Runs
    """Of each entry, counted by themselves."""

    @property
    def wordings(self) -> tuple[Places, npt.NDArray[np.int64]]:
        """(entries,) where the wordings of each begin, and (entries,) how many there are."""
        sizes = self.kinds[:, 0]
        return np.cumsum(self.kinds)[::2] - sizes, sizes

    @classmethod
    def of(cls, index: PassageIndex, entries: Sequence[str], subjects: Sequence[str]) -> Self:
        rows = defaultdict[tuple[str, str], list[int]](list)
        owners, places = [], {entry: place for place, entry in enumerate(entries)}
        for row, identifier in enumerate(index.vectors.ids):
            passage = index.passages[identifier]
            rows[passage.entry_id, _PARTS.get(passage.kind, passage.kind)].append(row)
            owners.append(places.get(passage.entry_id, -1))
        ranking = [rows[entry, part] for entry in entries for part in ("wording", "answer")]
        examples = [rows[subject, "example"] for subject in subjects]
        sentences = [rows[entry, "sentence"] for entry in entries]
        order = [row for group in (*ranking, *examples, *sentences) for row in group]
        kinds = np.array([*map(len, ranking)], np.int64).reshape(-1, 2)
        first = Runs(kinds.sum(axis=1))
        second = Runs([*map(len, examples)], first.every.stop)
        third = Runs([*map(len, sentences)])
        return cls(
            np.array(order, np.int64), np.array(owners, np.int64), kinds, first, second, third
        )
