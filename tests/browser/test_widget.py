"""What a person does with the widget on somebody else's page, in a real browser.

Which question gets which reply is the retrieval's affair: all but one journey use fixed replies.
"""

from __future__ import annotations

import re
from itertools import pairwise
from uuid import UUID

import pytest
from playwright.sync_api import expect

from faqbot import wording
from faqbot.feedback.store import FeedbackStore
from tests.browser import replies
from tests.browser.conftest import Served, in_both
from tests.browser.hosts import embedding
from tests.browser.visiting import Embedded, Visitor

DENY_STORAGE = """
Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied'); } });
"""


@pytest.mark.parametrize("mode", ["launcher", "inline"])
def test_ask_read_and_follow_up(visitor: Visitor, mode: str) -> None:
    here = visitor.open(f'mode="{mode}"')
    if mode == "launcher":
        expect(here.panel).to_be_hidden()
        assert not here.api.sent["faq"]
        here.start()
        expect(here.box).to_be_focused()
    else:
        expect(here.launcher).to_have_count(0)
    expect(here.panel).to_contain_text(replies.FAQ["title"])
    expect(here.widget.get_by_text("parmi les 3 questions")).to_be_visible()
    expect(here.widget.get_by_text(replies.FAQ["notice"])).to_be_visible()

    turn = here.ask("combien de temps ?")
    expect(turn).to_contain_text("combien de temps ?")
    expect(turn.get_by_role("heading", name=replies.FIRST["question"])).to_be_visible()
    expect(turn.locator("mark").first).to_have_text(replies.PASSAGE)
    expect(turn.locator("li strong").first).to_have_text("avant")
    expect(turn).to_contain_text(wording.PROVENANCE_REWORDED)
    expect(turn).to_contain_text("copie de la page consultée le 23\u00a0novembre\u00a02026")
    expect(turn.get_by_role("link", name=re.compile("Page de l’éditeur")).first).to_have_attribute(
        "href", "https://www.example.org/certificats"
    )
    expect(turn).to_contain_text("Certificats")
    expect(here.box).to_have_value("")

    here.ask("et ensuite ?")
    first, second = here.api.sent["chat"]
    assert first["session_id"] is None
    assert second["session_id"] == replies.SESSION
    assert len(here.api.sent["faq"]) == 1


def test_examples_and_suggested_questions_are_asked_with_a_click(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.NO_ANSWER).start()
    here.button(replies.SECOND["question"]).first.click()
    here.expect_replies(1)
    here.turns.get_by_role("button", name="Comment renouveler un certificat ?").click()
    here.expect_replies(2)
    asked = [sent["question"] for sent in here.api.sent["chat"]]
    assert asked == [replies.SECOND["question"], "Comment renouveler un certificat ?"]


@in_both
def test_suggestions_while_typing_with_the_keyboard(visitor: Visitor) -> None:
    here = visitor.open('theme-filter="certificats, proxy-esante"').start()
    here.box.press_sequentially("certif", delay=10)
    options = here.widget.get_by_role("option")
    expect(options).to_have_count(2)
    assert "q=certif&themes=certificats&themes=proxy-esante" in here.api.sent["suggest"][-1]

    here.box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    here.box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.first).to_have_attribute("aria-selected", "false")
    here.box.press("Escape")
    expect(here.panel).to_be_visible()
    expect(options).to_have_count(0)
    expect(here.box).to_have_value("certif")

    here.box.press("i")
    expect(options).to_have_count(2)
    here.box.press("ArrowUp")
    here.box.press("Enter")
    here.expect_replies(1)
    assert here.api.sent["chat"][0]["question"] == replies.SECOND["question"]
    assert here.api.sent["chat"][0]["themes"] == ["certificats", "proxy-esante"]
    assert "themes=certificats" in here.api.sent["faq"][0]


