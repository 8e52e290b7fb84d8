"""Highlights: exactly the text of the spans is marked, and nothing else changes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.markdown import to_html, to_text
from faqbot.corpus.reading import read_corpus
from tests.corpus.strategies import answers

CORPUS = read_corpus(Path(__file__).parents[2] / "corpus")


class Shown(HTMLParser):
    """The text of a piece of HTML: all of it, and what is marked of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = self.marked = ""
        self.depth = 0
        self.feed(html)
        self.close()
        assert self.depth == 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark":
            assert attrs == []
            assert self.depth == 0, "a mark within a mark"
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self.depth else ""


def marked(markdown: str, *spans: tuple[int, int]) -> str:
    return Shown(to_html(markdown, spans)).marked


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("markdown", "span", "html"),
    [
        ("Le proxy sert.", (3, 8), "<p>Le <mark>proxy</mark> sert.</p>"),
        ("a **bc** d", (2, 6), "<p>a <strong><mark>bc</mark></strong><mark> d</mark></p>"),
        ("*abc*", (1, 2), "<p><em>a<mark>b</mark>c</em></p>"),
        ("`a<b>`", (1, 3), "<p><code>a<mark>&lt;b</mark>&gt;</code></p>"),
        ("a\nb", (0, 3), "<p><mark>a\nb</mark></p>"),
        ("a  \nb", (0, 3), "<p><mark>a<br>\nb</mark></p>"),
        ("- a\n- b", (2, 7), "<ul>\n<li><mark>a</mark></li>\n<li><mark>b</mark></li>\n</ul>"),
        ("1. a", (0, 3), "<ol>\n<li>a</li>\n</ol>"),
        ("```\na\nb\n```", (2, 3), "<pre><code>a\n<mark>b</mark>\n</code></pre>"),
        ("&amp; \\* c", (0, 3), "<p><mark>&amp; *</mark> c</p>"),
        ("👩‍⚕️é", (4, 5), "<p>👩‍⚕️<mark>é</mark></p>"),
    ],
)
def test_a_span_is_marked_within_the_elements(
    markdown: str, span: tuple[int, int], html: str
) -> None:
    assert to_html(markdown, (span,)) == html


def test_the_target_of_a_link_is_not_on_the_screen() -> None:
    text = to_text("Voir [ici](https://x.fr).")
    assert text == "Voir ici (https://x.fr)."
    assert marked("Voir [ici](https://x.fr).", (0, len(text))) == "Voir ici."
    html = to_html("Voir [ici](https://x.fr).", ((5, 20),))
    assert html.count("<mark>") == 1
    assert '<a href="https://x.fr" rel="noopener noreferrer"><mark>ici</mark></a>.' in html


def test_several_spans_are_marked_each_on_its_own() -> None:
    assert to_html("abcdef", ((0, 1), (3, 5))) == "<p><mark>a</mark>bc<mark>de</mark>f</p>"


def test_spans_beyond_the_text_mark_what_there_is() -> None:
    assert to_html("ab", ((1, 9), (20, 30))) == "<p>a<mark>b</mark></p>"


def test_a_marked_answer_is_as_safe_as_an_unmarked_one() -> None:
    attack = "<mark onclick=x>a</mark> [b](javascript:alert(1)) <script>"
    html = to_html(attack, ((0, len(to_text(attack))),))
    assert re.findall("<[^>]*>", html) == ["<p>", "<mark>", "</mark>", "</p>"]


@st.composite
def marked_answers(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    """An answer, and spans of its plain text in order and without overlap."""
    markdown = draw(answers())
    edges = st.integers(0, len(to_text(markdown)))
    bounds = sorted(draw(st.lists(edges, unique=True, max_size=6)))
    return markdown, tuple(zip(bounds[::2], bounds[1::2], strict=False))


@given(marked_answers())
def test_without_its_marks_the_html_is_the_unmarked_one(
    case: tuple[str, tuple[tuple[int, int], ...]],
) -> None:
    markdown, spans = case
    assert re.sub("</?mark>", "", to_html(markdown, spans)) == to_html(markdown)


@given(answers())
def test_each_character_of_the_text_is_shown_once_or_not_at_all(markdown: str) -> None:
    """Marking one character marks that character; together they are all that is shown.

    What is not shown are the markers of lists, the targets of links and pictures.
    """
    text = to_text(markdown)
    shown = [marked(markdown, (place, place + 1)) for place in range(len(text))]
    for char, found in zip(text, shown, strict=True):
        assert found in {char, ""} or (char.isspace() and found.isspace())
    assert without_space("".join(shown)) == without_space(Shown(to_html(markdown)).text)


@given(marked_answers())
def test_what_is_marked_is_the_text_of_the_spans(
    case: tuple[str, tuple[tuple[int, int], ...]],
) -> None:
    markdown, spans = case
    expected = "".join(
        marked(markdown, (place, place + 1)) for start, end in spans for place in range(start, end)
    )
    assert marked(markdown, *spans) == expected


def test_every_answer_of_the_faq_can_be_marked_whole() -> None:
    for entry in CORPUS.entries:
        text = to_text(entry.answer)
        additions = r"(?m)^(?:- |\d+\. )| \((?:https?:|mailto:)[^\s()]*\)"
        expected = without_space(re.sub(additions, "", text))
        assert without_space(marked(entry.answer, (0, len(text)))) == expected
