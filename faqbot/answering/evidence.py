"""What a corpus says of its own questions: evidence for calibration without any labelled question.

A wording that is held out of the index is a question whose entry is known; the wordings of an
entry that is left out are questions that the FAQ does not answer, and so are the examples of
subjects out of scope, held out one by one or subject by subject. Each kind is asked of a retriever
made of the rest, with vectors that exist already: nothing is embedded.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from faqbot.answering.features import FEATURES, Values, features
from faqbot.corpus.entry import Corpus, Entry
from faqbot.embedding.embedded import Embedded
from faqbot.embedding.encoder import Embedder
from faqbot.index.passages import Passage
from faqbot.index.store import PassageIndex
from faqbot.progress import Progress
from faqbot.retrieval.language import language_of
from faqbot.retrieval.lexicon import Vocabulary
from faqbot.retrieval.ranking import Comparison
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.tables import joined

Kind: TypeAlias = Literal["wording", "left-out entry", "example", "left-out subject", "labelled"]
"""Where a question of the evidence comes from; `KINDS` numbers them."""
KINDS: tuple[Kind, ...] = get_args(Kind)

FOLDS = 5
MOST: Mapping[Kind, int] = {
    "wording": 3000,
    "left-out entry": 1500,
    "example": 1500,
    "left-out subject": 1500,
}
"""Questions of each kind that are asked at most: a sample is as good, and bounds the time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row a question: what speaks for its first candidate, and whether that is right."""

    values: Values
    right: npt.NDArray[np.bool_]
    """(n,) whether the first candidate answers the question."""
    answerable: npt.NDArray[np.bool_]
    """(n,) whether any entry does."""
    kinds: npt.NDArray[np.int64]
    """(n,) places in `KINDS`."""
    groups: npt.NDArray[np.int64]
    """(n,) folds by entry or subject: questions of one never judge each other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the evidence."""

    passage: str
    """Id of the passage that it is; of what stands in no index, any name."""
    kind: Kind
    entries: Collection[str]
    """Ids of the entries that answer it; empty when none does."""
    owner: str | None = None
    """Id of the entry or subject it was written for, if known: those of one are judged together."""


NO_EVIDENCE = Evidence(
    np.zeros((0, len(FEATURES))),
    np.zeros(0, bool),
    np.zeros(0, bool),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
)


def own_evidence(
    corpus: Corpus, index: PassageIndex, embedder: Embedder, *, progress: Progress
) -> Evidence:
    """Ask a corpus its own wordings, each of an index that does not hold it.

    Returns:
        The same for the same corpus and model, whatever was built before.
    """
    vocabulary = Vocabulary(language_of(corpus.language))
    asking = _Asking(corpus, index, index.embedded, embedder, vocabulary)
    parts, folds = [], asking.folds()
    for fold in range(FOLDS):
        parts += [asking.texts({key for key, place in folds.items() if place == fold})]
        parts += [asking.owners(fold)]
        progress("Calibrating", fold + 1, FOLDS)
    return joined([*parts, asking.labelled()])


def judged(values: Values, firsts: Sequence[str], asked: Sequence[Asked]) -> Evidence:
    """Judge the first candidates of questions.

    Args:
        values: (n, features) of the first candidates.
        firsts: Their ids.
        asked: The questions.
    """
    pairs = list(zip(firsts, asked, strict=True))
    return Evidence(
        values=values,
        right=np.array([first in it.entries for first, it in pairs], dtype=bool),
        answerable=np.array([bool(it.entries) for it in asked], dtype=bool),
        kinds=np.array([KINDS.index(it.kind) for it in asked], dtype=np.int64),
        # Of an unanswerable one nobody knows what it is about: what it would be taken for counts.
        groups=np.array(
            [fold_of(it.owner or min(it.entries, default=first)) for first, it in pairs],
            dtype=np.int64,
        ),
    )


def compared(comparison: Comparison, corpus: Corpus, asked: Sequence[Asked]) -> Evidence:
    """Judge what a comparison with a corpus finds first for each question."""
    rows, first = np.arange(len(asked)), comparison.fused.argmax(axis=1)
    values = features(comparison, rows, first)
    return judged(values, [corpus.entries[it].id for it in comparison.places[rows, first]], asked)


@dataclass(frozen=True, slots=True)
class _Asking:
    corpus: Corpus
    index: PassageIndex
    embedded: Embedded
    embedder: Embedder
    vocabulary: Vocabulary

    def texts(self, held_out: Set[str]) -> Evidence:
        """Hold out some wordings and examples, by the ids of their passages, and ask them."""
        return self._ask(held_out, self.corpus, "wording", "example")

    def owners(self, fold: int) -> Evidence:
        """Leave out a fifth of all entries and subjects, and ask what they would answer."""
        corpus = replace(
            self.corpus,
            entries=tuple(it for it in self.corpus.entries if fold_of(it.id) != fold),
            out_of_scope=tuple(it for it in self.corpus.out_of_scope if fold_of(it.id) != fold),
        )
        held_out = {it.id for it in self._asked() if fold_of(it.entry_id) == fold}
        return self._ask(held_out, corpus, "left-out entry", "left-out subject")

    def labelled(self) -> Evidence:
        """Ask the labelled questions, of everything."""
        questions = self.corpus.labelled
        ids = [f"labelled/{number}" for number in range(len(questions))]
        asked = [Asked(key, "labelled", it.entries) for key, it in zip(ids, questions, strict=True)]
        return self._compare(self.corpus, self.index, asked)

    def folds(self) -> dict[str, int]:
        """Spread the wordings of each entry and the examples of each subject over the folds.

        As few of one are held out at a time as can be: most of its wordings stand by, as they do
        when it is served. The only one is never held out.
        """
        owned = defaultdict[str, list[Passage]](list)
        for passage in self._asked():
            owned[passage.entry_id].append(passage)
        return {
            passage.id: (place + fold_of(owner)) % FOLDS
            for owner, passages in owned.items()
            for place, passage in enumerate(sorted(passages, key=lambda it: _hash(it.text)))
            if len(passages) > 1
        }

    def _asked(self) -> Iterator[Passage]:
        return (it for it in self.index.passages.values() if it.asked and it.kind != "labelled")

    def _ask(
        self, held_out: Set[str], corpus: Corpus, of_entry: Kind, of_subject: Kind
    ) -> Evidence:
        passages = [self.index.passages[identifier] for identifier in sorted(held_out)]
        known = {entry.id for entry in corpus.entries}
        asked = [
            Asked(it.id, kind, {it.entry_id} & known, it.entry_id)
            for kind, written in ((of_entry, "variant"), (of_subject, "example"))
            for it in _sample([it for it in passages if it.kind == written], kind)
        ]
        owners = known | {subject.id for subject in corpus.out_of_scope}
        kept = [
            key
            for key, it in self.index.passages.items()
            if key not in held_out and it.entry_id in owners
        ]
        index = self.index.only(kept)
        return self._compare(_without(corpus, {it.text for it in passages}), index, asked)

    def _compare(self, corpus: Corpus, index: PassageIndex, asked: Sequence[Asked]) -> Evidence:
        if not corpus.entries or not asked:
            return NO_EVIDENCE
        retriever = Retriever(corpus, index, self.embedder, vocabulary=self.vocabulary)
        texts = [self.index.passages[it.passage].text for it in asked]
        embedded = self.embedded.taken(self.index.vectors.rows([it.passage for it in asked]))
        parts = retriever.compare_apart(texts, embedded)
        return joined([compared(found, corpus, asked[part]) for part, found in parts])


def _sample(passages: Sequence[Passage], kind: Kind) -> list[Passage]:
    return sorted(passages, key=lambda it: _hash(it.text))[: MOST[kind] // FOLDS]


def _without(corpus: Corpus, texts: Set[str]) -> Corpus:
    """Take wordings and examples out of a corpus."""

    def kept(wordings: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for text in wordings if text not in texts)

    # The retriever reads wordings only: which of them is the question shown does not matter.
    def reworded(entry: Entry) -> Entry:
        one, *more = kept(entry.wordings) or ("",)
        return replace(entry, question=one, variants=tuple(more))

    return replace(
        corpus,
        entries=tuple(map(reworded, corpus.entries)),
        out_of_scope=tuple(replace(it, examples=kept(it.examples)) for it in corpus.out_of_scope),
    )


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8])


def fold_of(text: str) -> int:
    """Say in which of `FOLDS` folds a text, or what has an id, is held out."""
    return _hash(text) % FOLDS
