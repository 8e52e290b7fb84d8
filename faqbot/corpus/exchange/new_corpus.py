"""The themes and first files of a corpus that an import creates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from faqbot.corpus.entry import CorpusHead, Theme
from faqbot.corpus.exchange.import_reading import UNSORTED_THEME, ImportedPage
from faqbot.corpus.placeholders import PROVISIONAL_CONTACT
from faqbot.corpus.rules import check_fields
from faqbot.corpus.text import fold
from faqbot.corpus.writing import render_yaml
from faqbot.errors import Problem

_UNSORTED_LABEL = {"fr": "Questions courantes", "en": "Common questions"}
_HEAD_COMMENT = "# See to the title, the publisher and the contact.\n"
PROVISIONAL = {
    "title": "FAQ importée",
    "language": "fr",
    "publisher": "Éditeur à préciser",
    "contact": PROVISIONAL_CONTACT,
}
EMPTY_GLOSSARY = """\
# ACRONYM:
#   expansions: [what it stands for]
#   source: where that is said
{}
"""


def themes_of(imported: ImportedPage, language: str) -> tuple[Theme, ...]:
    """Make the themes that entries name, by id or label, in order of appearance."""
    unsorted = _UNSORTED_LABEL.get(language, _UNSORTED_LABEL["en"])
    labels: dict[str, str] = {}
    for item in imported.entries:
        fallback = unsorted if item.theme == UNSORTED_THEME else item.theme
        theme_id = re.sub(r"[^a-z0-9]+", "-", fold(item.theme)).strip("-")
        labels.setdefault(theme_id, imported.theme_labels.get(item.theme, fallback))
    return tuple(Theme(id=theme_id, label=label) for theme_id, label in labels.items())


def render_head(
    given: Mapping[str, str], themes: Sequence[Theme], announced_entries: int | None, source: str
) -> tuple[str, list[Problem]]:
    """Render the first ``corpus.yaml`` of a corpus.

    Args:
        given: What options say of `CorpusHead`, by their names; placeholders stand for the rest.
        themes: At least one.
        announced_entries: None where the source does not say how many there are.
        source: The name of the imported file, for the problems.

    Returns:
        The file's text, and the problems of its values.
    """
    values: dict[str, object] = {**PROVISIONAL, **given}
    if announced_entries is not None:
        values["announced_entries"] = announced_entries
    values["themes"] = [asdict(theme) for theme in themes]
    problems = [
        Problem(f"--{place[0]}" if place[0] in given else source, 0, message)
        for place, message in check_fields(CorpusHead, values)[1]
    ]
    return f"{_HEAD_COMMENT}{render_yaml(values)}", problems
