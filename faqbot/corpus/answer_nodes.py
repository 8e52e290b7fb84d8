"""Answers as a tree, so that a client can show them without parsing HTML.

The tree is read off the sanitised HTML, so both say the same and neither can say more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import TypeAlias

from faqbot.corpus.markdown import to_html
from faqbot.vocabulary import Span

Node: TypeAlias = "str | Element"

_SCHEMES = ("https:", "http:", "mailto:")


@dataclass(frozen=True, slots=True)
class Element:
    """An HTML element."""

    tag: str
    """One of the few that `to_html` lets through."""
    children: tuple[Node, ...]
    href: str | None = None
    """Target of a link: https, http or mailto; None for an address of another kind."""
    start: int | None = None
    """First number of an ordered list that does not start at 1."""


@lru_cache(maxsize=1024)
def to_nodes(markdown: str, highlights: tuple[Span, ...] = ()) -> tuple[Node, ...]:
    """Render Markdown to a tree: what `to_html` renders, white space between blocks included."""
    reader = _Reader()
    reader.feed(to_html(markdown, highlights))
    reader.close()
    return tuple(reader.nodes)


class _Reader(HTMLParser):
    """Reads well-formed HTML, which a sanitiser's output is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        """Those read so far of the innermost element that is open."""
        self._around: list[tuple[list[Node], dict[str, str | None]]] = []
        """For each open element the nodes before it, and its attributes."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._around.append((self.nodes, dict(attrs)))
        self.nodes = []
        if tag == "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        children = tuple(self.nodes)
        self.nodes, attributes = self._around.pop()  # always the innermost
        href, start = attributes.get("href"), attributes.get("start")
        link = href if href and href.lower().startswith(_SCHEMES) else None
        first = int(start) if start and start.isdecimal() else None
        self.nodes.append(Element(tag, children, link, first))

    def handle_data(self, data: str) -> None:
        last = self.nodes[-1] if self.nodes else None
        if isinstance(last, str):  # a text may come in parts
            self.nodes[-1] = last + data
        else:
            self.nodes.append(data)
