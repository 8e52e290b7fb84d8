"""The widget by keyboard, to a screen reader, and for those who see or move differently."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from faqbot import wording
from tests.browser import replies
from tests.browser.conftest import in_both
from tests.browser.replies import CORS, failing
from tests.browser.soundness import broken
from tests.browser.visiting import Embedded, Visitor

RULES = {"target-size": {"enabled": True}}
INTERACTIVE = ":is(button, a[href], textarea, input, summary, [role=option]):not([hidden] *)"
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""
RECORD_STATUS = """(region) => {
  globalThis.announced = [];
  new MutationObserver(() => {
    const text = region.textContent.trim();
    if (text) announced.push(text);
  }).observe(region, { childList: true, characterData: true, subtree: true });
}"""


def states(here: Embedded) -> Iterator[str]:
    """Lead the widget through everything it can show, and stop at each."""
    yield "closed"
    here.start()
    expect(here.panel).to_contain_text("FAQ d’essai")
    yield "welcome"
    here.box.press_sequentially("certif", delay=5)
    expect(here.widget.get_by_role("option")).to_have_count(2)
    here.box.press("ArrowDown")
    yield "suggestions"
    here.box.press("Escape")
    held: list[object] = []
    here.api.next["chat"].append(held.append)
    here.box.fill("combien de temps ?")
    here.box.press("Enter")
    expect(here.panel).to_contain_text("Recherche en cours")
    here.api.expect_sent("chat", 1)
    yield "searching"
    here.page.clock.fast_forward(8_500)
    expect(here.button("Annuler")).to_be_visible()
    yield "slow"
    here.button("Annuler").click()
    turn = here.ask()
    yield "answered"
    turn.get_by_role("button", name="Non", exact=True).first.click()
    expect(turn).to_contain_text("Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.")
    yield "feedback"
    here.api.chat = replies.CLARIFY
    turn = here.ask()
    yield "clarify"
    turn.get_by_role("button", name=replies.SECOND["question"]).click()
    expect(turn).to_contain_text("Ce n’était pas cela\u202f?")
    yield "chosen"
    here.api.chat = replies.LIKELY
    turn = here.ask()
    yield "likely"
    turn.get_by_text(wording.NOT_THIS).click()
    expect(turn.get_by_role("button", name=replies.SECOND["question"])).to_be_visible()
    yield "unfolded"
    here.api.chat = replies.NO_ANSWER
    here.ask()
    yield "no answer"
    here.api.chat = replies.COURTESY
    here.ask()
    yield "courtesy"
    here.api.next["chat"] += [failing(500), failing(429, "rate_limited", Retry_After="9")]
    for _ in range(2):
        here.box.fill("encore")
        here.box.press("Enter")
        expect(here.widget.get_by_role("button", name=re.compile("^Réessayer"))).to_be_visible()
        yield "failed"
    here.button("Nouvelle conversation").click()
    expect(here.button("Annuler")).to_be_visible()
    yield "cleared"


@pytest.mark.parametrize(
    ("theme", "scheme", "width"),
    [
        ("neutral", "light", 1280),
        ("neutral", "dark", 375),
        ("convergence", "light", 375),
        ("convergence", "dark", 1280),
    ],
)
def test_axe_finds_nothing_in_any_state(
    visitor: Visitor, theme: str, scheme: str, width: int
) -> None:
    here = visitor.open(
        f'theme="{theme}" color-scheme="{scheme}"',
        clock=True,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    found = {}
    for state in states(here):
        if problems := violations(here.page):
            found[state] = problems
        small = [name for name, size in targets(here.widget).items() if min(size) < 24]
        assert not small, state
        assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
    assert not found


def violations(page: Page, **rules: bool) -> list[tuple[str, str]]:
    """What axe-core finds: the rule, and what breaks it."""
    enabled = {name.replace("_", "-"): {"enabled": on} for name, on in rules.items()}
    found = broken(page, rules={**RULES, **enabled})
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


def test_axe_finds_nothing_inline_and_in_the_frame(visitor: Visitor) -> None:
    here = visitor.open('mode="inline" lang="en"')
    here.ask()
    assert violations(here.page) == []
    page = visitor.context().new_page()
    page.goto(f"{visitor.address}/embed?theme=convergence")
    expect(page.get_by_role("textbox")).to_be_visible()
    # What a frame is called, the page around it says; axe cannot know.
    assert violations(page, page_has_heading_one=False) == []


def test_axe_looks_into_the_shadow_tree(visitor: Visitor) -> None:
    """Or the tests above would prove nothing."""
    here = visitor.open().start()
    here.widget.evaluate(
        """it => { const plant = document.createElement('button');
        plant.style.cssText = 'color: #999; background: #aaa; width: 9px; height: 9px';
        it.shadowRoot.querySelector('[part~="panel"]').append(plant); }"""
    )
    assert "button-name" in {rule for rule, _ in violations(here.page)}
    assert min(min(size) for size in targets(here.widget).values()) < 10


def targets(widget: Locator) -> dict[str, tuple[float, float]]:
    """Width and height of everything that reacts, in CSS pixels; links in a sentence excepted."""
    boxes: list[tuple[str, float, float]] = widget.locator(INTERACTIVE).evaluate_all(
        """all => all.filter((it) => it.checkVisibility({ visibilityProperty: true })
          && !(it.localName === 'a' && getComputedStyle(it).display === 'inline'))
        .map((it) => (it.type === 'radio' || it.type === 'checkbox') && it.closest('label') || it)
        .map((it, number) => { const { width, height } = it.getBoundingClientRect();
          return [`${number} ${it.outerHTML.slice(0, 80)}`, width, height]; })"""
    )
    return {name: (width, height) for name, width, height in boxes}


def focused(page: Page) -> str:
    """Name or part of what has the focus, inside the widget if it is there."""
    name: str = page.evaluate(
        """() => { let it = document.activeElement;
        while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
        return it.part?.value || it.getAttribute('aria-label') || it.textContent.trim().slice(0, 60)
          || it.localName; }"""
    )
    return name


@in_both
def test_the_keyboard_alone_does_everything(visitor: Visitor) -> None:
    here = visitor.open()
    page = here.page
    expect(here.launcher).to_be_visible()
    page.keyboard.press("Tab")
    expect(here.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(here.box).to_be_focused()
    page.keyboard.type("combien de temps ?")
    page.keyboard.press("Enter")
    expect(here.turns).to_have_count(1)
    expect(here.box).to_be_focused()

    stops = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        stops.append(focused(page))
        if stops[-1] == "Oui":
            break
    page.keyboard.press("Space")
    expect(here.turns).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    assert "faq-chat" not in focused(page).lower()
    assert here.widget.evaluate("it => it === document.activeElement"), "the focus was lost"

    here.box.focus()
    page.keyboard.type("certif")
    expect(here.widget.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(here.widget.get_by_role("option")).to_have_count(0)
    expect(here.panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(here.panel).to_be_hidden()
    expect(here.launcher).to_be_focused()
    page.keyboard.press("Space")
    expect(here.box).to_be_focused()
    expect(here.box).to_have_value("certif")

    # Not modal: one can walk out of it, forwards.
    for _ in range(60):
        page.keyboard.press("Tab")
        if not here.widget.evaluate("it => it === document.activeElement"):
            break
    else:
        pytest.fail("the panel does not let the focus go")


def test_a_small_screen_gets_a_modal_dialog(visitor: Visitor) -> None:
    here = visitor.open(viewport={"width": 375, "height": 667}).start()
    assert here.panel.evaluate("it => it.matches(':modal')")
    for _ in range(30):
        here.page.keyboard.press("Tab")
        assert here.page.evaluate("['faq-chat', 'body'].includes(document.activeElement.localName)")
    here.box.focus()
    here.page.keyboard.press("Escape")
    expect(here.panel).to_be_hidden()
    expect(here.launcher).to_be_focused()


def test_each_answer_is_announced_exactly_once(visitor: Visitor) -> None:
    here = visitor.open().start()
    live = here.widget.evaluate(
        """it => [...it.shadowRoot.querySelectorAll('*')].filter((element) => {
          const role = element.getAttribute('role');
          const own = element.getAttribute('aria-live');
          return own ? own === 'polite' : ['status', 'log'].includes(role);
        }).map((element) => [element.getAttribute('role'), element.getAttribute('aria-live')])"""
    )
    assert len(live) == 1, live
    here.status.evaluate(RECORD_STATUS)
    texts = {
        "answered": (replies.ANSWERED, "Réponse trouvée"),
        "clarify": (replies.CLARIFY, "Plusieurs réponses possibles"),
        "likely": (replies.LIKELY, f"{wording.TENTATIVE}. {replies.FIRST['question']} Trois ans"),
        "no_answer": (replies.NO_ANSWER, "Pas de réponse dans la FAQ"),
        "courtesy": (replies.COURTESY, "Avec plaisir"),
    }
    for chat, text in texts.values():
        here.page.evaluate("announced.length = 0")
        here.api.chat = chat
        here.ask()
        here.page.wait_for_timeout(400)
        heard = [said for said in here.page.evaluate("announced") if text in said]
        assert len(heard) == 1, (text, heard)


def test_what_a_screen_reader_is_told(visitor: Visitor) -> None:
    here = visitor.open()
    expect(here.launcher).to_have_attribute("aria-expanded", "false")
    closed = tree(here.page)
    assert ("button", "Poser une question") in closed
    assert not {role for role, _ in closed} & {"dialog", "log", "textbox", "image", "img"}
    here.start()
    here.box.press_sequentially("certif", delay=5)
    expect(here.widget.get_by_role("option")).to_have_count(2)
    here.box.press("ArrowDown")
    told = tree(here.page)
    assert ("dialog", "FAQ d’essai") in told
    assert ("log", "FAQ d’essai") in told
    assert ("textbox", "Votre question") in told
    assert ("button", "Envoyer") in told
    assert ("button", "Fermer") in told
    assert ("listbox", wording.SUGGESTIONS) in told
    assert ("option", replies.FIRST["question"]) in told
    selected = here.widget.get_by_role("option", selected=True)
    expect(selected).to_have_text(str(replies.FIRST["question"]))
    expect(here.box).to_have_attribute("aria-activedescendant", str(selected.get_attribute("id")))
    here.box.press("Escape")

    turn = here.ask()
    turn.get_by_role("button", name="Non", exact=True).first.click()
    expect(turn).to_contain_text("Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.")
    told = tree(here.page)
    assert ("heading", replies.FIRST["question"]) in told
    assert ("group", "Qu’est-ce qui ne va pas\u202f? (facultatif)") in told
    assert {("radio", label) for label in wording.REASONS.values()} <= set(told)
    assert ("textbox", "Votre commentaire (facultatif)") in told
    assert "image" not in {role for role, _ in told}


def tree(page: Page) -> list[tuple[str, str]]:
    """Role and name of everything that Chromium tells assistive technologies."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]


