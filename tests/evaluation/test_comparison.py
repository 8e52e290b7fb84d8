from __future__ import annotations

import math
from time import perf_counter

import pytest

from faqbot.errors import EvaluationError
from faqbot.evaluation.comparison import Comparison, compare_runs, parse_condition
from faqbot.evaluation.outcomes import QueryOutcome
from faqbot.evaluation.runs import sample_of
from tests.evaluation.builders import SIX, outcomes, query, response, run


def ranked(right: str) -> tuple[QueryOutcome, ...]:
    """One query for each letter: r is right at rank 1, w is wrong."""
    return outcomes(
        *(
            (query(f"q{number}"), response("A" if letter == "r" else "B"))
            for number, letter in enumerate(right)
        )
    )


def compared(a: str, b: str) -> Comparison:
    return compare_runs(run(ranked(a), "a"), run(ranked(b), "b"))


def test_a_run_does_not_differ_from_itself() -> None:
    comparison = compare_runs(run(SIX), run(SIX))
    assert comparison.changes == ()
    for row in comparison.differences:
        assert row.difference == 0.0
        assert math.isnan(row.p) if row.measure.startswith("ms") else row.p == 1.0


def test_wins_and_the_exact_test_are_what_is_worked_out_by_hand() -> None:
    """Five queries of ten become right, none wrong.

    Only the swaps that put all five on one side reach the difference: 2 · (1/2)^5.
    """
    comparison = compared("wwwwwrrrrr", "rrrrrrrrrr")
    row = comparison.differences[0]
    assert (row.measure, row.a, row.b, row.difference) == ("Success@1", 0.5, 1.0, 0.5)
    assert (row.wins, row.ties, row.losses, row.n) == (5, 5, 0, 10)
    assert row.p == pytest.approx(0.0625, abs=0.008)
    assert 0 < row.low <= 0.5 <= row.high


def test_differences_have_the_sign_of_b_minus_a() -> None:
    one, other = compared("rrww", "rrrw"), compared("rrrw", "rrww")
    assert one.differences[0].difference == pytest.approx(0.25)
    assert other.differences[0].difference == pytest.approx(-0.25)
    assert one.differences[0].p == other.differences[0].p
    assert (other.differences[0].wins, other.differences[0].losses) == (0, 1)


def test_a_lower_rate_of_false_answers_is_a_win() -> None:
    false = outcomes((query("q", answerable=False), response("B", "answered")))
    quiet = outcomes((query("q", answerable=False), response("B", "no_answer")))
    comparison = compare_runs(run(false), run(quiet))
    row = next(it for it in comparison.differences if it.measure == "false-answer-rate")
    assert (row.difference, row.wins, row.losses) == (-1.0, 1, 0)


def test_changed_queries_are_listed_with_what_they_mean_to_the_user() -> None:
    queries = [query(name) for name in ("gone", "won", "same", "shuffled")]
    before = outcomes(
        *zip(
            queries,
            [
                response("A B", "answered"),
                response("B C", "clarify"),
                response("A", "answered"),
                response("B", "answered"),
            ],
            strict=True,
        )
    )
    after = outcomes(
        *zip(
            queries,
            [
                response("A B", "no_answer"),
                response("A C", "clarify"),
                response("A C", "answered"),
                response("C", "answered"),
            ],
            strict=True,
        )
    )
    changes = compare_runs(run(before), run(after)).changes
    assert [(change.b.query.id, change.effect) for change in changes] == [
        ("gone", "worse"),
        ("won", "better"),
        ("shuffled", "other"),
    ]


def test_an_answer_that_is_likely_now_counts_as_a_change() -> None:
    queries = [query("right"), query("wrong"), query("none", answerable=False)]
    answers = ["A B", "B A", "B C"]
    before = outcomes(*zip(queries, (response(it, "clarify") for it in answers), strict=True))
    likely = (response(it, "clarify", tentative=True) for it in answers)
    comparison = compare_runs(run(before), run(outcomes(*zip(queries, likely, strict=True))))
    assert [(change.b.query.id, change.effect) for change in comparison.changes] == [
        *(("wrong", "worse"), ("none", "worse"), ("right", "better")),
    ]
    plain = run(outcomes(*zip(queries, map(response, answers), strict=True)), "bm25")
    assert compare_runs(comparison.b, plain).changes == ()


def test_against_a_system_that_only_ranks_statuses_do_not_count() -> None:
    served = outcomes((query("q"), response("A", "no_answer")))
    plain = outcomes((query("q"), response("A")))
    comparison = compare_runs(run(served), run(plain, "bm25"))
    assert comparison.changes == ()
    assert "coverage" not in {row.measure for row in comparison.differences}


