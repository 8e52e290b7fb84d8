"""A way out of every dead end: to a person, with what was asked; and no text is lost."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Route, expect

from faqbot import wording
from tests import words
from tests.browser import replies
from tests.browser.conftest import in_both
from tests.browser.replies import CORS, FAQ, failing
from tests.browser.soundness import require_sound
from tests.browser.visiting import Embedded, Visitor

FORM = {**FAQ, "handoff": "form"}
ADD_AGAIN = """it => {
  const { parentNode } = it;
  it.remove();
  const fresh = it.cloneNode(true);
  setTimeout(() => parentNode.append(fresh), 50);
}"""
MOVE = "it => { const { parentNode } = it; it.remove(); parentNode.append(it); }"


def posting(visitor: Visitor, **options: object) -> Embedded:
    """A widget whose service posts to the support's own tool."""
    here = visitor.open(**options)  # type: ignore[arg-type]
    here.api.next["faq"].append(lambda route: route.fulfill(json=FORM, headers=CORS))
    return here.start()


def waiting(visitor: Visitor) -> Embedded:
    """A widget that has asked « combien ? », and gets no reply."""
    here = visitor.open().start()
    held: list[Route] = []
    here.api.next["chat"].append(held.append)
    here.box.fill("combien ?")
    here.box.press("Enter")
    here.api.expect_sent("chat", 1)
    return here


def mailed(link: Locator) -> str:
    """The mail that a link starts, which goes nowhere here."""
    link.click()
    href = link.get_attribute("href") or ""
    assert href.startswith("mailto:aide@example.org?")
    return unquote(href.partition("body=")[2]).replace("\r\n", "\n")


def support(place: Locator) -> Locator:
    """What leads to a person, by mail or by form."""
    return place.get_by_role("link", name=wording.HANDOFF).or_(
        place.get_by_role("button", name=wording.HANDOFF)
    )


def test_a_mail_carries_the_conversation_along(visitor: Visitor) -> None:
    here = visitor.open().start()
    turn = here.ask("combien de temps ?")
    expect(support(turn)).to_have_count(0)
    turn.get_by_role("button", name="Non", exact=True).first.click()
    here.box.fill("et après ?")
    body = mailed(support(turn))
    assert words.ASKED.format(question="combien de temps ?") in body
    assert "/questions#F55" in body
    assert replies.SECOND["question"] not in body
    assert words.NOT_USEFUL in body
    assert body.endswith("et après ?")
    here.api.expect_sent("handoff", 1)
    (sent,) = here.api.sent["handoff"]
    assert sent == {"interaction_id": here.api.sent["feedback"][0]["interaction_id"]}


@pytest.mark.parametrize("chat", [replies.NO_ANSWER, replies.CLARIFY], ids=["none", "clarify"])
def test_where_nothing_answers_a_person_is_offered(
    visitor: Visitor, chat: dict[str, object]
) -> None:
    here = visitor.open(chat=chat).start()
    turn = here.ask("la tarte ?")
    assert words.UNANSWERED in mailed(support(turn))


@pytest.mark.parametrize("failure", [failing(429, "rate_limited"), failing(503, "busy")])
def test_an_error_is_no_dead_end(visitor: Visitor, failure: replies.Handler) -> None:
    here = visitor.open().start()
    here.api.next["chat"].append(failure)
    here.box.fill("combien ?")
    here.box.press("Enter")
    expect(here.button("Réessayer").or_(here.panel.get_by_text("Réessayer ("))).to_be_visible()
    assert "combien ?" in mailed(support(here.part("composer")))


def test_a_service_that_never_replied_is_no_dead_end(visitor: Visitor) -> None:
    visitor.expected = "no reply from"
    here = visitor.open('contact="aide@example.org"')
    here.api.next["faq"].append(lambda route: route.abort("connectionfailed"))
    here.api.next["chat"].append(lambda route: route.abort("connectionfailed"))
    here.start()
    here.box.fill("combien ?")
    here.box.press("Enter")
    expect(here.panel).to_contain_text("ne répond pas")
    assert "combien ?" in mailed(support(here.part("composer")))


def test_what_is_on_its_way_goes_along_and_what_gave_way_returns_to_the_box(
    visitor: Visitor,
) -> None:
    here = waiting(visitor)
    assert "combien ?" in mailed(support(here.part("composer")))
    here.box.fill("et quand ?")
    here.box.press("Enter")
    here.expect_replies(1)
    expect(here.turns).to_contain_text("et quand ?")
    expect(here.box).to_have_value("combien ?")


