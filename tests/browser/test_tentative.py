"""« Réponse probable » in a real browser: the page with and without JavaScript, the widget."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from faqbot import wording
from faqbot.assistant import Assistant
from faqbot.database.records import Interaction
from faqbot.feedback.store import FeedbackStore
from tests.api.recorded import clarification
from tests.browser import replies
from tests.browser.conftest import Served, choose, go_to, in_both, open_page
from tests.browser.soundness import require_sound
from tests.browser.visiting import Visitor
from tests.samples_of_use import shown

THANKS = "Merci\u202f! Vous avez trouvé cette réponse utile."
FOLDED = (replies.SECOND["question"], replies.THIRD["question"])


@pytest.fixture
def asked(store: FeedbackStore, assistant: Assistant) -> Interaction:
    """A question whose first answer, F55, is likely; F53 and F52 are the others."""
    return clarification(store, assistant, tentative=True)


@in_both
def test_judge_the_likely_answer_then_choose_another(
    page: Page, served: Served, store: FeedbackStore, asked: Interaction
) -> None:
    turn = go_to(page, served, asked)
    card = turn.locator(".card")
    expect(card).to_have_attribute("data-entry", "F55")
    expect(card).to_contain_text(f"{wording.TENTATIVE} {wording.TENTATIVE_LEAD}")
    expect(card.locator(".provenance")).to_be_visible()
    expect(turn.locator(".candidates")).to_be_hidden()
    card.get_by_role("button", name="Oui", exact=True).click()
    expect(card).to_contain_text(THANKS)

    turn.get_by_text(wording.NOT_THIS).click()
    expect(turn.locator(".candidates li")).to_have_count(2)
    choose(turn, "F53")
    expect(card).to_have_attribute("data-entry", "F53")
    expect(turn).not_to_contain_text(wording.TENTATIVE)
    expect(turn.locator(".candidates li").first).to_have_attribute("data-entry", "F55")
    exchange = store.exchange(asked.id)
    assert exchange is not None
    assert exchange.choice == "F53"
    assert [(it.entry_id, it.useful) for it in exchange.verdicts] == [("F55", True)]


@pytest.mark.parametrize("act", ["vote", "choice"])
def test_what_was_erased_in_another_tab_is_refused_in_true_words(
    page: Page, served: Served, asked: Interaction, act: str
) -> None:
    turn = go_to(page, served, asked)
    assert page.request.delete(f"{served.address}/api/v1/session/{asked.session_id}").ok
    if act == "vote":
        turn.get_by_role("button", name="Oui", exact=True).click()
    else:
        turn.get_by_text(wording.NOT_THIS).click()
        choose(turn, "F53")
    said = page.get_by_text("la réponse concernée n’est pas, ou n’est plus, enregistrée.")
    expect(said).to_be_visible()


def test_the_page_says_likely_before_it_says_anything_else(
    scripted: Page, served: Served, store: FeedbackStore, asked: Interaction
) -> None:
    """What the server sends for a likely answer, in place of the one to the question asked here."""
    go_to(scripted, served, asked)
    turn = scripted.locator("article.turn").evaluate("it => it.outerHTML")
    scripted.goto(served.address)
    scripted.route("**/ask", lambda route: route.fulfill(body=turn, content_type="text/html"))
    scripted.get_by_label("Votre question", exact=True).fill("mon certificat")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#annonce")).to_have_text(f"{wording.TENTATIVE}.")
    expect(scripted.locator(".card .reply__title")).to_be_focused()


def test_the_others_are_reached_by_keyboard(
    scripted: Page, served: Served, asked: Interaction
) -> None:
    turn = go_to(scripted, served, asked)
    turn.locator("summary").focus()
    scripted.keyboard.press("Enter")
    expect(turn.locator(".candidates")).to_be_visible()
    scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F53")
    expect(turn.locator(".card .reply__title")).to_be_focused()
    expect(scripted.locator("#annonce")).to_have_text(f"{wording.STATUS_CHOSEN}.")


def test_an_answer_without_its_turn_takes_the_place_of_the_likely_one(
    scripted: Page, served: Served, asked: Interaction
) -> None:
    """What the server sends when its database does not take the choice."""
    turn = go_to(scripted, served, asked)
    card = '<div class="card" data-entry="F53"><h3 class="reply__title" tabindex="-1">Q</h3></div>'
    scripted.route("**/choose", lambda route: route.fulfill(body=card, content_type="text/html"))
    turn.get_by_text(wording.NOT_THIS).click()
    choose(turn, "F53")
    expect(turn.locator(".card .reply__title")).to_be_focused()
    expect(turn).not_to_contain_text(wording.TENTATIVE)


def test_no_look_breaks_a_rule(
    every_look: BrowserContext, served: Served, store: FeedbackStore, assistant: Assistant
) -> None:
    marked = shown("F55", highlights=((0, 40),))
    session = uuid4()
    clarification(
        store, assistant, session_id=session, tentative=True, shown=(marked, shown("F53", 2))
    )
    clarification(store, assistant, session_id=session)
    page = open_page(every_look, served, session)
    page.get_by_text(wording.NOT_THIS).click()
    require_sound(page)


def test_the_widget_shows_the_likely_answer_and_folds_the_others(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.LIKELY).start()
    turn = here.ask()
    expect(turn.get_by_role("heading", name=replies.FIRST["question"])).to_be_visible()
    expect(turn).to_contain_text(f"{wording.TENTATIVE} {wording.TENTATIVE_LEAD}")
    expect(turn.locator("mark").first).to_have_text(replies.PASSAGE)
    for question in FOLDED:
        expect(turn.get_by_text(question)).to_be_hidden()
    turn.get_by_role("button", name="Oui", exact=True).click()
    expect(turn).to_contain_text(THANKS)

    turn.get_by_text(wording.NOT_THIS).click()
    turn.get_by_role("button", name=replies.SECOND["question"]).click()
    expect(turn.get_by_role("heading", name=replies.SECOND["question"])).to_be_visible()
    expect(turn).not_to_contain_text(wording.TENTATIVE)
    expect(turn.get_by_role("button", name=replies.FIRST["question"])).to_be_visible()
    assert [choice["entry_id"] for choice in here.api.sent["choice"]] == ["F53"]
    assert [vote["entry_id"] for vote in here.api.sent["feedback"]] == ["F55"]


def test_the_widget_says_it_in_english_too(visitor: Visitor) -> None:
    here = visitor.open('lang="en"', chat=replies.LIKELY).start()
    turn = here.ask()
    expect(turn).to_contain_text("Likely answer It probably answers your question")
    expect(turn.locator("summary")).to_have_text("Not this?")
    expect(here.status).to_contain_text("Likely answer.")


def test_what_the_widget_kept_of_a_likely_answer_is_shown_again(visitor: Visitor) -> None:
    here = visitor.open('mode="inline"', chat=replies.LIKELY)
    here.ask()
    here.page.reload()
    expect(here.turns).to_contain_text(wording.TENTATIVE)


def test_a_choice_shows_a_line_of_each_answer(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.CLARIFY).start()
    turn = here.ask()
    expect(turn.locator(".excerpt")).to_have_text([str(replies.FIRST["excerpt"])] * 3)
    expect(turn).not_to_contain_text(wording.TENTATIVE)
