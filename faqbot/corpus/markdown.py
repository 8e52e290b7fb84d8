"""Render the Markdown of answers: safe HTML for screens, plain text for everything else.

CommonMark through markdown-it-py with raw HTML switched off and bare addresses turned into links;
nh3 then lets only a short list of elements through, whatever the renderer does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

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
def to_html(markdown: str) -> str:
    """Render Markdown to sanitised HTML.

    Args:
        markdown: The answer of an entry.

    Returns:
        HTML made of paragraphs, lists, emphasis, code and links only; links open without
        giving the page's address away.
    """
    return nh3.clean(
        _parser().render(markdown),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()


@lru_cache(maxsize=1024)
def to_text(markdown: str) -> str:
    """Render Markdown to plain text.

    Args:
        markdown: The answer of an entry.

    Returns:
        Blocks separated by one newline; list items start with ``- `` or their number; the
        target of a link follows its text in parentheses when it differs.
    """
    return "\n".join(blocks(markdown))


def blocks(markdown: str) -> tuple[str, ...]:
    """Cut Markdown into its smallest blocks, in plain text.

    Args:
        markdown: The answer of an entry.

    Returns:
        One string for each paragraph, list item or code block; never empty strings.
    """
    return tuple(block for block in _blocks(_parser().parse(markdown)) if block)


def contains_html(markdown: str) -> list[int]:
    """Find raw HTML.

    Args:
        markdown: Any Markdown.

    Returns:
        1-based numbers of the lines on which raw HTML starts, in order; empty when none.
    """
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


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
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
            yield marker + _inline_text(token.children or ())
            marker = ""
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip("\n")


def _next_marker(counters: list[int | None]) -> str:
    number = counters[-1]
    if number is None:
        return "- "
    counters[-1] = number + 1
    return f"{number}. "


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    link: tuple[str, int] | None = None
    for token in tokens:
        if token.type == "link_open":
            link = (str(token.attrs["href"]), len(parts))
        elif token.type == "link_close" and link:
            href, start = link
            shown = "".join(parts[start:])
            if href.removeprefix("mailto:") != shown:
                parts.append(f" ({href})")
            link = None
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" " if token.type == "softbreak" else "\n")
        else:
            parts.append(token.content)
    return "".join(parts)
