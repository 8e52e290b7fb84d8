"""A person reads what is kept, takes their data along and erases them, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from faqbot import privacy_wording, wording
from tests.browser.conftest import Served, open_page
from tests.browser.soundness import require_sound

ASKED = "Comment Mme Durand, joignable au 06 12 34 56 78, déclare-t-elle le Proxy ?"
KEPT = "Comment Mme [nom], joignable au [téléphone], déclare-t-elle le Proxy ?"


def ask(page: Page) -> None:
    page.get_by_label("Votre question", exact=True).fill(ASKED)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("article.turn .reply")).to_have_count(1)


def test_from_the_conversation_to_its_data_and_to_their_end(page: Page, served: Served) -> None:
    ask(page)
    page.get_by_role("link", name=wording.CONVERSATION_DATA).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wording.PRIVACY_TITLE)
    with page.expect_download() as download:
        page.get_by_role("button", name=privacy_wording.YOURS_DOWNLOAD).click()
    kept = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [turn["question"] for turn in kept["interactions"]] == [KEPT]

    page.get_by_role("button", name=privacy_wording.YOURS_ERASE).click()
    expect(page.get_by_role("heading", name=privacy_wording.CONFIRM_TITLE)).to_be_visible()
    page.get_by_role("link", name=privacy_wording.CONFIRM_NO).click()
    expect(page.locator("article.turn")).to_contain_text(KEPT)

    page.get_by_role("link", name=wording.CONVERSATION_DATA).click()
    page.get_by_role("button", name=privacy_wording.YOURS_ERASE).click()
    page.get_by_role("button", name=privacy_wording.CONFIRM_YES).click()
    expect(page.get_by_role("status")).to_have_text(privacy_wording.ERASED)
    page.goto(f"{served.address}/?session={kept['session_id']}")
    expect(page.locator("article.turn")).to_have_count(0)


def test_the_page_fits_and_breaks_no_wcag_rule_in_any_state(
    every_look: BrowserContext, served: Served
) -> None:
    page = open_page(every_look, served)

    ask(page)
    page.get_by_role("link", name=wording.CONVERSATION_DATA).click()
    require_sound(page)
    page.get_by_role("button", name=privacy_wording.YOURS_ERASE).click()
    expect(page.get_by_role("heading", name=privacy_wording.CONFIRM_TITLE)).to_be_visible()
    require_sound(page)
    page.get_by_role("button", name=privacy_wording.CONFIRM_YES).click()
    expect(page.get_by_role("status")).to_be_visible()
    require_sound(page)
    page.get_by_label(privacy_wording.YOURS_LABEL).fill("abc")
    page.get_by_role("button", name=privacy_wording.YOURS_DOWNLOAD).click()
    expect(page.get_by_role("alert")).to_have_text(privacy_wording.YOURS_INVALID)
    require_sound(page)
