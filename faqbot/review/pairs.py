"""Entries that are asked, or answer, nearly the same, and the questions that fall between them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from sqlalchemy import Connection, select

from faqbot.analytics.proportions import MINIMUM
from faqbot.assistant import Assistant
from faqbot.corpus.checks import near_duplicates
from faqbot.corpus.entry import Entry
from faqbot.corpus.markdown import to_text
from faqbot.database.schema import choices, decisions, interactions, shown_entries
from faqbot.embedding.embedded import Vectors
from faqbot.feedback.filters import InteractionFilter, conditions
from faqbot.index.passages import PassageKind

NEAR: Final = 0.55
"""Centred cosine from which two entries are near: of the 58 entries that faqbot comes with, 6 pairs
by what is asked and 6 by what is answered, one of them by both."""
CLOSE: Final = 0.1
"""Most by which the first candidate may be surer than the second to be as good as it."""
_FIGURE = re.compile(r"\b\d+(?:[.,/]\d+)*\b")

Why: TypeAlias = Literal["close", "chosen", "reviewed", "evaluated"]
"""Two candidates were offered together or close; the user, a reviewer or the evaluation's
judgement says another entry than the one that came first."""


@dataclass(frozen=True, slots=True)
class Between:
    """A question that fell between two entries."""

    text: str
    why: Why
    first: str
    """Id of the entry that came first."""
    other: str
    """Id of the one that came second, or that was meant."""


@dataclass(frozen=True, slots=True)
class EntryPair:
    """Two entries, in the order of the corpus."""

    entries: tuple[Entry, Entry]
    asked: float
    """Centred cosine in [-1, 1] of the ways to ask for them."""
    answered: float
    """The same of their answers."""
    questions: tuple[Between, ...]

    @property
    def figures(self) -> tuple[list[str], ...]:
        """Numbers and dates that only the first, and only the second, of two near answers names.

        Nothing where one of them names none: it leaves out then, and does not contradict.
        """
        first, second = (dict.fromkeys(_FIGURE.findall(to_text(it.answer))) for it in self.entries)
        own = [it for it in first if it not in second], [it for it in second if it not in first]
        return own if self.answered > NEAR and all(own) else ([], [])


def read_between(connection: Connection, filters: InteractionFilter) -> list[Between]:
    """Read the questions that users, or reviewers, saw between entries.

    Returns:
        Each once, as the strongest evidence has it, latest first; with a theme, those of which one
        entry belongs to it.
    """
    asked, first, second = interactions.c, shown_entries.alias(), shown_entries.alias()
    led = interactions.join(first, (first.c.interaction_id == asked.id) & (first.c.rank == 1))
    followed = led.join(second, (second.c.interaction_id == asked.id) & (second.c.rank == 2))
    close = first.c.confidence - second.c.confidence <= CLOSE
    offered = (asked.status == "clarify") & ~asked.tentative
    decided = led.join(decisions, decisions.c.interaction_id == asked.id)
    wanted: dict[Why, tuple[Any, ...]] = {
        "close": (
            *(followed, asked.question, second.c.entry_id),
            (asked.status != "no_answer") & (close | offered),
        ),
        "chosen": (
            *(led.join(choices, choices.c.interaction_id == asked.id), asked.question),
            *(choices.c.entry_id, choices.c.entry_id != first.c.entry_id),
        ),
        "reviewed": (
            *(decided, decisions.c.wording, decisions.c.content),
            decisions.c.kind == "right_entry",
        ),
    }
    found = {}
    for why, (source, text, other, condition) in wanted.items():
        statement = select(asked.id, asked.asked_at, text, first.c.entry_id, other)
        for row in connection.execute(
            statement.select_from(source).where(condition, *conditions(filters))
        ):
            identifier, at, said, led_by, meant = row
            meant = json.loads(meant)["entry_id"] if why == "reviewed" else meant
            found[identifier, frozenset((led_by, meant))] = at, Between(said, why, led_by, meant)
    ours = None if filters.entry_ids is None else {*filters.entry_ids}
    latest = sorted(found.values(), key=lambda it: (it[0], it[1].text), reverse=True)
    return [
        it
        for _, it in latest
        if it.first != it.other and (ours is None or {it.first, it.other} & ours)
    ]


def read_evaluated(folder: Path) -> list[Between]:
    """Read which questions the latest run of the evaluation, or else its baseline, got wrong.

    The file is read as what it is, JSON: what serves imports nothing that evaluates.

    Args:
        folder: ``eval``; where there is none, or no run, nothing is between.
    """
    runs = [*folder.glob("runs/*/default.json"), *folder.glob("baseline.json")]
    found: list[Between] = []
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):  # no run of ours
        for it in json.loads(max(runs, key=lambda it: it.stat().st_mtime).read_bytes())["outcomes"]:
            right, ranking = it["relevant"], it["response"]["ranking"]
            if right and ranking and ranking[0][0] not in right and not it["query"]["history"]:
                text = it["query"]["text"]
                found.append(Between(text, "evaluated", ranking[0][0], min(right)))
    return found


def pairs_of(assistant: Assistant, between: Iterable[Between]) -> list[EntryPair]:
    """Find the entries that are near each other, or between which questions fall.

    Returns:
        Those with the most questions first, then the nearest.
    """
    entries = assistant.corpus.entries
    places = {entry.id: place for place, entry in enumerate(entries)}
    found: dict[tuple[int, int], list[Between]] = {}
    asked = _means(assistant, {"question", "variant"}, places)
    answered = _means(assistant, {"answer"}, places)
    near = {
        (places[it.first.id], places[it.second.id])
        for vectors in (asked, answered)
        for it in near_duplicates(entries, vectors, NEAR)
    }
    for it in between:
        if it.first in places and it.other in places:
            one, other = sorted((places[it.first], places[it.other]))
            found.setdefault((one, other), []).append(it)
    pairs = [
        EntryPair(
            (entries[one], entries[other]),
            float(asked[one] @ asked[other]),
            float(answered[one] @ answered[other]),
            tuple(found.get((one, other), ())),
        )
        for one, other in near | {key for key, its in found.items() if len(its) >= MINIMUM}
    ]
    return sorted(pairs, key=lambda it: (-len(it.questions), -max(it.asked, it.answered)))


def _means(assistant: Assistant, kinds: Collection[PassageKind], places: dict[str, int]) -> Vectors:
    """Average an entry's passages of some kinds: (entries, dimension) unit rows, or zeros."""
    index = assistant.index
    ids = [key for key, it in index.passages.items() if it.kind in kinds and it.entry_id in places]
    rows = assistant.retriever.seen(index.vectors.matrix(index.vectors.rows(ids)))
    means = np.zeros((len(places), rows.shape[1]), np.float32)
    np.add.at(means, [places[index.passages[key].entry_id] for key in ids], rows)
    means /= np.linalg.norm(means, axis=1, keepdims=True).clip(1e-6)
    return means
