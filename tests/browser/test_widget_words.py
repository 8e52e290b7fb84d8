"""The widget's words are the page's words, and its guide names what it offers."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from faqbot import wording
from tests.browser import replies
from tests.browser.visiting import Visitor

WEB = Path(__file__).parents[2] / "web"
GUIDE = (WEB / "README.md").read_text(encoding="utf-8")
SOURCE = "".join(path.read_text(encoding="utf-8") for path in (WEB / "widget").glob("*.js"))
OWN_WORDS = {
    *("CLOSE", "SMALLER", "LARGER", "NEW_WINDOW", "SLOW", "CANCEL", "REST"),
    *("COPY_ANSWER", "COPY_LINK", "COPIED", "COPY_FAILED", "OFFLINE", "ONLINE", "SMALL_TALK"),
    "SENDING",
}
"""What the page has no need to say."""
PARTS = "it => [...it.shadowRoot.querySelectorAll('[part]')].flatMap((one) => [...one.part])"


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.open().page


def plain(text: str) -> str:
    """A text as page and widget both may write it, whatever is to be filled in."""
    return re.sub(
        r"\s*\n\s*", " ", re.sub(r"{{.*?}}|{\w+}", "{}", html.unescape(text)).strip("\n ")
    )


def page_words() -> set[str]:
    """Every text of the page: between tags, in quotation marks, and what Python words."""
    texts: list[Any] = [*vars(wording).values()]
    texts += [text for found in texts if isinstance(found, Mapping) for text in found.values()]
    for path in (WEB / "templates").glob("*.html"):
        template = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        texts += re.findall(r'"([^"]*)"', template)
        texts += re.split(r"<[^>]*>|{%[^%]*%}| · ", template)
    return {plain(text) for text in texts if isinstance(text, str)}


def module(page: Page, address: str, name: str) -> str:
    """The address from which the page got a module."""
    found: str = page.evaluate(
        """([address, name]) => performance.getEntriesByType('resource').map((it) => it.name)
        .find((it) => it.startsWith(`${address}/widget/`) && it.endsWith(name))""",
        [address, name],
    )
    return found


def test_both_pages_use_the_same_words(visitor: Visitor, page: Page) -> None:
    url = module(page, visitor.address, "/strings.js")
    french: dict[str, Any] = page.evaluate("async (url) => (await import(url)).STRINGS.fr", url)
    words = page_words()
    shared = french.keys() - OWN_WORDS
    assert len(shared) > 40
    for name in shared:
        value = french[name]
        for text in value.values() if isinstance(value, dict) else [value]:
            assert {plain(text), plain(f"{text}.")} & words, name


def test_both_languages_say_as_much(visitor: Visitor, page: Page) -> None:
    url = module(page, visitor.address, "/strings.js")
    strings: dict[str, Any] = page.evaluate("async (url) => (await import(url)).STRINGS", url)
    french, english = strings["fr"], strings["en"]
    assert french.keys() == english.keys()
    braces = re.compile(r"\{\w+\}")
    for name, text in french.items():
        if isinstance(text, str):
            assert set(braces.findall(text)) == set(braces.findall(english[name])), name


def table(kind: str) -> set[str]:
    """Names that the guide's one table lists under a kind."""
    rows = re.findall(r"^\| *([^|]+?) *\| *`([^`|]+)`", GUIDE, re.MULTILINE)
    return {name.partition("(")[0] for sort, name in rows if sort == kind}


def test_the_guide_s_table_is_what_the_code_offers(visitor: Visitor, page: Page) -> None:
    offered: dict[str, list[str]] = page.evaluate(
        """() => { const known = new Set(Object.getOwnPropertyNames(HTMLElement.prototype));
        const type = customElements.get('faq-chat');
        const all = Object.entries(Object.getOwnPropertyDescriptors(type.prototype));
        const own = all.filter(([name]) => !name.endsWith('Callback') && name !== 'constructor');
        return { attributes: type.observedAttributes,
          properties: own.filter(([, it]) => it.get).map(([name]) => name),
          methods: own.filter(([, it]) => it.value).map(([name]) => name) }; }"""
    )
    assert table("attribut") == set(offered["attributes"])
    properties = {
        name: re.sub("-(.)", lambda it: it[1].upper(), name) for name in offered["attributes"]
    }
    # A method bears the name of one attribute, and every element has a property for another.
    assert set(offered["properties"]) == {
        {"open": "opened"}.get(name, name) for name in properties.values() if name != "lang"
    }
    assert table("méthode") == set(offered["methods"])
    assert table("événement") == set(re.findall(r"emit\('(faq-[a-z]+)'", SOURCE))


def test_the_guide_s_table_names_all_that_can_be_styled(visitor: Visitor) -> None:
    here = visitor.open(chat=replies.CLARIFY).start()
    turn = here.ask()
    parts = set(here.widget.evaluate(PARTS))
    turn.get_by_role("button", name=replies.SECOND["question"]).click()
    expect(here.part("answer")).to_be_visible()
    assert table("partie") == parts | set(here.widget.evaluate(PARTS))

    style = here.widget.evaluate(
        """it => it.shadowRoot.adoptedStyleSheets.flatMap((sheet) =>
        [...sheet.cssRules].map((rule) => rule.cssText)).join()"""
    )
    used = set(re.findall(r"var\((--faq-[a-z-]+)", style))
    assert table("propriété CSS") == used


def test_the_guide_names_the_property_of_each_attribute() -> None:
    rows = dict(re.findall(r"^\| attribut +\| `([^`]+)` +\| .*?propriété `(\w+)`", GUIDE, re.M))
    assert rows.keys() == table("attribut")
    assert rows["color-scheme"] == "colorScheme"
