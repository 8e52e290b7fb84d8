"""What a corpus says of its own questions: evidence for calibration without any labelled question.

A wording that is held out of the index is a question whose entry is known; the wordings of an
entry that is left out are questions that the FAQ does not answer, and so are the examples of
subjects out of scope, held out one by one or subject by subject. Each kind is asked of a retriever
made of the rest, with vectors that exist already: nothing is embedded.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from faqbot.answering.features import FEATURES, Values, features
from faqbot.corpus.entry import Corpus, Entry
from faqbot.embedding.encoder import Embedder
from faqbot.index.passages import Passage
from faqbot.index.store import PassageIndex
from faqbot.progress import Progress
from faqbot.retrieval.language import language_of
from faqbot.retrieval.lexicon import Vocabulary
from faqbot.retrieval.retriever import Retriever

Kind: TypeAlias = Literal["wording", "left-out entry", "example", "left-out subject", "labelled"]
"""Where a question of the evidence comes from; `KINDS` numbers them."""
KINDS: tuple[Kind, ...] = get_args(Kind)

FOLDS = 5
MOST: Mapping[Kind, int] = {
    "wording": 6000,
    "left-out entry": 2000,
    "example": 2000,
    "left-out subject": 2000,
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

    def __add__(self, other: Evidence) -> Evidence:
        """Join two bodies of evidence."""
        pairs = ((getattr(self, it.name), getattr(other, it.name)) for it in fields(self))
        return Evidence(*map(np.concatenate, pairs))

    def where(self, chosen: npt.NDArray[np.bool_]) -> Evidence:
        """Keep some rows."""
        return Evidence(*(getattr(self, it.name)[chosen] for it in fields(self)))


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
    asking = _Asking(corpus, index, embedder, Vocabulary(language_of(corpus.language)))
    found = NO_EVIDENCE
    for fold in range(FOLDS):
        found += asking.texts(fold) + asking.owners(fold)
        progress("Calibrating", fold + 1, FOLDS)
    return found + asking.labelled()


@dataclass(frozen=True, slots=True)
class _Asking:
    corpus: Corpus
    index: PassageIndex
    embedder: Embedder
    vocabulary: Vocabulary

    def texts(self, fold: int) -> Evidence:
        """Hold out a fifth of all wordings and examples, and ask them."""
        held_out = {key for key, place in self._folds().items() if place == fold}
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
        if not questions:
            return NO_EVIDENCE
        retriever = Retriever(self.corpus, self.index, self.embedder, vocabulary=self.vocabulary)
        ids = [f"labelled/{number}" for number in range(len(questions))]
        vectors = self.index.vectors.only(ids).matrix()
        comparison = retriever.compare([it.text for it in questions], vectors)
        first = comparison.fused.argmax(axis=1)
        found = [self.corpus.entries[column].id for column in first]
        pairs = list(zip(questions, found, strict=True))
        return Evidence(
            values=features(comparison, np.arange(len(questions)), first),
            right=np.array([entry_id in it.entries for it, entry_id in pairs]),
            answerable=np.array([bool(it.entries) for it in questions]),
            kinds=np.full(len(questions), KINDS.index("labelled")),
            # An unanswerable one is judged with the entry that it would be taken for.
            groups=np.array([fold_of(min(it.entries, default=entry_id)) for it, entry_id in pairs]),
        )

    def _asked(self) -> Iterator[Passage]:
        return (it for it in self.index.passages.values() if it.asked and it.kind != "labelled")

    def _folds(self) -> dict[str, int]:
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

    def _ask(
        self, held_out: Set[str], corpus: Corpus, of_entry: Kind, of_subject: Kind
    ) -> Evidence:
        passages = [self.index.passages[identifier] for identifier in sorted(held_out)]
        entries = {entry.id for entry in self.corpus.entries}
        chosen = _sample(passages, of_entry, lambda it: it.entry_id in entries) + _sample(
            passages, of_subject, lambda it: it.entry_id not in entries
        )
        if not corpus.entries or not chosen:
            return NO_EVIDENCE
        texts = {passage.text for passage in passages}
        owners = {entry.id for entry in corpus.entries} | {it.id for it in corpus.out_of_scope}
        kept = [
            key
            for key, it in self.index.passages.items()
            if key not in held_out and it.entry_id in owners
        ]
        retriever = Retriever(
            _without(corpus, texts),
            replace(self.index, vectors=self.index.vectors.only(kept)),
            self.embedder,
            vocabulary=self.vocabulary,
        )
        vectors = self.index.vectors.only([it.id for it in chosen]).matrix()
        comparison = retriever.compare([it.text for it in chosen], vectors)
        first = comparison.fused.argmax(axis=1)
        known = [entry.id for entry in corpus.entries]
        right = [known[column] == it.entry_id for column, it in zip(first, chosen, strict=True)]
        return Evidence(
            values=features(comparison, np.arange(len(chosen)), first),
            right=np.array(right),
            answerable=np.array([it.entry_id in known for it in chosen]),
            kinds=np.array(
                [KINDS.index(of_entry if it.entry_id in entries else of_subject) for it in chosen]
            ),
            groups=np.array([fold_of(it.entry_id) for it in chosen]),
        )


def _sample(
    passages: Sequence[Passage], kind: Kind, wanted: Callable[[Passage], bool]
) -> list[Passage]:
    of_kind = sorted(filter(wanted, passages), key=lambda it: _hash(it.text))
    return of_kind[: MOST[kind] // FOLDS]


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
