"""« Pourquoi cette réponse ? »: what led to an answer, for whoever edits the FAQ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from faqbot import french
from faqbot.answering.answer import SHOWN, SUGGESTED, Answer
from faqbot.answering.asking import questions
from faqbot.answering.calibration import CalibratedRule
from faqbot.answering.decision import is_bare_subject, is_own_wording
from faqbot.answering.features import FEATURES, Values, features
from faqbot.answering.logistic import Model
from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.failures import Failure, Kind
from faqbot.api.services import ServiceDep
from faqbot.assistant import Assistant
from faqbot.console.access import Account, ReaderDep
from faqbot.console.dashboard.wording import STATUSES
from faqbot.console.frame import render_console
from faqbot.corpus.entry import Entry
from faqbot.corpus.text import clean_input
from faqbot.feedback.exchanges import HISTORY
from faqbot.retrieval.ranking import Ranking

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_COMPARED = 4
"""Candidates whose signals stand side by side."""
_NEAREST = 8
_SEARCHED = 80
"""Passages that are looked at for the nearest: some are no wordings."""
_SIGNALS: Final[Mapping[str, str]] = {
    "margin": "Avance sur la fiche suivante, tout compris",
    "votes_ahead": "Avance par le sens des formulations",
    "class_ahead": "Avance par ce qui distingue les formulations des fiches",
    "grams_ahead": "Avance par les morceaux de mots",
    "tokens_ahead": "Avance par le sens mot à mot",
    "answer_ahead": "Avance par le sens de la réponse",
    "words_over_outside": "Mots, comparés aux sujets hors périmètre",
    "grams_over_outside": "Morceaux de mots, comparés aux sujets hors périmètre",
    "votes_over_outside": "Sens, comparé aux sujets hors périmètre",
    "class_over_outside": "Ce qui distingue les formulations, comparé aux sujets hors périmètre",
    "wording_over_outside": "Formulation la plus proche, comparée à un exemple hors périmètre",
    "coverage_over_outside": "Part de la question retrouvée, comparée aux sujets hors périmètre",
    "votes": "Sens, comparé à plusieurs formulations",
    "answer": "Sens, comparé à la réponse",
    "coverage": "Part des mots de la question que la fiche contient",
    "tokens": "Sens mot à mot",
    "unknown": "Part des mots inconnus de la FAQ",
    "length": "Longueur de la question",
}
"""What each of `FEATURES` is called."""
_PASSAGES: Final = {
    "question": "question affichée",
    "variant": "formulation",
    "answer": "passage de la réponse",
    "example": "exemple hors périmètre",
}


class Signal(NamedTuple):
    """One signal of the candidates that are compared."""

    name: str
    cells: tuple[tuple[str, float], ...]
    """For each its value, and by how much that moves its log odds from what is usual."""


class Near(NamedTuple):
    """A text of the FAQ that lies near the question."""

    text: str
    owner: str
    kind: str
    similarity: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What led to an answer."""

    answer: Answer
    candidates: tuple[tuple[Entry, str], ...]
    """With their confidences."""
    thresholds: Sequence[tuple[str, str]]
    remarks: tuple[str, ...]
    """What decided beside the confidence."""
    alone: Entry | None
    """What would come first without earlier questions, where these counted."""
    signals: tuple[Signal, ...]
    """What moves the first candidate most comes first."""
    nearest: tuple[Near, ...]
    without: Answer | None
    """What would be answered if the FAQ did not hold its first candidate."""


def explain(assistant: Assistant, question: str, history: Sequence[str]) -> Explanation:
    """Answer a question, and say what led to that."""
    answer = assistant.ask(question, history)
    ranking = answer.ranking or assistant.rank(question, history)
    judged = assistant.rule.judge(ranking, SHOWN + SUGGESTED)
    found = [it.entry for it in ranking.candidates[: len(judged.confidences)]]
    limits: list[tuple[str, str]] = []
    signals: tuple[Signal, ...] = ()
    if isinstance(assistant.rule, CalibratedRule):
        model = assistant.rule.calibration.model
        at = assistant.rule.thresholds(ranking)
        limits = [
            ("affirmée", french.percent(at.answer_at)),
            ("montrée comme probable", french.percent(at.tentative_at)),
            ("proposée parmi d’autres", french.percent(at.clarify_at)),
        ]
        if limits[1][1] == limits[0][1]:  # hardly anything is likely and not asserted
            del limits[1]
        signals = _signals(ranking, model)
    return Explanation(
        answer,
        tuple(zip(found, map(french.percent, judged.confidences), strict=True)),
        limits,
        tuple(_remarks(assistant, answer, ranking, history)),
        assistant.rank(question).candidates[0].entry if ranking.in_context else None,
        signals,
        _nearest(assistant, ranking.question),
        assistant.without(found[0].id).ask(question, history) if len(found) > 1 else None,
    )


