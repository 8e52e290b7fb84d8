"""Counts by hour, put into the periods that a reader asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from faqbot.analytics.periods import Granularity, day_of, period_of, periods_between
from faqbot.analytics.proportions import Proportion
from faqbot.feedback.activity import Activity, QuestionCount, VoteCount
from faqbot.feedback.filters import BINS
from faqbot.vocabulary import Reason, Status


@dataclass(frozen=True, slots=True)
class Figures:
    """What was asked, and what came of it, in one period or in all."""

    by_status: Mapping[Status, int]
    """Questions by status; every status is present. Small talk is no question."""
    small_talk: int
    sessions: int
    """Sessions whose first question falls into the period: each counts once."""
    useful: int
    not_useful: int
    reasons: Mapping[Reason | None, int]
    """Negative verdicts by reason; None for those without."""
    bins: tuple[int, ...]
    """Questions by class of confidence, from least to most sure."""
    tentative: int
    """Questions with status ``clarify`` whose first answer was shown at once, as likely."""
    handoffs: int
    """Questions that went to a person."""
    abandoned: int
    """Questions that were asked back, and after which nothing came."""

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return sum(self.by_status.values())

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
    tallies = {start: _Tally() for start in periods_between(first, last, granularity)}

    def at(hour: datetime) -> _Tally:
        return tallies[period_of(day_of(hour), granularity)]

    for asked in activity.questions:
        at(asked.hour).add_questions(asked)
    for session in activity.sessions:
        at(session.hour).sessions += session.count
    for asked_back in activity.abandoned:
        at(asked_back.hour).abandoned += asked_back.count
    for vote in activity.votes:
        at(vote.hour).add_votes(vote)
    return tuple(Period(start, tally.figures()) for start, tally in tallies.items())


def total_of(parts: Iterable[Figures]) -> Figures:
    """Add figures of periods up that do not overlap."""
    total = _Tally()
    for part in parts:
        total.statuses.update(part.by_status)
        total.reasons.update(part.reasons)
        total.bins.update(dict(enumerate(part.bins)))
        total.small_talk += part.small_talk
        total.sessions += part.sessions
        total.useful += part.useful
        total.tentative += part.tentative
        total.handoffs += part.handoffs
        total.abandoned += part.abandoned
    return total.figures()


class _Tally:
    def __init__(self) -> None:
        self.statuses: Counter[Status] = Counter()
        self.reasons: Counter[Reason | None] = Counter()
        self.bins: Counter[int] = Counter()
        self.small_talk = self.sessions = self.useful = 0
        self.tentative = self.handoffs = self.abandoned = 0

    def add_questions(self, asked: QuestionCount) -> None:
        if asked.small_talk:
            self.small_talk += asked.count
            return
        self.statuses[asked.status] += asked.count
        self.bins[asked.confidence_bin] += asked.count
        self.tentative += asked.count * asked.tentative
        self.handoffs += asked.count * asked.handed_over

    def add_votes(self, vote: VoteCount) -> None:
        if vote.useful:
            self.useful += vote.count
        else:
            self.reasons[vote.reason] += vote.count

    def figures(self) -> Figures:
        return Figures(
            {status: self.statuses[status] for status in get_args(Status)},
            self.small_talk,
            self.sessions,
            self.useful,
            self.reasons.total(),
            {reason: self.reasons[reason] for reason in (*get_args(Reason), None)},
            tuple(self.bins[place] for place in range(BINS)),
            self.tentative,
            self.handoffs,
            self.abandoned,
        )
