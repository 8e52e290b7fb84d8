"""Entries that hypothesis invents: any text that the rules allow, the odd ones above all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from faqbot.corpus.entry import Entry, Provenance
from faqbot.corpus.rules import answer_defects
from faqbot.corpus.text import wording_key

ODD_TEXT = st.sampled_from(
    [
        *(
            "'",
            '"',
            "«\u00a0x\u00a0»",
            "\u202f?",
            ": ",
            " #",
            "- ",
            "---",
            "=1+1",
            "@a",
            "{}",
            "[a]",
        ),
        *(
            "true",
            "null",
            "2026-11-23",
            "042",
            "1e3",
            "~",
            "&amp;",
            "<b>",
            "&copy=1",
            "a,b;c",
            "\\n",
        ),
        *(
            "https://x.fr/a?b=c&copy=2",
            "👩‍⚕️",
            "é",
            "e\u0301",
            "\ufeff",
            "|",
            ">",
            "%",
            "!",
            "`<p>`",
        ),
        *("\ue000", "\u200b", "...", "</p>", "l'eau", "*gras*", "_a_", "a@b.fr"),
    ]
)
ANSWER_TEXT = st.sampled_from(
    [
        *(
            "- a\n- b",
            "\n\n",
            "\n",
            "1. un\n2. deux",
            "**gras**",
            "`</script>`",
            "```\nx  \n\ty\n```",
        ),
        *(
            "[lien](https://x.fr/a)",
            "aide@example.org",
            "https://x.fr/?a=1&b=2",
            "> cité",
            "# Titre",
        ),
        *(
            "- a\n  - b",
            "texte  \nsuite",
            "\\<b>",
            "---\nid: S99\n---",
            '"',
            ",",
            ";",
            "\t",
            "=1+1",
        ),
        *("Cette réponse vous a-t-elle été utile ?", "]]>", "-->", "\u2028", "«\u00a0x\u00a0»"),
    ]
)


def lines() -> st.SearchStrategy[str]:
    """One-line texts as front matter may hold them."""
    free = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
    parts = st.lists(st.one_of(free, ODD_TEXT), min_size=1, max_size=4)
    return parts.map("".join).map(str.strip).filter(bool)


def answers() -> st.SearchStrategy[str]:
    """Markdown that is valid as an answer."""
    free = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
    parts = st.lists(st.one_of(free, ANSWER_TEXT, ODD_TEXT), min_size=1, max_size=6)
    joined = parts.map("".join).map(str.strip).filter(bool)
    return joined.filter(lambda answer: not list(answer_defects(answer)))


def provenances() -> st.SearchStrategy[Provenance]:
    return st.builds(
        Provenance,
        kind=st.sampled_from(["verbatim", "reworded"]),
        source_title=lines(),
        source_url=st.sampled_from(["https://x.fr", "http://x.fr:80/a?b=%20&c=é#d"]),
        checked_on=days(),
    )


def days() -> st.SearchStrategy[date]:
    return st.dates(min_value=date(1000, 1, 1))


@st.composite
def entries(draw: st.DrawFn, identifier: str = "S01") -> Entry:
    """One valid entry."""
    wordings = draw(st.lists(lines(), min_size=1, max_size=3, unique_by=wording_key))
    return _entry(draw, identifier, wordings)


@st.composite
def entry_lists(draw: st.DrawFn) -> list[Entry]:
    """One to three entries that can stand in one corpus with the themes un and deux."""
    wordings = draw(st.lists(lines(), min_size=3, max_size=6, unique_by=wording_key))
    count = draw(st.integers(1, 3))
    return [
        _entry(draw, f"S0{number}", wordings[number - 1 :: 3]) for number in range(1, count + 1)
    ]


def _entry(draw: st.DrawFn, identifier: str, wordings: Sequence[str]) -> Entry:
    return Entry(
        id=identifier,
        question=wordings[0],
        answer=draw(answers()),
        variants=tuple(wordings[1:]),
        theme=draw(st.sampled_from(["un", "deux"])),
        provenance=draw(provenances()),
        updated_on=draw(days()),
        review_by=draw(st.none() | days()),
    )
