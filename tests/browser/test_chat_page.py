"""What a person does on the chat page, in a real browser, with and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from faqbot import wording
from tests.browser.conftest import Served, in_both, open_page
from tests.browser.soundness import require_sound

QUESTION = "À quoi sert le Proxy e-Santé et est-il obligatoire ?"


def ask(page: Page, question: str) -> None:
    page.get_by_label("Votre question", exact=True).fill(question)
    page.get_by_role("button", name="Envoyer", exact=True).click()


def first_answer(page: Page) -> Locator:
    return page.locator("article.turn").last.locator(".card").first


@in_both
def test_ask_read_vote_and_change_the_vote(page: Page) -> None:
    ask(page, QUESTION)
    card = first_answer(page)
    expect(card).to_contain_text("est obligatoire pour répondre aux exigences réglementaires")
    expect(card).to_contain_text(
        "Réponse officielle de l’ANS\u202f; question rédigée par nos soins"
    )
    expect(card.get_by_role("link", name=re.compile("FAQ des industriels"))).to_have_attribute(
        "href", re.compile("^https://industriels.esante.gouv.fr/")
    )
    expect(card).to_contain_text("23 novembre 2026")

    card.get_by_role("button", name="Oui", exact=True).click()
    expect(first_answer(page)).to_contain_text("Merci")

    first_answer(page).get_by_role("button", name="Finalement, non").click()
    card = first_answer(page)
    card.get_by_label("Elle est incomplète").check()
    card.get_by_label(re.compile("Votre commentaire")).fill("Il manque la date.")
    card.get_by_role("button", name="Envoyer", exact=True).click()
    expect(first_answer(page)).to_contain_text("Merci pour ces précisions")
    expect(first_answer(page)).to_contain_text("Il manque la date.")

    page.reload()
    expect(first_answer(page)).to_contain_text("Il manque la date.")
    expect(page.locator("article.turn")).to_have_count(1)


def test_the_next_candidates_are_folded_and_can_be_judged(page: Page) -> None:
    ask(page, QUESTION)
    folds = page.locator("article.turn").last.locator("details.fold")
    expect(folds).to_have_count(2)
    expect(folds.first.locator(".answer__text")).to_be_hidden()
    folds.first.locator("summary").click()
    expect(folds.first.locator(".answer__text")).to_be_visible()
    folds.first.get_by_role("button", name="Non", exact=True).click()
    after = page.locator("article.turn").last.locator("details.fold").first
    expect(after).to_contain_text("Merci, c’est noté")


def test_no_answer_names_the_contact_and_offers_questions(page: Page) -> None:
    ask(page, "Quelle est la recette de la tarte aux pommes de ma grand-mère ?")
    turn = page.locator("article.turn").last
    expect(turn).to_contain_text("Nous n’avons pas trouvé la réponse dans la FAQ")
    expect(turn).to_contain_text(wording.NO_ANSWER_MESSAGE)
    expect(turn.get_by_role("button", name=wording.HANDOFF)).to_be_visible()
    turn.locator(".choices button").first.click()
    expect(page.locator("article.turn")).to_have_count(2)
    expect(page.locator("article.turn").last.locator(".answer__text").first).to_be_attached()


def test_an_example_can_be_clicked(page: Page) -> None:
    example = page.locator("#accueil .choices button").first
    wording = example.inner_text()
    example.click()
    turn = page.locator("article.turn").last
    expect(turn.locator(".turn__question")).to_contain_text(wording)
    expect(turn).to_have_attribute("data-status", "answered")


def test_an_empty_question_is_refused_in_words(page: Page) -> None:
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Écrivez votre question")
    expect(page.locator("article.turn")).to_have_count(0)


def test_markup_in_a_question_stays_text(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> & <b>proxy</b>")
    shown = page.locator("article.turn").last.locator(".turn__question")
    expect(shown).to_contain_text("<img src=x onerror=alert(1)> & <b>proxy</b>")
    expect(page.locator("article.turn img")).to_have_count(0)


def test_a_new_conversation_starts_empty(page: Page) -> None:
    ask(page, "proxy obligatoire")
    # The reply scrolls the page: a click on its way there may miss.
    expect(page.locator("article.turn .reply")).to_have_count(1)
    page.get_by_role("link", name="Nouvelle conversation").click()
    expect(page.locator("article.turn")).to_have_count(0)
    expect(page.locator("#accueil")).to_be_visible()


@in_both
def test_the_keyboard_alone_is_enough(scripted: Page) -> None:
    box = scripted.get_by_label("Votre question", exact=True)
    box.focus()
    scripted.keyboard.type("proxy")
    scripted.keyboard.press("Shift+Enter")
    scripted.keyboard.type("obligatoire ?")
    assert "\n" in box.input_value()
    scripted.keyboard.press("Enter")
    expect(scripted.locator("article.turn .reply").last).to_be_visible()
    expect(scripted).to_have_url(re.compile(r"session=[0-9a-f-]{36}"))
    expect(box).to_have_value("")


def test_a_server_that_does_not_reply_keeps_what_was_typed(scripted: Page) -> None:
    scripted.route("**/ask", lambda route: route.abort())
    ask(scripted, "proxy obligatoire")
    expect(scripted.get_by_role("alert")).to_contain_text("Le service ne répond pas")
    expect(scripted.get_by_label("Votre question", exact=True)).to_have_value("proxy obligatoire")
    scripted.unroute("**/ask")
    scripted.get_by_role("button", name="Réessayer").click()
    expect(scripted.locator("article.turn .reply")).to_have_count(1)


def test_too_many_questions_are_said_with_the_time_to_wait(scripted: Page) -> None:
    scripted.route(
        "**/ask",
        lambda route: route.fulfill(
            status=429,
            headers={"Retry-After": "7"},
            json={"type": "rate_limited", "detail": "Réessayez dans 7 s."},
        ),
    )
    ask(scripted, "proxy")
    expect(scripted.get_by_role("alert")).to_contain_text("7")


@in_both
def test_all_questions_are_listed_by_theme_and_filtered(page: Page) -> None:
    page.get_by_role("link", name="Toutes les questions").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toutes les questions")
    expect(page.locator("[data-entry]")).to_have_count(58)
    page.get_by_label("Filtrer les questions et les réponses").fill("RENOUVELE certificat")
    page.keyboard.press("Enter")
    expect(page.locator("[data-entry=F55]")).to_be_visible()
    expect(page.locator("[data-entry=S05]")).to_be_hidden()
    page.get_by_label("Filtrer les questions et les réponses").fill("pentest")
    page.keyboard.press("Enter")
    expect(page.locator("[data-entry=F62]")).to_be_visible()
    expect(page.locator("[data-entry=F55]")).to_be_hidden()


@in_both
def test_questions_are_suggested_while_one_types(scripted: Page) -> None:
    box = scripted.get_by_label("Votre question", exact=True)
    options = scripted.get_by_role("option")
    box.press_sequentially("expiré", delay=5)
    expect(options.first).to_contain_text("expiration")
    expect(scripted.get_by_role("status")).to_contain_text(wording.SUGGESTIONS)
    scripted.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    require_sound(scripted)
    scripted.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("expiré")

    scripted.keyboard.type(" certif")
    expect(options.first).to_be_visible()
    scripted.keyboard.press("ArrowDown")
    suggested = options.first.inner_text()
    scripted.keyboard.press("Enter")
    turn = scripted.locator("article.turn")
    expect(turn.locator(".turn__question")).to_contain_text(suggested)
    expect(turn).to_have_attribute("data-status", "answered")
    expect(options).to_have_count(0)
    expect(box).to_have_value("")


def test_an_anchor_leads_to_an_entry(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/questions#S07")
    expect(page.locator("#S07")).to_be_in_viewport()
    expect(page.locator("#S07")).to_contain_text("ans-support-convergence@esante.gouv.fr")


def test_a_page_that_does_not_exist_says_so(page: Page, served: Served) -> None:
    reply = page.goto(f"{served.address}/nulle-part")
    assert reply is not None
    assert reply.status == 404
    expect(page.get_by_role("heading", level=1)).to_contain_text("Page introuvable")


def test_no_width_needs_sideways_scrolling_and_none_breaks_a_wcag_rule(
    every_look: BrowserContext, served: Served
) -> None:
    page = open_page(every_look, served)
    for asked, question in enumerate((QUESTION, "recette de la tarte aux pommes"), start=1):
        ask(page, question)
        expect(page.locator("article.turn .reply")).to_have_count(asked)
    first = page.locator("article.turn").first
    first.get_by_role("button", name="Non", exact=True).first.click()
    expect(first).to_contain_text("Merci, c’est noté")
    addresses = (page.url, f"{served.address}/", f"{served.address}/questions")
    for address in addresses:
        page.goto(address)
        require_sound(page)


def test_two_questions_are_voted_on_one_by_one(page: Page) -> None:
    ask(
        page, "À quoi sert le Proxy e-Santé ? Et pourquoi n’ai-je pas reçu le rappel d’expiration ?"
    )
    cards = page.locator("article.turn").last.locator(".card")
    expect(cards).to_have_count(2)
    cards.nth(1).get_by_role("button", name="Oui", exact=True).click()
    expect(cards.nth(1)).to_contain_text("Merci")
    expect(cards.nth(0)).not_to_contain_text("Merci")


def test_a_definition_leads_to_its_place_among_the_acronyms(page: Page) -> None:
    ask(page, "c’est quoi le CNDA")
    expect(first_answer(page)).to_contain_text("Centre National de Dépôt et d’Agrément")
    first_answer(page).get_by_role("link", name="Sigles").click()
    expect(page.locator('[id="glossary:CNDA"]')).to_be_visible()
