"""The page of all questions, by theme, with a filter; and what tells machines of it."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from faqbot.api.contract import QUESTION_LIMIT, SUGGESTIONS
from faqbot.api.presenter import EntryView
from faqbot.api.replies import html, render
from faqbot.api.services import CorpusDep, ServicesDep, client_of, path_within
from faqbot.corpus.entry import Corpus, Entry, Theme
from faqbot.corpus.exchange.faqpage_data import faqpage, script_json
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


_Filter = Annotated[str, Query(max_length=QUESTION_LIMIT)]


async def _suggested(request: Request, services: ServicesDep, q: _Filter = "") -> list[Entry]:
    """Suggest questions for a filter, at the cost of a suggestion; without one there is none."""
    if not q:
        return []
    services.typed.hit(client_of(request))
    async with services.asking.taken(request):
        return await run_in_threadpool(services.service.assistant.suggest, q, SUGGESTIONS)


@router.get("/questions")
def questions_page(
    request: Request,
    corpus: CorpusDep,
    found: Annotated[list[Entry], Depends(_suggested)],
    q: _Filter = "",
) -> HTMLResponse:
    """List all questions by theme, or those for a filter."""
    themes = themes_of(corpus, q, {entry.id for entry in found})
    context = {
        "themes": themes,
        "query": q.strip(),
        "match_count": sum(len(entries) for _, entries in themes),
        "faqpage": "" if q.strip() else script_json(faqpage(corpus, whole=False)),
        "glossary": [EntryView.of(found, corpus) for found in corpus.definitions.values()],
    }
    return html(request, "questions.html", context)


@router.get("/robots.txt")
@router.get("/llms.txt")
@router.get("/sitemap.xml")
def guide(request: Request, corpus: CorpusDep) -> Response:
    """Tell crawlers and language models what is where."""
    name = path_within(request).removeprefix("/")
    context = {
        "themes": themes_of(corpus, "", frozenset()),
        "changed": max((entry.updated_on for entry in corpus.entries), default=None),
    }
    kind = "application/xml" if name.endswith(".xml") else "text/plain"
    return Response(render(request, name, context), media_type=kind)


def themes_of(
    corpus: Corpus, query: str, also: Set[str]
) -> list[tuple[Theme, tuple[EntryView, ...]]]:
    """List the entries by theme, those only that hold every word of a filter.

    Args:
        corpus: The corpus.
        query: Words looked for in question and answer, whatever their accents and case.
        also: Ids of entries that are listed in any case.

    Returns:
        The themes that have entries left, in order, each with these.
    """
    words = fold(query).split()
    found = [entry for entry in corpus.entries if entry.id in also or _holds(entry, words)]
    themes = (
        (theme, tuple(EntryView.of(entry, corpus) for entry in found if entry.theme == theme.id))
        for theme in corpus.themes
    )
    return [(theme, entries) for theme, entries in themes if entries]


def _holds(entry: Entry, words: list[str]) -> bool:
    text = fold(f"{entry.question} {to_text(entry.answer)}")
    return all(word in text for word in words)
