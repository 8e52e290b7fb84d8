from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.decision import Thresholds, falling, is_bare_subject, is_own_wording
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


@pytest.mark.parametrize(
    ("confidence", "status"), [(0.8, "answered"), (0.6, "clarify"), (0.3, "clarify")]
)
def test_a_likely_answer_is_a_choice_still(confidence: float, status: str) -> None:
    thresholds = Thresholds(answer_at=0.8, tentative_at=0.5, clarify_at=0.3)
    assert thresholds.decide((confidence, 0.1)) == status


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("question F11", True),
        ("QUESTION F11 ?", True),
        ("Varianté F11 !", True),
        ("question F12", False),
        ("", False),
    ],
)
def test_an_own_wording_is_one_of_the_first_candidate(question: str, own: bool) -> None:
    """Accents, case and punctuation do not matter."""
    found = ranking(candidate("F11", 1.0), candidate("F12", 0.5), question=question)
    assert is_own_wording(found) == own
    assert not is_own_wording(ranking(question=question))


@pytest.mark.parametrize(
    ("terms", "coverage", "bare"),
    [(0, 1.0, False), (1, 1.0, True), (2, 1.0, True), (3, 1.0, False), (1, 0.9, False)],
)
def test_a_bare_subject_is_one_or_two_words_that_the_first_candidate_holds(
    terms: int, coverage: float, bare: bool
) -> None:
    found = ranking(candidate("F11", 1.0, coverage=coverage), terms=terms)
    assert is_bare_subject(found) == bare
    assert not is_bare_subject(ranking(terms=terms))