@in_both
def test_the_message_is_seen_edited_sent_and_not_kept(visitor: Visitor) -> None:
    here = posting(visitor)
    turn = here.ask("combien ?")
    turn.get_by_role("button", name="Non", exact=True).first.click()
    support(turn).press("Enter")
    text = here.widget.get_by_label(words.TEXT)
    expect(text).to_be_focused()
    expect(here.box).to_be_hidden()
    expect(text).to_have_value(re.compile(r"combien \?[\s\S]*/questions#F55"))
    require_sound(here.page)
    text.fill("Rien ne marche.")
    here.widget.get_by_label(words.REPLY_TO).fill("moi@example.org")

    here.api.next["handoff"].append(failing(502, "handoff_failed"))
    here.button("Envoyer").click()
    expect(here.widget.get_by_role("alert")).to_contain_text("n’est pas transmis")
    expect(text).to_have_value("Rien ne marche.")
    mail = here.widget.get_by_role("link", name="aide@example.org")
    assert unquote(mail.get_attribute("href") or "").endswith("body=Rien ne marche.")

    here.button("Envoyer").press("Enter")
    said = here.part("composer").get_by_text(words.SENT)
    expect(said).to_be_visible()
    expect(here.status).to_have_text(words.SENT)
    expect(here.box).to_be_focused()
    assert here.api.sent["handoff"][-1] == {
        "interaction_id": here.api.sent["feedback"][0]["interaction_id"],
        "text": "Rien ne marche.",
        "reply_to": "moi@example.org",
    }
    here.page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert "moi@" not in here.page.evaluate("JSON.stringify(sessionStorage)")
    here.ask("une autre ?")
    expect(said).to_be_hidden()


@in_both
def test_a_message_on_its_way_says_so_and_is_sent_once(visitor: Visitor) -> None:
    here = posting(visitor)
    here.ask()
    support(here.part("composer")).click()
    held: list[Route] = []
    here.api.next["handoff"].append(held.append)
    here.button("Envoyer").press("Enter")
    here.api.expect_sent("handoff", 1)
    sending = here.button("Envoi en cours…")
    expect(sending).to_be_focused()
    sending.press("Enter")
    held[0].fulfill(status=502, json={"type": "handoff_failed"}, headers=CORS)
    expect(here.widget.get_by_role("alert")).to_contain_text("n’est pas transmis")
    expect(here.button("Envoyer")).to_be_focused()
    assert len(here.api.sent["handoff"]) == 1


def test_a_message_can_be_dropped_and_outlives_a_reload(visitor: Visitor) -> None:
    here = posting(visitor)
    here.ask()
    support(here.part("composer")).click()
    text = here.widget.get_by_label(words.TEXT)
    text.fill("à moitié écrit")
    here.page.reload()
    expect(text).to_have_value("à moitié écrit")
    here.button("Annuler").click()
    expect(text).to_have_count(0)
    expect(here.box).to_be_focused()
    assert not here.api.sent["handoff"]


@pytest.mark.parametrize("change", [ADD_AGAIN, MOVE], ids=["fresh", "same"])
def test_a_question_on_its_way_survives_a_page_that_builds_itself_anew(
    visitor: Visitor, change: str
) -> None:
    here = waiting(visitor)
    here.widget.evaluate(change)
    expect(here.turns).to_contain_text(replies.PASSAGE)
    expect(here.turns).to_contain_text("combien ?")
    expect(here.box).to_have_value("")


def test_a_question_on_its_way_is_asked_again_after_a_reload(visitor: Visitor) -> None:
    here = waiting(visitor)
    here.page.reload()
    expect(here.turns).to_contain_text(replies.PASSAGE)
    assert here.api.sent["chat"][1]["question"] == "combien ?"


def test_what_is_being_written_outlives_another_filter(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.box.fill("pas encore posée")
    here.widget.evaluate("it => { it.themeFilter = 'preuves'; }")
    expect(here.box).to_have_value("pas encore posée")


def test_clearing_gives_a_question_on_its_way_back(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.ask()
    held: list[Route] = []
    here.api.next["chat"].append(held.append)
    here.box.fill("combien ?")
    here.box.press("Enter")
    here.api.expect_sent("chat", 2)
    here.button("Nouvelle conversation").click()
    expect(here.box).to_have_value("combien ?")
    here.button("Annuler").click()
    expect(here.turns).to_have_count(1)
    expect(here.box).to_have_value("combien ?")


def test_what_had_better_not_be_sent_is_said_before(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.box.fill("joignable au 06 12 34 56 78")
    expect(here.part("composer")).to_contain_text(words.PERSONAL)
    expect(here.status).to_have_text(words.PERSONAL)
    here.box.fill("mot de passe : Soleil2024")
    expect(here.part("composer")).to_contain_text(words.ACCESS)
    require_sound(here.page)
    here.box.fill("")
    expect(here.part("composer")).not_to_contain_text(words.ACCESS)
    here.box.fill("écrire à aide@example.org ?")
    expect(here.part("composer")).not_to_contain_text(words.PERSONAL)


def test_what_was_masked_is_said_after(visitor: Visitor) -> None:
    here = visitor.open(chat={**replies.ANSWERED, "masked": ["e-mail", "nom"]}).start()
    turn = here.ask()
    said = wording.MASKED.format(kinds="e-mail, nom")
    expect(turn).to_contain_text(said)
    expect(here.status).to_contain_text(said)
