"""Figures as the dashboard shows them: numbers with their n, charts with their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from faqbot.analytics.activity import Figures, Period
from faqbot.analytics.drift import Drift, drift_of
from faqbot.analytics.proportions import Proportion
from faqbot.charts import Chart, Heading, Point, Slot, paired_bars, shares, stacked_bars
from faqbot.console import french
from faqbot.console.dashboard import wording
from faqbot.console.dashboard.filters import Asked
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
class Table:
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
    table: Table


@dataclass(frozen=True, slots=True)
class DriftPanel:
    """The drift of the confidence, in a picture, a sentence and numbers."""

    panel: Panel
    sentence: str
    figures: str


def key_figures(now: Figures, before: Figures) -> tuple[KeyFigure, ...]:
    """Choose the numbers that come first.

    Args:
        now: The figures of the time looked at.
        before: Those of the time before.

    Returns:
        The numbers.
    """
    sessions = french.count(now.sessions, "conversation", "conversations")
    polite = french.count(now.small_talk, "politesse", "politesses")
    return (
        KeyFigure(
            wording.QUESTIONS,
            french.integer(now.questions),
            f"{sessions}, {polite}",
            wording.BEFORE.format(value=french.integer(before.questions)),
            wording.QUESTIONS_MEANING,
        ),
        _share(wording.COVERAGE, now.share("answered"), before.share("answered"),
               wording.of_questions, wording.COVERAGE_MEANING),
        _share(wording.NO_ANSWER, now.share("no_answer"), before.share("no_answer"),
               wording.of_questions, wording.NO_ANSWER_MEANING),
        _share(wording.SATISFACTION, now.satisfaction, before.satisfaction,
               wording.votes, wording.SATISFACTION_MEANING),
    )  # fmt: skip


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


def volume_panel(periods: Sequence[Period], asked: Asked) -> Panel:
    """Show how much was asked.

    Args:
        periods: The periods.
        asked: The filters.

    Returns:
        The panel.
    """
    series = [
        (label, [period.figures.by_status[status] for period in periods])
        for status, label in wording.STATUSES.items()
    ]
    total = sum(sum(counts) for _, counts in series)
    said = ", ".join(f"{label.lower()} {french.integer(sum(counts))}" for label, counts in series)
    heading = Heading(
        "volumes",
        wording.VOLUME_CHART,
        f"{french.count(total, 'question', 'questions')}\u00a0: {said}.",
    )
    rows = tuple(
        (
            french.period(period.start, asked.granularity),
            french.integer(period.figures.questions),
            *(french.integer(count) for count in period.figures.by_status.values()),
            french.integer(period.figures.sessions),
            french.integer(period.figures.small_talk),
        )
        for period in periods
    )
    headings = (
        *(wording.PERIOD, wording.QUESTIONS, *wording.STATUSES.values()),
        *(wording.SESSIONS, wording.SMALL_TALK),
    )
    return Panel(
        stacked_bars(heading, _slots(periods, asked), series, french.integer),
        wording.QUESTIONS_MEANING,
        Table("periods", wording.VOLUME_CHART, headings, rows),
    )


def coverage_panel(periods: Sequence[Period], asked: Asked) -> Panel:
    """Show the share of questions that were answered.

    Args:
        periods: The periods.
        asked: The filters.

    Returns:
        The panel.
    """
    values = [period.figures.share("answered") for period in periods]
    heading = Heading("couverture", wording.COVERAGE_CHART, _extremes(values, periods, asked))
    headings = (
        *(wording.PERIOD, wording.COVERAGE, wording.INTERVAL, "n"),
        *(wording.STATUSES["clarify"], wording.STATUSES["no_answer"]),
    )
    rows = tuple(
        (
            *_share_cells(period, value, asked),
            french.percent(period.figures.share("clarify").value),
            french.percent(period.figures.share("no_answer").value),
        )
        for period, value in zip(periods, values, strict=True)
    )
    return Panel(
        shares(heading, _slots(periods, asked), [*map(_point, values)], french.percent),
        f"{wording.COVERAGE_MEANING} {wording.WEAK_POINTS}",
        Table("periods", wording.COVERAGE_CHART, headings, rows),
    )


def satisfaction_panel(periods: Sequence[Period], asked: Asked) -> Panel:
    """Show the share of verdicts that say useful.

    Args:
        periods: The periods.
        asked: The filters.

    Returns:
        The panel.
    """
    values = [period.figures.satisfaction for period in periods]
    heading = Heading("satisfaction", wording.SATISFACTION_CHART, _extremes(values, periods, asked))
    headings = (wording.PERIOD, wording.SATISFACTION, wording.INTERVAL, "n", wording.NOT_USEFUL)
    rows = tuple(
        (
            *_share_cells(period, value, asked),
            french.integer(value.n - value.count),
        )
        for period, value in zip(periods, values, strict=True)
    )
    return Panel(
        shares(heading, _slots(periods, asked), [*map(_point, values)], french.percent),
        f"{wording.SATISFACTION_MEANING} {wording.WEAK_POINTS}",
        Table("periods", wording.SATISFACTION_CHART, headings, rows),
    )


def drift_panel(before: Figures, now: Figures) -> DriftPanel:
    """Show how the confidence is distributed, now and before.

    Args:
        before: The figures of the time before.
        now: Those of the time looked at.

    Returns:
        The panel.
    """
    drift = drift_of(before.bins, now.bins)
    names = [
        wording.CLASS_NAME.format(
            low=french.percent(place / BINS), high=french.percent((place + 1) / BINS)
        )
        for place in range(BINS)
    ]
    slots = [
        Slot(f"{100 * place // BINS}–{100 * (place + 1) // BINS}", name)
        for place, name in zip(range(BINS), names, strict=True)
    ]
    series = [(wording.REFERENCE, before.bins), (wording.THIS_PERIOD, now.bins)]
    sentence = wording.drift_sentence(drift)
    heading = Heading("derive", wording.DRIFT_CHART, sentence)
    chart = paired_bars(heading, slots, series, french.percent)
    rows = tuple(
        (
            name,
            french.integer(before.bins[place]),
            french.percent(Proportion(before.bins[place], before.questions).value),
            french.integer(now.bins[place]),
            french.percent(Proportion(now.bins[place], now.questions).value),
        )
        for place, name in enumerate(names)
    )
    headings = (wording.CLASS, wording.REFERENCE, wording.SHARE, wording.THIS_PERIOD, wording.SHARE)
    table = Table("confidence", wording.DRIFT_CHART, headings, rows)
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


def reasons_table(figures: Figures) -> Table:
    """List why answers did not help.

    Args:
        figures: The figures.

    Returns:
        The table, the most frequent reason first.
    """
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
    return Table("reasons", wording.REASONS_TITLE, headings, rows)


def versions_table(versions: Sequence[CorpusVersion], current: str) -> Table:
    """List the versions of the FAQ that answered.

    Args:
        versions: The versions.
        current: Digest of the corpus that answers now.

    Returns:
        The table.
    """
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
    return Table("versions", wording.VERSIONS_TITLE, headings, rows)


def _slots(periods: Sequence[Period], asked: Asked) -> list[Slot]:
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


def _share_cells(period: Period, share: Proportion, asked: Asked) -> tuple[str, str, str, str]:
    return (
        french.period(period.start, asked.granularity),
        french.percent(share.value),
        french.interval(share),
        french.integer(share.n),
    )


def _extremes(values: Sequence[Proportion], periods: Sequence[Period], asked: Asked) -> str:
    """Say in words what a line shows: where it starts, ends, and was lowest and highest."""
    told = [
        (share, french.period(period.start, asked.granularity))
        for share, period in zip(values, periods, strict=True)
        if share.enough
    ]
    if not told:
        return wording.EXTREMES_NONE
    lowest, highest = min(told, key=_value), max(told, key=_value)
    return wording.EXTREMES.format(
        first=_said(told[0]), last=_said(told[-1]), lowest=_said(lowest), highest=_said(highest)
    )


def _value(told: tuple[Proportion, str]) -> float:
    return told[0].value


def _said(told: tuple[Proportion, str]) -> str:
    return f"{french.percent(told[0].value)} ({told[1]})"
