"""Decisions: one type for each thing that a reviewer can say, and their stored form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from faqbot.errors import StoreUnavailable
from faqbot.review.store import StoredDecision
from faqbot.vocabulary import DecisionKind

Use: TypeAlias = Literal["query", "variant"]
"""What questions become: evaluation queries, or wordings that are searched. Never both: a set that
was trained on measures nothing."""


@dataclass(frozen=True, slots=True)
class RightEntry:
    """This entry answers the questions."""

    entry_id: str
    use: Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry to be written: question, reworded answer and where it was read."""

    question: str
    answer: str
    """Markdown."""
    theme: str
    source_title: str
    source_url: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """The FAQ should answer the questions, and does not."""

    draft: Draft
    use: Use | None
    """What becomes of the questions; None leaves them alone."""


@dataclass(frozen=True, slots=True)
class WrongEntry:
    """An entry is wrong, incomplete or outdated: somebody has to mend it."""

    entry_id: str
    note: str
    """What is to be mended."""


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """The FAQ need not answer the questions."""

    subject: str | None = None
    """The subject of ``out-of-scope.yaml`` whose examples they become; None: they become
    evaluation queries that must stay without an answer."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing is to be learned: spam, tests, nonsense, a mistaken vote."""


Decision: TypeAlias = RightEntry | MissingEntry | WrongEntry | OutOfScope | Ignored

KINDS: Mapping[DecisionKind, type[Decision]] = {
    "right_entry": RightEntry,
    "missing_entry": MissingEntry,
    "wrong_entry": WrongEntry,
    "out_of_scope": OutOfScope,
    "ignored": Ignored,
}
_NAMES: Mapping[type[Decision], DecisionKind] = {it: name for name, it in KINDS.items()}


def kind_of(decision: Decision) -> DecisionKind:
    """Name the kind of a decision, as it is stored."""
    return _NAMES[type(decision)]


def encode(decision: Decision) -> str:
    """Write a decision for the database, as JSON which `decode` reads."""
    return TypeAdapter[Decision](type(decision)).dump_json(decision).decode("utf-8")


def decode(stored: StoredDecision) -> Decision:
    """Read a decision from the database.

    Raises:
        StoreUnavailable: It is not what `encode` writes.
    """
    try:
        return TypeAdapter[Decision](KINDS[stored.kind]).validate_json(stored.content)
    except ValidationError as error:
        reason = str(error).splitlines()[0]
        msg = f"decision {stored.id} cannot be read ({reason}): withdraw it and decide again"
        raise StoreUnavailable(msg) from error
