from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.decision import Thresholds, UncalibratedRule, falling
from tests.answering.builders import candidate, ranking

THRESHOLDS = Thresholds(answer_at=0.8, clarify_at=0.3)


@pytest.mark.parametrize(
    ("confidences", "status"),
    [
        ((0.8, 0.1), "answered"),
        ((0.79, 0.79), "clarify"),
        ((0.3, 0.0), "clarify"),
        ((0.29, 0.29), "no_answer"),
        ((0.5,), "no_answer"),
        ((0.9,), "answered"),
        ((), "no_answer"),
    ],
)
def test_the_outcome_follows_the_first_confidence(
    confidences: tuple[float, ...], status: str
) -> None:
    """One lone candidate is never offered as a choice."""
    assert THRESHOLDS.decide(confidences) == status


@given(st.lists(st.floats(0, 1)))
def test_no_candidate_is_surer_than_the_one_before_it(confidences: list[float]) -> None:
    found = falling(confidences)
    assert list(found) == sorted(found, reverse=True)
    assert found[:1] == tuple(confidences[:1])


@pytest.mark.parametrize("question", ["question F11", "QUESTION F11 ?", "Varianté F11 !"])
def test_without_calibration_only_an_entrys_own_wording_is_answered(question: str) -> None:
    found = ranking(candidate("F11", 1.0), candidate("F12", 0.5), question=question)
    judgement = UncalibratedRule().judge(found, 2)
    assert judgement.status == "answered"
    assert judgement.confidences == pytest.approx((1.0, (0.5 + 0.05) / 4))


@pytest.mark.parametrize(("coverage", "status"), [(0.9, "clarify"), (0.2, "no_answer")])
def test_without_calibration_candidates_are_offered_when_they_share_words(
    coverage: float, status: str
) -> None:
    found = ranking(
        candidate("F11", 1.0, coverage=coverage), candidate("F12", 0.5), question="autre chose"
    )
    judgement = UncalibratedRule().judge(found, 2)
    assert judgement.status == status
    assert max(judgement.confidences) <= 0.5


def test_nothing_found_is_no_answer() -> None:
    assert UncalibratedRule().judge(ranking(), 3).status == "no_answer"
