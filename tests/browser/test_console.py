"""The console in a real browser: by keyboard and without scripts, light and dark, at any width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from faqbot.accounts.journal import COMMAND_LINE, Journal
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.console import wording
from faqbot.corpus.reading import read_corpus
from faqbot.settings import Settings, resource_folder
from tests.api.small import small_assistant
from tests.browser.conftest import PATIENCE_MS, in_both
from tests.browser.serving import served_here
from tests.browser.soundness import require_sound
from tests.console.filling import fill

PASSWORD = "correct horse battery"  # noqa: S105
NAME = "camille.durand@support.example.org"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served application whose model counts letters; one administrator."""
    folder = tmp_path_factory.mktemp("console")
    settings = Settings.from_env(
        {
            "FAQBOT_DATABASE_URL": f"sqlite:///{folder / 'faqbot.sqlite3'}",
            "FAQBOT_SECRET_KEY": "a key for tests, of more than 32 characters",
            "FAQBOT_OIDC_ISSUER": "https://idp.example.org",
            "FAQBOT_OIDC_CLIENT_ID": "faqbot",
            "FAQBOT_OIDC_CLIENT_SECRET": "secret",
            "FAQBOT_OIDC_NAME": "l’annuaire de l’agence",
        }
    )
    corpus = read_corpus(resource_folder("corpus"))
    service = Service.open(settings, small_assistant(folder / "index", corpus))
    fill(service.store)
    now = datetime.now(UTC)
    accounts, journal = AccountStore(service.database), Journal(service.database)
    kept = Passwords().hash(PASSWORD)
    accounts.create(StoredAccount(name=NAME, role="admin", password_hash=kept, created_at=now))
    for number in range(60):
        at = now - timedelta(hours=60 - number)
        journal.record(
            COMMAND_LINE, "account.created", f"personne{number}", {"role": "reader"}, at=at
        )
    with served_here(service) as address:
        yield address


def look(page: Page) -> None:
    """Require a sound page with everything unfolded: a wide table then scrolls by itself."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    require_sound(page)


@in_both
@pytest.mark.parametrize("scripts", [True, False], ids=["with-js", "without-js"])
def test_in_and_out_by_keyboard(browser: Browser, console: str, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{console}/admin/audit")
    expect(page.get_by_label("Nom du compte")).to_be_focused()
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(wording.LOGIN_WRONG)
    expect(page.get_by_label("Mot de passe")).to_be_focused()  # the name is still there
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{console}/admin/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Journal")
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    session = cookies["faqbot_console"]
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Strict", "/admin")
    assert session["expires"] == -1
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(wording.LOGGED_OUT)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion à la console")
    context.close()


def test_every_page_is_readable_by_everybody(every_look: BrowserContext, console: str) -> None:
    page = every_look.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{console}/admin")
    look(page)
    page.get_by_label("Nom du compte").fill(NAME)
    page.get_by_label("Mot de passe").fill("wrong password")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    for path in (
        "/admin",
        "/admin?from=2020-01-01&to=2020-03-31",
        "/admin?from=hier",
        "/admin/entries",
        "/admin/entries/S05",
        "/admin/pairs",
        "/admin/why",
        "/admin/unanswered?status=both",
        "/admin/audit",
        "/admin/audit?actor=x",
        "/admin/accounts",
        "/admin/password",
    ):
        page.goto(f"{console}{path}")
        look(page)
    every_look.clear_cookies()
    page.goto(f"{console}/admin/login?goodbye=1")
    look(page)


@in_both
def test_access_is_given_and_withdrawn_by_keyboard(browser: Browser, console: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = enter(context.new_page(), f"{console}/admin/accounts", NAME, PASSWORD)
    page.get_by_label("Nom du compte").fill("eve")
    page.get_by_label("Nom du compte").press("Enter")
    password = page.get_by_role("status").locator("code").inner_text()
    other = browser.new_context(java_script_enabled=False, locale="fr-FR")
    eve = enter(other.new_page(), f"{console}/admin/unanswered", "eve", password)
    expect(eve.get_by_role("heading", level=1)).to_have_text("Changer de mot de passe")
    for label, text in (
        ("Mot de passe actuel", password),
        ("Nouveau mot de passe", PASSWORD),
        ("Nouveau mot de passe, encore une fois", PASSWORD),
    ):
        eve.get_by_label(label, exact=True).fill(text)
    eve.keyboard.press("Enter")
    expect(eve.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    page.bring_to_front()  # Firefox leaves keys in a window behind another without effect
    page.get_by_label("Retirer l’accès de eve").press("Enter")
    page.get_by_role("button", name="Confirmer le retrait de eve").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("L’accès de eve est retiré")
    eve.reload()
    expect(eve.get_by_role("heading", level=1)).to_have_text("Connexion à la console")
    other.close()
    context.close()


@in_both
def test_what_these_pages_reply_is_readable_by_everybody(browser: Browser, console: str) -> None:
    context = browser.new_context(locale="fr-FR")
    page = enter(context.new_page(), f"{console}/admin/accounts", NAME, PASSWORD)
    name = f"ida-{browser.browser_type.name}"
    page.get_by_label("Nom du compte").fill(name)
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("status").locator("code")).to_be_visible()
    look(page)
    page.get_by_label("Nom du compte").fill(name)
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    page.goto(f"{console}/admin/password")
    for label in ("Mot de passe actuel", "Nouveau mot de passe"):
        page.get_by_label(label, exact=True).fill("not the password")
    page.get_by_label("Nouveau mot de passe, encore une fois").fill("nor that one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    page.goto(f"{console}/admin/pairs")
    look(page)
    context.close()


def enter(page: Page, address: str, name: str, password: str) -> Page:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_label("Nom du compte").fill(name)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_label("Mot de passe").press("Enter")
    return page