def test_nothing_moves_for_those_who_prefer_it(visitor: Visitor) -> None:
    moving = (
        "it => it.shadowRoot.getAnimations().filter((one) => one.playState === 'running').length"
    )
    here = visitor.open(reduced_motion="reduce").start()
    here.api.next["chat"].append(lambda _: None)
    here.box.fill("combien de temps ?")
    here.box.press("Enter")
    expect(here.panel).to_contain_text("Recherche en cours")
    assert here.widget.evaluate(moving) == 0


def test_forced_colours_keep_the_widget_usable(visitor: Visitor) -> None:
    here = visitor.open(forced_colors="active")
    edge = "it => { const s = getComputedStyle(it); return s.borderStyle + s.outlineStyle; }"
    assert "solid" in here.launcher.evaluate(edge)
    here.start()
    assert "solid" in here.panel.evaluate(edge)
    here.ask()
    assert "solid" in here.part("send").evaluate(edge)
    here.page.keyboard.press("Tab")
    assert here.page.evaluate(
        """() => { let it = document.activeElement;
        while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
        return getComputedStyle(it).outlineStyle !== 'none'; }"""
    )
    assert violations(here.page) == []


def test_nothing_scrolls_sideways_at_320_pixels(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.LONG, viewport={"width": 320, "height": 640}).start()
    here.ask()
    overflowing = here.panel.evaluate(
        """panel => [panel, ...panel.querySelectorAll('*')].filter((it) =>
          it.checkVisibility() && it.getBoundingClientRect().width > 1
          && it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('pre, [role=status]'))
          .map((it) => it.outerHTML.slice(0, 80))"""
    )
    assert overflowing == []
    assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_wider_text_spacing_hides_nothing(visitor: Visitor) -> None:
    here = visitor.open(viewport={"width": 375, "height": 800}).start()
    turn = here.ask()
    turn.get_by_role("button", name="Non", exact=True).first.click()
    expect(turn).to_contain_text("Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.")
    here.widget.evaluate(
        """(it, css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
        it.shadowRoot.adoptedStyleSheets.push(sheet); }""",
        SPACING,
    )
    clipped = here.panel.evaluate(
        """panel => [...panel.querySelectorAll('*')].filter((it) => {
          const style = getComputedStyle(it);
          const hides = style.overflowX !== 'visible' || style.overflowY !== 'visible';
          return it.checkVisibility() && hides && it.clientHeight > 1 && it.localName !== 'textarea'
            && (it.scrollWidth > it.clientWidth + 1
              || (style.overflowY === 'hidden' && it.scrollHeight > it.clientHeight + 1));
        }).map((it) => it.outerHTML.slice(0, 80))"""
    )
    assert clipped == []


