"""The review queue in a real browser: by keyboard, on a phone, and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr

from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.console.review_pages import wording
from faqbot.review.decisions import OutOfScope, RightEntry, decode
from faqbot.review.store import DecisionStore
from faqbot.settings import Settings
from tests.browser.conftest import PATIENCE_MS, in_both
from tests.browser.serving import served_here
from tests.browser.soundness import require_sound
from tests.fakes import mute_assistant
from tests.review.decided import chosen, unanswered, voted_down

PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The real corpus, a reviewer and some signals; questions are grouped by their letters."""
    database = tmp_path_factory.mktemp("review") / "faqbot.sqlite3"
    settings = Settings(
        database_url=f"sqlite:///{database}",
        secret_key=SecretStr("a key for tests, of more than 32 characters"),
    )
    service = Service.open(settings, mute_assistant())
    hashed = Passwords().hash(PASSWORD)
    now = datetime.now(UTC)
    AccountStore(service.database).create(
        StoredAccount(name="alice", role="reviewer", password_hash=hashed, created_at=now)
    )
    voted_down(
        service.store, "Où est le REM, celui dont parle tout le monde sans jamais le montrer ?"
    )
    chosen(service.store, "certificat")
    for text in ("Imprimante en panne ?", "Mon imprimante est en panne", "Météo demain ?"):
        unanswered(service.store, text)
    return service


@pytest.fixture(scope="module")
def console(service: Service) -> Iterator[str]:
    """The address of the console."""
    with served_here(service) as address:
        yield address


@pytest.fixture
def without_script(browser: Browser, console: str) -> Iterator[Page]:
    """The queue, in a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    yield enter(context.new_page(), console)
    context.close()


def enter(page: Page, console: str) -> Page:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{console}/admin/login?next=/admin/review")
    page.get_by_label("Nom du compte").fill("alice")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Mot de passe").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relecture")
    return page


@in_both
def test_every_page_is_accessible_and_fits(every_look: BrowserContext, console: str) -> None:
    page = enter(every_look.new_page(), console)
    require_sound(page)
    page.goto(page.url.split("?")[0] + "?signal=negative_vote")
    page.get_by_role("link", name="Décider").first.click()
    for kind in wording.KINDS:
        page.locator(f"input[value={kind}]").check()
        require_sound(page)
    page.locator("input[value=missing_entry]").check()
    page.get_by_role("button", name="Enregistrer et passer à la suite").click()
    expect(page.get_by_role("alert")).to_contain_text(wording.ERRORS["empty"])
    require_sound(page)


@in_both
def test_a_decision_takes_the_keyboard_only(
    without_script: Page, console: str, service: Service
) -> None:
    page = without_script
    page.goto(f"{console}/admin/review?signal=choice")
    page.get_by_role("link", name="Décider").first.focus()
    page.keyboard.press("Enter")
    # The entry that was chosen is already filled in; only its fields are on the page.
    expect(page.get_by_label("Fiche qui répond")).to_have_value("S02")
    expect(page.get_by_label("Ce qu’il faut corriger")).to_be_hidden()
    page.locator("input[value=right_entry]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=missing_entry]")).to_be_checked()
    expect(page.get_by_label("Thème")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Enregistrer et passer à la suite").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(wording.KINDS["right_entry"])
    (stored,) = DecisionStore(service.database).decisions()
    assert decode(stored) == RightEntry("S02", "query")
    assert stored.questions[0].key.signal == "choice"
    page.get_by_role("button", name="Annuler la décision").click()
    expect(page.get_by_role("status")).to_have_text(
        "Décision annulée\u00a0: la question est revenue dans la file."
    )


@in_both
def test_a_whole_group_takes_one_key_and_so_does_undoing_it(
    browser: Browser, console: str, service: Service
) -> None:
    page = enter(browser.new_page(locale="fr-FR"), console)
    page.goto(f"{console}/admin/review")
    page.get_by_role("link", name="Aller à la liste").focus()
    page.keyboard.press("h")  # outside the list a letter is only a letter
    page.keyboard.press("Enter")
    expect(page.locator("#rang-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#rang-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_text("Une décision vaut pour tout le groupe.")).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_role("status")).to_contain_text(wording.KINDS["out_of_scope"])
    (stored,) = DecisionStore(service.database).decisions()
    assert len(stored.questions) == 3
    assert decode(stored) == OutOfScope()
    expect(page.locator("#rang-1")).to_be_focused()
    require_sound(page)
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("Décision annulée")
    assert DecisionStore(service.database).decisions() == ()
    page.close()
