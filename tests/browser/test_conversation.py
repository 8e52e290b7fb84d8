"""Choosing among several answers, courtesies and highlights, in a real browser.

Which question needs a choice is the retrieval's affair: the conversations are recorded beforehand.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from faqbot import wording
from faqbot.assistant import Assistant
from faqbot.corpus.markdown import to_text
from faqbot.database.records import Interaction
from faqbot.feedback.store import FeedbackStore
from tests.api.recorded import OFFERED, clarification
from tests.browser.conftest import Served, choose, go_to, open_page
from tests.browser.soundness import require_sound
from tests.samples_of_use import shown

PASSAGE = "l’administrateur doit en générer un nouveau"


@pytest.fixture
def asked(store: FeedbackStore, assistant: Assistant) -> Interaction:
    """A question that was answered with three answers to choose from, the first with a mark."""
    start = to_text(assistant.corpus.by_id["F55"].answer).index(PASSAGE)
    first, *others = OFFERED
    offered = (
        shown(first, highlights=((start, start + len(PASSAGE)),)),
        *(shown(entry_id, rank) for rank, entry_id in enumerate(others, start=2)),
        shown("F51", 4, "suggestion"),
    )
    return clarification(store, assistant, shown=offered)


def offered(page: Page) -> Locator:
    return page.locator(".candidates li")


def test_choose_change_ones_mind_judge_and_reload(
    page: Page, served: Served, store: FeedbackStore, asked: Interaction
) -> None:
    turn = go_to(page, served, asked)
    expect(turn.get_by_role("heading", name=wording.DID_YOU_MEAN)).to_be_visible()
    expect(turn.locator(".suggestions").get_by_role("button", name=wording.HANDOFF)).to_be_visible()
    expect(offered(page)).to_have_count(3)
    expect(turn.locator(".answer__text")).to_have_count(0)

    choose(page, "F53")
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F53")
    expect(turn.locator(".card .provenance")).to_be_visible()
    expect(turn.get_by_role("heading", name="Ce n’était pas cela\u202f?")).to_be_visible()
    expect(offered(page)).to_have_count(2)

    choose(page, "F55")
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F55")
    expect(offered(page)).to_have_count(2)
    turn.locator(".card").get_by_role("button", name="Oui", exact=True).click()
    expect(turn.locator(".card")).to_contain_text(
        "Merci\u202f! Vous avez trouvé cette réponse utile."
    )

    go_to(page, served, asked)
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F55")
    expect(turn.locator(".card")).to_contain_text(
        "Merci\u202f! Vous avez trouvé cette réponse utile."
    )
    expect(turn).to_have_count(1)
    exchange = store.exchange(asked.id)
    assert exchange is not None
    assert exchange.choice == "F55"


def test_choosing_leads_to_the_answer_and_announces_it(
    scripted: Page, served: Served, asked: Interaction
) -> None:
    turn = go_to(scripted, served, asked)
    choose(scripted, "F53")
    expect(turn.locator(".card .reply__title")).to_be_focused()
    expect(turn.locator(".card .reply__title")).to_be_in_viewport()
    expect(scripted.locator("#annonce")).to_have_text(f"{wording.STATUS_CHOSEN}.")


def test_a_choice_by_keyboard(scripted: Page, served: Served, asked: Interaction) -> None:
    turn = go_to(scripted, served, asked)
    offered(scripted).first.get_by_role("button").focus()
    scripted.keyboard.press("Enter")
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F55")


def test_a_choice_that_does_not_reach_the_server_can_be_made_again(
    scripted: Page, served: Served, asked: Interaction
) -> None:
    turn = go_to(scripted, served, asked)
    scripted.route("**/choose", lambda route: route.abort())
    choose(scripted, "F53")
    expect(turn.get_by_role("alert")).to_contain_text("Le service ne répond pas")
    scripted.unroute("**/choose")
    choose(scripted, "F53")
    expect(turn.locator(".card")).to_have_attribute("data-entry", "F53")
    expect(turn.get_by_role("alert")).to_have_count(0)


def test_an_answer_without_its_turn_is_shown_above_the_others(
    scripted: Page, served: Served, asked: Interaction
) -> None:
    """What the server sends when its database does not take the choice."""
    turn = go_to(scripted, served, asked)
    card = '<div class="card" data-entry="F53"><h3 class="reply__title" tabindex="-1">Q</h3></div>'
    scripted.route("**/choose", lambda route: route.fulfill(body=card, content_type="text/html"))
    for _ in range(2):
        choose(scripted, "F53")
        expect(turn.locator(".card .reply__title")).to_be_focused()
        expect(turn.locator(".card")).to_have_count(1)
        expect(offered(scripted)).to_have_count(3)


@pytest.mark.parametrize("kind", ["greeting", "identity"])
def test_a_courtesy_is_answered_and_leads_to_a_question(page: Page, kind: str) -> None:
    message = {"greeting": "bonjourrr !", "identity": "t’es un robot ?"}[kind]
    page.get_by_label("Votre question", exact=True).fill(message)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    turn = page.locator("article.turn")
    expect(turn.locator(".courtesy")).to_have_text(wording.SMALL_TALK[kind].format(count=58))
    expect(turn.locator(".card")).to_have_count(0)
    expect(turn.locator(".feedback")).to_have_count(0)
    turn.locator(".choices button").first.click()
    expect(turn).to_have_count(2)
    expect(turn.last).to_have_attribute("data-status", "answered")
    expect(turn.first.locator(".choices")).to_be_hidden()


def test_a_courtesy_is_announced_whole_and_leaves_the_focus_in_the_box(scripted: Page) -> None:
    box = scripted.get_by_label("Votre question", exact=True)
    box.fill("merci bcp")
    box.press("Enter")
    reply = wording.SMALL_TALK["thanks"].format(count=58)
    expect(scripted.locator("article.turn .courtesy")).to_have_text(reply)
    expect(scripted.locator("#annonce")).to_have_text(reply)
    expect(box).to_be_focused()


def contrast(page: Page, selector: str) -> float:
    """The contrast ratio of an element's text with its own background."""
    return page.eval_on_selector(
        selector,
        """(element) => {
          const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((byte) => {
              const part = byte / 255;
              return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const style = getComputedStyle(element);
          const both = [light(style.color), light(style.backgroundColor)];
          return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        }""",
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_highlights_are_seen_with_and_without_colours(
    browser: Browser,
    served: Served,
    store: FeedbackStore,
    asked: Interaction,
    scheme: str,
    forced: str,
) -> None:
    store.choose(asked.id, "F55", at=asked.asked_at)
    context = browser.new_context(color_scheme=scheme, forced_colors=forced, locale="fr-FR")
    page = open_page(context, served, asked.session_id)
    expect(page.locator(".answer__text mark")).to_have_text(PASSAGE)
    assert contrast(page, "mark") >= 4.5
    expect(page.locator(".answer__text mark")).to_have_css("border-bottom-style", "solid")
    context.close()


def test_no_state_needs_sideways_scrolling_or_breaks_a_wcag_rule(
    every_look: BrowserContext,
    served: Served,
    store: FeedbackStore,
    assistant: Assistant,
) -> None:
    session = uuid4()
    mark = shown("F55", highlights=((0, 40),))
    chosen = clarification(store, assistant, session_id=session, shown=(mark, shown("F53", 2)))
    store.choose(chosen.id, "F55", at=chosen.asked_at)
    courtesy = {"status": "no_answer", "small_talk": "greeting", "shown": ()}
    last_ones = ({}, courtesy)  # each stands last once: then its questions are on the screen
    for last in last_ones:
        clarification(store, assistant, session_id=session, **last)
        page = open_page(every_look, served, session)
        require_sound(page)
