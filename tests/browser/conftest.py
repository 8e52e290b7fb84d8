"""A served faqbot in a process of its own, and real browsers to use it with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from faqbot.assistant import Assistant
from faqbot.database.records import Interaction
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.browser.hosts import Host
from tests.browser.visiting import Visitor

PATIENCE_MS = 30_000
"""A busy machine is slow, not wrong."""
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # Its own search box is a page too, made anew for each of ours: half of the time that takes.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,OmniboxAimPopup",
    "--renderer-process-limit=1",  # other sites still get a process of their own
]


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    address: str
    database: Path

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self.database.with_suffix(".log").read_text(encoding="utf-8")


def serve(
    settings: Settings,
    database: Path,
    url: str | None = None,
    *,
    allowed_origins: str = "",
    command: Sequence[str] = ("-m", "faqbot", "serve", "--port", "0"),
    environment: Mapping[str, str] | None = None,
) -> Served:
    """Start ``faqbot serve`` and wait until it says where it listens.

    Its log stands beside the database file, which another database may take the place of.
    """
    variables = {
        **os.environ,  # noqa: TID251 - for a child process
        **(environment or {}),
        "FAQBOT_INDEX_DIR": str(settings.index_dir),
        "FAQBOT_DATABASE_URL": url or f"sqlite:///{database}",
        "FAQBOT_ALLOWED_ORIGINS": allowed_origins,
    }
    log = database.with_suffix(".log")  # not a pipe: nobody would empty it, and it would fill up
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen([sys.executable, *command], stderr=stderr, env=variables)
    deadline = time.monotonic() + PATIENCE_MS / 1000 * 4
    while process.poll() is None and time.monotonic() < deadline:
        written = log.read_text(encoding="utf-8")
        if match := re.search(r"faqbot listens at (http://\S+)", written):
            return Served(process, match[1], database)
        time.sleep(0.1)
    process.kill()
    process.wait()
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


# Package scope: Playwright keeps an event loop running until it is stopped, and the asynchronous
# tests of other packages need one of their own.
@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    with Host() as host:
        yield host


@pytest.fixture(scope="package")
def served(
    assistant: Assistant, settings: Settings, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    del assistant  # only makes sure that model and index are in place
    database = tmp_path_factory.mktemp("served") / "faqbot.sqlite3"
    running = serve(settings, database, allowed_origins=host.origin)
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    installed = installed_of("chromium", "chromium-browser", "google-chrome")
    with playwright.chromium.launch(executable_path=installed, args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture(scope="package")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    installed = installed_of("firefox-esr", "firefox")
    if not installed:
        pytest.skip("there is no Firefox: install firefox-esr")
    # By this channel Playwright speaks WebDriver BiDi, which any Firefox understands.
    launch = playwright.firefox.launch
    with launch(channel="moz-firefox", executable_path=installed) as browser:
        yield browser


def installed_of(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


in_both = pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)
"""Has a journey made in Firefox too."""


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    found: Browser = request.getfixturevalue(getattr(request, "param", "chromium"))
    return found


def open_page(context: BrowserContext, served: Served, session: object = "") -> Page:
    """Open the chat page, of a session if given.

    Any request to elsewhere, and any script error, fails the test.
    """
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((served.address, "data:"))
            else pytest.fail(f"request to elsewhere: {request.url}")
        ),
    )
    page.goto(f"{served.address}/?session={session}" if session else served.address)
    return page


@pytest.fixture
def store(served: Served) -> Iterator[FeedbackStore]:
    """The database of the running server."""
    with FeedbackStore.open(f"sqlite:///{served.database}") as store:
        yield store


def go_to(page: Page, served: Served, asked: Interaction) -> Locator:
    """Open the conversation of a question that was recorded beforehand, and find its turns."""
    page.goto(f"{served.address}/?session={asked.session_id}")
    return page.locator("article.turn")


def choose(place: Page | Locator, entry_id: str) -> None:
    """Choose one of the answers that are offered."""
    place.locator(f".candidates [data-entry={entry_id}]").get_by_role("button").click()


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Page]:
    """The chat page, once with JavaScript and once without."""
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR")
    yield open_page(context, served)
    context.close()


@pytest.fixture
def scripted(browser: Browser, served: Served) -> Iterator[Page]:
    """The chat page with JavaScript."""
    context = browser.new_context(locale="fr-FR")
    yield open_page(context, served)
    context.close()


@pytest.fixture(params=[(320, "light"), (1280, "dark")], ids=["narrow-light", "wide-dark"])
def every_look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Narrow and light, wide and dark: what breaks a rule seldom needs another pair to."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR"
    )
    yield context
    context.close()


@pytest.fixture
def visitor(browser: Browser, served: Served, host: Host) -> Iterator[Visitor]:
    """Opens host pages of the widget; any error in them that is not expected fails the test."""
    visitor = Visitor(browser, served.address, host)
    yield visitor
    visitor.close()
    assert not visitor.problems
