from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.analytics.activity import periods_of, total_of
from faqbot.analytics.periods import (
    Granularity,
    day_of,
    fitting,
    next_period,
    period_of,
    periods_between,
    start_of,
)
from faqbot.analytics.proportions import Proportion
from faqbot.feedback.activity import Activity, HourCount, QuestionCount, VoteCount

GRANULARITIES: tuple[Granularity, ...] = ("day", "week", "month")
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(days, st.sampled_from(GRANULARITIES))
def test_every_day_lies_in_one_period(day: date, granularity: Granularity) -> None:
    period = period_of(day, granularity)
    assert period <= day < next_period(period, granularity)
    assert period_of(period, granularity) == period


@given(days, st.integers(0, 800), st.sampled_from(GRANULARITIES))
def test_periods_follow_each_other_without_gaps(
    first: date, length: int, granularity: Granularity
) -> None:
    last = first + timedelta(days=length)
    periods = list(periods_between(first, last, granularity))
    assert periods[0] == period_of(first, granularity)
    assert periods[-1] == period_of(last, granularity)
    assert all(next_period(one, granularity) == other for one, other in pairwise(periods))


@given(days)
def test_a_day_begins_at_its_midnight_in_france_in_summer_and_winter(day: date) -> None:
    start = start_of(day)
    assert day_of(start) == day
    assert day_of(start - timedelta(seconds=1)) == day - timedelta(days=1)


def test_weeks_begin_on_monday_and_late_evenings_belong_to_the_next_day_in_utc() -> None:
    assert period_of(date(2026, 11, 22), "week") == date(2026, 11, 16)
    assert day_of(datetime(2026, 7, 31, 22, tzinfo=UTC)) == date(2026, 8, 1)
    assert day_of(datetime(2026, 12, 31, 22, tzinfo=UTC)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("length", "expected"), [(1, "day"), (35, "day"), (36, "week"), (275, "week"), (276, "month")]
)
def test_longer_times_are_shown_in_longer_periods(length: int, expected: str) -> None:
    first = date(2026, 1, 1)
    assert fitting(first, first + timedelta(days=length - 1)) == expected


def test_counts_fall_into_their_periods_and_add_up() -> None:
    """23:00 in UTC on 31 January is already February in France."""
    january, february = (
        datetime(2026, 1, 31, 22, tzinfo=UTC),
        datetime(2026, 1, 31, 23, tzinfo=UTC),
    )
    activity = Activity(
        (
            QuestionCount(january, "answered", False, 9, 3),
            QuestionCount(january, "no_answer", True, 0, 2),
            QuestionCount(february, "no_answer", False, 1, 1),
        ),
        (HourCount(january, 2),),
        (VoteCount(january, True, None, 4), VoteCount(february, False, "outdated", 1)),
        (),
    )
    first, second = periods_of(activity, date(2026, 1, 1), date(2026, 2, 28), "month")
    assert first.start == date(2026, 1, 1)
    assert (first.figures.questions, first.figures.small_talk, first.figures.sessions) == (3, 2, 2)
    assert first.figures.share("answered").value == 1
    assert first.figures.bins == [0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert (second.figures.questions, second.figures.satisfaction.n) == (1, 1)
    total = total_of(activity)
    assert (total.questions, total.satisfaction.count, total.satisfaction.n) == (4, 4, 5)
    assert total.reasons["outdated"] == 1
    assert total.bins == [0, 1, 0, 0, 0, 0, 0, 0, 0, 3]


def test_likely_answers_are_counted_among_the_choices() -> None:
    hour = datetime(2026, 1, 31, 12, tzinfo=UTC)
    asked = (
        QuestionCount(hour, "clarify", False, 5, 4, tentative=True),
        QuestionCount(hour, "clarify", False, 5, 3),
    )
    abandoned = (HourCount(hour, 2),)
    found = Activity(asked, (), (), abandoned)
    (period,) = periods_of(found, hour.date(), hour.date(), "month")
    total = total_of(found)
    assert period.figures == total
    assert (total.by_status["clarify"], total.tentative) == (7, 4)
    assert total.abandonment == Proportion(2, 3)
