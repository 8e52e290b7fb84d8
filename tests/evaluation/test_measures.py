"""Every measure against a value worked out by hand on the six queries of `builders.SIX`."""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np
import pytest

from faqbot.errors import EvaluationError
from faqbot.evaluation.confidence import matthews
from faqbot.evaluation.dataset import Dataset
from faqbot.evaluation.estimates import estimate_outcomes, estimate_slices
from faqbot.evaluation.measures import MEASURES, measure_named, score_rankings
from faqbot.evaluation.outcomes import Fate
from faqbot.evaluation.runs import by_slice, judge, sample_of
from tests.evaluation.builders import SIX, outcomes, query, response, run


@pytest.mark.parametrize(
    ("measure", "value", "n"),
    [
        # ranks of the right entry among the four answerable queries: 1, 2, 4, none
        ("Success@1", 1 / 4, 4),
        ("Success@3", 2 / 4, 4),
        ("RR@10", (1 + 1 / 2 + 1 / 4 + 0) / 4, 4),
        ("nDCG@10", (1 + 1 / math.log2(3) + 1 / math.log2(5) + 0) / 4, 4),
        ("coverage", 2 / 4, 4),
        # answered: first (right), second (wrong), none (wrong, as nothing is right)
        ("selective-risk", 2 / 3, 3),
        # by confidence: first 0, second 1, none 1, fourth 1, quiet 1, absent 1 wrong
        ("AURC", (0 + 1 / 2 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6) / 6, 6),
        # answerable .9 .8 .5 .1 against .7 .2: 2 + 2 + 1 + 0 of 8 pairs
        ("AUROC", 5 / 8, 6),
        ("tentative-rate", 0.0, 4),
        ("tentative-risk", math.nan, 0),
        # first only: second is answered wrong
        ("right-at-once", 1 / 4, 4),
        ("false-answer-rate", 1 / 2, 2),
        ("false-refusal-rate", 1 / 4, 4),
        ("clarify-rate", 1 / 4, 4),
        ("clarify-success", 0.0, 1),
        # each confidence has a bin of its own: |.9-1| + .8 + .7 + .5 + .2 + .1
        ("ECE", 2.4 / 6, 6),
        # not refused and right first: "first" only
        ("in-scope-accuracy", 1 / 4, 4),
        # "quiet" is refused, "none" is not
        ("out-of-scope-recall", 1 / 2, 2),
        # meant: A A A A - -; predicted: A B B - A -; they agree on "first" and "quiet", c = 2;
        # R_K = (n c - (A 4·2 + B 0·2 + none 2·2)) / sqrt((36 - 4 - 4 - 4) (36 - 16 - 4))
        ("MCC", (6 * 2 - 12) / math.sqrt(24 * 16), 6),
        ("ms-p50", 1.0, 6),
        ("ms-p95", 1.0, 6),
    ],
)
def test_measures_equal_what_is_worked_out_by_hand(measure: str, value: float, n: int) -> None:
    found = estimate_slices(run(SIX))["all"][measure]
    assert (found.value, found.n) == (pytest.approx(value, nan_ok=True), n)
    assert found.low <= found.value <= found.high or measure == "ECE" or not n


def test_every_measure_is_checked_by_hand() -> None:
    (mark,) = test_measures_equal_what_is_worked_out_by_hand.pytestmark
    assert {case[0] for case in mark.args[1]} == set(MEASURES)


@pytest.mark.parametrize(
    ("predicted", "meant", "value"),
    [
        # n = 6, c = 4, counts 1 2 3 and 2 2 2: (24 - 12) / sqrt((36 - 14) (36 - 12))
        ([0, 2, 2, 2, 1, 1], [0, 1, 2, 2, 1, 0], 12 / math.sqrt(22 * 24)),
        # two classes, TP 3, TN 2, FP 1, FN 1: (3·2 - 1·1) / sqrt(4·4·3·3)
        ([1, 1, 1, 0, 0, 1, 0], [1, 1, 1, 1, 0, 0, 0], 5 / 12),
        ([0, 1, 2], [0, 1, 2], 1),
        ([1, 1, 1], [0, 1, 2], math.nan),
    ],
)
def test_matthews_correlation(predicted: list[int], meant: list[int], value: float) -> None:
    found = matthews(np.array(predicted, dtype=float), np.array(meant, dtype=float))
    assert float(found) == pytest.approx(value, nan_ok=True)


def test_the_best_threshold_refuses_what_is_wrong_and_unsure() -> None:
    """By confidence A A B, the last one unanswerable: refusing it makes everything right."""
    judged = outcomes(
        (query("a"), response("A", confidence=7.0)),
        (query("b"), response("A", confidence=5.0)),
        (query("c", answerable=False), response("B", confidence=3.0)),
    )
    sample = sample_of(judged).refusing()
    assert float(MEASURES["MCC"].of(sample)) == pytest.approx(1)
    assert float(MEASURES["out-of-scope-recall"].of(sample)) == 1
    assert float(MEASURES["in-scope-accuracy"].of(sample)) == 1


def test_of_several_right_entries_the_one_that_was_found_was_meant() -> None:
    asked = query("q")
    dataset = Dataset("d", "dev", (asked,), {"q": {"A": 1, "B": 1}})
    sample = sample_of(judge(dataset, {"q": response("B A", "answered")}))
    assert sample["predicted"] == sample["meant"] > 0


def test_what_users_asked_is_in_no_figure_about_invented_questions() -> None:
    real = outcomes((query("real", kind="feedback", asked="real"), response("B", "answered")))
    mixed = run([*SIX, *real])
    groups = by_slice(mixed.outcomes)
    assert (len(groups["all"]), len(groups["feedback"])) == (6, 1)
    assert (mixed.questions, mixed.apart) == ("invented", {"feedback": "real"})
    assert mixed.fates == run(SIX).fates
    assert run(real).questions == "real"
    assert len(by_slice(real)["all"]) == 1


