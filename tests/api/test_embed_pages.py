"""The page to be framed and the demonstration page, without a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient

from faqbot.api.widget_files import Widget
from faqbot.settings import resource_folder
from tests.api.small import FAQ


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str | None]


class Page(HTMLParser):
    """The start tags of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [tag.attributes for tag in self.tags if tag.name == name]


def page(client: TestClient, path: str, **query: str) -> Page:
    reply = client.get(path, params={name.replace("_", "-"): text for name, text in query.items()})
    assert reply.status_code == 200
    return Page(reply.text)


def test_the_frame_holds_the_widget_in_the_page(small_client: TestClient) -> None:
    (element,) = page(small_client, "/embed").all("faq-chat")
    assert element == {"mode": "inline", "contact": FAQ.contact}


def test_a_frame_s_address_sets_the_attributes(small_client: TestClient) -> None:
    shown = page(
        small_client,
        "/embed",
        theme="convergence",
        lang="en",
        color_scheme="dark",
        theme_filter="deux, nowhere un",
        heading='"><script>',
        mode="launcher",
        contact="x@example.net",
        onclick="x()",
    )
    (element,) = shown.all("faq-chat")
    assert element == {
        "mode": "inline",
        "theme": "convergence",
        "lang": "en",
        "color-scheme": "dark",
        "theme-filter": "deux un",
        "heading": '"><script>',
        "contact": FAQ.contact,
    }
    assert shown.all("html")[0]["lang"] == "en"
    assert len(shown.all("script")) == 1


def test_invalid_values_leave_the_defaults(small_client: TestClient) -> None:
    shown = page(small_client, "/embed", theme="x", lang="de", color_scheme="", theme_filter=",")
    assert shown.all("faq-chat") == [{"mode": "inline", "contact": FAQ.contact}]


def test_without_javascript_a_frame_opens_the_chat_page(small_client: TestClient) -> None:
    shown = page(small_client, "/embed")
    (form,) = shown.all("form")
    assert (form["action"], form["method"], form["target"]) == ("/ask", "post", "_blank")
    (box,) = shown.all("textarea")
    assert box["name"] == "question"
    assert {"for": box["id"]} in shown.all("label")


@pytest.mark.parametrize("path", ["/embed", "/demo"])
def test_the_pages_need_nothing_from_elsewhere(small_client: TestClient, path: str) -> None:
    reply = small_client.get(path)
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'; style-src 'self'; script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "set-cookie" not in reply.headers
    shown = Page(reply.text)
    assert not [tag for tag in shown.tags if tag.name == "style" or "style" in tag.attributes]
    assert all(script["type"] == "module" and script["src"] for script in shown.all("script"))
    sources = [script["src"] for script in shown.all("script")]
    sources += [link["href"] for link in shown.all("link")]
    for source in sources:
        assert source is not None
        assert source.startswith("/")
        assert small_client.get(source).status_code == 200


@pytest.mark.parametrize(
    ("mode", "modes"),
    [
        ("both", ["inline", "launcher"]),
        ("", ["inline", "launcher"]),
        ("inline", ["inline"]),
        ("launcher", ["launcher"]),
    ],
)
def test_the_demonstration_shows_both_modes(
    small_client: TestClient, mode: str, modes: list[str]
) -> None:
    shown = page(small_client, "/demo", mode=mode, lang="en")
    assert [element["mode"] for element in shown.all("faq-chat")] == modes
    assert {element["theme"] for element in shown.all("faq-chat")} == {"convergence"}
    assert {element["lang"] for element in shown.all("faq-chat")} == {"en"}


def test_each_setting_of_the_demonstration_is_a_link_that_keeps_the_others(
    small_client: TestClient,
) -> None:
    shown = page(small_client, "/demo", mode="inline", color_scheme="dark")
    links = [link for link in shown.all("a") if (link["href"] or "").startswith("/demo?")]
    assert len(links) == 10
    current = [link["href"] for link in links if "aria-current" in link]
    assert len(current) == 4
    for address in current:
        assert address is not None
        assert {"mode=inline", "color-scheme=dark", "theme=convergence"} <= set(
            address.partition("?")[2].split("&")
        )


def test_the_code_to_copy_names_the_address_of_the_page(small_client: TestClient) -> None:
    small_client.base_url = "https://faq.example.org"
    text = page(small_client, "/demo", mode="inline", theme="neutral").text
    assert '<script type="module" src="https://faq.example.org/widget/v1/define.js">' in text
    element = f'endpoint="https://faq.example.org" mode="inline" contact="{FAQ.contact}"'
    assert f"<faq-chat {element}><a href=" in text
    assert '<iframe src="https://faq.example.org/embed" title="Poser une question"' in text
    assert "script-src https://faq.example.org; connect-src https://faq.example.org" in text


def test_pages_of_the_widget_name_no_version(small_client: TestClient) -> None:
    """They are not kept, so they may always load the current one."""
    digest = Widget.read(resource_folder("web") / "widget").digest
    for path in ("/embed", "/demo"):
        assert digest not in small_client.get(path).text
