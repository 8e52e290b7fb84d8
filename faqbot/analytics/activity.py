"""Counts by hour, put into the periods that a reader asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import starmap
from typing import get_args

from faqbot.analytics.periods import Granularity, day_of, period_of, periods_between
from faqbot.analytics.proportions import Proportion
from faqbot.feedback.activity import Activity
from faqbot.feedback.filters import BINS
from faqbot.vocabulary import Reason, Status


@dataclass(slots=True)
class Figures:
    """What was asked, and what came of it, in one period or in all."""

    by_status: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(get_args(Status), 0))
    """Questions by status; every status is present. Small talk is no question."""
    small_talk: int = 0
    sessions: int = 0
    """Sessions whose first question falls into the period: each counts once."""
    useful: int = 0
    reasons: dict[Reason | None, int] = field(
        default_factory=lambda: dict.fromkeys((*get_args(Reason), None), 0)
    )
    """Negative verdicts by reason; None for those without."""
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    """Questions by class of confidence, from least to most sure."""
    tentative: int = 0
    """Questions with status ``clarify`` whose first answer was shown at once, as likely."""
    handoffs: int = 0
    """Questions that went to a person."""
    abandoned: int = 0
    """Questions that were asked back, and after which nothing came."""

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return sum(self.by_status.values())

    @property
    def not_useful(self) -> int:
        """How many verdicts say so."""
        return sum(self.reasons.values())

    @property
    def satisfaction(self) -> Proportion:
        """Verdicts that say useful."""
        return Proportion(self.useful, self.useful + self.not_useful)

    @property
    def abandonment(self) -> Proportion:
        """Of the questions that were asked back, those after which nothing came."""
        return Proportion(self.abandoned, self.by_status["clarify"] - self.tentative)

    def share(self, status: Status) -> Proportion:
        """Give the share of questions with a status; of ``answered`` it is the coverage."""
        return Proportion(self.by_status[status], self.questions)


@dataclass(frozen=True, slots=True)
class Period:
    """One bar of a chart, one row of a table."""

    start: date
    """Its first day, which may lie before what was asked for."""
    figures: Figures


def periods_of(
    activity: Activity, first: date, last: date, granularity: Granularity
) -> tuple[Period, ...]:
    """Put counts into periods: all from first to last, also those in which nothing happened.

    Args:
        activity: The counts by hour, none outside the days asked for.
    """
    found = {start: Figures() for start in periods_between(first, last, granularity)}
    _add(activity, lambda hour: found[period_of(day_of(hour), granularity)])
    return tuple(starmap(Period, found.items()))


def total_of(activity: Activity) -> Figures:
    """Add all counts up."""
    total = Figures()
    _add(activity, lambda _: total)
    return total


def _add(activity: Activity, at: Callable[[datetime], Figures]) -> None:
    for asked in activity.questions:
        figures = at(asked.hour)
        if asked.small_talk:
            figures.small_talk += asked.count
            continue
        figures.by_status[asked.status] += asked.count
        figures.bins[asked.confidence_bin] += asked.count
        figures.tentative += asked.count * asked.tentative
        figures.handoffs += asked.count * asked.handed_over
    for session in activity.sessions:
        at(session.hour).sessions += session.count
    for asked_back in activity.abandoned:
        at(asked_back.hour).abandoned += asked_back.count
    for vote in activity.votes:
        if vote.useful:
            at(vote.hour).useful += vote.count
        else:
            at(vote.hour).reasons[vote.reason] += vote.count
