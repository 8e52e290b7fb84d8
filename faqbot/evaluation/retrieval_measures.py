"""Retrieval measures of each query, by ir-measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ir_measures
from ir_measures import RR, Success, nDCG

from faqbot.evaluation.baselines import Ranking

_MEASURES = (Success @ 1, Success @ 3, RR @ 10, nDCG @ 10)
RETRIEVAL_MEASURES = tuple(str(measure) for measure in _MEASURES)
"""``Success@k``: 1 when a right entry stands in the first k, which some call recall@k; the two
are equal here because each question has few right entries and one suffices. ``RR@10``: 1 / rank
of the first right entry, 0 beyond rank 10. ``nDCG@10``: gain discounted by log2(rank + 1),
divided by that of the best possible ranking (trec_eval's definition: the gain is the grade)."""


def score_rankings(
    judged: Iterable[tuple[str, Mapping[str, int], Ranking]],
) -> dict[str, dict[str, float]]:
    """Score each answerable query.

    Args:
        judged: Query id, grades of its right entries, and the ranking.

    Returns:
        Query id to measure name to a value in [0, 1]; an empty ranking scores 0. Queries
        without a right entry are left out: they have no retrieval to measure.
    """
    qrels, run = [], []
    for query_id, grades, ranking in judged:
        qrels += [ir_measures.Qrel(query_id, entry_id, grade) for entry_id, grade in grades.items()]
        if grades:
            # Places, not scores: ir-measures would break ties between scores its own way.
            run += [
                ir_measures.ScoredDoc(query_id, entry_id, float(-place))
                for place, (entry_id, _) in enumerate(ranking)
            ]
    scores: dict[str, dict[str, float]] = {
        qrel.query_id: dict.fromkeys(RETRIEVAL_MEASURES, 0.0) for qrel in qrels
    }
    for metric in ir_measures.iter_calc(_MEASURES, qrels, run):
        scores[metric.query_id][str(metric.measure)] = float(metric.value)
    return scores
