"""The text of a FAQ page, copied from a browser: the answers are there, the questions are not.

Each answer ends with the line that asks for a vote; the page may start with the number of
questions that it announces.
"""

from __future__ import annotations

import re

from faqbot.corpus.exchange.markdown_conversion import lines_to_markdown
from faqbot.corpus.exchange.raw_entries import RawEntry, RawPage, Report

# Written with composed or combining accents, and any hyphen or space that a browser may copy.
_E_ACUTE = "(?:é|e\u0301)"
_HYPHEN = "[-\u2010\u2011]"
_END = re.compile(
    rf"Cette\s+r{_E_ACUTE}ponse\s+vous\s+a{_HYPHEN}t{_HYPHEN}elle"
    rf"\s+{_E_ACUTE}t{_E_ACUTE}\s+utile\s*\?",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    rf"\s*(?P<count>[0-9]+)\s+questions?\s*/\s*r{_E_ACUTE}ponses?[^\S\n]*(?:\n|\Z)", re.IGNORECASE
)


def read_page_text(text: str, report: Report) -> RawPage:
    r"""Split the text of a page, with ``\n`` line ends, into answers.

    Returns:
        Entries whose question is ``None``, in page order, and the announced count.
    """
    position = 0
    counts: list[int] = []
    while announcement := _ANNOUNCEMENT.match(text, position):
        counts.append(int(announcement["count"]))
        position = announcement.end()
    if len(set(counts)) > 1:
        found = " and ".join(map(str, counts))
        report(1, f"the page announces {found} questions: keep one announcement")
    entries = []
    for end in _END.finditer(text, position):
        answer = text[position : end.start()]
        line = _line_of_content(text, position, end.start())
        if answer.strip():
            values = {"question": None, "answer": lines_to_markdown(answer)}
            entries.append(RawEntry(line=line, values=values))
        else:
            report(line, "empty answer: delete this line, or write the answer above it")
        position = end.end()
    if text[position:].strip():
        line = _line_of_content(text, position, len(text))
        message = (
            "text that no « Cette réponse vous a-t-elle été utile ? » line follows: "
            "delete it, or add that line below it"
        )
        report(line, message)
    return RawPage(entries=tuple(entries), announced=counts[0] if counts else None)


def _line_of_content(text: str, start: int, end: int) -> int:
    """Return the 1-based line of the first visible character between two positions."""
    blank = len(text[start:end]) - len(text[start:end].lstrip())
    return text.count("\n", 0, start + blank) + 1
