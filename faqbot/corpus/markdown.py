"""Render the Markdown of answers: safe HTML for screens, plain text for everything else.

CommonMark through markdown-it-py with raw HTML switched off and bare addresses turned into links;
nh3 then lets only a short list of elements through, whatever the renderer does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from faqbot.corpus.marking import CODE_BLOCKS, marked
from faqbot.vocabulary import Span

_Piece: TypeAlias = tuple[str, Token | None]
"""Some plain text, and what shows it on a screen; None when nothing does."""

_SCHEMES = {"https", "http", "mailto"}
_TARGET = re.compile(f"(?:{'|'.join(_SCHEMES)}):", re.IGNORECASE)
_UNSHOWN = {
    "table_open": ("a table", "write a list"),
    "image": ("an image", "write a link to it"),
    "heading_open": ("a heading", "write a paragraph in **bold**"),
}
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "code", "a", "br", "blockquote", "pre"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable("linkify")
    if parser.linkify is None:  # pragma: no cover - the dependency is declared
        msg = "linkify-it-py is not installed"
        raise RuntimeError(msg)
    # « esante.gouv.fr » in running text is a name; only full addresses are links.
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
    return parser


@lru_cache(maxsize=1024)
def to_html(markdown: str, highlights: tuple[Span, ...] = ()) -> str:
    """Render Markdown to sanitised HTML.

    Args:
        highlights: Spans of `to_text` to put into ``<mark>``, in order and without
            overlap; what stands there only in the plain text, as the target of a link does, or
            not at all, is passed over.

    Returns:
        HTML made of paragraphs, lists, emphasis, code and links only; links open without
        giving the page's address away.
    """
    tokens = _parser().parse(markdown)
    if highlights:
        tokens = marked(tokens, _places(tokens), highlights)
    return nh3.clean(
        _parser().renderer.render(tokens, _parser().options, {}),
        tags=_TAGS | {"mark"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()


@lru_cache(maxsize=1024)
def to_text(markdown: str) -> str:
    """Render Markdown to plain text.

    Returns:
        Blocks separated by one newline; list items start with ``- `` or their number; the
        target of a link follows its text in parentheses when it differs.
    """
    return "\n".join(blocks(markdown))


def blocks(markdown: str) -> tuple[str, ...]:
    """Return each paragraph, list item or code block in plain text, none of them empty."""
    found = ("".join(text for text, _ in block) for block in _blocks(_parser().parse(markdown)))
    return tuple(block for block in found if block)


def escaped(text: str) -> str:
    """Write a line of plain text so that Markdown takes nothing of it for its own.

    Every punctuation character of ASCII is escaped, which CommonMark (§ 2.4) allows.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def contains_html(markdown: str) -> list[int]:
    """Return the 1-based numbers of the lines on which raw HTML starts, in order."""
    # With HTML switched off the parser keeps tags as text, so a permissive parser looks for them.
    found: set[int] = set()
    for token in MarkdownIt("commonmark", {"html": True}).parse(markdown):
        line = (token.map[0] if token.map else 0) + 1
        if token.type == "html_block":
            found.add(line)
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type == "html_inline":
                found.add(line)
    return sorted(found)


def unshown(markdown: str) -> list[str]:
    """Say what of an answer no screen shows as it was meant, each kind once, in order."""
    found: dict[str, None] = {}  # an ordered set
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    for token in (it for block in tokens for it in (block, *(block.children or ()))):
        what = _UNSHOWN.get(token.type)
        if token.type == "link_open" and not _TARGET.match(str(token.attrs["href"])):
            what = f"a link to {token.attrs['href']}", "write an address in full (https://…)"
        if what:
            found["{} is not shown as such: {}".format(*what)] = None
    return list(found)


def _places(tokens: Sequence[Token]) -> dict[int, int]:
    """Find where each token that is shown begins in `to_text`, by the token's `id`."""
    places: dict[int, int] = {}
    position = 0
    for block in _blocks(tokens):
        start = position
        for text, shown_by in block:
            if shown_by:
                places[id(shown_by)] = position
            position += len(text)
        if position > start:
            position += 1  # the newline between blocks
    return places


def _blocks(tokens: Sequence[Token]) -> Iterator[list[_Piece]]:
    counters: list[int | None] = []  # the next number of each open list, None when it has bullets
    marker = ""
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            ordered = token.type == "ordered_list_open"
            counters.append(int(token.attrs.get("start", 1)) if ordered else None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            counters.pop()
        elif token.type == "list_item_open":
            marker = _next_marker(counters)
        elif token.type == "inline":
            yield [(marker, None), *_pieces(token)]
            marker = ""
        elif token.type in CODE_BLOCKS:
            yield [(token.content.rstrip("\n"), token)]


def _next_marker(counters: list[int | None]) -> str:
    number = counters[-1]
    if number is None:
        return "- "
    counters[-1] = number + 1
    return f"{number}. "


def _pieces(inline: Token) -> list[_Piece]:
    pieces: list[_Piece] = []
    link: tuple[str, int] | None = None
    for token in inline.children or ():
        if token.type == "link_open":
            link = (str(token.attrs["href"]), len(pieces))
        elif token.type == "link_close" and link:
            href, start = link
            shown = "".join(text for text, _ in pieces[start:])
            if href.removeprefix("mailto:") != shown:
                pieces.append((f" ({href})", None))
            link = None
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append((" " if token.type == "softbreak" else "\n", token))
        else:
            pieces.append((token.content, token))
    return pieces
