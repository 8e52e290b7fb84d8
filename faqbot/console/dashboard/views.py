"""Figures as the dashboard shows them: numbers with their n, charts with their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from faqbot import french
from faqbot.analytics.activity import Figures, Period
from faqbot.analytics.drift import Drift, drift_of
from faqbot.analytics.proportions import Proportion
from faqbot.charts import Chart, Heading, Point, Slot, paired_bars, shares, stacked_bars
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import DashboardFilter
from faqbot.feedback.activity import CorpusVersion
from faqbot.feedback.filters import BINS


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number, what it rests on, and what it means."""

    label: str
    value: str
    detail: str
    before: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of words and numbers, which can be exported under its key."""

    key: str
    caption: str
    headings: tuple[str, ...]
    """Columns after the first hold numbers, aligned right."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its explanation and its table."""

    chart: Chart
    meaning: str
    table: ShownTable


@dataclass(frozen=True, slots=True)
class DriftPanel:
    """The drift of the confidence, in a picture, a sentence and numbers."""

    panel: Panel
    sentence: str
    figures: str


def key_figures(now: Figures, before: Figures) -> tuple[KeyFigure, ...]:
    """Choose the numbers that come first, each beside that of the time before."""
    sessions = french.count(now.sessions, "conversation", "conversations")
    polite = french.count(now.small_talk, "politesse", "politesses")
    handed = french.count(now.handoffs, "transmise au support", "transmises au support")
    return (
        KeyFigure(
            wording.QUESTIONS,
            french.integer(now.questions),
            f"{sessions}, {polite}, {handed}",
            wording.BEFORE.format(value=french.integer(before.questions)),
            wording.QUESTIONS_MEANING,
        ),
        _share(wording.COVERAGE, now.share("answered"), before.share("answered"),
               wording.of_questions, wording.COVERAGE_MEANING),
        _share(wording.NO_ANSWER, now.share("no_answer"), before.share("no_answer"),
               wording.of_questions, wording.NO_ANSWER_MEANING),
        _share(wording.ABANDONED, now.abandonment, before.abandonment,
               wording.of_questions, wording.ABANDONED_MEANING),
        _share(wording.SATISFACTION, now.satisfaction, before.satisfaction,
               wording.votes, wording.SATISFACTION_MEANING),
    )  # fmt: skip


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


def _share(
    label: str, now: Proportion, before: Proportion, cases: Callable[[int], str], meaning: str
) -> KeyFigure:
    said = cases(now.n)
    detail = f"{french.interval(now)}, {said}" if now.enough else said
    earlier = french.percent(before.value) if before.enough else french.NOTHING
    if before.enough:
        earlier = f"{earlier} ({french.interval(before)})"
    return KeyFigure(
        label,
        french.percent(now.value) if now.enough else wording.TOO_FEW if now.n else french.NOTHING,
        detail,
        wording.BEFORE.format(value=earlier),
        meaning,
    )


def volume_panel(periods: Sequence[Period], asked: DashboardFilter) -> Panel:
    """Show how much was asked."""
    series = [
        (label, [period.figures.by_status[status] for period in periods])
        for status, label in wording.STATUSES.items()
    ]
    total = french.count(sum(sum(counts) for _, counts in series), "question", "questions")
    said = ", ".join(f"{label.lower()} {french.integer(sum(counts))}" for label, counts in series)
    slots = _slots(periods, asked)
    rows = tuple(
        (slot.name, *map(french.integer, _volumes(period.figures)))
        for slot, period in zip(slots, periods, strict=True)
    )
    headings = (
        *(wording.PERIOD, wording.QUESTIONS, *wording.STATUSES.values()),
        *(wording.SESSIONS, wording.SMALL_TALK),
    )
    return Panel(
        stacked_bars(
            Heading("volumes", wording.VOLUME_CHART, f"{total}\u00a0: {said}."),
            *(slots, series, french.integer),
        ),
        wording.QUESTIONS_MEANING,
        ShownTable("periods", wording.VOLUME_CHART, headings, rows),
    )


def _volumes(figures: Figures) -> tuple[int, ...]:
    return figures.questions, *figures.by_status.values(), figures.sessions, figures.small_talk


def coverage_panel(periods: Sequence[Period], asked: DashboardFilter) -> Panel:
    """Show the share of questions that were answered."""
    values = [period.figures.share("answered") for period in periods]
    others = [
        tuple(french.percent(it.value) for it in _not_covered(period.figures)) for period in periods
    ]
    return _share_panel(
        *("couverture", wording.COVERAGE_CHART, wording.COVERAGE_MEANING),
        *(_slots(periods, asked), values),
        (
            *(wording.COVERAGE, wording.STATUSES["clarify"], f"dont {wording.TENTATIVE}"),
            wording.STATUSES["no_answer"],
        ),
        others,
    )


def _not_covered(figures: Figures) -> tuple[Proportion, ...]:
    likely = Proportion(figures.tentative, figures.questions)
    return figures.share("clarify"), likely, figures.share("no_answer")