def test_ids_of_any_characters_are_scored() -> None:
    scores = score_rankings(
        [("q\0 1", {"a\tb": 1}, (("a\tb", 1.0),)), ("q\0 2", {"é\0": 1}, (("é", 1.0),))]
    )
    assert scores["q\0 1"]["Success@1"] == 1
    assert scores["q\0 2"]["Success@3"] == 0


def test_a_choice_succeeds_when_it_shows_the_right_entry() -> None:
    judged = outcomes(
        (query("in"), response("B C A", "clarify")), (query("out"), response("B C D A", "clarify"))
    )
    assert estimate_outcomes(judged, decides=True)["clarify-success"].value == 0.5


def test_likely_answers_are_measured_apart_from_those_asserted() -> None:
    """Answered right; likely, right and wrong; asked back; and likely though nothing answers."""
    judged = outcomes(
        (query("sure"), response("A B", "answered")),
        (query("right"), response("A B", "clarify", tentative=True)),
        (query("wrong"), response("B A", "clarify", tentative=True)),
        (query("asked"), response("A B", "clarify")),
        (query("none", answerable=False), response("A B", "clarify", tentative=True)),
    )
    found = estimate_outcomes(judged, decides=True)
    values = {name: (found[name].value, found[name].n) for name in found}
    assert values["tentative-rate"] == (2 / 4, 4)
    assert values["tentative-risk"] == (pytest.approx(2 / 3), 3)
    assert values["right-at-once"] == (2 / 4, 4)
    assert values["coverage"] == (1 / 4, 4)
    assert values["selective-risk"] == (0.0, 1)
    assert values["clarify-rate"] == (3 / 4, 4)
    assert [it.fate for it in judged] == [
        Fate.ANSWERED_RIGHT,
        Fate.TENTATIVE_RIGHT,
        Fate.TENTATIVE_WRONG,
        Fate.OFFERED_RIGHT,
        Fate.TENTATIVE_FALSELY,
    ]


def test_follow_ups_are_a_slice_and_not_part_of_all() -> None:
    later = outcomes((query("later", kind="follow-up", history=["qui ?"]), response("A")))
    groups = by_slice([*SIX, *later])
    assert {name: len(group) for name, group in groups.items()} == {
        "all": 6,
        "natural": 2,
        "typo": 2,
        "far": 2,
        "follow-up": 1,
    }


def test_queries_without_a_slice_are_counted_once() -> None:
    plain = outcomes(
        (query("q", kind="all"), response("A")),
        (query("later", kind="all", history=["qui ?"]), response("A")),
    )
    assert {name: len(group) for name, group in by_slice(plain).items()} == {
        "all": 1,
        "follow-up": 1,
    }


def test_a_slice_without_answerable_queries_has_no_retrieval_value() -> None:
    far = estimate_slices(run(SIX))["far"]
    assert math.isnan(far["Success@1"].value)
    assert far["Success@1"].n == 0
    assert far["false-answer-rate"].value == 0.5


def test_a_system_that_only_ranks_has_no_decision_measures() -> None:
    judged = outcomes(
        (query("a"), response("A", confidence=7.0)),
        (query("b", answerable=False), response("B", confidence=3.0)),
    )
    found = estimate_slices(run(judged, "bm25"))["all"]
    assert found["AUROC"].value == 1.0
    assert {name for name, it in found.items() if MEASURES[name].decides and it.n} == set()
    assert math.isnan(found["ECE"].value)


def test_silence_scores_zero_and_stays_in_the_denominator() -> None:
    scores = score_rankings([("q", {"A": 1}, ()), ("r", {"A": 1}, (("A", 1.0),))])
    assert scores["q"] == dict.fromkeys(scores["q"], 0.0)
    assert scores["r"] == dict.fromkeys(scores["r"], 1.0)


def test_entries_of_equal_score_keep_the_order_of_the_ranking() -> None:
    scores = score_rankings([("q", {"B": 1}, (("A", 0.5), ("B", 0.5), ("C", 0.5)))])
    assert scores["q"]["RR@10"] == 0.5


def test_the_interval_of_a_proportion_is_close_to_the_textbooks() -> None:
    """Success@1 of 300 in 400: 0.75 ± 1.96 √(0.75 · 0.25 / 400) = [0.708, 0.792]."""
    judged = outcomes(
        *((query(str(number)), response("A" if number < 300 else "B")) for number in range(400))
    )
    started = perf_counter()
    found = estimate_outcomes(judged, decides=False)["Success@1"]
    assert perf_counter() - started < 2
    assert found.low == pytest.approx(0.708, abs=0.006)
    assert found.high == pytest.approx(0.792, abs=0.006)


def test_the_same_run_has_the_same_intervals() -> None:
    first, second = (estimate_slices(run(SIX))["typo"]["RR@10"] for _ in range(2))
    assert first == second


def test_measures_see_resamples_as_they_see_the_sample() -> None:
    """One call on stacked resamples gives what one call on each gives."""
    sample = sample_of(SIX)
    rows = np.random.default_rng(1).integers(0, 6, size=(50, 6))
    for measure in MEASURES.values():
        together = measure.of(sample.take(rows))
        alone = [float(measure.of(sample.take(row))) for row in rows]
        np.testing.assert_allclose(together, alone, equal_nan=True)


def test_an_unknown_measure_is_answered_with_the_known_ones() -> None:
    with pytest.raises(EvaluationError, match=r"'P@5' is not a measure, choose from: Success@1"):
        measure_named("P@5")
