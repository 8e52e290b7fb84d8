"""French typography of Markdown: what is wrong in a text, and the text put right.

Rules of the Imprimerie nationale, as far as they can be applied blindly. Straight double quotes
are only reported: which one opens and which one closes is for a person to say.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MASK = "\ue000"  # of the private use area: stands for what is no prose
_NO_PROSE = re.compile(
    rf"""
      ```.*?``` | `[^`\n]+`                              # code
    | \]\([^()\s]*\) | !(?=\[)                           # the target of a link; an image
    | (?:https?://|www\.)[^\s<>«»]*[\w/=&%\#-]           # addresses, less the punctuation behind
    | (?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | &\#?\w+;                                           # character entities
    | [0-9]+:[0-9]+                                      # times, ratios
    | {_MASK}
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACE = r"[^\S\n]*"
_NO_BREAK = "[\u00a0\u202f]"
# What may stand before a mark: a word, something closed, the dot of an abbreviation. Not a list
# bullet: the space behind it must remain breakable to be Markdown.
_BEFORE = rf"(?:(?<=[\w\u0300-\u036f)\]»”’'\"…%°€+/{_MASK}])|(?<=\S\*)|(?<=[^\W\d_]\.))"
_END = rf"(?=[\s)\]»”\"*_.,…’'—–|{_MASK}]|\Z)"
_COLON_END = r"(?=[\s»\"*_]|\Z)"  # not in « urn:oid » nor in a smiley


class _Rule(NamedTuple):
    defect: str
    found: re.Pattern[str]
    """Matches the defect only."""
    mended: tuple[re.Pattern[str], str] | None
    """Matches defective and correct text alike, and what to write; ``None`` when a person must."""


def _spacing(defect: str, before: str, mark: str, after: str, space: str) -> _Rule:
    """Make the rule for a no-break space, of either width in correct text."""
    wrong = re.compile(rf"{before}(?!{_NO_BREAK}{mark}){_SPACE}{mark}{after}")
    any_space = re.compile(rf"{before}{_SPACE}(?P<mark>{mark}){after}")
    return _Rule(defect, wrong, (any_space, rf"{space}\g<mark>"))


_APOSTROPHE = re.compile(rf"(?<=[^\W\d_])'(?=[\w«“*\[{_MASK}])")
_DOTS = re.compile(r"\.{3,}")
_RULES = (
    _Rule("straight apostrophe, write ’", _APOSTROPHE, (_APOSTROPHE, "’")),
    _Rule("dots, write …", _DOTS, (_DOTS, "…")),
    _Rule("straight quotation mark, write « »", re.compile('"'), None),
    _spacing("no no-break space before ; ? !", _BEFORE, "[;?!][?!]*", _END, "\u202f"),
    _spacing("no no-break space before :", _BEFORE, ":", _COLON_END, "\u00a0"),
    _spacing("no no-break space before »", r"(?<=\S)", "»", "", "\u00a0"),
    _Rule(
        "no no-break space after «",
        re.compile(rf"«(?!{_NO_BREAK}\S){_SPACE}(?=\S)"),
        (re.compile(rf"«{_SPACE}(?=\S)"), "«\u00a0"),
    ),
)


class TypographyDefect(NamedTuple):
    """One kind of defect in a text."""

    message: str
    excerpt: str
    """The first occurrence and the words around it."""
    occurrences: int


def typographic(text: str, language: str = "fr") -> str:
    """Apply French typography to Markdown, and none to that of another language.

    Returns:
        The text with ``’`` and ``…``, U+202F before ``; ? !``, U+00A0 before ``:`` and inside
        « ». Code, addresses and times are left alone. Applying it again changes nothing.
    """
    if language != "fr":
        return text
    hidden = _NO_PROSE.findall(text)
    masked = _NO_PROSE.sub(_MASK, text)
    for rule in _RULES:
        if rule.mended:
            pattern, replacement = rule.mended
            masked = pattern.sub(replacement, masked)
    originals = iter(hidden)
    return re.sub(_MASK, lambda _mask: next(originals), masked)


def typography_defects(text: str) -> list[TypographyDefect]:
    """Find what French typography would write otherwise, each kind of defect once."""
    masked = _NO_PROSE.sub(_MASK, text)
    defects = []
    for rule in _RULES:
        matches = list(rule.found.finditer(masked))
        if matches:
            start, end = max(0, matches[0].start() - 20), matches[0].end() + 20
            excerpt = " ".join(masked[start:end].replace(_MASK, "…").split())
            defects.append(TypographyDefect(rule.defect, excerpt, len(matches)))
    return defects


def prose(text: str) -> str:
    """Return Markdown with a space instead of each piece of code, address or time."""
    return _NO_PROSE.sub(" ", text)