def satisfaction_panel(periods: Sequence[Period], asked: DashboardFilter) -> Panel:
    """Show the share of verdicts that say useful."""
    values = [period.figures.satisfaction for period in periods]
    return _share_panel(
        *("satisfaction", wording.SATISFACTION_CHART, wording.SATISFACTION_MEANING),
        *(_slots(periods, asked), values),
        (wording.SATISFACTION, wording.NOT_USEFUL),
        [(french.integer(value.n - value.count),) for value in values],
    )


def _share_panel(
    key: str,
    title: str,
    meaning: str,
    slots: Sequence[Slot],
    values: Sequence[Proportion],
    columns: tuple[str, ...],
    others: Sequence[tuple[str, ...]],
) -> Panel:
    rows = tuple(
        (
            slot.name,
            *(french.percent(value.value), french.interval(value), french.integer(value.n)),
            *cells,
        )
        for slot, value, cells in zip(slots, values, others, strict=True)
    )
    share, *more = columns
    headings = (wording.PERIOD, share, wording.INTERVAL, "n", *more)
    return Panel(
        shares(
            Heading(key, title, _extremes(values, slots)),
            *(slots, [*map(_point, values)], french.percent),
        ),
        f"{meaning} {wording.WEAK_POINTS}",
        ShownTable("periods", title, headings, rows),
    )


def drift_panel(before: Figures, now: Figures) -> DriftPanel:
    """Show how the confidence is distributed, now and in the time before."""
    drift = drift_of(before.bins, now.bins)
    slots = [
        Slot(
            f"{100 * place // BINS}–{100 * (place + 1) // BINS}",
            wording.CLASS_NAME.format(
                low=french.percent(place / BINS), high=french.percent((place + 1) / BINS)
            ),
        )
        for place in range(BINS)
    ]
    series = [(wording.REFERENCE, before.bins), (wording.THIS_PERIOD, now.bins)]
    sentence = wording.drift_sentence(drift)
    heading = Heading("derive", wording.DRIFT_CHART, sentence)
    chart = paired_bars(heading, slots, series, french.percent)
    rows = tuple(
        (
            slot.name,
            *(french.integer(then), french.percent(Proportion(then, before.questions).value)),
            *(french.integer(count), french.percent(Proportion(count, now.questions).value)),
        )
        for slot, then, count in zip(slots, before.bins, now.bins, strict=True)
    )
    headings = (wording.CLASS, wording.REFERENCE, wording.SHARE, wording.THIS_PERIOD, wording.SHARE)
    table = ShownTable("confidence", wording.DRIFT_CHART, headings, rows)
    return DriftPanel(Panel(chart, wording.DRIFT_MEANING, table), sentence, _numbers(drift))


def _numbers(drift: Drift) -> str:
    if not drift.n or not drift.reference_n:
        return ""
    return wording.DRIFT_FIGURES.format(
        psi=french.decimal(drift.psi, 3),
        by_chance=french.decimal(drift.psi_by_chance, 3),
        distance=french.decimal(drift.distance, 3),
        distance_by_chance=french.decimal(drift.distance_by_chance, 3),
        reference_n=french.integer(drift.reference_n),
        n=french.integer(drift.n),
    )


def reasons_table(figures: Figures) -> ShownTable:
    """List why answers did not help, the most frequent reason first."""
    most_first = sorted(figures.reasons.items(), key=lambda item: -item[1])
    rows = tuple(
        (
            wording.REASONS[reason],
            french.integer(count),
            french.percent(Proportion(count, figures.not_useful).value),
            french.interval(Proportion(count, figures.not_useful)),
        )
        for reason, count in most_first
        if count
    )
    headings = (wording.REASON, wording.COUNT, wording.SHARE, wording.INTERVAL)
    return ShownTable("reasons", wording.REASONS_TITLE, headings, rows)


def versions_table(versions: Sequence[CorpusVersion], current: str) -> ShownTable:
    """List the versions of the FAQ that answered, and mark the digest of the current one."""
    rows = tuple(
        (
            version.digest[:12] + (f" ({wording.CURRENT})" if version.digest == current else ""),
            french.integer(version.questions),
            french.moment(version.first),
            french.moment(version.last),
        )
        for version in versions
    )
    headings = (wording.DIGEST, wording.QUESTIONS, wording.FIRST, wording.LAST)
    return ShownTable("versions", wording.VERSIONS_TITLE, headings, rows)


def _slots(periods: Sequence[Period], asked: DashboardFilter) -> list[Slot]:
    return [
        Slot(
            french.tick(period.start, asked.granularity),
            french.period(period.start, asked.granularity),
        )
        for period in periods
    ]


def _point(share: Proportion) -> Point:
    said = (
        f"{french.percent(share.value)} ({french.interval(share)}), "
        f"{french.integer(share.count)} sur {french.integer(share.n)}"
    )
    return Point(share.value, share.low, share.high, said, weak=not share.enough)


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
