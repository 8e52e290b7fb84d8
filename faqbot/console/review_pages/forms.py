"""The decision form: what was typed, what is wrong with it, and the decision it makes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated, cast, get_args

from fastapi import Depends, Request
from starlette.datastructures import FormData

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.form_fields import uuid_or_none
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.corpus.entry import Corpus
from faqbot.corpus.text import clean_input, wording_key
from faqbot.feedback.exchanges import HISTORY
from faqbot.review.decisions import (
    Decision,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    Use,
    WrongEntry,
    decode,
)
from faqbot.review.drafts import FIELDS, Faults, check_draft
from faqbot.review.signals import SignalKey, Signalled
from faqbot.review.store import DecidedQuestion, StoredDecision
from faqbot.vocabulary import Signal

NOTE_LIMIT = 1000
_TEXTS = (
    *("kind", "right_entry", "right_use", "wrong_entry"),
    *("note", "subject", "draft_use", "replaces", "back"),
)


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
    back: str = ""
    """Where to go on: the list from which a whole group was decided on; empty for the next item."""

    @classmethod
    def of_form(cls, form: FormData) -> Typed:
        """Read what was sent."""
        texts = {name: text for name, text in form.items() if isinstance(text, str)}
        clean = {name: clean_input(text) for name, text in texts.items()}
        # The lines of an answer are kept, as Markdown has them.
        answer = texts.get("draft-answer", "").replace("\r\n", "\n").strip()
        return cls(
            **{name: clean.get(name, "") for name in _TEXTS},
            draft={name: clean.get(f"draft-{name}", "") for name in FIELDS} | {"answer": answer},
            with_history=bool(clean.get("with_history")),
            taken={str(value) for value in form.getlist("taken")},
            wordings={
                name.removeprefix("wording-"): text
                for name, text in clean.items()
                if name.startswith("wording-")
            },
        )

    @classmethod
    def of_decision(cls, stored: StoredDecision) -> Typed:
        """Fill the form with a decision that is to be changed."""
        typed = cls(kind=stored.kind, replaces=str(stored.id))
        match decode(stored):
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
        typed.with_history = any(question.history for question in stored.questions)
        return typed

    @classmethod
    def of_signal(cls, signal: Signalled, corpus: Corpus) -> Typed:
        """Fill a fresh form with what the signal suggests."""
        entry = signal.entry_id if signal.entry_id in corpus.by_id else None
        typed = cls(note=signal.comment or "")
        if signal.key.signal == "choice":
            typed.kind, typed.right_entry = "right_entry", entry or ""
        elif signal.key.signal == "negative_vote":
            typed.wrong_entry = entry or ""
        return typed

    @property
    def uses_questions(self) -> bool:
        """Whether the questions themselves become part of the corpus or a data set."""
        return self.kind in {"right_entry", "out_of_scope"} or (
            self.kind == "missing_entry" and bool(self.draft_use)
        )


def token(key: SignalKey) -> str:
    """Name a signal in a form."""
    return f"{key.signal}:{key.interaction_id}:{key.entry_id}"


def key_of(name: str) -> SignalKey | None:
    """Read the name of a signal; None when it is none."""
    signal, _, rest = name.partition(":")
    identifier, _, entry_id = rest.partition(":")
    interaction_id = uuid_or_none(identifier)
    if interaction_id is None or signal not in get_args(Signal):
        return None
    return SignalKey(interaction_id, cast("Signal", signal), entry_id)


def questions_of(
    typed: Typed, desk: ReviewDesk, stored: StoredDecision | None
) -> tuple[tuple[DecidedQuestion, ...], Faults]:
    """Read the questions that were taken.

    A row of the form stands for every signal of its kind in the same words, among those that wait
    and those of the decision that is being changed. Without a text of its own it is taken as asked.

    Args:
        stored: The decision that is being changed.

    Returns:
        The questions that still exist, and what is wrong.
    """
    named = desk.decisions.signals(filter(None, map(key_of, typed.taken)))
    wordings = {it.key: typed.wordings.get(token(it.key), it.question) for it in named}
    faults = {
        f"wording-{token(key)}": fault
        for key, text in wordings.items()
        if (fault := _wording_fault(text, typed, desk))
    }
    if not any(map(key_of, typed.taken)):
        faults["taken"] = ("no_question", "")
    wanted = {_row(signal): wordings[signal.key] for signal in named}
    changed = desk.decisions.signals(it.key for it in stored.questions) if stored else ()
    others = (it for it in (*desk.decisions.pending(), *changed) if it.key not in wordings)
    found = [*named, *(it for it in others if _row(it) in wanted)]
    return tuple(
        DecidedQuestion(
            key=signal.key,
            wording=wanted[_row(signal)],
            history=desk.earlier(signal)[-HISTORY:] if typed.with_history else (),
        )
        for signal in sorted(found, key=lambda signal: signal.key)
    ), faults


def decision_of(typed: Typed, desk: ReviewDesk, today: date) -> tuple[Decision | None, Faults]:
    """Make the decision that was typed, and say what is wrong with it.

    Returns:
        The decision, which counts only without faults; None when it could not be made.
    """
    entries = desk.corpus.by_id
    match typed.kind:
        case "right_entry":
            faults = _faults(
                ("right_entry", "no_entry", typed.right_entry not in entries),
                ("right_use", "no_use", typed.right_use not in get_args(Use)),
            )
            return RightEntry(typed.right_entry, cast("Use", typed.right_use)), faults
        case "missing_entry":
            return _missing_entry(typed, desk, today)
        case "wrong_entry":
            faults = _faults(
                ("wrong_entry", "no_entry", typed.wrong_entry not in entries),
                ("note", "no_note", not typed.note),
            )
            if len(typed.note) > NOTE_LIMIT:
                faults["note"] = ("too_long", str(NOTE_LIMIT))
            return WrongEntry(typed.wrong_entry, typed.note), faults
        case "out_of_scope":
            known = {"", *(subject.id for subject in desk.corpus.out_of_scope)}
            faults = _faults(("subject", "unknown_subject", typed.subject not in known))
            return OutOfScope(typed.subject or None), faults
        case "ignored":
            return Ignored(), {}
    return None, {"kind": ("no_kind", "")}


def _missing_entry(
    typed: Typed, desk: ReviewDesk, today: date
) -> tuple[MissingEntry | None, Faults]:
    draft, found = check_draft(typed.draft, desk.corpus, desk.wordings, today)
    if draft is None:
        return None, {f"draft-{name}": fault for name, fault in found.items()}
    faults = _faults(("draft_use", "no_use", typed.draft_use not in ("", *get_args(Use))))
    return MissingEntry(draft, cast("Use | None", typed.draft_use or None)), faults


def _faults(*checks: tuple[str, str, bool]) -> Faults:
    """Name what is wrong: the field, the code, and whether it is."""
    return {name: (code, "") for name, code, is_wrong in checks if is_wrong}


def _wording_fault(text: str, typed: Typed, desk: ReviewDesk) -> tuple[str, str] | None:
    if not text:
        return "no_text", ""
    if len(text) > QUESTION_LIMIT:
        return "too_long", str(QUESTION_LIMIT)
    place = desk.wordings.get(wording_key(text))
    return ("is_wording", place) if place and typed.uses_questions else None


def _row(signal: Signalled) -> tuple[str, object]:
    """Return what signals share that one row of the form stands for."""
    key = signal.key
    alone = None if key.signal == "unanswered" else key
    return wording_key(signal.question), alone


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]
