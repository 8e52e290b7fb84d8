"""What the console's handlers work with, one object on the application, and how they ask for it.

It stands beside `faqbot.api.services.Services` and not inside it: imports point from the console to
the API, and an application without a secret key has no console.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import Depends, Request

from faqbot.analytics.clustering_jobs import ClusteringJobs
from faqbot.api.service import Service
from faqbot.api.services import ServiceDep
from faqbot.console.entrance import Entrance
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.editing.trials import Trials


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """The parts of one console."""

    entrance: Entrance
    grouping: ClusteringJobs
    """Puts questions together, and remembers what it has done."""
    trials: Trials
    """Tries drafts, and remembers what came of it."""

    @classmethod
    def open(cls, service: Service) -> Self:
        """Put the parts together."""
        entrance = Entrance.open(service.database, service.settings.secret_keys)
        return cls(entrance, ClusteringJobs(), Trials())


def console_of(request: Request) -> ConsoleServices:
    """Return what the console serves a request with; a FastAPI dependency."""
    found: ConsoleServices = request.app.state.console
    return found


ConsoleDep = Annotated[ConsoleServices, Depends(console_of)]


def _entrance(console: ConsoleDep) -> Entrance:
    return console.entrance


def _review(console: ConsoleDep, service: ServiceDep) -> ReviewDesk:
    return ReviewDesk(service, console.grouping)


EntranceDep = Annotated[Entrance, Depends(_entrance)]
ReviewDep = Annotated[ReviewDesk, Depends(_review)]
