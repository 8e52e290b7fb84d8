from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.markdown import blocks, contains_html, to_html, to_text
from tests.corpus.strategies import answers


def test_lists_and_paragraphs_become_html_elements() -> None:
    html = to_html("Deux cas :\n\n- a\n- **b**\n\n3. c\n4. d")
    assert "<p>Deux cas :</p>" in html
    assert "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>" in html
    assert '<ol start="3">' in html


@pytest.mark.parametrize(
    ("markdown", "href"),
    [
        ("Écrire à aide@example.org.", "mailto:aide@example.org"),
        ("Voir https://www.example.org/a_b_c.", "https://www.example.org/a_b_c"),
        ("[la page](https://www.example.org)", "https://www.example.org"),
    ],
)
def test_addresses_become_links_that_do_not_give_the_page_away(markdown: str, href: str) -> None:
    assert f'<a href="{href}" rel="noopener noreferrer">' in to_html(markdown)


def test_names_of_sites_are_no_links() -> None:
    assert "<a" not in to_html("Sur esante.gouv.fr ou www.example.org")


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/pixel.png)",
        "<a onclick='x'>y</a>",
    ],
)
def test_no_active_or_foreign_element_reaches_the_page(markdown: str) -> None:
    html = to_html(markdown)
    assert not any(f"<{tag}" in html for tag in ("script", "img", "a "))


@given(st.text())
def test_html_holds_only_the_listed_elements(markdown: str) -> None:
    allowed = {"p", "ul", "ol", "li", "strong", "em", "code", "a", "br", "blockquote", "pre"}
    tags = to_html(markdown).replace("</", "<").split("<")[1:]
    assert all(tag.split(">")[0].split(" ")[0] in allowed for tag in tags)


def test_text_keeps_markers_and_targets_of_links() -> None:
    markdown = "Voir [le guide](https://x.fr/g) :\n\n- a\n- b\n\n2. c\n3. d\n\n`code`"
    assert to_text(markdown) == "Voir le guide (https://x.fr/g) :\n- a\n- b\n2. c\n3. d\ncode"


@pytest.mark.parametrize("markdown", ["aide@x.fr", "<aide@x.fr>", "https://x.fr", "<https://x.fr>"])
def test_text_gives_an_address_once(markdown: str) -> None:
    assert to_text(markdown) == markdown.strip("<>")


def test_nested_lists_number_each_list_on_its_own() -> None:
    assert blocks("1. a\n   1. b\n   2. c\n2. d") == ("1. a", "1. b", "2. c", "2. d")


def test_second_paragraph_of_an_item_has_no_marker() -> None:
    assert blocks("- a\n\n  b\n- c") == ("- a", "b", "- c")


def test_hard_breaks_are_line_ends_and_soft_ones_spaces() -> None:
    assert to_text("a  \nb\nc") == "a\nb c"


@given(answers())
def test_no_block_is_empty(markdown: str) -> None:
    assert all(blocks(markdown))


def test_empty_code_block_gives_no_block() -> None:
    assert blocks("a\n\n```\n\n```") == ("a",)


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("a\n\n<div>b</div>", [3]),
        ("a <b>b</b>\n\nc\n\n- d <br>", [1, 5]),
        ("a\nb  \nc <i>d</i>", [3]),
        ("`<b>` et \\<b> et a < b", []),
        ("<https://x.fr>", []),
        ("<!-- note -->", [1]),
    ],
)
def test_html_is_found_with_its_line(markdown: str, lines: list[int]) -> None:
    assert contains_html(markdown) == lines
