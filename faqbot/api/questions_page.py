"""The page of all questions, by theme, with a filter."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from faqbot.api.contract import QUESTION_LIMIT, SUGGESTIONS
from faqbot.api.presenter import EntryView
from faqbot.api.replies import html
from faqbot.api.services import ServicesDep, client_of
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with the entries to list under it."""

    id: str
    label: str
    entries: tuple[EntryView, ...]


@router.get("/questions")
def questions_page(
    request: Request,
    services: ServicesDep,
    q: Annotated[str, Query(max_length=QUESTION_LIMIT)] = "",
) -> HTMLResponse:
    """List all questions by theme, or those for a filter."""
    corpus, found = services.service.corpus, list[Entry]()
    if q:
        services.limits.suggestions.hit(client_of(request))
        found = services.service.assistant.suggest(q, SUGGESTIONS)
    themes = themes_of(corpus, q, {entry.id for entry in found})
    context = {
        "themes": themes,
        "query": q.strip(),
        "match_count": sum(len(theme.entries) for theme in themes),
        "glossary": [EntryView.of(found, corpus) for found in corpus.definitions.values()],
    }
    return html(request, "questions.html", context)


def themes_of(corpus: Corpus, query: str, also: Set[str]) -> list[ThemeView]:
    """List the entries by theme, those only that hold every word of a filter.

    Args:
        corpus: The corpus.
        query: Words looked for in question and answer, whatever their accents and case.
        also: Ids of entries that are listed in any case.

    Returns:
        The themes that have entries left, in order.
    """
    words = fold(query).split()
    found = [entry for entry in corpus.entries if entry.id in also or _holds(entry, words)]
    themes = (
        ThemeView(
            theme.id,
            theme.label,
            tuple(EntryView.of(entry, corpus) for entry in found if entry.theme == theme.id),
        )
        for theme in corpus.themes
    )
    return [theme for theme in themes if theme.entries]


def _holds(entry: Entry, words: list[str]) -> bool:
    text = fold(f"{entry.question} {to_text(entry.answer)}")
    return all(word in text for word in words)
