"""The decision form: what was typed, what is wrong with it, and the decision it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated, NamedTuple, cast, get_args
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.service import HISTORY
from faqbot.console.review_pages.desk import ReviewDesk, context_of
from faqbot.corpus.text import clean_input, wording_key
from faqbot.review.decisions import (
    Decision,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    Use,
    WrongEntry,
    kind_of,
)
from faqbot.review.drafts import FIELDS, LIMITS, check_draft
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import DecidedQuestion, StoredDecision
from faqbot.vocabulary import DecisionKind, Signal

NOTE_LIMIT = 1000


class Fault(NamedTuple):
    """What is wrong with a field."""

    code: str
    limit: int = 0
    place: str = ""


@dataclass(slots=True)
class Typed:
    """The form's fields as texts; what the page shows and what was sent have the same shape."""

    kind: str = ""
    right_entry: str = ""
    right_use: str = "query"
    wrong_entry: str = ""
    note: str = ""
    subject: str = ""
    draft: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    draft_use: str = ""
    with_history: bool = False
    taken: set[str] = field(default_factory=set)
    """Names of the questions to take; see `token`."""
    wordings: dict[str, str] = field(default_factory=dict)
    """Texts by token."""
    replaces: str = ""

    @classmethod
    def of_form(cls, form: FormData) -> Typed:
        """Read what was sent."""

        def text(name: str) -> str:
            value = form.get(name)
            return clean_input(value) if isinstance(value, str) else ""

        answer = form.get("draft-answer")
        lines = answer.replace("\r\n", "\n").split("\n") if isinstance(answer, str) else []
        return cls(
            kind=text("kind"),
            right_entry=text("right_entry"),
            right_use=text("right_use"),
            wrong_entry=text("wrong_entry"),
            note=text("note"),
            subject=text("subject"),
            draft={name: text(f"draft-{name}") for name in FIELDS}
            | {"answer": "\n".join(lines).strip()},
            draft_use=text("draft_use"),
            with_history=bool(text("with_history")),
            taken={str(value) for value in form.getlist("taken")},
            wordings={
                name.removeprefix("wording-"): text(name)
                for name in form
                if name.startswith("wording-")
            },
            replaces=text("replaces"),
        )

    @classmethod
    def of_decision(cls, decision: Decision, questions: Sequence[DecidedQuestion]) -> Typed:
        """Fill the form with a decision that is to be changed."""
        typed = cls(kind=kind_of(decision))
        match decision:
            case RightEntry(entry_id, use):
                typed.right_entry, typed.right_use = entry_id, use
            case MissingEntry(draft, draft_use):
                typed.draft = {name: str(value) for name, value in asdict(draft).items()}
                typed.draft_use = draft_use or ""
            case WrongEntry(entry_id, note):
                typed.wrong_entry, typed.note = entry_id, note
            case OutOfScope(subject):
                typed.subject = subject or ""
            case Ignored():
                pass
        typed.with_history = any(question.history for question in questions)
        return typed


def token(key: SignalKey) -> str:
    """Name a signal in a form."""
    return f"{key.signal}:{key.interaction_id}:{key.entry_id}"


def key_of(name: str) -> SignalKey | None:
    """Read the name of a signal; None when it is none."""
    signal, _, rest = name.partition(":")
    identifier, _, entry_id = rest.partition(":")
    try:
        interaction_id = UUID(identifier)
    except ValueError:
        return None
    known = signal in get_args(Signal)
    return SignalKey(interaction_id, cast("Signal", signal), entry_id) if known else None


def questions_of(
    typed: Typed, desk: ReviewDesk, stored: StoredDecision | None
) -> tuple[tuple[DecidedQuestion, ...], dict[str, Fault]]:
    """Read the questions that were taken.

    A row of the form stands for every signal of its kind in the same words, among those that wait
    and those of the decision that is being changed.

    Args:
        typed: The form.
        desk: The review pages' parts.
        stored: The decision that is being changed.

    Returns:
        The questions that still exist, and what is wrong by the name of the field.
    """
    faults: dict[str, Fault] = {}
    wordings: dict[SignalKey, str] = {}
    for name in typed.taken:
        text = typed.wordings.get(name, "")
        if not text:
            faults[f"wording-{name}"] = Fault("no_text")
        elif len(text) > QUESTION_LIMIT:
            faults[f"wording-{name}"] = Fault("text_too_long", QUESTION_LIMIT)
        elif wording_key(text) in desk.wordings and _is_used(typed):
            place = desk.wordings[wording_key(text)]
            faults[f"wording-{name}"] = Fault("is_wording", place=place)
        if key := key_of(name):
            wordings[key] = text
    if not wordings:
        faults["taken"] = Fault("no_question")
    found = desk.decisions.signals(wordings)
    texts = {_words(signal): wordings[signal.key] for signal in found}
    others = (*desk.decisions.pending(), *_of(stored, desk))
    found += tuple(it for it in others if _words(it) in texts and it.key not in wordings)
    return tuple(
        DecidedQuestion(
            key=signal.key,
            wording=texts[_words(signal)],
            history=_history(desk, signal) if typed.with_history else (),
        )
        for signal in sorted(found, key=lambda signal: signal.key)
    ), faults


