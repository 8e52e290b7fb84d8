"""Answers as a tree, so that a client can show them without parsing HTML.

The tree is read off the sanitised HTML, so both say the same and neither can say more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    return tuple(reader.top.children)


@dataclass(slots=True)
class _Open:
    tag: str = ""
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def closed(self) -> Element:
        href, start = self.attributes.get("href"), self.attributes.get("start")
        return Element(
            self.tag,
            tuple(self.children),
            href if href and href.lower().startswith(_SCHEMES) else None,
            int(start) if start and start.isdecimal() else None,
        )


class _Reader(HTMLParser):
    """Reads well-formed HTML, which a sanitiser's output is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = _Open()
        self._around: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._around.append(self.top)
        self.top = _Open(tag, dict(attrs))
        if tag == "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        del tag  # always the innermost
        element = self.top.closed()
        self.top = self._around.pop()
        self.top.children.append(element)

    def handle_data(self, data: str) -> None:
        last = self.top.children[-1] if self.top.children else None
        if isinstance(last, str):  # a text may come in parts
            self.top.children[-1] = last + data
        else:
            self.top.children.append(data)
