"""How ranking, search and memory grow with the FAQ; one size a process.

    OPENBLAS_NUM_THREADS=1 python eval/benchmarks/growth.py ENTRIES     # 0: this FAQ as it is

Entries are made of those of this FAQ, ten passages each. Vectors: a centre between two real
wordings, and around it what real passages of the same kind differ by from their entry's wordings:
clusters in a narrow cone, as in a real FAQ, and not noise in all directions. Tokens: those of the
passages drawn for that. Texts: real wordings and sentences, a third of whose words are replaced by
the entry's own, drawn by Zipf's law from a vocabulary that grows with the root of the text.
Questions are wordings that the index does not hold. Prints lines of JSON as figures come in: what
is asked for may take too long.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
import psutil
from measuring import spread

from faqbot.assistant import index_folder
from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.embedded import Embedded
from faqbot.index.passages import Passage, PassageKind
from faqbot.index.store import PassageIndex, load_index, read_manifest
from faqbot.index.vectors import VectorIndex
from faqbot.retrieval.retriever import Retriever
from faqbot.settings import Settings

KINDS: tuple[PassageKind, ...] = ("question", *["variant"] * 4, "answer", *["sentence"] * 4)
"""The passages of an entry."""
ASKED = 200
NEAREST = 10
_CHUNK = 10_000
_SECONDS = 10.0
"""Time of each measurement at most."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An FAQ and questions; as an embedder it knows these already, and takes no time."""

    corpus: Corpus
    index: PassageIndex
    questions: Sequence[str]
    embedded: Embedded
    """The questions."""

    def embed(self, texts: Sequence[str], *, asked: bool) -> Embedded:
        """Look questions up."""
        del asked  # they are
        return self.embedded.taken(np.array([self.questions.index(text) for text in texts]))


def served() -> Sample:
    """Open this FAQ's own index, and ask it its labelled questions, which ranking never finds."""
    settings = Settings.from_env()
    folder = index_folder(settings)
    made = read_manifest(folder)
    index = load_index(folder, searched_digest=made.searched_digest, model_digest=made.model_digest)
    labelled = [it for it in index.passages.values() if it.kind == "labelled"][:ASKED]
    asked = index.only([it.id for it in labelled]).embedded
    kept = index.only([key for key, it in index.passages.items() if it.kind != "labelled"])
    return Sample(read_corpus(settings.corpus_dir), kept, [it.text for it in labelled], asked)


