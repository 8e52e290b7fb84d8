"""Turn plain text and HTML into the Markdown that answers are written in."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from bs4 import BeautifulSoup
from bs4.element import NavigableString
from markdownify import markdownify

_LIST_LINE = re.compile(r"(?:-|[0-9]{1,2}[.)]) \S")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
# What Markdown would take for a tag or an entity, though the reader was meant to see it.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption")
_DROPPED = ("script", "style", "template", "iframe", "object", "video", "audio", "svg", "hr")
_TRANSPARENT = ("del", "s", "font", "u", "sub", "sup")


def lines_to_markdown(text: str) -> str:
    """Turn the lines of plain text into Markdown, every character kept.

    Args:
        text: One paragraph or list item a line, as copied from a page.

    Returns:
        Paragraphs separated by a blank line; lines that start with ``- `` or a number stay
        together as a list.
    """
    result: list[str] = []
    previous_is_item = False
    for line in filter(None, map(str.strip, text.split("\n"))):
        is_item = _LIST_LINE.match(line) is not None
        if result:
            result.append("\n" if is_item and previous_is_item else "\n\n")
        result.append(line)
        previous_is_item = is_item
    return "".join(result)


def answer_to_markdown(text: str) -> str:
    """Turn the answer of a web page into Markdown.

    Args:
        text: HTML, or plain text, possibly with character entities.

    Returns:
        Markdown. Headings and the heads of definitions become bold paragraphs, table rows list
        items, images their alternative text, and links without a full address their text, for
        those are the elements that answers know.
    """
    if not _TAG.search(text):
        return lines_to_markdown(_escape(html.unescape(text)))
    soup = parse_html(text)
    _drop_what_answers_lack(soup)
    _rows_to_items(soup)
    _headings_to_bold(soup)
    _simplify_links(soup)
    for string in soup.find_all(string=True):
        if type(string) is NavigableString and string.find_parent(["code", "pre"]) is None:
            string.replace_with(_escape(string))
    converted = markdownify(
        str(soup),
        bullets="-",
        heading_style="atx",
        autolinks=False,
        escape_asterisks=False,
        escape_underscores=False,
    )
    # Trailing spaces are hard line breaks, but not before a blank line.
    tidy = re.sub(r"[ \t]+(?=\n[ \t]*(?:\n|\Z))", "", converted)
    return re.sub(r"\n(?:[ \t]*\n)+", "\n\n", tidy).strip()


def parse_html(text: str) -> BeautifulSoup:
    """Parse HTML into elements that know their lines, after an empty comment."""
    # The comment tells the parser that this is no file name or address, whatever it looks like.
    return BeautifulSoup(f"<!---->{text}", "html.parser")


def html_to_line(text: str) -> str:
    """Read a text that may be written as HTML, such as a question; undoes `line_to_html`."""
    if _TAG.search(text):
        return parse_html(text).get_text()
    return html.unescape(text)


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda match: "\\" + match.group(), text)


def _drop_what_answers_lack(soup: BeautifulSoup) -> None:
    for tag in soup(_DROPPED):
        tag.decompose()
    for tag in soup(_TRANSPARENT):
        tag.unwrap()
    for image in soup("img"):
        image.replace_with(str(image.get("alt") or ""))


def _rows_to_items(soup: BeautifulSoup) -> None:
    for table in soup("table"):
        items = soup.new_tag("ul")
        for row in table("tr"):
            item = soup.new_tag("li")
            cells = [cell.get_text(" ", strip=True) for cell in row(["th", "td"])]
            item.string = " | ".join(cells)
            items.append(item)
        table.replace_with(items)


def _headings_to_bold(soup: BeautifulSoup) -> None:
    for heading in soup(_HEADINGS):
        for bold in heading(["strong", "b"]):
            bold.unwrap()
        strong = soup.new_tag("strong")
        strong.extend(list(heading.contents))
        heading.append(strong)
        heading.name = "p"
    for definition in soup("dd"):
        definition.name = "p"
    for definitions in soup("dl"):
        definitions.name = "div"


def _simplify_links(soup: BeautifulSoup) -> None:
    for link in soup("a"):
        href = str(link.get("href") or "").strip()
        bare = link.get_text().strip() in {href, href.removeprefix("mailto:")}
        if bare or not re.match(r"https?://|mailto:", href):
            link.unwrap()
        else:
            # Spaces and parentheses would end the address early.
            link.attrs = {"href": re.sub(r"[\s()]", lambda match: quote(match.group()), href)}
