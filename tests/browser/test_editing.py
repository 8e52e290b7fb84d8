"""From a draft to a release in a real browser, by keyboard, at all widths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.database.engines import open_database
from faqbot.progress import silent
from faqbot.releases import open_latest, publish
from faqbot.settings import Settings
from faqbot.vocabulary import AccountRole
from tests.browser.conftest import PATIENCE_MS, in_both
from tests.browser.serving import served_here
from tests.browser.soundness import require_sound
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.review.decided import unanswered
from tests.samples import entry

PASSWORD = "correct horse battery"  # noqa: S105
PEOPLE: dict[str, AccountRole] = {"alice": "reviewer", "paul": "publisher"}
BRIDGE = entry("F11", "Combien vaut un pont\u202f?", "Un pont vaut cher.", "prix du pont")
DOOR = entry("F12", "Qui garde la porte\u202f?", "Le gardien.")


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a console in which entries can be edited; the model counts letters."""
    monkeypatch.setattr("faqbot.assistant.load_embedder", lambda *_, **__: LetterEmbedder())
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    settings = Settings(
        corpus_dir=CorpusFolder(tmp_path / "corpus", BRIDGE, DOOR).path,
        corpus_source="database",
        editing="on",
        index_dir=tmp_path / "indexes",
        database_url=url,
        secret_key=SecretStr("a key for tests, of more than 32 characters"),
    )
    with open_database(url) as database:
        database.prepare()
        publish(database, settings, note="Première version", progress=silent)
        service = Service.open(settings, open_latest(database, settings, progress=silent))
    kept = Passwords().hash(PASSWORD)
    for name, role in PEOPLE.items():
        now = datetime.now(UTC)
        AccountStore(service.database).create(
            StoredAccount(name=name, role=role, password_hash=kept, created_at=now)
        )
    unanswered(service.store, "Combien vaut un pont, tout bien compté ?")
    with served_here(service) as address:
        yield address


def enter(browser: Browser, console: str, name: str, scheme: Literal["light", "dark"]) -> Page:
    """Log in, in a browser of one's own; these pages have no script."""
    context = browser.new_context(locale="fr-FR", color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{console}/admin/login?next=/admin/drafts")
    page.get_by_label("Nom du compte").fill(name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Mot de passe").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rédaction")
    return page


@in_both
def test_a_draft_goes_from_one_person_to_another_and_to_the_public(
    browser: Browser, console: str
) -> None:
    alice = enter(browser, console, "alice", "light")
    require_sound(alice)
    alice.get_by_label("Fiche", exact=True).select_option("F11")
    alice.get_by_role("button", name="Rédiger").press("Enter")
    alice.get_by_label("Réponse", exact=True).fill("Un pont vaut **peu**.")
    alice.get_by_role("button", name="Enregistrer le brouillon").press("Enter")
    alert = alice.get_by_role("alert")
    expect(alert).to_contain_text("relisez sa source")
    require_sound(alice)
    expect(alice.get_by_label("Réponse", exact=True)).to_have_value("Un pont vaut **peu**.")
    alice.get_by_label("Source consultée le").fill("2026-11-25")
    alice.get_by_role("button", name="Aperçu").press("Enter")
    expect(alice.get_by_role("region", name="Aperçu").locator("strong")).to_have_text("peu")
    alice.get_by_label("Raison du changement").fill("Les prix ont baissé")
    alice.get_by_role("button", name="Enregistrer le brouillon").press("Enter")
    expect(alice.get_by_role("region", name="Effet")).to_contain_text("posées de nouveau")
    expect(alice.get_by_role("button", name="Publier")).to_have_count(0)
    require_sound(alice)
    paul = enter(browser, console, "paul", "dark")
    require_sound(paul)
    paul.get_by_role("link", name="Combien vaut un pont").press("Enter")
    require_sound(paul)
    paul.get_by_role("button", name="Publier").press("Enter")
    expect(paul.get_by_text("La version est publiée")).to_be_visible()
    require_sound(paul)
    paul.locator("tbody th a").first.press("Enter")
    expect(paul.locator("ins", has_text="+Un pont vaut **peu**.")).to_be_visible()
    require_sound(paul)
    public = enter(browser, console, "alice", "light")
    for _ in range(40):
        public.goto(f"{console}/questions")
        if public.get_by_text("Un pont vaut peu.").count():
            break
        public.wait_for_timeout(250)
    expect(public.get_by_text("Un pont vaut peu.")).to_have_count(1)
    for page in (alice, paul, public):
        page.context.close()