def decision_of(
    typed: Typed, desk: ReviewDesk, today: date
) -> tuple[Decision | None, dict[str, Fault]]:
    """Make the decision that was typed.

    Args:
        typed: The form.
        desk: The review pages' parts.
        today: Today.

    Returns:
        The decision and no fault, or None and what is wrong by the name of the field.
    """
    readers = {
        "right_entry": _right_entry,
        "missing_entry": _missing_entry,
        "wrong_entry": _wrong_entry,
        "out_of_scope": _out_of_scope,
    }
    if typed.kind == "ignored":
        return Ignored(), {}
    if typed.kind not in get_args(DecisionKind):
        return None, {"kind": Fault("no_kind")}
    return readers[typed.kind](typed, desk, today)


_Found = tuple[Decision | None, dict[str, Fault]]


def _right_entry(typed: Typed, desk: ReviewDesk, _: date) -> _Found:
    faults = {}
    if typed.right_entry not in desk.corpus.by_id:
        faults["right_entry"] = Fault("no_entry")
    if typed.right_use not in get_args(Use):
        faults["right_use"] = Fault("no_use")
    if faults:
        return None, faults
    return RightEntry(typed.right_entry, cast("Use", typed.right_use)), {}


def _missing_entry(typed: Typed, desk: ReviewDesk, today: date) -> _Found:
    draft, defects = check_draft(typed.draft, desk.corpus, desk.wordings, today)
    if draft is None:
        faults: dict[str, Fault] = {
            f"draft-{name}": Fault(code, LIMITS.get(name, 0)) for name, code in defects.items()
        }
        return None, faults
    if typed.draft_use not in ("", *get_args(Use)):
        return None, {"draft_use": Fault("no_use")}
    return MissingEntry(draft, cast("Use", typed.draft_use) if typed.draft_use else None), {}


def _wrong_entry(typed: Typed, desk: ReviewDesk, _: date) -> _Found:
    faults = {}
    if typed.wrong_entry not in desk.corpus.by_id:
        faults["wrong_entry"] = Fault("no_entry")
    if not typed.note:
        faults["note"] = Fault("no_note")
    elif len(typed.note) > NOTE_LIMIT:
        faults["note"] = Fault("too_long", NOTE_LIMIT)
    return (None, faults) if faults else (WrongEntry(typed.wrong_entry, typed.note), {})


def _out_of_scope(typed: Typed, desk: ReviewDesk, _: date) -> _Found:
    if typed.subject and all(it.id != typed.subject for it in desk.corpus.out_of_scope):
        return None, {"subject": Fault("unknown_subject")}
    return OutOfScope(typed.subject or None), {}


def _words(signal: Signalled) -> tuple[str, object]:
    """Return what signals share that one row of the form stands for."""
    key = signal.key
    alone = None if key.signal == "unanswered" else key
    return wording_key(signal.question), alone


def _of(stored: StoredDecision | None, desk: ReviewDesk) -> tuple[Signalled, ...]:
    return desk.decisions.signals(it.key for it in stored.questions) if stored else ()


def _is_used(typed: Typed) -> bool:
    """Tell whether the questions themselves become part of the corpus or a data set."""
    return typed.kind in {"right_entry", "out_of_scope"} or (
        typed.kind == "missing_entry" and bool(typed.draft_use)
    )


def _history(desk: ReviewDesk, signal: Signalled) -> tuple[str, ...]:
    return context_of(desk, signal)[-HISTORY:]


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]


def worded(faults: Mapping[str, Fault], texts: Mapping[str, str]) -> dict[str, str]:
    """Put faults into words.

    Args:
        faults: By field.
        texts: The wording of each code.

    Returns:
        A sentence by field.
    """
    return {
        name: texts[fault.code].format(limit=fault.limit, place=fault.place)
        for name, fault in faults.items()
    }
