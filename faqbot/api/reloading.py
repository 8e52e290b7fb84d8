"""Serve the corpus as it stands in its folder, or as it was released: no change needs a restart.

Each worker looks every second, at the folder or at which release is current. A change is read,
checked and opened in the background, with the model that is loaded already, and put into service in
one step between two requests. What cannot be served changes nothing but the service's notices.
Workers share the folder of the index, so that what is new is embedded once.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import structlog
from fastapi import FastAPI
from starlette.datastructures import State

from faqbot.api.services import Services
from faqbot.assistant import Assistant
from faqbot.corpus.reading import Fingerprint, fingerprint
from faqbot.errors import CorpusError, StoreUnavailable
from faqbot.notices import Notice, corpus_not_opened, corpus_refused
from faqbot.releases import current_release, open_release

log = structlog.get_logger(__name__)

_EVERY_S, _STILL_S = 1.0, 0.3
"""Time between two looks; and after a change was seen."""
_AGAIN_S = 60.0
"""Until what could not be opened, though nothing is wrong with the corpus, is tried once more."""
_BREATH_S = 0.02
"""Pause after each batch that is embedded, in which questions that wait for the model get it."""
_END_S = 10.0
"""Longest time that the end of the service waits for work in progress, which is then cut off."""


@contextmanager
def following(app: FastAPI) -> Iterator[None]:
    """Follow the corpus while the context is open; a SIGHUP asks for a look at once.

    Args:
        app: Its services are replaced; nothing happens when their corpus was given.
    """
    follower = _Follower(app.state)
    if follower.handled is None:
        yield
        return
    follower.start()
    try:
        with _on_hang_up(follower.called.set):
            yield
    finally:
        follower.stop()


class _Follower(threading.Thread):
    def __init__(self, state: State) -> None:
        super().__init__(name="corpus", daemon=True)
        self._state = state
        self.handled = self._services.service.assistant.source
        """The folder as it was when it was last opened or refused; or which release was."""
        self.called = threading.Event()
        self._again_at = math.inf
        """On the monotonic clock, when to try once more."""
        self._stopping = threading.Event()

    @property
    def _services(self) -> Services:
        services: Services = self._state.services
        return services

    def stop(self) -> None:
        self._stopping.set()
        self.called.set()
        self.join(_END_S)

    def run(self) -> None:
        settings = self._services.service.settings
        last = self.handled
        while True:
            looking_s = _EVERY_S if last == self.handled else _STILL_S
            called = self.called.wait(looking_s if settings.reload == "on" else None)
            self.called.clear()
            if self._stopping.is_set():
                return
            found = self._look()
            is_due = found != self.handled or time.monotonic() >= self._again_at
            # Several files may still be on their way: a change is taken up once it stands still.
            if called or (is_due and found == last):
                self.handled, self._again_at = found, math.inf
                self._take_up()
            last = found

    def _look(self) -> Fingerprint | str | None:
        service = self._services.service
        if service.release is None:
            return fingerprint(service.settings.corpus_dir)
        try:
            return current_release(service.database) or service.release
        except StoreUnavailable:  # which /readyz tells
            return self.handled or service.release

    def _take_up(self) -> None:
        try:
            self._open()
        except _Stopped:
            return
        except StoreUnavailable as error:
            log.warning("release_not_fetched", reason=str(error))
            self.handled = None  # the next look finds it new again
        except CorpusError as error:
            self._warn(corpus_refused(error.problems))
        except Exception as error:
            # Whatever it is, the service goes on with what it has; the traceback holds no question.
            self._warn(corpus_not_opened(), exc_info=error)
            self._again_at = time.monotonic() + _AGAIN_S

    def _open(self) -> None:
        services, found = self._services, self.handled
        service = services.service
        opened: Callable[..., Assistant] = Assistant.open
        if isinstance(found, str):
            opened = partial(open_release, service.database, found)
        assistant = opened(
            service.settings, progress=self._breathe, embedder=service.assistant.embedder
        )
        self._state.services = replace(services, service=service.serving(assistant))
        self.handled = assistant.source
        log.info(
            "corpus_served",
            entries=len(assistant.corpus.entries),
            corpus_digest=assistant.corpus.digest[:12],
            release=found[:12] if isinstance(found, str) else None,
        )

    def _warn(self, notice: Notice, **more: object) -> None:
        log.warning(notice.code, **notice.details(), **more)
        services = self._services
        amiss = replace(services.service, notices=(notice,))
        self._state.services = replace(services, service=amiss)

    def _breathe(self, *_: object) -> None:
        if self._stopping.wait(_BREATH_S):
            raise _Stopped


class _Stopped(Exception):
    """The service ends: what is being opened is not needed any more."""


@contextmanager
def _on_hang_up(look: Callable[[], None]) -> Iterator[None]:
    """Have SIGHUP call for a look, as long as the context is open, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    in_terminal = os.isatty(0)

    def received() -> None:
        # The same signal tells that the terminal was closed: that ends what was started in it.
        if in_terminal and not os.isatty(0):
            signal.raise_signal(signal.SIGTERM)
        look()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, received)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
