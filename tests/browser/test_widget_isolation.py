"""The widget on hostile host pages: their style, their policies, their tricks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import replies
from tests.browser.conftest import Served
from tests.browser.hosts import PROSE, embedding, script, widget
from tests.browser.visiting import Embedded, Visitor

HOSTILE = {
    "unset": "* { all: unset }",
    "unset-important": "* { all: unset !important }",
    "hidden": """
        button, form, textarea, a, ul, h2, h3, p, div, section { display: none !important }
        :root { font: italic 40px/3 cursive; color: red; text-align: right; letter-spacing: 1em;
                text-transform: uppercase; word-spacing: 2em; visibility: visible }
        * { box-sizing: content-box; margin: 3em; float: right }
        faq-chat { display: none; opacity: 1 }""",
}
LOOKS = (
    *("color", "background-color", "font-size", "font-style", "font-family", "line-height"),
    *("text-transform", "letter-spacing", "word-spacing", "text-align", "visibility", "cursor"),
    *("display", "position", "box-sizing", "margin", "padding", "width", "border-radius", "float"),
)
MEASURE = """(panel, looks) => [panel, ...panel.querySelectorAll('*')].map((it) => {
  const style = getComputedStyle(it);
  return it.localName + ' ' + looks.map((look) => style.getPropertyValue(look)).join('; ');
})"""
STRICT = "default-src 'none'; script-src {0}; connect-src {0}; base-uri 'none'"
DENY_STORAGE = """
for (const name of ['sessionStorage', 'localStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied'); } });
"""
SHIFTS = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.outerHTML ?? node?.data)]);
}).observe({ type: 'layout-shift', buffered: true });
"""
RESERVED = "faq-chat[mode=inline] { display: block; height: 40rem }"


def looks(here: Embedded, properties: tuple[str, ...]) -> list[str]:
    measured: list[str] = here.panel.evaluate(MEASURE, list(properties))
    return measured


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, list[str]]:
    """What the widget looks like on a page without style, by mode; filled at first need."""
    return {}


@pytest.mark.parametrize("mode", ["launcher", "inline"])
@pytest.mark.parametrize("style", HOSTILE)
def test_the_page_s_style_does_not_come_in(
    visitor: Visitor, undisturbed: dict[str, list[str]], style: str, mode: str
) -> None:
    attributes = f'mode="{mode}"'
    if mode not in undisturbed:
        plain = visitor.open(attributes)
        undisturbed[mode] = use(plain, mode)
    here = visitor.open(attributes, head=f"<style>{HOSTILE[style]}</style>")
    assert use(here, mode) == undisturbed[mode]


def use(here: Embedded, mode: str) -> list[str]:
    """Ask a question and return what the panel then looks like."""
    if mode == "launcher":
        here.start()
    here.ask()
    here.widget.get_by_role("button", name="Non", exact=True).first.click()
    expect(here.panel).to_contain_text(
        "Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile."
    )
    here.page.mouse.move(0, 0)
    here.box.focus()
    # How wide an inline widget is, the page does decide.
    return looks(here, LOOKS if mode == "launcher" else tuple(it for it in LOOKS if it != "width"))


def test_nothing_covers_or_clips_it(visitor: Visitor) -> None:
    """An overlay with the highest z-index, and ancestors that clip and move what is fixed."""
    body = f"""
        <div style="position: fixed; inset: 0; z-index: 2147483647; background: gold"></div>
        <div style="overflow: hidden; height: 40px; width: 60px; transform: translate(30px, 20px)">
        {widget(visitor.address)}</div>{script(visitor.address)}"""
    here = visitor.open(body=body)
    here.start()
    here.ask()
    window = here.page.viewport_size
    box = here.panel.bounding_box()
    assert window is not None
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] + box["height"] <= window["height"]


