"""``faqbot mcp``: the FAQ as tools for language models, by the Model Context Protocol."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faqbot.api.contract import QUESTION_LIMIT, EntryBody
from faqbot.api.presenter import EntryView
from faqbot.assistant import Assistant
from faqbot.cli.asking import as_api
from faqbot.cli.output import progress_on_stderr
from faqbot.corpus.text import clean_input
from faqbot.settings import Settings

if TYPE_CHECKING:
    from mcp.server import MCPServer

_MARKUP = {"answer_html", "answer_nodes", "highlights", "excerpt"}
"""Parts of an answer that only a screen needs."""
_INSTRUCTIONS = """\
Answers come from a curated FAQ, “{title}”, in its own words. Quote them as they stand, with \
source and date. Only what is asserted answers the question; no_answer means that the \
FAQ does not say: then name the contact, and do not fill in.\
"""


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP at /mcp, instead of stdio.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8001,
) -> None:
    """Offer the FAQ to language models as tools that only read; nothing is recorded."""
    with progress_on_stderr() as progress:
        server = server_for(Assistant.open(Settings.from_env(), progress=progress))
    if http:
        server.run("streamable-http", host=host, port=port, stateless_http=True)
    else:
        server.run("stdio")


def server_for(assistant: Assistant) -> MCPServer[Any]:
    """Make the server around an assistant."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    corpus = assistant.corpus
    instructions = _INSTRUCTIONS.format(title=corpus.title)
    server = MCPServer("faqbot", corpus.title, instructions=instructions, version=version("faqbot"))
    tool = server.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))

    def ask(question: str, themes: list[str] | None = None) -> dict[str, Any]:
        """Answer a question with entries of the FAQ, or say that it holds no answer.

        Themes are ids that list_themes gives; without them the whole FAQ is searched.
        """
        text = clean_input(question)
        if not 0 < len(text) <= QUESTION_LIMIT:
            msg = f"the question has {len(text)} characters: write 1 to {QUESTION_LIMIT}"
            raise ToolError(msg)
        if unknown := {*(themes or ())} - corpus.theme_labels.keys():
            msg = f"unknown themes {sorted(unknown)} (known: {', '.join(corpus.theme_labels)})"
            raise ToolError(msg)
        body = as_api(assistant, assistant.ask(text, themes=frozenset(themes or ())))
        answers = [
            {name: value for name, value in answer.items() if name not in _MARKUP}
            for answer in body["answers"]
        ]
        kept = ("status", "confidence", "suggestions", "fallback", "small_talk")
        return {name: body[name] for name in kept} | {"answers": answers}

    def get_entry(entry_id: str) -> dict[str, Any]:
        """Return one entry of the FAQ whole, with where its answer comes from."""
        if entry_id not in corpus.answers:
            msg = f"the FAQ holds no entry {entry_id}: list_themes lists them"
            raise ToolError(msg)
        view = EntryView.of(corpus.answers[entry_id], corpus)
        body = EntryBody.model_validate(view, from_attributes=True)
        return body.model_dump(mode="json", exclude=_MARKUP)

    def list_themes() -> list[dict[str, Any]]:
        """List the themes of the FAQ, each with the ids and questions of its entries."""
        return [
            {
                "id": theme.id,
                "label": theme.label,
                "entries": {it.id: it.question for it in corpus.entries if it.theme == theme.id},
            }
            for theme in corpus.themes
        ]

    for function in (ask, get_entry, list_themes):
        tool(function)
    return server
