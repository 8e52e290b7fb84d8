"""Figures for Prometheus, summed over all workers of a server.

With several, ``faqbot serve`` names a folder in `SHARED`, where the client library keeps what each
one counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from faqbot.database.records import Interaction
from faqbot.vocabulary import NoticeCode

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable; it counts only if it is set before the library is imported."""


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        counter = partial(Counter, registry=self._registry)
        self._answers = Histogram(
            "faqbot_answer_seconds",
            "Time from a valid question to its answer, by status; small talk apart.",
            ["status"],
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
            registry=self._registry,
        )
        self._known = counter(
            "faqbot_known_answers_total",
            "Answers by whether they were known from before, and not ranked again.",
            ["known"],
        )
        self._votes = counter(
            "faqbot_votes_total", "Verdicts received, changes of mind included.", ["useful"]
        )
        self._choices = counter(
            "faqbot_choices_total", "Answers chosen among several, changes of mind included."
        )
        self._redactions = counter(
            "faqbot_redactions_total",
            "Personal data taken out of texts before they were kept, by kind.",
            ["kind"],
        )
        self._webhooks = counter(
            "faqbot_webhook_attempts_total",
            "Attempts to post an event, by what came of them.",
            ["event", "outcome"],
        )
        self._requests = counter(
            "faqbot_http_requests_total", "HTTP requests served.", ["method", "route", "status"]
        )

    def answered(self, asked: Interaction, *, known: bool) -> None:
        """Count an answer, the time it took, and whether it was known."""
        label = "small_talk" if asked.small_talk else asked.status
        self._answers.labels(label).observe(asked.duration_ms / 1000)
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

    def told(self, event: str, outcome: str) -> None:
        """Count an attempt to post an event: ``delivered``, ``failed`` or ``given_up``."""
        self._webhooks.labels(event, outcome).inc()

    def requested(self, method: str, route: str, status: int) -> None:
        """Count a request by its route, the path's template: ids do not become labels."""
        self._requests.labels(method, route, str(status)).inc()

    def render(self, warnings: Iterable[NoticeCode]) -> bytes:
        """Render all figures in Prometheus' text format, with what is amiss here now."""
        counted = self._registry
        if SHARED in os.environ:  # noqa: TID251 - the library's own setting
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_Warnings(warnings))
        return generate_latest(counted) + generate_latest(now)


class _Warnings(Collector):
    """A state, which is not summed as counts are."""

    def __init__(self, present: Iterable[NoticeCode]) -> None:
        self._present = set(present)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        text = "1 while something is amiss with what is served, by what; /readyz says more."
        family = GaugeMetricFamily("faqbot_warnings", text, labels=["code"])
        for code in get_args(NoticeCode):
            family.add_metric([code], code in self._present)
        yield family
