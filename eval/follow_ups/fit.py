"""Fit how follow-ups are read, ``faqbot/retrieval/conversation.json``, on dev conversations.

    python eval/follow_ups/fit.py

Three things are fitted, one after the other: how the views of a question are fused, when a question
leans on those before, and how sure an answer in context is. The evidence: the dev conversations,
and every single-turn dev question behind another one, drawn once from all and once from its own
theme, which must not matter. What is printed is cross-validated: no conversation is judged by
models that saw another of the same entry.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter
from sklearn.linear_model import LogisticRegression

from faqbot.answering.calibration import CalibratedRule
from faqbot.answering.context import support
from faqbot.answering.evidence import FOLDS, fold_of
from faqbot.answering.small_talk import strip_courtesies
from faqbot.assistant import Assistant
from faqbot.evaluation.dataset import read_dataset
from faqbot.progress import silent
from faqbot.retrieval.bm25 import Places, Scores
from faqbot.retrieval.conversation import in_context, readings, signs
from faqbot.retrieval.ranking import Comparison
from faqbot.settings import Settings

Flags: TypeAlias = npt.NDArray[np.bool_]

DATASET = Path("eval/datasets/edc-psc")
OUT = Path("faqbot/retrieval/conversation.json")
LEANING = {"follow-up", "follow-up-unanswerable"}
ALONE, BEFORE = (0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0), (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Weights of the views that are tried, beside 1 for both together."""
MADE_UP = 0.15
"""For how many conversations a single-turn question behind another one counts."""
KEPT = 0.99
"""Share of these that must not be read in context."""
RISK, TENTATIVE_RISK = 0.015, 0.07
"""Shares of wrong answers, among those asserted and those shown as likely: less than the 2 % and
10 % that are aimed at, for they are found on few questions."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question behind others."""

    text: str
    history: tuple[str, ...]
    entries: frozenset[str]
    leans: bool
    made_up: bool

    @property
    def fold(self) -> int:
        """Where it is held out, with all others of its entry."""
        return fold_of(min(self.entries, default=self.text))


