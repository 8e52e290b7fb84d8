"""The review queue in a real browser: by keyboard, on a phone, and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from faqbot.assistant import Assistant
from faqbot.console import review_wording as wording
from faqbot.console.passwords import Passwords
from faqbot.feedback.accounts import AccountStore
from faqbot.feedback.decisions import DecisionStore
from faqbot.feedback.store import FeedbackStore
from faqbot.review.decisions import RightEntry, decode
from faqbot.settings import Settings
from tests.browser.conftest import PATIENCE_MS, Served, serve
from tests.feedback.decided import chosen, unanswered, voted_down

PASSWORD = "correct horse battery"  # noqa: S105
WIDTHS = (375, 1280)


@pytest.fixture(scope="module")
def console(
    assistant: Assistant, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server with a console and some signals."""
    del assistant  # only makes sure that model and index are in place
    database = tmp_path_factory.mktemp("console") / "faqbot.sqlite3"
    with FeedbackStore.open(f"sqlite:///{database}") as store:
        hashed = Passwords().hash(PASSWORD)
        AccountStore(store).create(
            "alice", "reviewer", password_hash=hashed, subject=None, at=datetime.now(UTC)
        )
        voted_down(store, "Où est le REM, celui dont parle tout le monde sans jamais le montrer ?")
        chosen(store, "certificat")
        for text in ("Imprimante en panne ?", "Mon imprimante ne marche pas", "Météo demain ?"):
            unanswered(store, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAQBOT_SECRET_KEY", "a key for tests, of more than 32 characters")
        running = serve(settings, database)
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)


@pytest.fixture
def without_script(browser: Browser, console: Served) -> Iterator[Page]:
    """The queue, in a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    yield enter(context.new_page(), console)
    context.close()


@pytest.fixture(params=["light", "dark"])
def scripted(request: pytest.FixtureRequest, browser: Browser, console: Served) -> Iterator[Page]:
    """The queue, in either theme."""
    context = browser.new_context(locale="fr-FR", color_scheme=request.param)
    yield enter(context.new_page(), console)
    context.close()


def enter(page: Page, console: Served) -> Page:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{console.address}/admin/login?next=/admin/review")
    page.get_by_label("Nom du compte").fill("alice")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Mot de passe").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wording.TITLE)
    return page


def require_sound(page: Page) -> None:
    """No rule of accessibility is broken, and nothing makes the page scroll sideways."""
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["help"]) for found in violations] == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_and_fits(scripted: Page, width: int) -> None:
    scripted.set_viewport_size({"width": width, "height": 800})
    require_sound(scripted)
    scripted.goto(scripted.url.split("?")[0] + "?signal=negative_vote")
    scripted.get_by_role("link", name=wording.DECIDE).first.click()
    for kind in wording.KINDS:
        scripted.locator(f"input[value={kind}]").check()
        require_sound(scripted)
    scripted.locator("input[value=missing_entry]").check()
    scripted.get_by_role("button", name=wording.SAVE).click()
    expect(scripted.get_by_role("alert")).to_contain_text(wording.ERRORS["empty"])
    require_sound(scripted)


def test_a_decision_takes_the_keyboard_only(without_script: Page, console: Served) -> None:
    page = without_script
    page.goto(f"{console.address}/admin/review?signal=choice")
    page.get_by_role("link", name=wording.DECIDE).first.focus()
    page.keyboard.press("Enter")
    # The entry that was chosen is already filled in; only its fields are on the page.
    expect(page.get_by_label(wording.RIGHT_ENTRY)).to_have_value("S02")
    expect(page.get_by_label(wording.NOTE)).to_be_hidden()
    page.locator("input[value=right_entry]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=missing_entry]")).to_be_checked()
    expect(page.get_by_label(wording.DRAFT_THEME)).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name=wording.SAVE).press("Enter")
    expect(page.get_by_role("status")).to_contain_text(wording.KINDS["right_entry"][0])
    with FeedbackStore.open(f"sqlite:///{console.database}") as store:
        (stored,) = DecisionStore(store).decisions()
        assert decode(stored) == RightEntry("S02", "query")
        assert stored.questions[0].key.signal == "choice"
    page.get_by_role("button", name=wording.UNDO).click()
    expect(page.get_by_role("status")).to_have_text(wording.UNDONE)
