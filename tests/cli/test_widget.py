"""``faqbot widget snippet``: what an operator pastes or hands on."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from faqbot.api.widget_files import Widget
from faqbot.cli import main
from faqbot.corpus.reading import read_corpus
from faqbot.settings import Settings, resource_folder

FOLDER = resource_folder("web") / "widget"
HOST = "https://faq.example.org"
CONTACT = read_corpus(Settings().corpus_dir).contact
Captured = pytest.CaptureFixture[str]


class Snippet(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comment = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comment += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def snippet(capsys: Captured, *words: str) -> Snippet:
    assert main(["widget", "snippet", "--endpoint", HOST, *words]) == 0
    return Snippet(capsys.readouterr().out)


def test_every_module_is_pinned_by_its_hash(capsys: Captured) -> None:
    printed = snippet(capsys)
    pinned = [(link["href"], link) for link in printed.all("link")]
    pinned += [(script["src"], script) for script in printed.all("script")]
    addresses = [str(address) for address, _ in pinned]
    assert {address.rpartition("/")[2] for address in addresses} == {
        path.name for path in FOLDER.glob("*.js")
    }
    assert len({re.sub(r"[^/]*$", "", address) for address in addresses}) == 1
    served = Widget.read(FOLDER).modules
    for address, attributes in pinned:
        content = served[str(address).rpartition("/")[2]].content
        hashed = base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert attributes["integrity"] == f"sha384-{hashed}"
        assert attributes["crossorigin"] == "anonymous"
    assert {link["rel"] for link in printed.all("link")} == {"modulepreload"}
    (script,) = printed.all("script")
    assert script["type"] == "module"
    assert re.fullmatch(rf"{HOST}/widget/v1/[0-9a-f]{{16}}/define\.js", str(script["src"]))


def test_the_short_snippet_follows_updates(capsys: Captured) -> None:
    printed = snippet(capsys, "--unpinned")
    assert printed.tags == [
        ("script", {"type": "module", "src": f"{HOST}/widget/v1/define.js"}),
        ("faq-chat", {"endpoint": HOST, "contact": CONTACT}),
        ("a", {"href": f"{HOST}/"}),
    ]


def test_choices_become_attributes_and_defaults_do_not(capsys: Captured) -> None:
    words = ("--mode", "inline", "--theme", "dsfr", "--color-scheme", "auto", "--lang", "fr")
    more = ("--theme-filter", "cnda, proxy-esante", "--heading", ' Aide "<b>" ')
    (element,) = snippet(capsys, "--unpinned", *words, *more).all("faq-chat")
    assert element == {
        "endpoint": HOST,
        "mode": "inline",
        "theme": "dsfr",
        "lang": "fr",
        "theme-filter": "cnda proxy-esante",
        "heading": 'Aide "<b>"',
        "contact": CONTACT,
    }


def test_a_frame_says_what_it_is(capsys: Captured) -> None:
    words = ("--iframe", "--theme", "convergence", "--mode", "launcher", "--lang", "en")
    printed = snippet(capsys, *words)
    ((tag, frame),) = printed.tags
    assert tag == "iframe"
    assert frame["src"] == f"{HOST}/embed?theme=convergence&lang=en"
    assert frame["title"] == "Ask a question"
    assert frame["allow"] == "clipboard-write"
    assert frame["loading"] == "lazy"
    assert frame["referrerpolicy"] == "strict-origin-when-cross-origin"
    assert f"frame-src {HOST}" in printed.comment
    assert "script-src" not in printed.comment


def test_the_policy_and_the_allowed_sites_are_told(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["widget", "snippet", "--endpoint", HOST]) == 0
    told = capsys.readouterr()
    assert f"script-src {HOST}; connect-src {HOST}" in told.out
    assert "FAQBOT_ALLOWED_ORIGINS" in told.err
    assert "after each update" in told.err
    monkeypatch.setenv("FAQBOT_ALLOWED_ORIGINS", "https://a.example.org")
    assert main(["widget", "snippet", "--unpinned"]) == 0
    told = capsys.readouterr()
    assert "https://a.example.org" in told.err
    assert "after each update" not in told.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--endpoint", "faq.example.org"), "--endpoint: 'faq.example.org' is not an address such"),
        (("--endpoint", f"{HOST}/chat?x"), "is not an address"),
        (("--endpoint", f'{HOST}" onload="x'), "is not an address"),
        (("--theme-filter", "cnda,nowhere"), "the FAQ has no theme 'nowhere' (known: habilitation"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    capsys: Captured, words: tuple[str, ...], complaint: str
) -> None:
    assert main(["widget", "snippet", *words]) == 1
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.out == ""
