"""Put spans of a text into ``<mark>`` within the Markdown tokens that show it.

Marks are tokens like any other, so the renderer escapes what is marked as it does everything
else, and no tag is ever cut: a mark is closed before each element's edge and opened again behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from faqbot.vocabulary import Span

CODE_BLOCKS = frozenset({"fence", "code_block"})


def marked(
    tokens: Sequence[Token], places: Mapping[int, int], spans: Sequence[Span]
) -> list[Token]:
    """Mark spans in a token stream.

    Args:
        tokens: The children of its inline tokens are replaced.
        places: Where the content of each token that is shown begins in the text, by `id`.
        spans: What to mark, in order and without overlap.
    """
    stream = []
    for token in tokens:
        if token.type in CODE_BLOCKS:
            stream.append(_marked_code_block(token, places, spans))
            continue
        if token.type == "inline":
            token.children = list(_merged(_marked_inline(token.children or (), places, spans)))
        stream.append(token)
    return stream


def _marked_inline(
    tokens: Sequence[Token], places: Mapping[int, int], spans: Sequence[Span]
) -> Iterator[Token]:
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            ((_, inside),) = _cut(" ", places[id(token)], spans)
            yield from _within_mark(token) if inside else [token]
        elif token.type == "code_inline":
            yield Token("code_open", "code", 1)
            yield from _marked_text(token, places, spans)
            yield Token("code_close", "code", -1)
        elif token.type == "text":
            yield from _marked_text(token, places, spans)
        else:
            yield token


def _marked_text(token: Token, places: Mapping[int, int], spans: Sequence[Span]) -> Iterator[Token]:
    for text, inside in _cut(token.content, places[id(token)], spans):
        piece = Token("text", "", 0, content=text)
        yield from _within_mark(piece) if inside else [piece]


def _marked_code_block(token: Token, places: Mapping[int, int], spans: Sequence[Span]) -> Token:
    html = "".join(
        f"<mark>{escapeHtml(text)}</mark>" if inside else escapeHtml(text)
        for text, inside in _cut(token.content, places[id(token)], spans)
    )
    return Token("html_block", "", 0, content=f"<pre><code>{html}</code></pre>\n")


def _cut(text: str, start: int, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Cut a text that begins at ``start`` at the edges of spans; say which parts lie inside."""
    position = 0
    for span in spans:
        begin, end = (min(max(edge - start, position), len(text)) for edge in span)
        if begin < end:
            if position < begin:
                yield text[position:begin], False
            yield text[begin:end], True
            position = end
    if position < len(text):
        yield text[position:], False


def _within_mark(token: Token) -> list[Token]:
    return [Token("mark_open", "mark", 1), token, Token("mark_close", "mark", -1)]


def _merged(tokens: Iterator[Token]) -> Iterator[Token]:
    """Leave out a mark's end and the next one's start where nothing stands between them."""
    held: Token | None = None
    for token in tokens:
        if held and token.type == "mark_open":
            held = None
            continue
        if held:
            yield held
        held = token if token.type == "mark_close" else None
        if not held:
            yield token
    if held:
        yield held
