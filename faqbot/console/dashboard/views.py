"""Figures as the dashboard draws them, and what they say in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from faqbot import french
from faqbot.analytics.activity import Figures, Period
from faqbot.analytics.drift import Drift
from faqbot.analytics.proportions import Proportion
from faqbot.charts import Chart, Heading, Slot, paired_bars, shares, stacked_bars
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import DashboardFilter
from faqbot.feedback.filters import BINS


def alerts(now: Figures, before: Figures) -> tuple[str, ...]:
    """Say what has got worse by more than chance explains."""
    watched = (
        (wording.SATISFACTION_FELL, now.satisfaction, before.satisfaction, -1),
        (wording.NO_ANSWER_ROSE, now.share("no_answer"), before.share("no_answer"), 1),
        (wording.ABANDONED_ROSE, now.abandonment, before.abandonment, 1),
    )
    return tuple(
        said.format(
            *(f"{french.percent(it.value)} ({french.interval(it)})" for it in (share, then))
        )
        for said, share, then, way in watched
        if share.since(then) == way
    )


def volume_chart(periods: Sequence[Period], asked: DashboardFilter) -> Chart:
    """Show how much was asked."""
    series = [
        (label, [period.figures.by_status[status] for period in periods])
        for status, label in wording.STATUSES.items()
    ]
    total = french.count(sum(sum(counts) for _, counts in series), "question", "questions")
    said = ", ".join(f"{label.lower()} {french.integer(sum(counts))}" for label, counts in series)
    heading = Heading("volumes", wording.VOLUME_CHART, f"{total}\u00a0: {said}.")
    return stacked_bars(heading, _slots(periods, asked), series, french.integer)


def coverage_chart(periods: Sequence[Period], asked: DashboardFilter) -> Chart:
    """Show the share of questions that were answered."""
    values = [period.figures.share("answered") for period in periods]
    return _share_chart("couverture", wording.COVERAGE_CHART, values, _slots(periods, asked))


def satisfaction_chart(periods: Sequence[Period], asked: DashboardFilter) -> Chart:
    """Show the share of verdicts that say useful."""
    values = [period.figures.satisfaction for period in periods]
    return _share_chart("satisfaction", wording.SATISFACTION_CHART, values, _slots(periods, asked))


def _share_chart(
    key: str, title: str, values: Sequence[Proportion], slots: Sequence[Slot]
) -> Chart:
    heading = Heading(key, title, _extremes(values, slots))
    return shares(heading, slots, [(it, _said(it)) for it in values], french.percent)


def drift_chart(before: Figures, now: Figures, drift: Drift) -> Chart:
    """Show how the confidence is distributed, now and in the time before."""
    slots = [
        Slot(f"{100 * n // BINS}–{100 * (n + 1) // BINS}", wording.confidence_class(n))
        for n in range(BINS)
    ]
    series = [(wording.REFERENCE, before.bins), (wording.THIS_PERIOD, now.bins)]
    heading = Heading("derive", wording.DRIFT_CHART, wording.drift_sentence(drift))
    return paired_bars(heading, slots, series, french.percent)


def _slots(periods: Sequence[Period], asked: DashboardFilter) -> list[Slot]:
    return [
        Slot(
            french.tick(period.start, asked.granularity),
            french.period(period.start, asked.granularity),
        )
        for period in periods
    ]


def _said(share: Proportion) -> str:
    return (
        f"{french.percent(share.value)} ({french.interval(share)}), "
        f"{french.integer(share.count)} sur {french.integer(share.n)}"
    )


def _extremes(values: Sequence[Proportion], slots: Sequence[Slot]) -> str:
    """Say in words what a line shows: where it starts, ends, and was lowest and highest."""
    told = [
        (share.value, f"{french.percent(share.value)} ({slot.name})")
        for share, slot in zip(values, slots, strict=True)
        if share.enough
    ]
    if not told:
        return wording.EXTREMES_NONE
    ends = {"first": told[0], "last": told[-1], "lowest": min(told, key=itemgetter(0))}
    ends["highest"] = max(told, key=itemgetter(0))
    return wording.EXTREMES.format(**{name: said for name, (_, said) in ends.items()})
