"""What each part of the evidence says of the confidence, side by side, and where they disagree.

Calibration itself happens at every build, in `faqbot.answering.calibration`. Here labelled
questions are asked as evaluation asks them, and calibrations learned from the corpus's own
wordings, from the labelled questions and from both are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from faqbot.answering.calibration import Fitted, Goals, calibrate
from faqbot.answering.evidence import KINDS, Asked, Evidence, judged, own_evidence
from faqbot.answering.features import features
from faqbot.assistant import Assistant
from faqbot.evaluation.confidence import auroc, mean_over
from faqbot.evaluation.dataset import Dataset
from faqbot.progress import Progress
from faqbot.retrieval.tables import joined


@dataclass(frozen=True, slots=True)
class Part:
    """A calibration learned from one part of the evidence."""

    name: str
    evidence: Evidence
    fitted: Fitted

    def summary(self) -> dict[str, float | int | bool]:
        """What was learned, and how it judged questions that it had not seen.

        AUROC is NaN when all questions are answerable or none is, « answered » when none is.
        """
        found, held_out = self.fitted.calibration, self.fitted.held_out
        answerable = self.evidence.answerable.astype(float)
        taken = (held_out >= found.answer_at).astype(float)
        return {
            "questions": len(answerable),
            "AUROC": float(auroc(held_out, answerable)),
            "answer from": found.answer_at,
            "likely from": found.tentative_at,
            "ask back from": found.clarify_at,
            "answered": float(mean_over(taken, answerable)),
            "upper bound of the risk": found.bound.upper_bound,
            "attained": found.bound.attained,
        }

    def by_kind(self) -> list[tuple[str, int, float, float, float]]:
        """Kind, questions, share found first, mean confidence and share answered, of each kind."""
        found = self.fitted
        rows: list[tuple[str, int, float, float, float]] = []
        for place, kind in enumerate(KINDS):
            of_kind = self.evidence.kinds == place
            if of_kind.any():
                sure = found.held_out[of_kind]
                answered = float((sure >= found.calibration.answer_at).mean())
                right = float(self.evidence.right[of_kind].mean())
                rows.append((kind, int(of_kind.sum()), right, float(sure.mean()), answered))
        return rows


def collect(assistant: Assistant, dataset: Dataset, *, progress: Progress) -> Evidence:
    """Rank the entries for every question of a data set that needs no history."""
    alone = [query for query in dataset.queries if not query.history]
    rankings = []
    for done, query in enumerate(alone, start=1):
        rankings.append(assistant.rank(query.text))
        progress("Asking questions", done, len(alone))
    one = np.zeros(1, np.int64)
    values = np.vstack([features(it.comparison, one, it.order[:1]) for it in rankings])
    firsts = [ranking.candidates[0].entry.id for ranking in rankings]
    asked = [Asked("", "labelled", dataset.qrels[query.id].keys()) for query in alone]
    return judged(values, firsts, asked)


def compare_parts(assistant: Assistant, asked: Evidence, *, progress: Progress) -> list[Part]:
    """Calibrate from the corpus's own wordings, from labelled questions, and from both."""
    unlabelled = replace(assistant.corpus, labelled=())
    wordings = own_evidence(unlabelled, assistant.index, assistant.embedder, progress=progress)
    both = joined([wordings, asked])
    parts = {"own wordings": wordings, "labelled questions": asked, "both": both}
    known = len(assistant.corpus.entries), "", ""
    return [Part(name, it, calibrate(it, *known, goals=Goals())) for name, it in parts.items()]