@pytest.mark.parametrize("policy", ["strict", "trusted-types", "isolated"])
def test_strict_policies_are_kept(visitor: Visitor, policy: str) -> None:
    csp = STRICT.format(visitor.address)
    headers = {
        "strict": {"Content-Security-Policy": csp},
        "trusted-types": {
            "Content-Security-Policy": f"{csp}; require-trusted-types-for 'script'; "
            "trusted-types 'none'"
        },
        "isolated": {
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Opener-Policy": "same-origin",
        },
    }[policy]
    here = visitor.open(headers=headers, chat=None).start()
    turn = here.ask("À quoi sert le Proxy e-Santé et est-il obligatoire ?")
    expect(turn).to_contain_text("réglementaires")
    turn.get_by_role("button", name="Oui", exact=True).first.click()
    expect(turn).to_contain_text("Merci\u202f! Vous avez trouvé cette réponse utile.")
    assert here.launcher.evaluate("it => getComputedStyle(it).display") == "flex"


def test_the_frame_works_where_embedding_is_policed(visitor: Visitor) -> None:
    """In an iframe, under COEP, with third-party storage blocked."""
    frame = f'<iframe src="{visitor.address}/embed" title="FAQ" width="400" height="600"></iframe>'
    headers = {"Cross-Origin-Embedder-Policy": "require-corp"}
    here = visitor.open(body=PROSE + frame, headers=headers, init=DENY_STORAGE, chat=None)
    inside = here.page.frame_locator("iframe")
    inside.get_by_role("textbox").fill("À quoi sert le Proxy e-Santé ?")
    inside.get_by_role("button", name="Envoyer", exact=True).click()
    expect(inside.locator('[part~="turn"]')).to_have_count(1)
    expect(inside.locator('[part~="turn"]')).to_contain_text("Proxy")


def test_an_origin_that_is_not_allowed_gets_the_link_only(visitor: Visitor, served: Served) -> None:
    visitor.expected = "CORS policy|frame-ancestors|Framing"
    log = served.database.with_suffix(".log")
    before = log.stat().st_size
    frame = f'<iframe src="{visitor.address}/embed" title="FAQ"></iframe>'
    here = visitor.open(
        body=embedding(visitor.address) + frame, chat=None, origin=visitor.host.stranger
    )
    link = here.page.get_by_role("link", name="Poser une question")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", f"{visitor.address}/")
    expect(here.launcher).to_have_count(0)
    assert here.widget.evaluate("it => it.shadowRoot") is None
    with log.open(encoding="utf-8") as lines:
        lines.seek(before)
        said = [line for line in lines if "FAQBOT_ALLOWED_ORIGINS" in line]
    assert len(said) == 1
    assert visitor.host.stranger in said[0]


def test_two_widgets_and_a_script_included_thrice(visitor: Visitor) -> None:
    """Two conversations would be one too many: each asks for itself."""
    here = visitor.open()
    pinned = here.page.evaluate(
        "performance.getEntriesByType('resource').map((it) => it.name)"
        ".find((it) => /widget.v1.[^.]+.faq-chat.js/.test(it))"
    )
    pinned = re.sub(r"faq-chat\.js.*", "define.js", pinned)
    again = f'<script type="module" src="{pinned}"></script>'
    address = visitor.address
    inline = widget(address, 'mode="inline" id="second" heading="Le second"')
    body = embedding(address) + script(address) + again + inline
    here = visitor.open(body=body)
    expect(here.page.locator("faq-chat [part~=launcher]")).to_have_count(1)
    here.start()
    here.ask("au premier")
    second = Embedded(here.page)
    other = here.page.locator("#second")
    other.locator('[part~="input"]').fill("au second")
    other.locator('[part~="input"]').press("Enter")
    expect(other.locator('[part~="turn"]')).to_contain_text(replies.PASSAGE)
    expect(other.locator('[part~="turn"]')).to_contain_text("au second")
    expect(here.turns).to_contain_text("au premier")
    assert [it["question"] for it in here.api.sent["chat"]] == ["au premier", "au second"]
    assert len([event for event in second.events if event["name"] == "faq-answer"]) == 2


def test_a_page_from_right_to_left(visitor: Visitor) -> None:
    here = visitor.open(html='lang="ar" dir="rtl"')
    window = here.page.viewport_size
    assert window is not None
    box = here.launcher.bounding_box()
    assert box is not None
    assert box["x"] < window["width"] / 2
    here.start()
    turn = here.ask()
    assert turn.evaluate("it => getComputedStyle(it).direction") == "ltr"
    here.widget.evaluate("it => { it.position = 'start'; it.close(); }")
    moved = here.launcher.bounding_box()
    assert moved is not None
    assert moved["x"] > window["width"] / 2


