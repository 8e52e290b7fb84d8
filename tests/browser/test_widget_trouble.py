"""Networks that fail, servers that refuse, answers that tarry: nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from faqbot import wording
from tests.browser import replies
from tests.browser.replies import CORS, failing
from tests.browser.visiting import Embedded, Visitor

QUESTION = "combien de temps ?"
HINT = "^faq-chat: no reply from http://.*FAQBOT_ALLOWED_ORIGINS"
"""For whoever embeds the widget and looks into the console."""


def lost(route: Route) -> None:
    route.abort("connectionfailed")


def malformed(route: Route) -> None:
    route.fulfill(status=200, body="<html>", content_type="application/json", headers=CORS)


def incomplete(route: Route) -> None:
    route.fulfill(status=200, json={"status": "answered"}, headers=CORS)


def gateway(route: Route) -> None:
    route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html", headers=CORS)


def send(here: Embedded, question: str = QUESTION) -> None:
    here.box.fill(question)
    here.box.press("Enter")


def kept(here: Embedded) -> None:
    """What was typed stands in the box or is offered to be tried again."""
    expect(here.button("Réessayer")).to_be_visible()
    text = here.panel.inner_text() + here.box.input_value()
    assert QUESTION in text


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (lost, 0, "Le service ne répond pas"),
        (failing(500), 500, "Une erreur inattendue"),
        (failing(503, "store_unavailable"), 503, "momentanément impossible"),
        (gateway, 502, "Une erreur inattendue"),
        (malformed, 200, "Une erreur inattendue"),
        (incomplete, 200, "Une erreur inattendue"),
    ],
    ids=["lost", "500", "503", "502-html", "malformed", "incomplete"],
)
def test_a_question_that_fails_is_kept_and_tried_again(
    visitor: Visitor, failure: Callable[[Route], None], status: int, said: str
) -> None:
    visitor.expected = HINT
    here = visitor.open().start()
    here.api.next["chat"].append(failure)
    send(here)
    expect(here.panel).to_contain_text(said)
    expect(here.panel).not_to_contain_text("Détail du serveur")
    kept(here)
    expect(here.turns).to_have_count(0)
    (error,) = [event["detail"] for event in here.events if event["name"] == "faq-error"]
    assert error["status"] == status
    assert error["action"] == "ask"

    here.button("Réessayer").click()
    expect(here.turns).to_have_count(1)
    expect(here.turns).to_contain_text(replies.PASSAGE)
    expect(here.panel).not_to_contain_text(said)
    expect(here.button("Réessayer")).to_have_count(0)
    expect(here.box).to_have_value("")


def test_too_many_questions_say_when_to_try_again(visitor: Visitor) -> None:
    here = visitor.open(clock=True).start()
    here.api.next["chat"].append(failing(429, "rate_limited", Retry_After="42"))
    send(here)
    expect(here.panel).to_contain_text("Réessayez dans 42\u00a0s")
    assert QUESTION in here.panel.inner_text() + here.box.input_value()
    retry = here.widget.get_by_role("button", name=re.compile("^Réessayer"))
    expect(retry).to_be_visible()
    here.page.clock.fast_forward(43_000)
    expect(here.button("Réessayer")).to_be_enabled()
    here.button("Réessayer").click()
    expect(here.turns).to_have_count(1)


def test_offline_is_said_and_its_end_too(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.page.context.set_offline(True)
    here.api.next["chat"].append(lost)
    send(here)
    expect(here.panel).to_contain_text("hors ligne")
    assert QUESTION in here.panel.inner_text() + here.box.input_value()
    here.page.context.set_offline(False)
    expect(here.panel).to_contain_text("La connexion est rétablie")
    here.button("Réessayer").click()
    expect(here.turns).to_have_count(1)


def test_a_slow_answer_can_be_awaited_cancelled_or_tried_again(visitor: Visitor) -> None:
    here = visitor.open(clock=True).start()
    held: list[Route] = []
    here.api.next["chat"] += [held.append] * 3
    send(here)
    here.api.expect_sent("chat", 1)
    expect(here.panel).to_contain_text("Recherche en cours")
    here.page.clock.fast_forward(3_500)
    expect(here.panel).to_contain_text("plus longue que prévu")
    held[0].fulfill(json={"interaction_id": replies.SESSION, **replies.ANSWERED}, headers=CORS)
    here.expect_replies(1)

    send(here)
    here.api.expect_sent("chat", 2)
    here.page.clock.fast_forward(3_500)
    expect(here.button("Annuler")).to_be_in_viewport(ratio=1)
    here.button("Annuler").click()
    expect(here.panel).not_to_contain_text("plus longue que prévu")
    expect(here.turns).to_have_count(1)
    assert QUESTION in here.box.input_value() or here.button("Réessayer").is_visible()

    send(here)
    here.api.expect_sent("chat", 3)
    here.page.clock.fast_forward(31_000)
    expect(here.panel).to_contain_text("Le service ne répond pas")
    kept(here)
    here.button("Réessayer").click()
    here.expect_replies(2)


def test_a_late_answer_does_not_replace_a_newer_one(visitor: Visitor) -> None:
    here = visitor.open().start()
    held: list[Route] = []
    here.api.next["chat"].append(held.append)
    send(here, "la première")
    expect(here.panel).to_contain_text("la première")
    here.api.expect_sent("chat", 1)
    here.widget.evaluate("it => { it.ask('la seconde'); }")
    expect(here.turns.filter(has_text="la seconde")).to_have_count(1)
    expect(here.turns.filter(has_text=replies.PASSAGE)).to_have_count(1)


def test_a_vote_that_fails_can_be_cast_again(visitor: Visitor) -> None:
    visitor.expected = HINT
    here = visitor.open().start()
    turn = here.ask()
    here.api.next["feedback"] += [failing(503, "store_unavailable"), lost]
    yes = turn.get_by_role("button", name="Oui", exact=True).first
    yes.click()
    expect(turn).to_contain_text(re.compile("momentanément impossible|pas été enregistré"))
    expect(turn).not_to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    turn.get_by_role("button", name="Non", exact=True).first.click()
    expect(turn).to_contain_text(re.compile("ne répond pas|pas été enregistré"))
    again = turn.get_by_role("button", name="Réessayer", exact=True)
    (again if again.count() else yes).first.click()
    expect(turn).to_contain_text(
        re.compile("Vous avez trouvé cette réponse utile|cette réponse ne vous a pas été utile")
    )


def test_an_answer_that_was_not_recorded_cannot_be_rated(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.ANSWERED | {"recorded": False}).start()
    turn = here.ask()
    expect(turn).to_contain_text(replies.PASSAGE)
    expect(turn).to_contain_text(
        "Avis momentanément indisponible\u00a0: "
        "cette réponse ne peut pas être évaluée pour l’instant."
    )
    expect(turn.get_by_role("button", name="Oui", exact=True)).to_have_count(0)


def test_a_comment_is_not_lost_with_its_vote(visitor: Visitor) -> None:
    here = visitor.open().start()
    turn = here.ask()
    turn.get_by_role("button", name="Non", exact=True).first.click()
    turn.get_by_label("Votre commentaire (facultatif)").fill("Il manque la date.")
    here.api.next["feedback"].append(failing(500))
    submit = turn.get_by_role("button", name="Envoyer", exact=True)
    submit.click()
    expect(turn).to_contain_text(re.compile("erreur inattendue|pas été enregistré"))
    expect(turn.get_by_label("Votre commentaire (facultatif)")).to_have_value("Il manque la date.")
    submit.click()
    expect(turn).to_contain_text(
        "Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ."
    )


def test_a_choice_that_is_not_kept_is_shown_all_the_same(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.CLARIFY).start()
    turn = here.ask()
    here.api.next["choice"].append(failing(503, "store_unavailable"))
    turn.get_by_role("button", name=replies.SECOND["question"]).click()
    expect(turn).to_contain_text(replies.PASSAGE)


def test_the_first_opening_survives_a_dead_server(visitor: Visitor) -> None:
    visitor.expected = HINT
    here = visitor.open()
    here.api.next["faq"].append(lost)
    here.start()
    expect(here.box).to_be_enabled()
    here.ask()
    expect(here.turns).to_contain_text(replies.PASSAGE)


def test_an_empty_question_and_one_too_long_are_explained(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.box.press("Enter")
    expect(here.panel).to_contain_text(wording.QUESTION_EMPTY)
    expect(here.box).to_have_attribute("aria-invalid", "true")
    expect(here.box).to_be_focused()
    here.box.fill("x" * 3990)
    expect(here.panel).not_to_contain_text(wording.QUESTION_EMPTY)
    expect(here.panel).to_contain_text(re.compile(r"3990\s/\s4000"))
    here.page.keyboard.insert_text("cut off here")
    expect(here.box).to_have_value(re.compile("^x{3990}cut off he$"))
    expect(here.panel).to_contain_text("Limite de 4000 caractères atteinte")
    here.api.next["chat"].append(failing(422, "question_too_long"))
    send(here, "y" * 4000)
    expect(here.panel).to_contain_text("Votre question est trop longue")
    assert "yyy" in here.panel.inner_text() + here.box.input_value()


def test_a_double_click_asks_once(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.box.fill(QUESTION)
    here.part("send").dblclick()
    here.expect_replies(1)
    assert len(here.api.sent["chat"]) == 1