def test_a_suggestion_is_taken_with_the_mouse(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.box.press_sequentially("certif", delay=10)
    here.widget.get_by_role("option").nth(1).click()
    expect(here.turns.last).to_contain_text(replies.SECOND["question"])


@in_both
def test_feedback_and_a_change_of_mind(visitor: Visitor) -> None:
    here = visitor.open().start()
    turn = here.ask()
    turn.get_by_role("button", name="Oui", exact=True).first.click()
    expect(turn).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    turn.get_by_role("button", name="Finalement, non").click()
    expect(turn).to_contain_text("Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.")
    turn.get_by_label(wording.REASONS["incomplete"]).check()
    turn.get_by_label("Votre commentaire (facultatif)").fill("Il manque\nla date.")
    turn.get_by_role("button", name="Envoyer", exact=True).click()
    expect(turn).to_contain_text(
        "Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ."
    )
    turn.get_by_text("Modifier ces précisions").click()
    expect(turn.get_by_label("Votre commentaire (facultatif)")).to_have_value("Il manque\nla date.")

    sent = here.api.sent["feedback"]
    assert [vote["useful"] for vote in sent] == [True, False, False]
    assert sent[-1]["entry_id"] == "F55"
    assert sent[-1]["reason"] == "incomplete"
    assert sent[-1]["comment"] == "Il manque\nla date."
    heard = [event["detail"] for event in here.events if event["name"] == "faq-feedback"]
    assert heard[-1] == {
        "interactionId": sent[-1]["interaction_id"],
        "entryId": "F55",
        "useful": False,
        "reason": "incomplete",
    }


def test_a_secret_that_was_taken_out_is_said_and_left_nowhere(visitor: Visitor) -> None:
    kept = {"question": "Mon mot de passe [secret]", "secret_removed": True}
    here = visitor.open(chat={**replies.ANSWERED, **kept}).start()
    turn = here.ask("Mon mot de passe Soleil2024")
    expect(turn).to_contain_text(kept["question"])
    expect(turn).to_contain_text(wording.WITHHELD)
    expect(here.status).to_contain_text(wording.WITHHELD)
    here.page.evaluate("dispatchEvent(new Event('pagehide'))")
    stored = here.page.evaluate("JSON.stringify(sessionStorage)")
    assert "[secret]" in stored
    assert "Soleil2024" not in stored

    verdict = {"useful": False, "reason": None, "comment": "[secret]", "secret_removed": True}
    here.api.next["feedback"].append(
        lambda route: route.fulfill(json=verdict, headers=replies.CORS)
    )
    turn.get_by_role("button", name="Non", exact=True).first.click()
    expect(turn.locator(".feedback").first).to_contain_text(wording.WITHHELD)


@in_both
def test_choosing_and_choosing_again(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.CLARIFY).start()
    turn = here.ask()
    expect(turn).to_contain_text(wording.DID_YOU_MEAN)
    expect(turn.locator("mark")).to_have_count(0)
    turn.get_by_role("button", name=replies.SECOND["question"]).click()
    expect(turn.get_by_role("heading", name=replies.SECOND["question"])).to_be_visible()
    expect(turn.locator("mark").first).to_have_text(replies.PASSAGE)
    expect(turn).to_contain_text("Ce n’était pas cela\u202f?")
    turn.get_by_role("button", name=replies.THIRD["question"]).click()
    expect(turn.get_by_role("heading", name=replies.THIRD["question"])).to_be_visible()
    turn.get_by_role("button", name="Oui", exact=True).click()
    expect(turn).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    assert [choice["entry_id"] for choice in here.api.sent["choice"]] == ["F53", "F52"]
    assert here.api.sent["feedback"][0]["entry_id"] == "F52"


def test_no_answer_names_the_contact_and_a_courtesy_does_not(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.NO_ANSWER).start()
    turn = here.ask("la recette de la tarte ?")
    expect(turn).to_contain_text("Nous n’avons pas trouvé la réponse dans la FAQ")
    expect(turn.get_by_role("link", name=wording.HANDOFF)).to_have_attribute(
        "href", "mailto:aide@example.org"
    )
    here.api.chat = replies.COURTESY
    turn = here.ask("merci")
    expect(turn).to_contain_text("Avec plaisir")
    expect(turn.locator('a[href^="mailto:"]')).to_have_count(0)
    expect(turn).not_to_contain_text("Nous n’avons pas trouvé la réponse dans la FAQ")


def test_copy_the_answer_and_its_link(visitor: Visitor, served: Served) -> None:
    here = visitor.open(permissions=["clipboard-read", "clipboard-write"]).start()
    turn = here.ask()
    turn.get_by_role("button", name="Copier la réponse").first.click()
    expect(here.status).to_contain_text("Copié")
    copied = here.page.evaluate("navigator.clipboard.readText()")
    assert replies.FIRST["answer_text"] in copied
    turn.get_by_role("button", name="Copier le lien").first.click()
    here.page.wait_for_function(
        "async (link) => (await navigator.clipboard.readText()) === link",
        arg=f"{served.address}/questions#F55",
    )


@in_both
def test_begin_a_new_conversation_and_bring_the_former_back(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.ask()
    here.button("Nouvelle conversation").click()
    expect(here.turns).to_have_count(0)
    expect(here.box).to_be_focused()
    # The server still has it, for the reader to erase.
    expect(here.status).to_have_text("Nouvelle conversation.")
    expect(here.panel).not_to_contain_text("effac")
    data = here.widget.get_by_role("link", name=re.compile("Mes données"))
    expect(data).to_have_attribute("href", re.compile(f"session={replies.SESSION}$"))
    here.button("Annuler").click()
    expect(here.turns).to_have_count(1)
    here.button("Nouvelle conversation").click()
    here.ask("autre chose")
    assert here.api.sent["chat"][-1]["session_id"] is None


def test_text_size_is_changed_and_remembered(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.ask()
    sizes = []
    for _ in range(3):
        answer = here.part("answer").first
        sizes.append(float(answer.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")))
        larger = here.widget.get_by_role("button", name="Augmenter la taille du texte")
        if larger.is_enabled() and larger.get_attribute("aria-disabled") != "true":
            larger.click()
    assert sizes[0] < sizes[1]
    assert all(one <= other for one, other in pairwise(sizes))
    here.page.reload()
    answer = here.part("answer").first
    after = float(answer.evaluate("it => parseFloat(getComputedStyle(it).fontSize)"))
    assert after > sizes[0]
    here.widget.get_by_role("button", name="Diminuer la taille du texte").click()
    smaller = float(answer.evaluate("it => parseFloat(getComputedStyle(it).fontSize)"))
    assert smaller < after


def test_the_conversation_survives_navigation(visitor: Visitor) -> None:
    here = visitor.open().start()
    turn = here.ask("combien de temps ?")
    turn.get_by_role("button", name="Oui", exact=True).first.click()
    expect(turn).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    here.page.goto(visitor.host.origin + visitor.host.add(embedding(visitor.address)))
    expect(here.panel).to_be_visible()
    expect(here.turns).to_have_count(1)
    expect(here.turns).to_contain_text("combien de temps ?")
    expect(here.turns).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    here.ask("et ensuite ?")
    assert here.api.sent["chat"][-1]["session_id"] == replies.SESSION


def test_denied_storage_only_costs_the_memory(visitor: Visitor) -> None:
    here = visitor.open(init=DENY_STORAGE).start()
    here.ask("combien de temps ?")
    here.ask("et ensuite ?")
    assert here.api.sent["chat"][-1]["session_id"] == replies.SESSION
    here.page.reload()
    here.start()
    expect(here.turns).to_have_count(0)


def test_the_host_page_hears_what_happens(visitor: Visitor) -> None:
    here = visitor.open().start()
    here.ask("combien de temps ?")
    here.api.next["chat"].append(replies.failing(500))
    here.box.fill("encore")
    here.box.press("Enter")
    expect(here.button("Réessayer")).to_be_visible()
    here.widget.get_by_role("button", name="Fermer").click()
    expect(here.panel).to_be_hidden()
    heard = {event["name"]: event["detail"] for event in here.events}
    assert heard == {
        "faq-answer": {
            "interactionId": "00000000-0000-0000-0000-000000000001",
            "question": "combien de temps ?",
            "status": "answered",
            "entryIds": ["F55", "F53"],
        },
        "faq-error": {"type": heard["faq-error"]["type"], "status": 500, "action": "ask"},
        "faq-toggle": {"open": False},
    }
    assert all(event["bubbles"] for event in here.events)


def test_methods_and_attributes_at_run_time(visitor: Visitor) -> None:
    here = visitor.open()
    expect(here.launcher).to_be_visible()
    call = here.widget.evaluate
    call("it => it.open()")
    expect(here.panel).to_be_visible()
    expect(here.widget).to_have_attribute("open", "")
    call("it => it.close()")
    expect(here.panel).to_be_hidden()
    reply = call("it => it.ask('combien de temps ?')")
    assert reply["answers"][0]["entry_id"] == "F55"
    assert call("it => it.ask('   ')") is None
    call("it => it.open()")
    expect(here.turns).to_have_count(1)
    call("it => it.clear()")
    expect(here.turns).to_have_count(0)

    call("it => { it.heading = 'Notre aide'; }")
    expect(here.panel).to_contain_text("Notre aide")
    expect(here.widget).to_have_attribute("heading", "Notre aide")
    call("it => { it.lang = 'en-GB'; }")
    expect(here.button("Send")).to_be_visible()
    call("it => it.removeAttribute('lang')")
    expect(here.button("Envoyer")).to_be_visible()
    call("it => { it.mode = 'inline'; }")
    expect(here.launcher).to_have_count(0)
    expect(here.panel).to_be_visible()
    read = "it => [it.mode, it.theme, it.colorScheme, it.themeFilter, it.position, it.endpoint]"
    call(
        """it => { for (const name of ['mode', 'theme', 'color-scheme', 'position', 'endpoint'])
        it.setAttribute(name, 'nonsense'); }"""
    )
    mode, theme, scheme, _, position, endpoint = call(read)
    assert (mode, theme, scheme, position) == ("launcher", "neutral", "auto", "end")
    assert endpoint == visitor.address
    call("it => { const parent = it.parentNode; it.remove(); parent.append(it); }")
    expect(here.launcher).to_be_visible()


@pytest.mark.parametrize(
    ("attributes", "kind", "label", "shown", "language"),
    [
        ("", "verbatim", "Réponse de l’éditeur", "Réponse de l’éditeur", "fr"),
        ("", "verbatim", None, "Texte officiel", "fr"),
        ('lang="en"', "verbatim", "Réponse de l’éditeur", "Réponse de l’éditeur", "fr"),
        ('lang="en"', "verbatim", "Texte officiel", "Official text", "en"),
        ('lang="en"', "reworded", None, "Reworded from", "en"),
    ],
)
def test_a_source_is_called_what_the_corpus_calls_it(
    visitor: Visitor, attributes: str, kind: str, label: str | None, shown: str, language: str
) -> None:
    source = {key: it for key, it in replies.PROVENANCE.items() if key != "label"} | {"kind": kind}
    source |= {"label": label} if label else {}
    reply = replies.reply("answered", replies.entry("F55", "Combien ?", provenance=source))
    turn = visitor.open(attributes, chat=reply).start().ask()
    named = turn.locator(".source strong")
    expect(named).to_have_text(shown)
    expect(named.locator("xpath=ancestor-or-self::*[@lang][1]")).to_have_attribute("lang", language)


@pytest.mark.parametrize("attributes", ["", 'lang="en"'])
def test_nobody_has_read_the_page_of_a_source_without_address(
    visitor: Visitor, attributes: str
) -> None:
    source = replies.PROVENANCE | {"label": wording.PROVENANCE_UNLINKED, "source_url": ""}
    reply = replies.reply("answered", replies.entry("F55", "Combien ?", provenance=source))
    turn = visitor.open(attributes, chat=reply).start().ask()
    said = turn.locator(".source")
    expect(said).to_contain_text(re.compile(r"^Source\s: Page de l’éditeur, 23\s\w+\s2026\. "))
    expect(said.get_by_role("link")).to_have_count(1)  # to the entry


def test_the_widget_speaks_english(visitor: Visitor) -> None:
    here = visitor.open('lang="en"')
    expect(here.launcher).to_have_accessible_name("Ask a question")
    here.start()
    expect(here.panel).to_contain_text("An automatic assistant searches the 3 answers of the FAQ.")
    expect(here.panel.get_by_text(replies.FAQ["notice"])).to_have_attribute("lang", "fr")
    turn = here.ask("how long?")
    expect(turn).to_contain_text("Reworded from")
    expect(turn).to_contain_text("23\u00a0November\u00a02026")
    expect(turn.get_by_text("Was this answer useful to you?").first).to_be_visible()
    language = turn.locator("mark").first.locator("xpath=ancestor::*[@lang][1]")
    expect(language).to_have_attribute("lang", "fr")
    here.api.chat = replies.COURTESY
    expect(here.ask("thanks")).to_contain_text("You are welcome!")


def test_words_of_an_english_faq_are_not_read_with_a_french_voice(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(replies.FAQ, "language", "en")
    here = visitor.open().start()
    expect(here.panel.get_by_text(replies.FAQ["notice"])).to_have_attribute("lang", "en")
    language = here.ask("how long?").locator("mark").first.locator("xpath=ancestor::*[@lang][1]")
    expect(language).to_have_attribute("lang", "en")
    page = visitor.open(html='lang="en-US"')
    expect(page.launcher).to_have_accessible_name("Ask a question")
    page = visitor.open(html='lang="de"')
    expect(page.launcher).to_have_accessible_name("Poser une question")


@in_both
def test_a_real_question_is_answered_and_the_verdict_is_kept(
    visitor: Visitor, served: Served
) -> None:
    here = visitor.open(chat=None).start()
    expect(here.widget.get_by_text("parmi les 58 questions")).to_be_visible()
    expect(here.widget.get_by_text("Ce service n’est pas un service de l’ANS.")).to_be_visible()
    here.box.press_sequentially("proxy", delay=10)
    expect(here.widget.get_by_role("option").first).to_be_visible()
    turn = here.ask("À quoi sert le Proxy e-Santé et est-il obligatoire ?")
    expect(turn).to_contain_text("est obligatoire pour répondre aux exigences réglementaires")
    expect(turn).to_contain_text(
        "Réponse officielle de l’ANS\u202f; question rédigée par nos soins"
    )
    turn.get_by_role("button", name="Non", exact=True).first.click()
    turn.get_by_label(wording.REASONS["outdated"]).check()
    turn.get_by_role("button", name="Envoyer", exact=True).click()
    expect(turn).to_contain_text(
        "Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ."
    )
    vote = _last(here, "faq-feedback")
    with FeedbackStore.open(f"sqlite:///{served.database}") as store:
        exchange = store.exchange(UUID(vote["interactionId"]))
        assert exchange is not None
        (verdict,) = exchange.verdicts
        assert (verdict.entry_id, verdict.useful, verdict.reason) == ("S05", False, "outdated")

    # Erased in another tab.
    data = here.widget.get_by_role("link", name=re.compile("Mes données")).get_attribute("href")
    session = str(data).rpartition("session=")[2]
    assert here.page.request.delete(f"{served.address}/api/v1/session/{session}").ok
    turn.get_by_role("button", name="Finalement, oui").click()
    expect(turn).to_contain_text("la réponse concernée n’est pas, ou n’est plus, enregistrée.")


def _last(here: Embedded, name: str) -> dict[str, str]:
    found: dict[str, str] = [it["detail"] for it in here.events if it["name"] == name][-1]
    return found


def test_each_of_several_questions_has_a_card_and_a_vote(visitor: Visitor) -> None:
    both = (replies.entry("F55", "Combien ?", asserted=True), replies.entry("F53", "Qui ?"))
    said = replies.reply("answered", both[0], both[1] | {"asserted": True})
    here = visitor.open(chat=said).start()
    turn = here.ask("Combien ? Et qui ?")
    expect(turn.locator(".answer.card")).to_have_count(2)
    expect(turn.locator("details.fold")).to_have_count(0)
    turn.get_by_role("button", name="Oui", exact=True).last.click()
    here.api.expect_sent("feedback", 1)
    assert here.api.sent["feedback"][0]["entry_id"] == "F53"


def test_what_the_glossary_says_has_its_source_and_what_is_related(visitor: Visitor) -> None:
    source = replies.PROVENANCE | {"label": "Glossaire de la FAQ\u00a0:", "source_url": ""}
    meaning = replies.entry(
        "glossary:PSC",
        "Que signifie PSC\u202f?",
        kind="glossary",
        asserted=True,
        theme_label="Sigles",
        provenance=source,
    )
    here = visitor.open(chat=replies.reply("answered", meaning)).start()
    turn = here.ask("PSC ?")
    expect(turn).to_contain_text("Glossaire de la FAQ\u00a0: Page de l’éditeur.")
    expect(turn).not_to_contain_text("copie de la page")
    expect(turn.get_by_role("link", name=re.compile("Sigles"))).to_have_attribute(
        "href", re.compile("/questions#glossary:PSC$")
    )
    expect(turn.get_by_role("button", name="Comment renouveler un certificat ?")).to_be_visible()