def _remarks(
    assistant: Assistant, answer: Answer, ranking: Ranking, history: Sequence[str]
) -> Iterator[str]:
    """Name what decided beside the confidence; the template has a sentence for each."""
    parts = questions(assistant.asked(answer.question))
    conditions = {
        "small_talk": answer.small_talk,
        "own_wording": is_own_wording(ranking),
        "bare_subject": is_bare_subject(ranking),
        "several": len(parts) > 1,
        "glossary": any(it.entry.kind == "glossary" for it in answer.shown),
        "history": ranking.in_context,
        "alone": history and not ranking.in_context,
    }
    yield from (name for name, holds in conditions.items() if holds)


def _signals(ranking: Ranking, model: Model) -> tuple[Signal, ...]:
    columns = ranking.order[:_COMPARED]
    values: Values = features(ranking.comparison, np.zeros_like(columns), columns)
    usual, effects = model.logits(values), []
    for place, name in enumerate(FEATURES):
        plain = values.copy()
        plain[:, place] = model.features[name].mean
        effects.append(usual - model.logits(plain))
    rows = [
        Signal(_SIGNALS[name], tuple(zip(map(french.decimal, column), effect, strict=True)))
        for name, column, effect in zip(FEATURES, values.T.tolist(), effects, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.cells[0][1]))) if len(columns) else ()


def _nearest(assistant: Assistant, question: str) -> tuple[Near, ...]:
    index, seen = assistant.index, assistant.retriever.seen
    asked = assistant.embedder.embed_queries([question])
    (found,) = index.vectors.search(asked, _SEARCHED)
    ids = [it.id for it in found if index.passages[it.id].kind in _PASSAGES]
    rows = index.vectors.matrix(index.vectors.rows(ids))
    similar = seen(rows) @ seen(asked)[0] if ids else []
    best = sorted(zip(similar, ids, strict=True), reverse=True)[:_NEAREST]
    passages = [(index.passages[it], float(near)) for near, it in best]
    return tuple(
        Near(it.text, it.entry_id, _PASSAGES[it.kind], french.decimal(near))
        for it, near in passages
    )


@router.get("/admin/why")
def why_page(
    request: Request, account: ReaderDep, service: ServiceDep, about: UUID | None = None
) -> HTMLResponse:
    """Explain a question that was asked, in its conversation; without one, show the form."""
    if about is None:
        return _page(request, account, service.assistant, "", "")
    exchange = service.store.exchange(about)
    if exchange is None:
        raise Failure(Kind.NOT_FOUND)
    asked = exchange.interaction
    turn = asked.asked_at, asked.id
    earlier = service.store.questions(asked.session_id, HISTORY, before=turn)
    return _page(request, account, service.assistant, asked.question, "\n".join(earlier))


@router.post("/admin/why")
def why(
    request: Request,
    account: ReaderDep,
    service: ServiceDep,
    question: Annotated[str, Form()] = "",
    earlier: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Explain a question that was typed: it stands in no address, and so in no log."""
    return _page(request, account, service.assistant, question, earlier)


def _page(
    request: Request, account: Account, assistant: Assistant, question: str, earlier: str
) -> HTMLResponse:
    asked = clean_input(question)[:QUESTION_LIMIT]
    history = [
        text for line in earlier.splitlines() if (text := clean_input(line)[:QUESTION_LIMIT])
    ]
    context = {
        "question": asked,
        "earlier": "\n".join(history),
        "why": explain(assistant, asked, history[-HISTORY:]) if asked else None,
        "statuses": STATUSES,
        "subjects": {it.id: it.label for it in assistant.corpus.out_of_scope},
        "compared": _COMPARED,
    }
    return render_console(request, "console/why.html", context, account, "why")
