"""A person reads what is kept, takes their data along and erases them, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from faqbot import wording
from tests.browser.conftest import Served, open_page
from tests.browser.soundness import require_sound

ASKED = "Comment Mme Durand, joignable au 06 12 34 56 78, déclare-t-elle le Proxy ?"
KEPT = "Comment Mme [nom], joignable au [téléphone], déclare-t-elle le Proxy ?"
INVALID = (
    "Cet identifiant n’est pas complet. Copiez celui qui figure dans l’adresse de la page de "
    "conversation, après «\u00a0session=\u00a0»\u00a0: 36 caractères, tirets compris."
)


def ask(page: Page) -> None:
    page.get_by_label("Votre question", exact=True).fill(ASKED)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("article.turn .reply")).to_have_count(1)


def test_from_the_conversation_to_its_data_and_to_their_end(page: Page, served: Served) -> None:
    ask(page)
    page.get_by_role("link", name="Mes données").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wording.PRIVACY_TITLE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger mes données").click()
    kept = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [turn["question"] for turn in kept["interactions"]] == [KEPT]

    page.get_by_role("button", name="Effacer cette conversation").click()
    expect(
        page.get_by_role("heading", name="Effacer définitivement cette conversation\u202f?")
    ).to_be_visible()
    page.get_by_role("link", name="Annuler").click()
    expect(page.locator("article.turn")).to_contain_text(KEPT)

    page.get_by_role("link", name="Mes données").click()
    page.get_by_role("button", name="Effacer cette conversation").click()
    page.get_by_role("button", name="Oui, effacer").click()
    expect(page.get_by_role("status")).to_have_text("La conversation est effacée.")
    page.goto(f"{served.address}/?session={kept['session_id']}")
    expect(page.locator("article.turn")).to_have_count(0)


def test_the_page_fits_and_breaks_no_wcag_rule_in_any_state(
    every_look: BrowserContext, served: Served
) -> None:
    page = open_page(every_look, served)

    ask(page)
    page.get_by_role("link", name="Mes données").click()
    page.wait_for_url("**/confidentialite*")
    require_sound(page)
    page.get_by_role("button", name="Effacer cette conversation").click()
    expect(
        page.get_by_role("heading", name="Effacer définitivement cette conversation\u202f?")
    ).to_be_visible()
    require_sound(page)
    page.get_by_role("button", name="Oui, effacer").click()
    expect(page.get_by_role("status")).to_be_visible()
    require_sound(page)
    page.get_by_label("Identifiant de la conversation").fill("abc")
    page.get_by_role("button", name="Télécharger mes données").click()
    expect(page.get_by_role("alert")).to_have_text(INVALID)
    require_sound(page)
