"""From the chat page to a person, and back; what was typed is never lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from faqbot import wording
from faqbot.api.service import Service
from faqbot.settings import Settings
from tests import words
from tests.api.small import small_assistant
from tests.browser.conftest import PATIENCE_MS, in_both
from tests.browser.serving import served_here
from tests.browser.soundness import require_sound
from tests.support_tool import SECRET, Tool, support_tool

ASKED = "Combien vaut un pont ?"
OTHER = "Et le tunnel ?"
either_way = pytest.mark.parametrize("address", ["mail"], indirect=True)
"""For what does not depend on where a message goes."""


@pytest.fixture(scope="module")
def tool() -> Iterator[Tool]:
    with support_tool() as tool:
        yield tool


@pytest.fixture(scope="module", params=["mail", "form"])
def address(
    request: pytest.FixtureRequest, tool: Tool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where a service is that has messages mailed, and one that posts them."""
    folder: Path = tmp_path_factory.mktemp("handoff")
    posting = {"handoff_url": tool.url, "handoff_secret": SECRET}
    settings = Settings(
        database_url=f"sqlite:///{folder / 'faqbot.sqlite3'}",
        **posting if request.param == "form" else {},  # type: ignore[arg-type]
    )
    with served_here(Service.open(settings, small_assistant(folder))) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, scripted=request.param)


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, scripted=True)


def opened(browser: Browser, address: str, *, scripted: bool) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=scripted, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(address)
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    before = page.locator("article.turn:not(.turn--waiting)").count()
    page.locator("#question").fill(question)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("article.turn:not(.turn--waiting)")).to_have_count(before + 1)


def test_from_a_bad_answer_to_a_person_and_back(
    page: Page, address: str, tool: Tool, request: pytest.FixtureRequest
) -> None:
    posts = "form" in request.node.name
    ask(page, ASKED)
    card = page.locator(".card").first
    card.get_by_role("button", name="Non", exact=True).click()
    card.get_by_role("button", name=wording.HANDOFF).click()
    message = page.locator("#message")
    expect(message).to_have_value(re.compile(re.escape(f"{address}/questions#F11")))
    expect(message).to_have_value(re.compile(re.escape(words.NOT_USEFUL)))
    mail = page.get_by_role("link", name=words.MAIL).get_attribute("href") or ""
    assert unquote(mail).replace("\r\n", "\n").endswith(message.input_value())
    expect(message).to_be_editable(editable=posts)
    if posts:
        message.fill("Rien ne marche.")
        page.get_by_label(words.REPLY_TO).fill("moi@example.org")
        tool.status = 500
        page.get_by_role("button", name=words.SEND).press("Enter")
        expect(page.get_by_role("main")).to_contain_text(wording.HANDOFF_FAILED)
        expect(page.get_by_label("Votre texte est conservé")).to_have_value("Rien ne marche.")
        expect(page.get_by_label(words.REPLY_TO)).to_have_value("moi@example.org")
        if "without-js" not in request.node.name:
            require_sound(page)
        tool.status = 201
        page.get_by_role("button", name="Renvoyer").press("Enter")
        expect(page.get_by_text(words.SENT)).to_be_visible()
        assert tool.messages[-1]["text"] == "Rien ne marche."
        assert tool.messages[-1]["reply_to"] == "moi@example.org"
    page.get_by_role("link", name="Revenir à la conversation").click()
    expect(page.locator("article.turn")).to_have_count(1)


@in_both
def test_at_any_time_with_what_stands_in_the_box(scripted: Page) -> None:
    ask(scripted, ASKED)
    scripted.locator("#question").fill(f"{OTHER} mot de passe : Soleil2024")
    scripted.locator(".composer").get_by_role("button", name=wording.HANDOFF).press("Enter")
    message = scripted.locator("#message")
    expect(message).to_have_value(re.compile(rf"{re.escape(ASKED)}[\s\S]*{re.escape(OTHER)}"))
    assert "Soleil2024" not in message.input_value()
    require_sound(scripted)
    scripted.get_by_role("link", name="Revenir à la conversation").click()
    expect(scripted.locator("#question")).to_have_value(f"{OTHER} mot de passe : Soleil2024")


