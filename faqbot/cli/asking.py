"""Show one answer in a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from faqbot import wording
from faqbot.answering import Answer, Offer
from faqbot.assistant import Assistant
from faqbot.cli.output import stdout
from faqbot.corpus.entry import Corpus


def print_answer(answer: Answer, corpus: Corpus) -> None:
    """Print an answer for a person.

    Args:
        answer: The answer.
        corpus: The corpus it came from.
    """
    console = stdout()
    if answer.status == "answered":
        console.print(_panel(answer.shown[0], corpus))
        _print_list(wording.OTHER_ANSWERS, answer.shown[1:])
    elif answer.status == "clarify":
        _print_list(wording.DID_YOU_MEAN, answer.shown)
    else:
        console.print(f"{wording.NO_ANSWER_MESSAGE} {corpus.contact}", markup=False)
        _print_list(wording.SUGGESTIONS, answer.suggestions)


def as_api(assistant: Assistant, answer: Answer) -> dict[str, Any]:
    """Describe an answer as ``POST /api/v1/chat`` does, without recording it.

    Args:
        assistant: What answered.
        answer: The answer.

    Returns:
        The body; its ids are made up and name nothing.
    """
    from faqbot.api.contract import ChatResponse  # brings the web framework along

    interaction = assistant.interaction(
        answer,
        identifier=uuid4(),
        session_id=uuid4(),
        asked_at=datetime.now(UTC),
        duration_ms=0.0,
    )
    return ChatResponse.of(answer, interaction, assistant.corpus).model_dump(mode="json")


def _panel(offer: Offer, corpus: Corpus) -> RenderableType:
    entry, source = offer.entry, offer.entry.provenance
    label = {
        "verbatim": wording.PROVENANCE_VERBATIM,
        "reworded": wording.PROVENANCE_REWORDED,
    }[source.kind]
    origin = f"{label} — {source.source_title}, {wording.french_date(source.checked_on)}"
    body = Group(
        Markdown(entry.answer), Text(), Text(origin, style="dim"), Text(source.source_url, "dim")
    )
    title = Text(f"{entry.id} · {corpus.theme_labels[entry.theme]}")
    return Group(Text(entry.question, style="bold"), Panel(body, title=title, title_align="left"))


def _print_list(heading: str, offers: tuple[Offer, ...]) -> None:
    if offers:
        console = stdout()
        console.print(Text(heading, style="bold"))
        for offer in offers:
            console.print(f"  {offer.entry.id}  {offer.entry.question}", markup=False)
