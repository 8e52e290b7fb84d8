"""Fit the general model of confidence, ``faqbot/answering/general.json``, across several FAQs.

    python eval/general/fit.py corpus FOLDER/hint3_curekart FOLDER/clinc150

Each argument is a corpus folder or a folder with a ``corpus.jsonl``. Only their wordings are used,
no question of any evaluation split: of each FAQ smaller ones are made, with one, two, five or
twelve wordings an entry, and asked what they do not hold: other wordings of their entries, wordings
of entries left out, and questions of the other FAQs. Each FAQ is judged by a model fitted on the
others, which gives the thresholds.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from faqbot.answering.calibration import General
from faqbot.answering.evidence import KINDS, Asked, Evidence, Kind, compared, fold_of
from faqbot.answering.features import FEATURES
from faqbot.answering.logistic import LIMIT, Feature, Model, recalibration
from faqbot.assistant import load_embedder
from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.encoder import Embedder
from faqbot.evaluation.confidence import auroc
from faqbot.evaluation.own_corpus import read_corpus_file
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval.bm25 import Scores
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.tables import expit, joined
from faqbot.settings import Settings

WORDINGS = (1, 2, 5, 12)
ASKED = 600
"""Questions of each kind, of each small FAQ."""
ENTRIES = 60
"""Most entries of a small FAQ."""
OUTSIDE, FOREIGN = 0.3, 0.7
"""Share of the evidence that the FAQ does not answer, and share of that which is of other FAQs."""
ALIKE = 1000.0
"""Penalty of the square of each weight, so that features which say much the same share what they
count for. Of FAQs that are not seen these are others than of those that are."""
_SIGNS: Mapping[str, tuple[float | None, float | None]] = {
    "length": (None, None),
    "unknown": (None, 0),
}
"""Bounds of the weights of features that do not speak for a candidate the more there is of them."""
OUT = Path("faqbot/answering/general.json")


def main() -> None:
    """Fit, print how it does on FAQs it has not seen, and write the file."""
    if len(sys.argv) < 3:
        sys.exit(f"two FAQs or more are needed\n\n{__doc__}")
    embedder = load_embedder(Settings.from_env(), progress=silent)
    corpora = [_read(Path(name)) for name in sys.argv[1:]]
    evidence = [_gather(number, corpora, embedder) for number in range(len(corpora))]
    seen = []
    for number, corpus in enumerate(corpora):
        others = [it for place, it in enumerate(evidence) if place != number]
        judged = evidence[number]
        sure = expit(_fit(others).logits(judged.values))
        seen.append(f"{corpus.title} {auroc(sure, judged.answerable.astype(float)):.3f}")
        for at in (0.5, 0.6, 0.7, 0.8, 0.9, 0.93, 0.95, 0.97):
            taken = sure >= at
            answered = taken[judged.answerable].mean()
            wrong = (taken & ~judged.right) @ _counts(judged) / max(1e-9, taken @ _counts(judged))
            print(f"{corpus.title}: from {at}: answered {answered:.3f}, wrong {wrong:.4f}")
    about = (
        "Fitted by eval/general/fit.py on held-out wordings of several FAQs with one to twelve "
        "wordings an entry. AUROC on each, the model fitted on the others: " + ", ".join(seen)
    )
    found = General(
        about=about, model=_fit(evidence), answer_at=0.96, tentative_at=0.7, clarify_at=0.25
    )
    OUT.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(about)


def _read(place: Path) -> Corpus:
    if (place / "corpus.jsonl").is_file():
        return replace(read_corpus_file(place / "corpus.jsonl"), title=place.name)
    return replace(read_corpus(place), title=place.name)


def _gather(number: int, corpora: Sequence[Corpus], embedder: Embedder) -> Evidence:
    """Make small FAQs of one corpus, and ask them."""
    corpus = corpora[number]
    entries = sorted(corpus.entries, key=lambda it: fold_of(it.id) * 10**6 + len(it.question))
    corpus = replace(corpus, entries=tuple(entries[:ENTRIES]), out_of_scope=(), labelled=())
    foreign = [
        text
        for place, other in enumerate(corpora)
        if place != number
        for entry in other.entries
        for text in entry.wordings[:5]
    ]
    return joined([it for count in WORDINGS for it in _small(corpus, count, foreign, embedder)])


def _small(
    corpus: Corpus, count: int, foreign: Sequence[str], embedder: Embedder
) -> Iterator[Evidence]:
    kept = tuple(replace(it, variants=it.variants[: count - 1]) for it in corpus.entries)
    held_out = [(text, it.id) for it in corpus.entries for text in it.variants[count - 1 :]]
    yield _ask(replace(corpus, entries=kept), _some(held_out), "wording", embedder)
    for fold in range(3):
        rest = tuple(it for it in kept if fold_of(it.id) % 3 != fold)
        gone = [(text, "") for it in kept if fold_of(it.id) % 3 == fold for text in it.wordings]
        yield _ask(replace(corpus, entries=rest), _some(gone), "left-out entry", embedder)
    strange = _some([(text, "") for text in foreign])
    yield _ask(replace(corpus, entries=kept), strange, "example", embedder)


def _ask(
    corpus: Corpus, asked: Sequence[tuple[str, str]], kind: Kind, embedder: Embedder
) -> Evidence:
    with tempfile.TemporaryDirectory() as folder:
        index = build_index(Path(folder), corpus, embedder, progress=silent).index
    texts = [text for text, _ in asked]
    embedded = embedder.embed(texts, asked=True)
    comparison = Retriever(corpus, index, embedder).compare(texts, embedded)
    return compared(comparison, corpus, [Asked("", kind, {it} - {""}) for _, it in asked])


def _some(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    chosen = np.random.default_rng(0).permutation(len(pairs))[:ASKED]
    return [pairs[place] for place in chosen]


def _fit(evidence: Sequence[Evidence]) -> Model:
    """Fit the weights, each of the sign that its feature has by what it means.

    What looks odd in some FAQs, as a question that is unlikely because it is very near, would harm
    others: with free signs AUROC on FAQs it has not seen is a point lower. Weights are held small
    and alike, which makes probabilities timid: these are recalibrated in the end.
    """
    values = np.vstack([it.values for it in evidence])
    right = np.concatenate([it.right for it in evidence])
    # Every FAQ counts for the same.
    counts = np.concatenate([_counts(it) / len(it.right) * 3000 for it in evidence])
    means, scales = values.mean(axis=0), values.std(axis=0)
    z = np.clip((values - means) / scales, -LIMIT, LIMIT)
    basis = np.hstack([z, np.ones((len(z), 1))])

    def loss(weights: Scores) -> tuple[float, Scores]:
        logits = basis @ weights
        seen = counts @ (right * logits - np.logaddexp(0, logits))
        slope = basis.T @ (counts * (expit(logits) - right)) + small * weights
        return float(small @ weights**2 / 2 - seen), slope

    bounds = [_SIGNS.get(name, (0, None)) for name in FEATURES] + [(None, None)]
    start, small = np.zeros(len(bounds)), np.array([ALIKE] * len(FEATURES) + [0.0])
    *weights, intercept = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    found = zip(FEATURES, means, scales, weights, strict=True)
    features = {name: Feature(mean=m, scale=s, weight=round(w, 6)) for name, m, s, w in found}
    model = Model(intercept=intercept, features=features)
    return model.scaled(*recalibration(model.logits(values), right, counts))


def _counts(evidence: Evidence) -> np.typing.NDArray[np.float64]:
    foreign = evidence.kinds == KINDS.index("example")
    left_out = ~evidence.answerable & ~foreign
    parts = (
        (evidence.answerable, 1 - OUTSIDE),
        (foreign, OUTSIDE * FOREIGN),
        (left_out, OUTSIDE * (1 - FOREIGN)),
    )
    return np.asarray(sum(rows * share / rows.sum() for rows, share in parts) * len(left_out))


if __name__ == "__main__":
    main()
