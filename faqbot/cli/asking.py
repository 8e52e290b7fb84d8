"""``faqbot ask``: one question, answered in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Group
from rich.markdown import Markdown
from rich.text import Text

from faqbot import french, wording
from faqbot.answering.answer import Answer, Offer
from faqbot.api.contract import ChatResponse
from faqbot.api.presenter import ProvenanceView, TurnView
from faqbot.assistant import Assistant
from faqbot.cli.output import print_json, progress_on_stderr, stdout
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import clean_input, excerpt
from faqbot.database.records import Exchange
from faqbot.errors import SettingsError
from faqbot.settings import Settings


def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes; - reads stdin.")],
    json: Annotated[bool, typer.Option("--json", help="Print what the API would return.")] = False,
) -> None:
    """Answer one question in the terminal; nothing is recorded."""
    text = clean_input(sys.stdin.read() if question == "-" else question)
    if not text:
        msg = "the question is empty: write it in quotes after faqbot ask"
        raise SettingsError(msg)
    with progress_on_stderr() as progress:
        assistant = Assistant.open(Settings.from_env(), progress=progress)
    answer = assistant.ask(text)
    if json:
        print_json(as_api(assistant, answer))
    else:
        _print_answer(answer, assistant.corpus)


def _print_answer(answer: Answer, corpus: Corpus) -> None:
    """Print an answer for a person: laid out in a terminal, plain in a file or pipe."""
    console = stdout()
    if answer.small_talk:
        console.print(wording.SMALL_TALK[answer.small_talk].format(count=len(corpus.entries)))
    elif answer.status == "answered":
        for offer in answer.shown:
            if offer.asserted:
                _print_entry(offer.entry, corpus)
        _print_list(wording.OTHER_ANSWERS, [it for it in answer.shown if not it.asserted])
        if answer.shown[0].entry.kind == "glossary":
            _print_list(wording.SUGGESTIONS, answer.suggestions)
    elif answer.tentative:
        console.print(Text(wording.TENTATIVE, style="bold"))
        console.print(f"{wording.TENTATIVE_LEAD}\n")
        _print_entry(answer.shown[0].entry, corpus)
        _print_list(wording.NOT_THIS, answer.shown[1:], excerpts=True)
    elif answer.status == "clarify":
        _print_list(wording.DID_YOU_MEAN, answer.shown, excerpts=True)
    else:
        console.print(f"{wording.NO_ANSWER_MESSAGE} {corpus.contact}")
        _print_list(wording.SUGGESTIONS, answer.suggestions)


def _print_entry(entry: Entry, corpus: Corpus) -> None:
    console = stdout()
    head = Text(f"{entry.id} · {corpus.theme_label(entry)}")
    body = Markdown(entry.answer) if console.is_terminal else Text(to_text(entry.answer))
    parts = (Text(entry.question, style="bold"), head, Text(), body, Text())
    console.print(Group(*parts, *_source_lines(entry, corpus), Text()))


def as_api(assistant: Assistant, answer: Answer) -> dict[str, Any]:
    """Describe an answer as ``POST /api/v1/chat`` does; its ids are made up and name nothing."""
    interaction = replace(assistant.interaction(answer), id=uuid4(), session_id=uuid4())
    turn = TurnView.of(Exchange(interaction, ()), assistant.corpus, kept=None)
    return ChatResponse.model_validate(turn, from_attributes=True).model_dump(mode="json")


def _source_lines(entry: Entry, corpus: Corpus) -> tuple[Text, Text]:
    source = ProvenanceView.of(entry, corpus)
    day = french.day(source.checked_on)
    checked = f", {wording.CHECKED_ON.format(date=day) if source.source_url else day}"
    title = f"({source.source_title})" if source.kind == "verbatim" else source.source_title
    origin = f"{source.label} {title}{'' if entry.kind == 'glossary' else checked}"
    return Text(origin, style="dim"), Text(source.source_url, style="dim")


def _print_list(heading: str, offers: Sequence[Offer], *, excerpts: bool = False) -> None:
    if offers:
        console = stdout()
        console.print(Text(heading, style="bold"))
        for offer in offers:
            console.print(f"  {offer.entry.id}  {offer.entry.question}")
            if excerpts:
                line = excerpt(to_text(offer.entry.answer), offer.highlights)
                console.print(Text(f"       {line}", style="dim"))
