"""Figures for Prometheus. With several workers, each one reports its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from faqbot.answering.answer import Answer
from faqbot.vocabulary import NoticeCode


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Histogram(
            "faqbot_answer_seconds",
            "Time from a valid question to its answer, by status; small talk apart.",
            ["status"],
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
            registry=self._registry,
        )
        self._known = Counter(
            "faqbot_known_answers_total",
            "Answers by whether they were known from before, and not ranked again.",
            ["known"],
            registry=self._registry,
        )
        self._votes = Counter(
            "faqbot_votes_total",
            "Verdicts received, changes of mind included.",
            ["useful"],
            registry=self._registry,
        )
        self._choices = Counter(
            "faqbot_choices_total",
            "Answers chosen among several, changes of mind included.",
            registry=self._registry,
        )
        self._redactions = Counter(
            "faqbot_redactions_total",
            "Personal data taken out of texts before they were kept, by kind.",
            ["kind"],
            registry=self._registry,
        )
        self._requests = Counter(
            "faqbot_http_requests_total",
            "HTTP requests served.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._warnings = Gauge(
            "faqbot_warnings",
            "1 while something is amiss with what is served, by what; /readyz says more.",
            ["code"],
            registry=self._registry,
        )

    def answered(self, answer: Answer, seconds: float, *, known: bool) -> None:
        """Count an answer, the time it took, and whether it was known."""
        label = "small_talk" if answer.small_talk else answer.status
        self._answers.labels(label).observe(seconds)
        self._known.labels(str(known).lower()).inc()

    def voted(self, useful: bool) -> None:
        """Count a verdict."""
        self._votes.labels(str(useful).lower()).inc()

    def chosen(self) -> None:
        """Count a choice."""
        self._choices.inc()

    def redacted(self, kind: str, number: int) -> None:
        """Count personal data that was taken out of a text, by what it was."""
        self._redactions.labels(kind).inc(number)

    def requested(self, method: str, route: str, status: int) -> None:
        """Count a request by its route, the path's template: ids do not become labels."""
        self._requests.labels(method, route, str(status)).inc()

    def render(self, warnings: Iterable[NoticeCode]) -> bytes:
        """Render all figures in Prometheus' text format, with what is amiss now."""
        present = set(warnings)
        for code in get_args(NoticeCode):
            self._warnings.labels(code).set(code in present)
        return generate_latest(self._registry)
