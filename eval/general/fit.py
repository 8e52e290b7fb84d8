"""Fit the general model of confidence, ``faqbot/answering/general.json``, across many FAQs.

    python eval/general/fit.py corpus FOLDER/hint3_curekart FOLDER/clinc150

Each argument is a corpus folder or a folder with a ``corpus.jsonl``. Only their wordings are used,
no question of any evaluation split: of each FAQ smaller ones are made, with one, two, five or
twelve wordings an entry, and asked other wordings of their entries, and wordings of other FAQs.
Beside them stand the data sets under ``eval/general/faqs`` that have a ``dev`` split: FAQs without
wordings, as one just imported, and questions put to them. Each of these is asked as it is, and with
one question of an entry as a wording more. Every FAQ is also asked what a third of its entries
answers without them.

Each FAQ is judged by a model fitted on the others, which gives the thresholds.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize

from faqbot.answering.calibration import Goals
from faqbot.answering.evidence import KINDS, Asked, Evidence, Kind, compared, fold_of
from faqbot.answering.features import FEATURES
from faqbot.answering.general import USUAL, General
from faqbot.answering.logistic import LIMIT, STRAIGHT, Feature, Model, most_likely
from faqbot.assistant import load_embedder
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.encoder import Embedder
from faqbot.evaluation.confidence import auroc
from faqbot.evaluation.dataset import read_about, read_dataset
from faqbot.evaluation.own_corpus import read_corpus_file
from faqbot.index.store import PassageIndex, build_index
from faqbot.progress import silent
from faqbot.retrieval.bm25 import Places, Scores
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.tables import expit, joined
from faqbot.settings import Settings

_Row = TypeVar("_Row")

FAQS = Path("eval/general/faqs")
OUT = Path("faqbot/answering/general.json")
WORDINGS = (1, 2, 5, 12)
ASKED = 600
"""Questions of each kind, of each small FAQ."""
ENTRIES = 60
"""Most entries of a small FAQ."""
OUTSIDE, FOREIGN = 0.3, 0.7
"""Share of the evidence that the FAQ does not answer when weights are fitted, and share of that
which is of no left-out entry."""
ALIKE = 30_000.0
"""Penalty of the square of each weight, so that features which say much the same share what they
count for. Of FAQs that are not seen these are others than of those that are."""
GOALS = Goals(risk=0.005)
"""What the thresholds keep on FAQs with one wording an entry that the model has not seen, by what
was seen. A quarter of the risk that is promised elsewhere: the next FAQ is asked otherwise, and
what is not asserted can still be shown as likely."""
_SIGNS: Mapping[str, tuple[float | None, float | None]] = {
    "length": (None, None),
    "unknown": (None, 0),
}
"""Bounds of the weights of features that do not speak for a candidate the more there is of them."""


@dataclass(frozen=True, slots=True)
class _Small:
    """A small FAQ with so many entries, and what it was asked."""

    entries: int
    evidence: Evidence


def main() -> None:
    """Fit, print how it does on FAQs it has not seen, and write the file."""
    if len(sys.argv) < 3:
        sys.exit(f"two FAQs or more are needed\n\n{__doc__}")
    embedder = load_embedder(Settings.from_env(), progress=silent)
    corpora = {Path(name).name: _read(Path(name)) for name in sys.argv[1:]}
    faqs = {
        name: list(_made(corpus, _foreign(name, corpora), embedder))
        for name, corpus in corpora.items()
    }
    for folder in sorted(FAQS.iterdir()):
        if (folder / "qrels" / "dev.tsv").is_file():
            faqs[folder.name] = list(_asked(folder, embedder))
    ranks, firsts = [], []
    for name, small in faqs.items():
        others = _fit([it for other, some in faqs.items() if other != name for it in some])
        sure = [expit(others.of(it.entries).logits(it.evidence.values)) for it in small]
        pairs = zip(sure, small, strict=True)
        ranks += [auroc(chances, it.evidence.right.astype(float)) for chances, it in pairs]
        print(name, *(f"{rank:.3f}" for rank in ranks[-len(small) :]))
        firsts.append((small[0], sure[0]))
    about = (
        f"Fitted by eval/general/fit.py on {len(faqs)} FAQs with one to twelve wordings an entry: "
        f"{', '.join(faqs)}. AUROC of « the first entry is right », each judged by a model fitted "
        f"on the others: {np.mean(ranks):.3f} on average, {min(ranks):.3f} at least"
    )
    thresholds = _thresholds(*zip(*firsts, strict=True))
    found = _fit([it for small in faqs.values() for it in small])
    found = found.model_copy(update={"about": about, **thresholds})
    OUT.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(found.model_dump_json(exclude={"model"}))


def _read(place: Path) -> Corpus:
    own = place / "corpus.jsonl"
    return read_corpus_file(own, read_about(place).language) if own.exists() else read_corpus(place)


def _foreign(name: str, corpora: Mapping[str, Corpus]) -> list[str]:
    others = (it for other, corpus in corpora.items() if other != name for it in corpus.entries)
    return [text for entry in others for text in entry.wordings[:5]]


def _made(corpus: Corpus, foreign: Sequence[str], embedder: Embedder) -> Iterator[_Small]:
    """Make small FAQs of the wordings of one corpus, and ask them."""
    entries = sorted(corpus.entries, key=lambda it: fold_of(it.id) * 10**6 + len(it.question))
    faq = replace(corpus, entries=tuple(entries[:ENTRIES]))
    index = _indexed(faq, embedder)
    for count in WORDINGS:
        others = [(text, {it.id}) for it in faq.entries for text in it.variants[count - 1 :]]
        strange = [(text, frozenset[str]()) for text in _some(foreign)]
        yield _ask(faq, index, count, [*_some(others), *strange], embedder)


def _asked(folder: Path, embedder: Embedder) -> Iterator[_Small]:
    """Ask an FAQ what its data set holds: as it is, then with a wording more for some entries."""
    faq = _read(folder)
    dataset = read_dataset(folder, "dev", {it.id for it in faq.entries})
    questions = [(it.text, dataset.qrels[it.id].keys()) for it in dataset.queries]
    by_entry = defaultdict[str, list[str]](list)
    for text, entries in questions:
        if len(entries) == 1:
            by_entry[min(entries)].append(text)
    # The other one is what the entry is asked then.
    more = {entry: (first,) for entry, (first, *rest) in by_entry.items() if rest}
    worded = [replace(it, variants=more.get(it.id, ())) for it in faq.entries]
    faq = replace(faq, entries=tuple(worded))
    index, known = _indexed(faq, embedder), {text for texts in more.values() for text in texts}
    yield _ask(faq, index, 1, questions, embedder)
    yield _ask(faq, index, 2, [it for it in questions if it[0] not in known], embedder)


def _indexed(corpus: Corpus, embedder: Embedder) -> PassageIndex:
    with tempfile.TemporaryDirectory() as folder:
        return build_index(Path(folder), corpus, embedder, progress=silent).index


def _ask(
    faq: Corpus,
    index: PassageIndex,
    wordings: int,
    questions: Sequence[tuple[str, Set[str]]],
    embedder: Embedder,
) -> _Small:
    """Ask an FAQ with so many wordings an entry: all of it, then without a third of its entries."""
    embedded = embedder.embed([text for text, _ in questions], asked=True)
    kept = [replace(it, variants=it.variants[: wordings - 1]) for it in faq.entries]

    def asked_of(entries: Sequence[Entry], rows: Sequence[int], other: Kind) -> Evidence:
        here, texts = {it.id for it in entries}, {text for it in entries for text in it.wordings}
        keys = [
            key
            for key, it in index.passages.items()
            if it.entry_id in here and (it.kind != "variant" or it.text in texts)
        ]
        corpus = replace(faq, entries=tuple(entries), out_of_scope=(), labelled=())
        retriever = Retriever(corpus, index.only(keys), embedder)
        put = [questions[row] for row in rows]
        found = retriever.compare([text for text, _ in put], embedded.taken(np.array(rows)))
        kinds = [Asked("", "wording" if it & here else other, it & here) for _, it in put]
        return compared(found, corpus, kinds)

    parts = [asked_of(kept, range(len(questions)), "example")]
    for fold in range(3):
        rest = [it for it in kept if fold_of(it.id) % 3 != fold]
        left = {it.id for it in rest}
        rows = [row for row, (_, it) in enumerate(questions) if it and not it & left]
        if rest and rows:
            parts.append(asked_of(rest, rows, "left-out entry"))
    return _Small(len(kept), joined(parts))


def _some(rows: Sequence[_Row]) -> list[_Row]:
    chosen = np.random.default_rng(0).permutation(len(rows))[:ASKED]
    return [rows[place] for place in chosen]


def _fit(faqs: Sequence[_Small]) -> General:
    """Fit the weights, each of the sign that its feature has by what it means, without thresholds.

    What looks odd in some FAQs, as a question that is unlikely because it is very near, would harm
    others: with free signs AUROC on FAQs it has not seen is a point lower. Weights are held small
    and alike, which makes probabilities timid: these are recalibrated in the end, for the share
    outside that is assumed and by how many entries there are.
    """
    seen, counts = joined([it.evidence for it in faqs]), _counts_of(faqs, OUTSIDE)
    means, scales = seen.values.mean(axis=0), seen.values.std(axis=0)
    z = np.clip((seen.values - means) / scales, -LIMIT, LIMIT)
    basis = np.hstack([z, np.ones((len(z), 1))])

    def loss(weights: Scores) -> tuple[float, Scores]:
        logits = basis @ weights
        likelihood = counts @ (seen.right * logits - np.logaddexp(0, logits))
        slope = basis.T @ (counts * (expit(logits) - seen.right)) + small * weights
        return float(small @ weights**2 / 2 - likelihood), slope

    bounds = [_SIGNS.get(name, (0, None)) for name in FEATURES] + [(None, None)]
    start, small = np.zeros(len(bounds)), np.array([ALIKE] * len(FEATURES) + [0.0])
    *weights, intercept = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    found = zip(FEATURES, means, scales, weights, strict=True)
    features = {name: Feature(mean=m, scale=s, weight=round(w, 6)) for name, m, s, w in found}
    model = Model(intercept=intercept, features=features)
    sizes = [np.full(len(it.evidence.right), np.log(it.entries / USUAL)) for it in faqs]
    basis = np.stack([model.logits(seen.values), np.concatenate(sizes), np.ones(len(z))], axis=1)
    start, small = np.array([1.0, 0.0, 0.0]), np.full(3, STRAIGHT)
    slope, by_size, shift = most_likely(basis, seen.right, _counts_of(faqs), start, small)
    never = {"answer_at": 1, "tentative_at": 1, "clarify_at": 1}
    return General(about="", model=model.scaled(slope, shift), by_size=round(by_size, 3), **never)


def _counts_of(faqs: Sequence[_Small], outside: float = GOALS.outside) -> Scores:
    """Say for how many questions each row counts; every FAQ counts for the same."""
    return np.concatenate([_counts(it.evidence, outside) * 3000 for it in faqs])


def _counts(evidence: Evidence, outside: float) -> Scores:
    foreign = evidence.kinds == KINDS.index("example")
    left_out = ~evidence.answerable & ~foreign
    parts = (
        (evidence.answerable, 1 - outside),
        (foreign, outside * FOREIGN),
        (left_out, outside * (1 - FOREIGN)),
    )
    return np.asarray(sum(rows * share / rows.sum() for rows, share in parts))


def _thresholds(faqs: Sequence[_Small], chances: Sequence[Scores]) -> dict[str, float]:
    """Find from where on answers are wrong as seldom as they may be, and others are offered."""
    judged, sure = joined([it.evidence for it in faqs]), np.concatenate(chances)
    counts = _counts_of(faqs)
    order = np.argsort(-sure, kind="stable")

    def lowest(rows: Places, risk: float) -> float:
        wrong = np.cumsum((counts * ~judged.right)[rows]) / np.cumsum(counts[rows])
        return float(sure[rows][np.flatnonzero(wrong <= risk)[-1]])

    foreign = order[judged.kinds[order] == KINDS.index("example")]
    offered = np.cumsum(counts[foreign]) <= GOALS.offered * counts[foreign].sum()
    answer_at = lowest(order, GOALS.risk)
    found = {
        "answer_at": answer_at,
        "tentative_at": lowest(order[sure[order] < answer_at], GOALS.tentative_risk),
        "clarify_at": float(sure[foreign][np.flatnonzero(offered)[-1]]),
    }
    return {name: round(value, 2) for name, value in found.items()}


if __name__ == "__main__":
    main()
