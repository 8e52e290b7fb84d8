from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.answer import Judgement, SimilarityRule, compose
from faqbot.index.passages import Passage
from faqbot.retrieval import Candidate
from tests.samples import entry


def candidates(*scores: float) -> list[Candidate]:
    return [
        Candidate(
            entry(f"F{number}", f"Question {number} ?"),
            score,
            Passage(f"F{number}/question", f"F{number}", "question", ""),
        )
        for number, score in enumerate(scores, start=11)
    ]


RULE = SimilarityRule(midpoint=0.9, steepness=100, answer_at=0.6, clarify_at=0.3)


@pytest.mark.parametrize(
    ("scores", "status"),
    [
        ((0.95, 0.94), "answered"),
        ((0.90, 0.89), "clarify"),
        ((0.85, 0.84), "no_answer"),
        ((0.90,), "no_answer"),
        ((), "no_answer"),
    ],
)
def test_the_status_follows_the_first_similarity(scores: tuple[float, ...], status: str) -> None:
    assert RULE.judge("?", candidates(*scores)).status == status


def test_the_midpoint_is_as_likely_right_as_wrong() -> None:
    assert RULE.judge("?", candidates(0.9)).confidences == (0.5,)


@given(st.lists(st.floats(-1, 1), max_size=6).map(lambda s: sorted(s, reverse=True)))
def test_confidences_are_probabilities_in_the_order_of_scores(scores: list[float]) -> None:
    confidences = SimilarityRule().judge("?", candidates(*scores)).confidences
    assert len(confidences) == len(scores)
    assert all(0 <= confidence <= 1 for confidence in confidences)
    assert list(confidences) == sorted(confidences, reverse=True)


def test_an_answer_shows_three_and_suggests_the_next() -> None:
    answer = compose("?", candidates(0.96, 0.95, 0.94, 0.93, 0.92), RULE)
    assert [offer.entry.id for offer in answer.shown] == ["F11", "F12", "F13"]
    assert [offer.rank for offer in answer.shown] == [1, 2, 3]
    assert [offer.entry.id for offer in answer.suggestions] == ["F14", "F15"]
    assert answer.confidence == answer.shown[0].confidence


def test_no_answer_shows_nothing_and_suggests_the_nearest() -> None:
    answer = compose("?", candidates(0.5, 0.4, 0.3, 0.2), RULE)
    assert (answer.status, answer.shown) == ("no_answer", ())
    assert [offer.entry.id for offer in answer.suggestions] == ["F11", "F12", "F13"]
    assert 0 < answer.confidence < 0.01


def test_nothing_found_is_no_answer_with_no_confidence() -> None:
    answer = compose("?", [], RULE)
    assert (answer.status, answer.confidence, answer.suggestions) == ("no_answer", 0.0, ())


def test_another_rule_takes_the_place_of_the_first() -> None:
    class Never:
        def judge(self, question: str, found: list[Candidate]) -> Judgement:
            return Judgement("no_answer", (0.1,) * len(found))

    assert compose("?", candidates(1.0), Never()).status == "no_answer"