def test_follow_ups_are_compared_as_a_slice_and_listed_with_all() -> None:
    later = query("later", kind="follow-up", history=["qui ?"])
    a = outcomes((query("q"), response("A")), (later, response("B")))
    b = outcomes((query("q"), response("A")), (later, response("A")))
    overall = compare_runs(run(a), run(b))
    assert overall.differences[0].n == 1
    assert [change.b.query.id for change in overall.changes] == ["later"]
    assert compare_runs(run(a), run(b), slice_name="follow-up").differences[0].difference == 1.0
    with pytest.raises(EvaluationError, match="'x' is not a slice, choose from: all, natural"):
        compare_runs(run(a), run(b), slice_name="x")


def test_runs_of_other_data_are_not_compared() -> None:
    with pytest.raises(EvaluationError, match="cannot be compared"):
        compare_runs(run(SIX), run(SIX, dataset_digest="f" * 64))


def test_the_unit_of_a_confidence_does_not_matter_to_tests_of_order() -> None:
    """BM25's scores have no bound; swapped as they are, they would drown probabilities."""
    queries = [query(str(n), answerable=n % 3 > 0) for n in range(60)]

    def scored(unit: float, noise: int) -> tuple[QueryOutcome, ...]:
        confidences = [unit * (n % 3 + (n * noise) % 7) for n in range(60)]
        return outcomes(
            *((q, response("A", confidence=c)) for q, c in zip(queries, confidences, strict=True))
        )

    def p_values(unit: float) -> dict[str, float]:
        found = compare_runs(run(scored(1.0, 2), "x"), run(scored(unit, 5), "y"))
        return {row.measure: row.p for row in found.differences if row.measure.startswith("AU")}

    assert p_values(1.0) == p_values(100.0) == p_values(0.01)
    assert set(p_values(1.0)) == {"AURC", "AUROC"}


def test_ten_thousand_swaps_take_seconds() -> None:
    judged = [
        outcomes(
            *(
                (query(str(n)), response("A" if n % step else "B", "answered", n / 400))
                for n in range(400)
            )
        )
        for step in (3, 4)
    ]
    started = perf_counter()
    compare_runs(run(judged[0]), run(judged[1]))
    assert perf_counter() - started < 30


@pytest.mark.parametrize(
    ("condition", "fails"),
    [
        ("Success@1 < -0.01", False),  # -0.01 in floating point is a little less
        ("Success@1 <= -0.01", True),
        ("Success@1 < -0.009", True),
        ("Success@1<-.009", True),
        ("Success@1 > 0", False),
        ("Success@3 >= -1", True),
    ],
)
def test_a_condition_is_on_the_difference(condition: str, fails: bool) -> None:
    comparison = compared("r" * 85 + "w" * 15, "r" * 84 + "w" * 16)
    assert parse_condition(condition).holds(comparison) is fails


@pytest.mark.parametrize("text", ["Success@1", "Success@1 < x", "< 0.1", "Success@1 = 0", ""])
def test_a_condition_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(EvaluationError, match="is not a condition such as"):
        parse_condition(text)


def test_a_condition_names_a_known_measure() -> None:
    with pytest.raises(EvaluationError, match="choose from: Success@1"):
        parse_condition("Succes@1 < -0.01")


def test_a_gate_does_not_pass_because_there_is_nothing_to_compare() -> None:
    with pytest.raises(EvaluationError, match="coverage cannot be compared"):
        parse_condition("coverage < 0").holds(compared("rw", "rw"))


def test_entries_have_the_same_number_in_both_runs() -> None:
    """A never comes first in b: each run by itself would number its entries otherwise."""
    a = outcomes((query("p"), response("A")), (query("q"), response("B")))
    b = outcomes((query("p"), response("C")), (query("q"), response("D")))
    first, second = sample_of(a, b), sample_of(b, a)
    assert list(first["meant"]) == list(second["meant"])
    assert set(first["taken"]).isdisjoint(second["taken"])


def test_an_older_run_need_not_know_who_asked() -> None:
    pairs = [(query("q", kind="x", asked="unsaid"), "A"), (query("r", asked="unsaid"), "B")]
    old = outcomes(*((asked, response(ranking)) for asked, ranking in pairs))
    new = outcomes(
        (query("q", kind="x", asked="real"), response("A")),
        (query("r", asked="invented"), response("A")),
    )
    found = compare_runs(run(old), run(new)).differences[0]
    assert (found.measure, found.n, found.a, found.b) == ("Success@1", 1, 0, 1)