def main() -> None:
    """Fit, print how it does held out, and write the file."""
    assistant = Assistant.open(Settings.from_env(), progress=silent)
    rule = assistant.rule
    assert isinstance(rule, CalibratedRule)  # noqa: S101
    turns = list(_turns(assistant))
    views = [_views(assistant, turn) for turn in turns]
    ids = [entry.id for entry in assistant.corpus.entries]
    right = [np.isin(ids, sorted(turn.entries)) for turn in turns]
    weights = _fuse(turns, views, right)
    fused = [in_context(it, weights) for it in views]
    first = [int(it.fused.argmax()) for it in fused]

    folds = np.array([turn.fold for turn in turns])
    made_up = np.array([turn.made_up for turn in turns])
    leaning = np.array([turn.leans for turn in turns])
    found = np.array([it[column] for it, column in zip(right, first, strict=True)])
    counts = np.where(made_up, MADE_UP, 1.0)
    seen = [signs(turn.text, *both) for turn, *both in zip(turns, views, fused, strict=True)]
    leans, likely = _fit(seen, leaning, counts, folds)
    leans_from = float(np.quantile(likely[made_up], KEPT))
    read = likely >= leans_from

    logits = rule.calibration.model.compiled()
    spoken = [
        support(logits, *both, np.array([column]))
        for *both, column in zip(fused, views, first, strict=True)
    ]
    # What is read in context by mistake is judged as well.
    judged = leaning | (likely >= leans_from / 2)
    sure, certain = _fit(spoken, found, counts * judged, folds)
    asked = leaning & read
    learned = {
        "about": _about(leaning, made_up, read),
        "views": weights,
        "leans": leans,
        "leans_from": round(leans_from, 3),
        "right": sure,
        "thresholds": _thresholds(certain[asked], found[asked]),
    }
    OUT.write_text(json.dumps(learned, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(learned["about"])
    for name, at in learned["thresholds"].items():
        taken = asked & (certain >= at)
        print(f"{name} {at}: {taken.sum()} of {asked.sum()}, wrong {(taken & ~found).sum()}")


def _about(leaning: Flags, made_up: Flags, read: Flags) -> str:
    kinds = {
        "follow-ups": leaning,
        "questions put behind another one": made_up,
        "questions written to stand alone": ~leaning & ~made_up,
    }
    shares = (f"{read[rows].mean():.3f} of {rows.sum()} {kind}" for kind, rows in kinds.items())
    return f"Fitted by eval/follow_ups/fit.py. Read in context, held out: {', '.join(shares)}."


def _turns(assistant: Assistant) -> Iterator[Turn]:
    dataset = read_dataset(DATASET, "dev", assistant.corpus.answers.keys())
    single: list[tuple[str, frozenset[str]]] = []
    for query in dataset.queries:
        entries = frozenset(dataset.qrels[query.id])
        text, *history = (strip_courtesies(it) for it in (query.text, *query.history))
        if query.history:
            yield Turn(text, tuple(history), entries, query.slice in LEANING, made_up=False)
        else:
            single.append((text, entries))
    themes = {entry.id: entry.theme for entry in assistant.corpus.entries}
    for text, entries in single:
        of_theme = {
            key for key, theme in themes.items() if theme in {themes.get(it) for it in entries}
        }
        for among in (set(themes), of_theme):
            if before := _other(text, single, among - entries):
                yield Turn(text, (before,), entries, leans=False, made_up=True)


def _other(text: str, single: Sequence[tuple[str, frozenset[str]]], among: Set[str]) -> str | None:
    pool = [other for other, entries in single if entries and entries <= among]
    return random.Random(text).choice(pool) if pool else None  # noqa: S311


def _views(assistant: Assistant, turn: Turn) -> Comparison:
    texts = readings(turn.text, turn.history)
    return assistant.retriever.compare(texts, assistant.embedder.embed(texts, asked=True))


def _fuse(
    turns: Sequence[Turn], views: Sequence[Comparison], right: Sequence[Flags]
) -> list[float]:
    """Choose weights of the views by the reciprocal rank of the right entry of follow-ups."""
    asked = [place for place, turn in enumerate(turns) if turn.leans and turn.entries]

    def reciprocal(weights: Sequence[float]) -> float:
        total = 0.0
        for place in asked:
            fused = in_context(views[place], weights).fused[0]
            total += 1 / (1 + (fused > fused[right[place]].max()).sum())
        return total / len(asked)

    table = np.array([[reciprocal((one, other, 1.0)) for other in BEFORE] for one in ALONE])
    # A peak among many numbers is chance: what counts is how good it is round about.
    best = np.unravel_index(uniform_filter(table, 3, mode="constant").argmax(), table.shape)
    print(table.round(4))
    return [ALONE[best[0]], BEFORE[best[1]], 1.0]


def _fit(
    rows: Sequence[Mapping[str, Any]], right: Flags, counts: Scores, folds: Places
) -> tuple[dict[str, float], Scores]:
    """Fit a logistic model, and judge each row by one that saw no other of its fold.

    Returns:
        Its weights by name, and the held-out probabilities.
    """
    values = np.array([np.hstack(list(row.values())) for row in rows])
    mean, scale = values.mean(axis=0), values.std(axis=0)
    z = (values - mean) / scale

    def model(chosen: Flags) -> LogisticRegression:
        chosen = chosen & (counts > 0)
        fitted = LogisticRegression(C=0.3, max_iter=2000)
        return fitted.fit(z[chosen], right[chosen], sample_weight=counts[chosen])

    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        judged = folds == fold
        held_out[judged] = model(~judged).predict_proba(z[judged])[:, 1]
    whole = model(np.ones(len(rows), bool))
    weights = whole.coef_[0] / scale
    named = {"intercept": float(whole.intercept_[0] - weights @ mean)}
    named |= dict(zip(rows[0], map(float, weights), strict=True))
    return {name: round(value, 3) for name, value in named.items()}, held_out


def _thresholds(certain: Scores, right: Flags) -> dict[str, float]:
    order = np.argsort(-certain)
    wrong = np.cumsum(~right[order])

    def lowest(start: int, risk: float) -> int:
        """Find how many of the surest, from a place on, may be wrong so often."""
        answers = np.arange(start, len(order)) + 1 - start
        errors = wrong[start:] - (wrong[start - 1] if start else 0)
        kept = np.flatnonzero(errors <= risk * answers)
        return start + int(kept[-1] if len(kept) else 0)

    answer = lowest(0, RISK)
    tentative = lowest(answer + 1, TENTATIVE_RISK)
    places = {"answer_at": answer, "tentative_at": tentative}
    return {name: round(float(certain[order[it]]), 4) for name, it in places.items()} | {
        "clarify_at": round(float(np.quantile(certain[right], 0.03)), 3)
    }


if __name__ == "__main__":
    main()
