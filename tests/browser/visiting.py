"""Opens host pages, and fails a test that left a script error or a violated policy behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser import replies
from tests.browser.hosts import Host, embedding
from tests.browser.replies import FakeApi

# A refused request is written to the console by Chromium itself, and here on purpose.
REFUSED = re.compile("Failed to load resource")
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => console.error(
  `policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
RECORD_EVENTS = """
globalThis.heard = [];
for (const name of ['faq-answer', 'faq-feedback', 'faq-error', 'faq-toggle']) {
  addEventListener(name, (event) => heard.push({
    name, detail: structuredClone(event.detail), bubbles: event.bubbles && event.composed,
  }));
}
"""


@dataclass
class Visitor:
    """Opens pages in contexts of their own and keeps what went wrong in them."""

    browser: Browser
    address: str
    host: Host
    expected: str = "(?!)"
    """Pattern of console messages that the test asks for."""
    problems: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, init: str = "", **options: Any) -> BrowserContext:
        """Open a context whose pages are watched."""
        context = self.browser.new_context(**{"locale": "fr-FR", **options})
        if options.get("java_script_enabled", True):
            context.add_init_script(REPORT_VIOLATIONS + RECORD_EVENTS + init)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self._contexts.append(context)
        return context

    def open(
        self,
        attributes: str = "",
        *,
        body: str | None = None,
        head: str = "",
        html: str = 'lang="fr"',
        headers: Mapping[str, str] | None = None,
        chat: dict[str, Any] | None = replies.ANSWERED,
        origin: str | None = None,
        clock: bool = False,
        **options: Any,
    ) -> Embedded:
        """Open a host page.

        Args:
            attributes: Of the widget, when the body is the usual one.
            body: Of the page; default: some prose and the widget.
            head: As `Host.add` takes it.
            html: As `Host.add` takes it.
            headers: As `Host.add` takes it.
            chat: What the faked API replies to questions; None: the real API is asked.
            origin: Where the page is served; default: the allowed one.
            clock: Whether the page's time can be moved on.
            options: For the browser's context.

        Returns:
            The page and its widget.
        """
        path = self.host.add(
            embedding(self.address, attributes) if body is None else body,
            head=head,
            html=html,
            headers=headers,
        )
        page = self.context(**options).new_page()
        if clock:
            page.clock.install()
        api = FakeApi(page, self.address, chat) if chat is not None else None
        page.goto((origin or self.host.origin) + path)
        return Embedded(page, api)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or REFUSED.match(message.text):
            return
        if not re.search(self.expected, message.text):
            self.problems.append(message.text)


@dataclass
class Embedded:
    """A page with a widget, and what the widget says and sends."""

    page: Page
    fake: FakeApi | None = None

    @property
    def api(self) -> FakeApi:
        assert self.fake is not None
        return self.fake

    @property
    def widget(self) -> Locator:
        return self.page.locator("faq-chat").first

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the host page heard so far."""
        heard: list[dict[str, Any]] = self.page.evaluate("heard")
        return heard

    def part(self, name: str) -> Locator:
        """What the widget offers for styling under a name."""
        return self.widget.locator(f'[part~="{name}"]')

    @property
    def launcher(self) -> Locator:
        return self.part("launcher")

    @property
    def panel(self) -> Locator:
        return self.part("panel")

    @property
    def box(self) -> Locator:
        return self.part("input")

    @property
    def turns(self) -> Locator:
        return self.part("turn")

    @property
    def status(self) -> Locator:
        """The one live region."""
        return self.widget.locator('[role="status"]')

    def start(self) -> Self:
        """Open the panel."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def ask(self, question: str = "") -> Locator:
        """Type a question, by default a new one, and send it; returns it with its reply."""
        before = self.turns.count()
        self.box.fill(question or f"question numéro {before + 1} ?")
        self.box.press("Enter")
        self.expect_replies(before + 1)
        return self.turns.last

    def expect_replies(self, count: int) -> None:
        """Wait until so many questions stand there, each with its reply."""
        expect(self.turns).to_have_count(count)
        # A question that is still on its way already counts as a turn.
        expect(self.turns.locator(".wait")).to_have_count(0)

    def button(self, name: str) -> Locator:
        return self.widget.get_by_role("button", name=name, exact=True)