def test_zoom_and_larger_text_lose_nothing(visitor: Visitor) -> None:
    for head, viewport in (
        ("<style>:root { zoom: 2 }</style>", {"width": 1280, "height": 800}),
        ("<style>:root { font-size: 200% }</style>", {"width": 1280, "height": 800}),
        ("", {"width": 640, "height": 400}),
        ("", {"width": 320, "height": 256}),
    ):
        here = visitor.open(head=head, viewport=viewport).start()
        here.ask()
        assert within(here, here.panel)
        for part in ("input", "send", "heading"):
            here.part(part).first.scroll_into_view_if_needed()
            assert within(here, here.part(part).first), (head, viewport, part)
        here.part("send").click(trial=True)
        here.widget.get_by_role("button", name="Fermer").click()
        expect(here.launcher).to_be_focused()
        assert within(here, here.launcher)


def within(here: Embedded, locator: Any) -> bool:
    return bool(
        locator.evaluate(
            """it => { const box = it.getBoundingClientRect();
            return box.width > 0 && box.left >= -1 && box.top >= -1
              && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1; }"""
        )
    )


def test_a_very_long_answer_scrolls_inside(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.LONG, viewport={"width": 375, "height": 667}).start()
    turn = here.ask()
    expect(turn.locator("p").nth(20)).to_be_attached()
    assert within(here, here.panel)
    assert within(here, here.box)
    log = here.part("log")
    assert log.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert log.evaluate("it => it.scrollHeight > it.clientHeight")
    expect(turn.get_by_role("heading").first).to_be_in_viewport()


def test_light_and_dark_follow_the_person_or_the_attribute(visitor: Visitor) -> None:
    here = visitor.open('mode="inline"', color_scheme="dark")
    expect(here.panel).to_be_visible()
    dark, light = re.compile(r"rgb\((\d|[1-5]\d), "), re.compile(r"rgb\(2\d\d, ")
    # The element hears of a changed scheme by an event, so each look is waited for.
    expect(here.panel).to_have_css("background-color", dark)
    here.page.emulate_media(color_scheme="light")
    expect(here.panel).to_have_css("background-color", light)
    here.widget.evaluate("it => { it.colorScheme = 'dark'; }")
    expect(here.panel).to_have_css("background-color", dark)
    here.widget.evaluate("it => { it.theme = 'convergence'; it.colorScheme = 'light'; }")
    expect(here.panel).to_have_css("background-color", light)
    here.widget.evaluate("it => it.style.setProperty('--faq-page', 'rgb(1, 2, 3)')")
    expect(here.panel).to_have_css("background-color", "rgb(1, 2, 3)")


def test_without_scripts_a_link_or_a_form_remains(visitor: Visitor) -> None:
    frame = f'<iframe src="{visitor.address}/embed" title="FAQ" width="400" height="600"></iframe>'
    here = visitor.open(
        body=embedding(visitor.address) + frame, chat=None, java_script_enabled=False
    )
    link = here.page.get_by_role("link", name="Poser une question").first
    expect(link).to_be_visible()
    inside = here.page.frame_locator("iframe")
    inside.get_by_role("textbox").fill("À quoi sert le Proxy e-Santé et est-il obligatoire ?")
    with here.page.context.expect_page() as opened:
        inside.get_by_role("button").click()
    expect(opened.value.locator("article.turn")).to_contain_text("réglementaires")
    link.click()
    expect(here.page).to_have_url(f"{visitor.address}/")


@pytest.mark.parametrize("mode", ["launcher", "inline"])
def test_nothing_on_the_page_is_shifted(visitor: Visitor, mode: str) -> None:
    """As the guide says: the launcher comes last, and a style keeps the room of an inline one."""
    tag = widget(visitor.address, f'mode="{mode}"')
    after = "<p>La suite de la page.</p>" if mode == "inline" else ""
    body = f"{script(visitor.address)}{PROSE}{tag}{after}"
    here = visitor.open(body=body, head=f"<style>{RESERVED}</style>", init=SHIFTS)
    expect(here.launcher if mode == "launcher" else here.panel).to_be_visible()
    if mode == "launcher":
        here.start()
    here.ask()
    here.page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert here.page.evaluate("shifts") == []
