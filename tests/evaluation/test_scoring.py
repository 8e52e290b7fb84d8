from __future__ import annotations

import pytest

from faqbot.evaluation.dataset import Dataset, Query
from faqbot.evaluation.scoring import Outcome, count_decisions, score


def outcome(identifier: str, ranking: str, status: str, *, answerable: bool = True) -> Outcome:
    ranked = tuple((entry, 1 - place / 10) for place, entry in enumerate(ranking.split()))
    query = Query(identifier, "?", "natural", answerable, ())
    return Outcome(query, ranked, status, 0.5, 1.0)  # type: ignore[arg-type]


OUTCOMES = [
    outcome("first", "A B C", "answered"),
    outcome("second", "B A C", "answered"),
    outcome("fourth", "B C D A", "clarify"),
    outcome("absent", "B C D", "no_answer"),
    outcome("none", "A B C", "answered", answerable=False),
    outcome("quiet", "A B C", "no_answer", answerable=False),
]
DATASET = Dataset(
    "d",
    "dev",
    tuple(found.query for found in OUTCOMES),
    {found.query.id: ({"A": 1} if found.query.answerable else {}) for found in OUTCOMES},
)


def test_measures_equal_what_is_worked_out_by_hand() -> None:
    """Ranks of the right entry: 1, 2, 4, none. Unanswerable queries do not count.

    Success@1 = 1/4; Success@3 = 2/4; RR = (1 + 1/2 + 1/4 + 0) / 4;
    nDCG = (1 + 1/log2(3) + 1/log2(5) + 0) / 4.
    """
    values = score(OUTCOMES, DATASET)["all"].values
    assert values["Success@1"] == pytest.approx(0.25)
    assert values["Success@3"] == pytest.approx(0.5)
    assert values["RR@10"] == pytest.approx(0.4375)
    assert values["nDCG@10"] == pytest.approx((1 + 0.6309298 + 0.4306766) / 4)


def test_follow_ups_are_a_slice_and_not_part_of_all() -> None:
    query = Query("later", "et lui ?", "follow-up", True, ("qui ?",))
    later = Outcome(query, (("A", 1.0),), "answered", 0.9, 1.0)
    dataset = Dataset("d", "dev", (query,), {**DATASET.qrels, "later": {"A": 1}})
    scores = score([*OUTCOMES, later], dataset)
    assert (scores["all"].queries, scores["follow-up"].queries) == (4, 1)


def test_decisions_are_counted() -> None:
    found = count_decisions(OUTCOMES, DATASET)
    assert (found.answerable, found.answered, found.answered_rightly) == (4, 2, 1)
    assert (found.clarified, found.declined) == (1, 1)
    assert (found.unanswerable, found.false_answers) == (2, 1)
