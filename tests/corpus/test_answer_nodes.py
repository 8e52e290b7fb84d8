"""The tree of an answer says exactly what its HTML says, with the same few elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.answer_nodes import Element, Node, to_nodes
from faqbot.corpus.markdown import to_html
from faqbot.corpus.reading import read_corpus
from tests.corpus.strategies import answers
from tests.corpus.test_marking import marked_answers

ALLOWED = {
    *("p", "ul", "ol", "li", "strong", "em", "code", "a", "br", "blockquote", "pre", "mark"),
}
CORPUS = read_corpus(Path(__file__).parents[2] / "corpus")


class Outline(HTMLParser):
    """Start tags, end tags and texts of a piece of HTML, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.events: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.events.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self.events.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(nodes: Iterable[Node]) -> Iterator[Element]:
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from elements(node.children)


def text(nodes: Iterable[Node]) -> str:
    return "".join(node if isinstance(node, str) else text(node.children) for node in nodes)


def events(nodes: Iterable[Node]) -> Iterator[str]:
    for element in (node for node in nodes if isinstance(node, Element)):
        yield f"<{element.tag}>"
        yield from events(element.children)
        if element.tag != "br":
            yield f"</{element.tag}>"


@given(marked_answers())
def test_the_tree_is_that_of_the_html(case: tuple[str, tuple[tuple[int, int], ...]]) -> None:
    markdown, spans = case
    outline = Outline(to_html(markdown, spans))
    nodes = to_nodes(markdown, spans)
    assert text(nodes) == outline.text
    assert list(events(nodes)) == outline.events


@given(st.one_of(answers(), st.text()))
def test_only_listed_elements_and_harmless_links_occur(markdown: str) -> None:
    for element in elements(to_nodes(markdown)):
        assert element.tag in ALLOWED
        assert element.href is None or element.tag == "a"
        scheme = (element.href or "https:").partition(":")[0].lower()
        assert scheme in {"https", "http", "mailto"}


@given(st.one_of(answers(), st.text()))
def test_no_text_is_empty_or_cut_in_two(markdown: str) -> None:
    def check(nodes: tuple[Node, ...]) -> None:
        texts = [isinstance(node, str) for node in nodes]
        assert "" not in nodes
        assert (True, True) not in set(pairwise(texts))

    nodes = to_nodes(markdown)
    check(nodes)
    for element in elements(nodes):
        check(element.children)


def test_an_answer_becomes_a_tree() -> None:
    nodes = to_nodes("Voir **le [guide](https://x.fr)**.\n\n3. a\n4. `<b>`", ((0, 4),))
    assert nodes == (
        Element(
            "p",
            (
                Element("mark", ("Voir",)),
                " ",
                Element("strong", ("le ", Element("a", ("guide",), href="https://x.fr"))),
                ".",
            ),
        ),
        "\n",
        Element(
            "ol",
            (
                "\n",
                Element("li", ("a",)),
                "\n",
                Element("li", (Element("code", ("<b>",)),)),
                "\n",
            ),
            start=3,
        ),
    )


def test_an_address_on_the_host_page_itself_is_no_target() -> None:
    (paragraph,) = to_nodes("[ici](/ailleurs) [et](HTTPS://x.fr)")
    assert isinstance(paragraph, Element)
    links = [element.href for element in elements([paragraph]) if element.tag == "a"]
    assert links == [None, "HTTPS://x.fr"]


def test_every_answer_of_the_faq_keeps_its_words() -> None:
    for entry in CORPUS.entries:
        assert text(to_nodes(entry.answer)) == Outline(to_html(entry.answer)).text
