"""What a language model drafts for authors: a person accepts each text, and none serves unread.

This is the one place that speaks to such a model; no answer depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from faqbot.corpus.entry import Entry
from faqbot.corpus.text import clean_input
from faqbot.errors import FaqbotError
from faqbot.evaluation.near_copies import CorpusTexts, Questions

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from faqbot.assistant import Assistant

LIMIT = 300
"""Most characters of a wording."""
_NOTHING = "RIEN"
_WORDINGS = """\
Voici une question d’une FAQ et sa réponse. Écris {count} autres façons de poser cette question, une
par ligne, sans numéro : des phrases courtes et longues, des mots-clés, le langage de tous les jours
et celui du métier, avec et sans les sigles. La réponse doit répondre entièrement à chacune ; ne
suppose aucun fait qui n’y figure pas. Langue : {language}.

Question : {question}

Réponse : {answer}
"""
_ENTRY = """\
Des utilisateurs ont posé à une FAQ les questions ci-dessous, restées sans réponse. Rédige une seule
question-réponse qui leur réponde, avec les seuls faits du texte fourni : n’ajoute rien. Première
ligne : la question. Ensuite la réponse, en Markdown, sans titre ni HTML. Si le texte ne répond pas,
écris seulement {nothing}. Langue : {language}.

Questions :
{questions}

Texte :
{facts}
"""


class DraftingFailed(FaqbotError):
    """The language model cannot be used, or wrote nothing that can be used."""


def open_model(name: str | None, base_url: str | None) -> BaseChatModel:
    """Open a chat model.

    Args:
        name: As LangChain's ``init_chat_model`` takes it, such as ``openai:gpt-oss-20b``; None
            where nobody has said.
        base_url: Of a server that speaks as the provider does; None for the provider's own.

    Raises:
        DraftingFailed: Its provider is unknown, lacks its package or refuses to be set up.
    """
    from langchain.chat_models import init_chat_model

    if not name:
        msg = "name a model with --model, such as openai:gpt-oss-20b"
        raise DraftingFailed(msg)
    options: dict[str, Any] = {"base_url": base_url} if base_url else {}
    try:
        model: BaseChatModel = init_chat_model(name, **options)
    except Exception as error:  # each provider raises its own
        msg = f"cannot use the model {name}: {error}"
        raise DraftingFailed(msg) from error
    return model


def draft_wordings(model: BaseChatModel, entry: Entry, language: str, count: int) -> list[str]:
    """Have other ways to ask for an entry written.

    Raises:
        DraftingFailed: The model does not answer.
    """
    said = _said(
        model,
        _WORDINGS.format(
            count=count, language=language, question=entry.question, answer=entry.answer
        ),
    )
    bare = (re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line) for line in said.splitlines())
    return [text for line in bare if (text := clean_input(line))]


def draft_entry(
    model: BaseChatModel, questions: Sequence[str], facts: str, language: str
) -> tuple[str, str]:
    """Have an entry written from facts: its question, and its answer in Markdown.

    Raises:
        DraftingFailed: The model does not answer, or says that the facts do not.
    """
    asked = "\n".join(f"- {question}" for question in questions)
    said = _said(
        model, _ENTRY.format(nothing=_NOTHING, language=language, questions=asked, facts=facts)
    )
    question, _, answer = said.strip().partition("\n")
    if question.strip(" .*") == _NOTHING or not answer.strip():
        msg = "the model found no answer in the facts: give it other ones"
        raise DraftingFailed(msg)
    return clean_input(re.sub(r"^[#*\s]*(?:Question\s*:)?|\**\s*$", "", question)), answer.strip()


def sifted(
    texts: Iterable[str],
    entry: Entry,
    assistant: Assistant,
    held: CorpusTexts,
    evaluated: Questions,
) -> Iterator[tuple[str, str | None, Entry | None]]:
    """Say of each drafted way to ask for an entry whether it is worth a person's look.

    Args:
        held: Texts of which none may be a copy; offered ones join them.
        evaluated: Evaluation questions: what is nearly one of them would spoil what they measure.

    Yields:
        The text; why it is not to be offered, if so; another entry that comes first for it today,
        if one does and the text was ranked.
    """
    for text in texts:
        if refusal := _refusal(text, held, evaluated):
            yield text, refusal, None
            continue
        ranking = assistant.rank(text)
        first = ranking.candidates[0].entry
        rival = None if first.id == entry.id else first
        # A wording that is not found yet teaches most: only what is asserted is held against it.
        if rival and assistant.decide(text, ranking).status == "answered":
            refusal = f"{rival.id} answers it: {rival.question}"
        else:
            held.add_wording(text, f"a draft for {entry.id}")
        yield text, refusal, rival


def _refusal(text: str, held: CorpusTexts, evaluated: Questions) -> str | None:
    if len(text) > LIMIT:
        return f"longer than {LIMIT} characters"
    if place := held.place_of(text):
        return f"stands in {place} already"
    if copied := held.near_copy(text):
        return f"nearly a copy of a text of {copied[0]}"
    if found := evaluated.same(text) or evaluated.copied_by(text):
        return f"gives away the evaluation question {found}"
    return None


def _said(model: BaseChatModel, prompt: str) -> str:
    try:
        return str(model.invoke(prompt).text)
    except Exception as error:  # each provider raises its own
        msg = f"the model did not answer: {error}"
        raise DraftingFailed(msg) from error
