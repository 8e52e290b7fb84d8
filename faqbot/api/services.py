"""What the application serves with, and how request handlers ask for it.

All of it is one frozen object under one key of the application's state, and handlers get its parts
by the aliases below. They are coroutines although none waits: FastAPI would run a function in a
thread, which takes longer than what is done in it. What the console works with is an object of its
own type under a key of its own (`faqbot.console.services`): the console stands downstream, so its
types cannot be named here, and one bag for both would have to forget them.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Self

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from faqbot.addresses import subscriber
from faqbot.api.failures import Kind
from faqbot.api.log_throttle import LogThrottle
from faqbot.api.rate_limits import RateLimiter
from faqbot.api.service import Service
from faqbot.api.templates import Templates
from faqbot.api.turns import Turns
from faqbot.api.widget_files import Widget
from faqbot.corpus.entry import Corpus
from faqbot.settings import resource_folder

_TYPING = 10
"""Suggestions are asked for while a question is typed: several for each question."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one application."""

    service: Service
    templates: Templates
    asked: RateLimiter
    """What a client may ask, judge and choose."""
    typed: RateLimiter
    """The suggestions that it may get, apart: typing never uses up what asking may."""
    widget: Widget
    log_throttle: LogThrottle
    asking: Turns
    keeping: Turns
    handing_over: Turns

    @classmethod
    def of(cls, service: Service) -> Self:
        """Put the parts together.

        Raises:
            WidgetMissing: faqbot was installed without its widget.
        """
        web, settings = resource_folder("web"), service.settings
        return cls(
            service,
            Templates(web, settings.public_path, documented=settings.api_docs == "on"),
            RateLimiter(settings.rate_limit),
            RateLimiter(settings.rate_limit, times=_TYPING),
            Widget.read(web / "widget"),
            LogThrottle(),
            # One waits for its record while the others compute; more only take turns at the lock.
            Turns(len(os.sched_getaffinity(0)) + 1, Kind.BUSY),
            # Of the connections that a pool has, some are left for questions and pages.
            Turns(4, Kind.STORE_UNAVAILABLE),
            Turns(4, Kind.HANDOFF_FAILED),  # apart: the support's tool may take its time
        )


def services_of(request: Request) -> Services:
    """Return what the application serves a request with.

    A changed corpus replaces it between two requests, so each request keeps what it began with.
    """
    if not hasattr(request.state, "services"):
        request.state.services = request.app.state.services
    found: Services = request.state.services
    return found


async def _services(request: Request) -> Services:
    return services_of(request)


async def _service(request: Request) -> Service:
    return services_of(request).service


async def _corpus(request: Request) -> Corpus:
    return services_of(request).service.corpus


ServicesDep = Annotated[Services, Depends(_services)]
ServiceDep = Annotated[Service, Depends(_service)]
CorpusDep = Annotated[Corpus, Depends(_corpus)]


def address_of(request: Request) -> str:
    """Tell where browsers find the service, without slash at the end."""
    public = services_of(request).service.settings.public_url
    return public or str(request.base_url).rstrip("/")


def path_within(request: Request) -> str:
    """Return the path that is asked for, from the application's root, wherever that stands."""
    scope = request.scope  # a mount moves root_path, and keeps what it was
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return str(scope["path"]).removeprefix(root)


def _limit(kind: Callable[[Services], RateLimiter]) -> Dependency:
    async def hit(request: Request) -> None:
        kind(services_of(request)).hit(client_of(request))

    return Dependency(hit)


def _turn(kind: Callable[[Services], Turns]) -> Dependency:
    async def take(request: Request) -> AsyncIterator[None]:
        async with kind(services_of(request)).taken(request):
            yield

    # The turn ends with the handler: a client that reads slowly holds none.
    return Dependency(take, scope="function")


LIMITED = (_limit(attrgetter("asked")),)
"""Dependencies of a route that takes its turn itself, where it needs one."""
ASKS = (*LIMITED, _turn(attrgetter("asking")))
"""Dependencies of a page that answers a question."""
SUGGESTS = (_limit(attrgetter("typed")), _turn(attrgetter("asking")))
"""Dependencies of a route that suggests questions."""
READS = (_turn(attrgetter("keeping")),)
"""Dependencies of a page that shows what is kept, to whoever asks however often."""
KEEPS = (*LIMITED, *READS)
"""Dependencies of a route that keeps something, or gives out or erases what is kept."""
HANDS = (*LIMITED, _turn(attrgetter("handing_over")))
"""Dependencies of a route that posts a message to the support's tool."""


def client_of(request: Request) -> str:
    """Tell who asks, as far as limits go."""
    return subscriber(request.client.host if request.client else "")
