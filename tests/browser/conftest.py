"""A served faqbot in a process of its own, and a real Chromium to use it with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from faqbot.assistant import Assistant
from faqbot.settings import Settings

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    address: str


def serve(settings: Settings, database: Path, port: int = 0) -> Served:
    """Start ``faqbot serve`` and wait until it says where it listens."""
    environment = {
        **os.environ,  # noqa: TID251 - for a child process
        "FAQBOT_INDEX_DIR": str(settings.index_dir),
        "FAQBOT_DATABASE_URL": f"sqlite:///{database}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "faqbot", "serve", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if match := re.search(r"faqbot listens at (http://\S+)", line):
            return Served(process, match[1])
    pytest.fail("the server did not start:\n" + "".join(seen))


@pytest.fixture(scope="session")
def served(
    assistant: Assistant, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    del assistant  # only makes sure that model and index are in place
    running = serve(settings, tmp_path_factory.mktemp("served") / "faqbot.sqlite3")
    yield running
    running.process.terminate()
    running.process.communicate(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
        yield browser
        browser.close()


def open_page(context: BrowserContext, served: Served) -> Page:
    """Open the chat page; any request to elsewhere, and any script error, fails the test."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((served.address, "data:"))
            else pytest.fail(f"request to elsewhere: {request.url}")
        ),
    )
    page.goto(served.address)
    return page


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