def test_the_focus_is_seen_and_not_covered(visitor: Visitor) -> None:
    here = visitor.open(viewport={"width": 375, "height": 667}).start()
    here.ask()
    here.box.focus()
    seen = set()
    for _ in range(40):
        here.page.keyboard.press("Shift+Tab")
        inside, name, visible, outlined = here.page.evaluate(
            """() => { let it = document.activeElement; let root = document;
            while (it?.shadowRoot?.activeElement) { root = it.shadowRoot; it = root.activeElement; }
            const box = it.getBoundingClientRect();
            const top = root.elementFromPoint(box.x + box.width / 2,
              Math.min(box.y + box.height / 2, innerHeight - 1));
            const style = getComputedStyle(it);
            return [root !== document, it.outerHTML.slice(0, 90),
              it.contains(top) || top?.contains(it),
              style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]; }"""
        )
        if not inside or name in seen:
            break
        seen.add(name)
        assert outlined, name
        assert visible, name
    assert len(seen) >= 5


def test_a_search_that_was_abandoned_does_not_speak(visitor: Visitor) -> None:
    here = visitor.open(clock=True).start()
    here.status.evaluate(RECORD_STATUS)
    held: list[object] = []
    here.api.next["chat"].append(held.append)
    here.box.fill("combien de temps ?")
    here.box.press("Enter")
    here.api.expect_sent("chat", 1)
    here.page.clock.fast_forward(8_500)
    here.button("Annuler").click()
    expect(here.box).to_be_focused()
    body = {"interaction_id": replies.SESSION, **replies.ANSWERED}
    held[0].fulfill(json=body, headers=CORS)  # type: ignore[attr-defined]
    here.page.clock.fast_forward(2_000)
    expect(here.turns).to_have_count(0)
    assert "Réponse trouvée" not in str(here.page.evaluate("announced"))
