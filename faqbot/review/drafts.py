"""Check a draft while it is typed, so that what is kept can be applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from statistics import mode
from typing import TypeAlias

from faqbot.corpus.entry import Corpus, Provenance
from faqbot.corpus.rules import answer_defects, check_fields
from faqbot.corpus.text import wording_key
from faqbot.review.decisions import Draft

FIELDS = ("question", "answer", "theme", "source_title", "source_url", "checked_on")
LIMITS: Mapping[str, int] = {
    "question": 300,
    "answer": 10_000,
    "source_title": 500,
    "source_url": 500,
}
"""Most characters of each text."""
Faults: TypeAlias = dict[str, tuple[str, str]]
"""What is wrong with a form: by field a code, and what it is about, such as a limit or a place."""


def wordings_of(corpus: Corpus) -> dict[str, str]:
    """Give the id of the entry or subject where each wording of a corpus stands, by its key."""
    found = {
        wording_key(example): subject.id
        for subject in corpus.out_of_scope
        for example in subject.examples
    }
    for entry in corpus.entries:
        found |= dict.fromkeys(entry.keys, entry.id)
    return found


def next_entry_id(ids: Iterable[str], known: Iterable[str] = ()) -> str:
    """Name a new entry as most others are named.

    Its number is above the highest, never in a gap: what is said of a retired entry, and a release
    that may be gone back to, still name that one.

    Args:
        ids: The entries that there are.
        known: What `DecisionStore.known_ids` read.
    """
    taken = sorted(ids) or ["F00"]
    prefix = mode(name[0] for name in taken)
    width = mode(sorted(len(name) - 1 for name in taken if name[0] == prefix))
    numbers = (int(name[1:]) for name in {*taken, *known} if name[0] == prefix)
    return f"{prefix}{max(numbers) + 1:0{width}d}"


def check_draft(
    typed: Mapping[str, str],
    corpus: Corpus,
    wordings: Mapping[str, str],
    today: date,
    optional: Collection[str] = (),
) -> tuple[Draft | None, Faults]:
    """Check a draft.

    Args:
        typed: The texts by the names of `Draft`'s fields, clean.
        wordings: What `wordings_of` returned for it.
        today: The source cannot have been read later.
        optional: Fields that may be empty.

    Returns:
        The draft and no fault, or None and what is wrong; a code is about the limit, if any, and
        ``asked_already`` about where.
    """
    checked_on = day_or_none(typed["checked_on"])
    source = {name: typed[name] for name in ("source_title", "source_url")}
    dated = {"kind": "reworded", "checked_on": today}
    places = {part for it in check_fields(Provenance, source | dated)[1] for part in it.place}
    asked = wordings.get(wording_key(typed["question"]), "")
    conditions: tuple[tuple[str, str, bool], ...] = (
        *((name, "empty", not typed[name]) for name in FIELDS if name not in optional),
        *((name, "too_long", len(typed[name]) > limit) for name, limit in LIMITS.items()),
        ("question", "asked_already", bool(asked)),
        ("answer", "bad_markdown", any(True for _ in answer_defects(typed["answer"]))),
        ("theme", "unknown_theme", typed["theme"] not in corpus.theme_labels),
        ("checked_on", "bad_date", checked_on is None or checked_on > today),
        ("source_url", "bad_address", "source_url" in places),
    )
    faults: Faults = {}
    for name, code, holds in conditions:
        if holds:
            about = asked if code == "asked_already" else str(LIMITS.get(name, ""))
            faults.setdefault(name, (code, about))
    if faults or checked_on is None:
        return None, faults
    texts = {name: typed[name] for name in ("question", "answer", "theme")}
    return Draft(**texts, **source, checked_on=checked_on), {}


def day_or_none(text: str) -> date | None:
    """Read a day as forms send it; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