def synthetic(real: Sample, entries: int) -> Sample:
    """Make an FAQ of so many entries out of this one."""
    chance = random.Random(0)
    texts = defaultdict[str, list[str]](list)
    for passage in real.index.passages.values():
        texts["sentence" if passage.kind == "sentence" else "wording"].append(passage.text)
    words = sorted({word for text in texts["wording"] for word in text.split()})
    for _ in range(int(40 * sqrt(entries * len(KINDS) * 12)) - len(words)):
        first, second = chance.choices(words, k=2)
        words.append(first[:4] + second[-5:])

    def write(kind: str, subject: Sequence[str]) -> str:
        text = chance.choice(texts["sentence" if kind == "sentence" else "wording"])
        own = (chance.choice(subject) if chance.random() < 1 / 3 else it for it in text.split())
        return " ".join(own)

    made, passages, questions = [], {}, []
    for number in range(entries):
        subject = [words[int(len(words) ** chance.random())] for _ in range(4)]
        parts = [write(kind, subject) for kind in KINDS]
        parts[KINDS.index("answer")] = answer = " ".join(parts[-4:])
        model, name = real.corpus.entries[0], f"E{number}"
        variants = tuple(parts[1:5])
        made.append(replace(model, id=name, question=parts[0], variants=variants, answer=answer))
        for place, (kind, text) in enumerate(zip(KINDS, parts, strict=True)):
            key = f"{name}/{kind}/{place}"
            passages[key] = Passage(key, name, kind, text)
        questions.append(write("variant", subject))
    corpus = replace(real.corpus, entries=tuple(made), out_of_scope=(), labelled=())
    found, asked = _embedded(real, entries)
    vectors = VectorIndex([*passages], found.vectors)
    tokens, sizes = found.tokens, found.sizes
    index = replace(real.index, passages=passages, vectors=vectors, tokens=tokens, sizes=sizes)
    some = np.arange(0, entries, max(1, entries // ASKED))
    return Sample(corpus, index, [questions[number] for number in some], asked.taken(some))


def _embedded(real: Sample, entries: int) -> tuple[Embedded, Embedded]:
    """Embed, so to say, the passages of all entries, and one more for each to ask with."""
    chance, matrix = np.random.default_rng(0), real.index.vectors.matrix()
    rows, wordings = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for row, key in enumerate(real.index.vectors.ids):
        passage = real.index.passages[key]
        if passage.entry_id in real.corpus.by_id:
            rows[passage.kind].append(row)
            if passage.kind in {"question", "variant"}:
                wordings[passage.entry_id].append(row)
    means = {entry: matrix[mine].mean(axis=0) for entry, mine in wordings.items()}
    owners = [real.index.passages[key].entry_id for key in real.index.vectors.ids]
    apart = matrix - np.array([means.get(owner, matrix[0]) for owner in owners])
    asked, kinds = [row for mine in wordings.values() for row in mine], (*KINDS, "variant")
    drawn = np.stack([chance.choice(rows[kind], entries) for kind in kinds], axis=1)
    made = np.empty((*drawn.shape, matrix.shape[1]), dtype=np.float32)
    for start in range(0, entries, _CHUNK):
        part = made[start : start + _CHUNK]
        one, other = (matrix[chance.choice(asked, len(part))] for _ in range(2))
        share = chance.uniform(0.6, 1, (len(part), 1)).astype(np.float32)
        centres = share * one + (1 - share) * other
        part[:] = centres[:, None] + apart[drawn[start : start + _CHUNK]]
        part /= np.linalg.norm(part, axis=2, keepdims=True)
    tokens = replace(real.index.embedded, vectors=matrix[:, :0])
    found, asked = (tokens.taken(part.ravel()) for part in (drawn[:, :-1], drawn[:, -1]))
    return (
        replace(found, vectors=made[:, :-1].reshape(-1, matrix.shape[1])),
        replace(asked, vectors=made[:, -1].copy()),
    )


def figures(sample: Sample) -> Iterator[dict[str, Any]]:
    """Search, then rank, and tell of each as soon as it is known."""
    yield {"entries": len(sample.corpus.entries), "passages": len(sample.index.vectors)}
    yield search_in_memory(sample, "search_{}_ms")
    started = time.perf_counter()
    retriever = Retriever(sample.corpus, sample.index, sample)  # type: ignore[arg-type]
    yield {"open_s": time.perf_counter() - started}
    took, _ = timed(retriever.rank, sample.questions)
    gc.collect()
    resident = psutil.Process().memory_info().rss / 1e6
    yield {**spread(took, "rank_{}_ms"), "resident_mb": resident}


def search_in_memory(sample: Sample, name: str = "{}_ms") -> dict[str, float]:
    """Search the index for the nearest passages of each question."""
    took, found = timed(
        lambda row: sample.index.vectors.search(sample.embedded.vectors[[row]], NEAREST)[0],
        range(len(sample.questions)),
    )
    return spread(took, name) | recall(sample, [[it.score for it in those] for those in found])


def timed(call: Callable[[Any], Any], items: Sequence[Any]) -> tuple[list[float], list[Any]]:
    """Call with each item as far as the time goes: milliseconds, the first left out; results."""
    took, found, deadline = [], [], time.perf_counter() + _SECONDS
    for item in items:
        started = time.perf_counter()
        found.append(call(item))
        took.append((time.perf_counter() - started) * 1000)
        if time.perf_counter() > deadline:
            break
    return took[1:] or took, found


def recall(sample: Sample, found: Sequence[Sequence[float]]) -> dict[str, float]:
    """Compare the cosines found with those to all passages: of equals, any will do."""
    every = sample.embedded.vectors[: len(found)] @ sample.index.vectors.matrix().T
    best = np.partition(every, -NEAREST, axis=1)[:, -NEAREST]
    hits = [
        min(NEAREST, sum(score >= lowest - 1e-5 for score in scores))
        for scores, lowest in zip(found, best, strict=True)
    ]
    return {"recall_at_10": float(np.mean(hits)) / NEAREST, "nearest": float(every.max(1).mean())}


def main() -> None:
    """Print what one size takes."""
    entries, real = int(sys.argv[1]), served()
    for line in figures(synthetic(real, entries) if entries else real):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
