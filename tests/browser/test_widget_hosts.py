"""The widget among what real host pages have: schemes, tokens, modals, bars and old libraries."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import replies
from tests.browser.conftest import in_both
from tests.browser.hosts import PROSE, embedding
from tests.browser.visiting import Embedded, Visitor

DARK, LIGHT = re.compile(r"rgb\((\d|[1-5]\d), "), re.compile(r"rgb\(2\d\d, ")
PROTOTYPE_JS = """
Array.prototype.toJSON = function () {
  return '[' + [...this].map((it) => JSON.stringify(it)).join(', ') + ']';
};
"""
TOKENS = """
:root { --background-alt-grey: rgb(1, 2, 3); --text-default-grey: rgb(250, 251, 252);
  --background-action-high-blue-france: rgb(4, 5, 6) }
"""
BAR = '<div id="bar" style="position: fixed; inset: auto 0 0; height: 120px">Cookies</div>'
MODAL = """<div id="modal" role="dialog" aria-modal="true" aria-label="Choix" hidden
  style="position: fixed; inset: 0; z-index: 1050; background: gold">Choisissez</div>"""


def test_the_page_s_own_scheme_goes_before_the_system_s(visitor: Visitor) -> None:
    here = visitor.open('mode="inline"', color_scheme="light")
    expect(here.panel).to_have_css("background-color", LIGHT)
    for said, unsaid in [
        ("style.colorScheme = 'dark'", "style.colorScheme = 'light dark'"),
        ("dataset.frScheme = 'dark'", "dataset.frScheme = 'system'"),
        ("dataset.theme = 'dark'", "dataset.theme = 'light'"),
        ("dataset.bsTheme = 'dark'", "removeAttribute('data-bs-theme')"),
    ]:
        if "bsTheme" in said:
            here.page.evaluate("document.documentElement.removeAttribute('data-theme')")
        here.page.evaluate(f"document.documentElement.{said}")
        expect(here.panel).to_have_css("background-color", DARK)
        here.page.evaluate(f"document.documentElement.{unsaid}")
        expect(here.panel).to_have_css("background-color", LIGHT)
    here.page.emulate_media(color_scheme="dark")
    expect(here.panel).to_have_css("background-color", DARK)
    here.page.evaluate("document.documentElement.style.colorScheme = 'only light'")
    expect(here.panel).to_have_css("background-color", LIGHT)


def test_a_theme_takes_the_colours_of_the_state_s_design_system(visitor: Visitor) -> None:
    here = visitor.open('mode="inline" theme="dsfr"', head=f"<style>{TOKENS}</style>")
    expect(here.panel).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(here.panel).to_have_css("color", "rgb(250, 251, 252)")
    expect(here.part("header")).to_have_css("background-color", "rgb(4, 5, 6)")
    # What the page does not say is taken from another theme, in either scheme.
    here.page.evaluate("document.head.querySelector('style').remove()")
    expect(here.panel).to_have_css("background-color", LIGHT)
    here.widget.evaluate("it => { it.colorScheme = 'dark'; }")
    expect(here.panel).to_have_css("background-color", DARK)


@in_both
@pytest.mark.parametrize("native", [True, False], ids=["native", "by-role"])
def test_the_launcher_gives_way_to_a_modal_of_the_page(visitor: Visitor, native: bool) -> None:
    modal = "<dialog id=modal>Choisissez</dialog>" if native else MODAL
    here = visitor.open(body=modal + embedding(visitor.address))
    expect(here.launcher).to_be_visible()
    here.page.evaluate("modal.showModal()" if native else "modal.hidden = false")
    expect(here.launcher).to_be_hidden()
    here.page.evaluate("modal.close()" if native else "modal.hidden = true")
    expect(here.launcher).to_be_visible()
    here.start()


@in_both
def test_in_a_dialog_of_the_page_the_launcher_can_be_used_at_each_opening(
    visitor: Visitor,
) -> None:
    here = visitor.open(body=f"<dialog id=modal>{embedding(visitor.address)}</dialog>")
    for _ in range(2):
        here.page.evaluate("modal.showModal()")
        here.start()
        expect_edge(here, 20)
        here.box.click()
        here.launcher.click()
        here.page.evaluate("modal.close()")
        here.page.wait_for_timeout(300)  # for what is noticed late


def edge(here: Embedded) -> float:
    """How far the launcher stands from the lower edge of the window."""
    box, window = here.launcher.bounding_box(), here.page.viewport_size
    assert box is not None
    assert window is not None
    return window["height"] - box["y"] - box["height"]


def expect_edge(here: Embedded, distance: float) -> None:
    for _ in range(300):
        if edge(here) == distance:
            break
        here.page.wait_for_timeout(10)
    assert edge(here) == distance


def test_the_launcher_keeps_clear_of_a_bar_for_as_long_as_it_stands(visitor: Visitor) -> None:
    here = visitor.open(body=BAR + embedding(visitor.address))
    expect_edge(here, 140)
    here.start()
    here.page.evaluate("bar.remove()")
    expect_edge(here, 20)
    here.page.evaluate(f"document.body.insertAdjacentHTML('beforeend', `{BAR}`)")
    expect_edge(here, 140)
    panel, window = here.panel.bounding_box(), here.page.viewport_size
    assert panel is not None
    assert window is not None
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] <= window["height"] - 140
    here.widget.evaluate("it => { it.offset = '64'; }")
    expect_edge(here, 64)


@pytest.mark.parametrize("window", [(375, 667), (1280, 720)])
def test_a_card_that_takes_most_of_the_window_is_not_covered(
    visitor: Visitor, window: tuple[int, int]
) -> None:
    width, height = window
    top = height // 4
    card = f'<div style="position: fixed; right: 0; bottom: 0; width: 360px; top: {top}px">OK</div>'
    here = visitor.open(
        body=card + embedding(visitor.address), viewport={"width": width, "height": height}
    )
    expect_edge(here, height - top + 20)
    here.start()
    expect(here.button("Fermer")).to_be_in_viewport(ratio=1)
    expect(here.box).to_be_in_viewport(ratio=1)
    here.ask()


@pytest.mark.parametrize(
    "style",
    [
        "position: fixed; inset: 0; overflow: auto",
        "position: sticky; top: 100px; height: calc(100vh - 100px)",
    ],
    ids=["window", "column"],
)
def test_something_fixed_that_fills_the_window_is_no_bar(visitor: Visitor, style: str) -> None:
    shell = f'<div style="{style}">{PROSE}</div>'
    here = visitor.open(body=shell + embedding(visitor.address))
    expect(here.launcher).to_be_visible()
    here.page.wait_for_timeout(300)
    assert edge(here) == 20


def test_old_libraries_do_not_spoil_what_is_sent_and_kept(visitor: Visitor) -> None:
    here = visitor.open('theme-filter="certificats"', init=PROTOTYPE_JS).start()
    here.ask("combien de temps ?")
    (sent,) = here.api.sent["chat"]
    assert sent["themes"] == ["certificats"]
    here.page.reload()
    here.expect_replies(1)


@in_both
@pytest.mark.parametrize("chat", ["ANSWERED", "NO_ANSWER"])
def test_enter_on_a_question_that_is_offered_keeps_the_focus(visitor: Visitor, chat: str) -> None:
    here = visitor.open(chat=getattr(replies, chat)).start()
    if chat == "NO_ANSWER":
        here.ask()
    before = here.turns.count()
    here.part("choice").last.press("Enter")
    here.expect_replies(before + 1)
    assert here.widget.evaluate("it => it === document.activeElement")
    here.page.keyboard.press("Escape")
    expect(here.panel).to_be_hidden()
    expect(here.launcher).to_be_focused()


@in_both
@pytest.mark.parametrize("mode", ["launcher", "inline"])
def test_enlarged_four_times_header_and_focused_box_stay_in_view(
    visitor: Visitor, mode: str
) -> None:
    body = embedding(visitor.address, f'mode="{mode}"') + '<p style="height: 600px">Suite</p>'
    here = visitor.open(body=body, viewport={"width": 320, "height": 256})
    if mode == "launcher":
        here.start()
    else:
        here.widget.evaluate("it => it.scrollIntoView()")
        here.box.focus()
    expect(here.panel).to_contain_text("FAQ d’essai")

    def require_view() -> None:
        expect(here.box).to_be_focused()
        expect(here.box).to_be_in_viewport(ratio=1)
        expect(here.part("tool").last).to_be_in_viewport(ratio=1)

    require_view()
    here.page.keyboard.type("Une question de plusieurs lignes, pour une réponse loin du début ?")
    here.page.keyboard.press("Enter")
    here.expect_replies(1)
    turn = here.turns.last
    here.page.wait_for_timeout(300)  # for what scrolls
    require_view()
    expect(turn.get_by_role("heading").first).to_be_in_viewport()
    here.box.press_sequentially("certif", delay=5)
    expect(here.widget.get_by_role("option").first).to_be_in_viewport(ratio=1)
    require_view()


def test_on_a_low_screen_the_answer_is_seen(visitor: Visitor) -> None:
    here = visitor.open(viewport={"width": 960, "height": 470})
    expect(here.launcher.get_by_text("Poser une question")).to_be_in_viewport(ratio=1)
    here.start().ask()
    for width, height in [(960, 470), (640, 430), (1100, 560)]:
        here.page.set_viewport_size({"width": width, "height": height})
        expect(here.part("answer").locator("mark").first).to_be_in_viewport(ratio=1)
        expect(here.panel.get_by_role("link", name="Transmettre au support")).to_be_in_viewport(
            ratio=1
        )


def test_an_inline_widget_is_printed_whole(visitor: Visitor) -> None:
    style = "<style>faq-chat { display: block; height: 40rem }</style>"
    here = visitor.open('mode="inline"', head=style, chat=replies.LONG)
    for _ in range(2):
        here.ask()
    here.page.emulate_media(media="print")
    expect(here.box).to_be_hidden()
    for place in (here.widget, here.panel, here.part("log")):
        whole, shown = place.evaluate("it => [it.scrollHeight, it.clientHeight]")
        assert shown > 5000, place
        assert whole <= shown + 1, place
    expect(here.turns.first.locator("h3")).to_be_visible()
    assert here.part("log").evaluate("it => it.scrollTop") == 0


def test_a_sandboxed_frame_answers_or_says_that_a_tab_will(visitor: Visitor) -> None:
    visitor.expected = "from origin 'null' has been blocked by CORS policy"
    popups = "allow-forms allow-popups allow-popups-to-escape-sandbox"
    frame = f'<iframe src="{visitor.address}/embed" title="FAQ" width="600" height="500" sandbox='
    whole = f"{popups} allow-scripts allow-same-origin"
    here = visitor.open(body=f'{frame}"{popups} allow-scripts"></iframe>', chat=None)
    inside = here.page.frame_locator("iframe")
    expect(inside.get_by_text("réponse dans un nouvel onglet")).to_be_visible()
    expect(inside.get_by_role("button")).to_have_css("border-radius", "8px")  # ours
    inside.get_by_role("textbox").fill("À quoi sert le Proxy e-Santé et est-il obligatoire ?")
    with here.page.context.expect_page() as opened:
        inside.get_by_role("button").click()
    expect(opened.value.locator("article.turn")).to_contain_text("réglementaires")

    here = visitor.open(body=f'{frame}"{whole}"></iframe>', chat=None)
    inside = here.page.frame_locator("iframe")
    inside.get_by_role("textbox").fill("À quoi sert le Proxy e-Santé et est-il obligatoire ?")
    inside.get_by_role("textbox").press("Enter")
    expect(inside.locator(".turn")).to_contain_text("réglementaires")