@either_way
def test_text_outlives_errors_reloads_and_other_pages(scripted: Page) -> None:
    box = scripted.locator("#question")
    scripted.route("**/ask", lambda route: route.abort("connectionfailed"))
    box.fill(ASKED)
    box.press("Enter")
    alert = scripted.get_by_role("alert")
    expect(alert).to_contain_text("ne répond pas")
    mail = alert.get_by_role("link", name=wording.CONTACT_US).get_attribute("href") or ""
    assert unquote(mail).endswith(ASKED)
    expect(box).to_have_value(ASKED)
    scripted.reload()
    expect(box).to_have_value(ASKED)
    scripted.get_by_role("link", name="Toutes les questions").first.click()
    scripted.get_by_role("link", name="Poser une question").first.click()
    expect(box).to_have_value(ASKED)
    scripted.unroute("**/ask")
    box.press("Enter")
    expect(scripted.locator(".answer__text").first).to_be_visible()
    scripted.reload()
    expect(box).to_have_value("")


@either_way
def test_an_error_leads_to_a_person_with_the_conversation(scripted: Page, address: str) -> None:
    ask(scripted, ASKED)
    scripted.route("**/{ask,vote}", lambda route: route.abort("connectionfailed"))
    scripted.locator("#question").fill(OTHER)
    scripted.locator("#question").press("Enter")
    scripted.locator(".card").first.get_by_role("button", name="Non", exact=True).click()
    alerts = scripted.get_by_role("alert").filter(has_text="ne répond pas")
    expect(alerts).to_have_count(2)
    for link in alerts.get_by_role("link", name=wording.CONTACT_US).all():
        body = unquote(link.get_attribute("href") or "")
        assert words.ASKED.format(question=ASKED) in body
        assert f"{address}/questions#F11" in body
    assert body.endswith(OTHER)


@either_way
def test_what_is_on_its_way_goes_along_and_what_gave_way_returns_to_the_box(
    scripted: Page,
) -> None:
    held: list[Route] = []
    scripted.route("**/ask", lambda route: route.continue_() if held else held.append(route))
    box = scripted.locator("#question")
    box.fill(ASKED)
    box.press("Enter")
    expect(scripted.locator(".turn--waiting")).to_be_visible()
    answered = scripted.locator("article.turn:not(.turn--waiting)")
    box.fill(OTHER)
    box.press("Enter")
    expect(answered).to_contain_text(OTHER)
    expect(box).to_have_value(ASKED)

    held.clear()
    box.press("Enter")
    expect(scripted.locator(".turn--waiting")).to_be_visible()
    scripted.locator(".composer").get_by_role("button", name=wording.HANDOFF).click()
    expect(scripted.locator("#message")).to_have_value(re.compile(re.escape(ASKED)))


@either_way
def test_a_long_wait_is_explained_and_can_be_given_up(scripted: Page) -> None:
    scripted.clock.install()
    scripted.reload()
    held: list[Route] = []
    scripted.route("**/ask", lambda route: held.append(route))
    box = scripted.locator("#question")
    box.fill(ASKED)
    box.press("Enter")
    waiting = scripted.locator(".turn--waiting")
    expect(waiting.get_by_text(words.SLOW)).to_be_hidden()
    scripted.clock.fast_forward(3_100)
    expect(waiting.get_by_text(words.SLOW)).to_be_visible()
    expect(scripted.locator("#annonce")).to_have_text(words.SLOW)
    box.fill(OTHER)
    waiting.get_by_role("button", name="Annuler").click()
    expect(waiting).to_have_count(0)
    expect(box).to_have_value(f"{ASKED}\n{OTHER}")
    expect(box).to_be_focused()


@either_way
def test_a_question_on_its_way_returns_to_the_box_of_the_next_page(scripted: Page) -> None:
    held: list[Route] = []
    scripted.route("**/ask", lambda route: held.append(route))
    scripted.locator("#question").fill(ASKED)
    scripted.locator("#question").press("Enter")
    expect(scripted.locator(".turn--waiting")).to_be_visible()
    scripted.goto(scripted.url)
    expect(scripted.locator("#question")).to_have_value(ASKED)


@either_way
def test_what_is_personal_is_said_before_and_after(scripted: Page) -> None:
    box = scripted.locator("#question")
    box.fill(f"{ASKED} jean.dupont@example.fr")
    note = scripted.locator(".composer__note")
    expect(note).to_have_text(words.PERSONAL)
    box.fill(f"{ASKED} password=Soleil2024")
    expect(note).to_have_text(words.ACCESS)
    require_sound(scripted)
    box.fill(f"{ASKED} jean.dupont@example.fr")
    box.press("Enter")
    said = wording.MASKED.format(kinds="e-mail")
    turn = scripted.locator("article.turn:not(.turn--waiting)")
    expect(turn).to_contain_text(said)
    expect(scripted.locator("#annonce")).to_contain_text(said)
    expect(note).to_have_text("")
    scripted.reload()
    expect(turn).to_contain_text(said)
