"""Invented months of use, for showing the console, marked so that nobody takes them for real ones.

The questions and their answers are real ones of the assistant; who asked them when, and what they
thought of the answers, is drawn at random: more and more questions, quiet week-ends, a change of
the FAQ, and answers that help more often where they are right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Table, delete, insert, select

from faqbot.analytics.periods import start_of
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.database.records import Exchange, Interaction, Verdict
from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.errors import StoreUnavailable
from faqbot.progress import Progress
from faqbot.vocabulary import Reason

DEMO_MODEL = "demo"
"""The model that invented interactions name; no embedding model is called so."""
_BATCH = 1000
_SMALL_TALK: Final = ("Bonjour", "merci beaucoup !", "Tu es un robot ?", "au revoir")
_NEW_SESSION_SHARE: Final = 0.6
_WEEKEND_SHARE: Final = 0.15
_GROWTH: Final = 0.8
"""How many times more is asked at the end than at the start, beyond once."""
_VERSION_CHANGE: Final = 0.6
"""When the newer version of the corpus is put online, as a share of the time."""
_SMALL_TALK_SHARE: Final = 0.06
_VOTE_SHARE: Final = 0.27
_CHOICE_SHARE: Final = 0.55
_REASONS: Final[tuple[tuple[Reason | None, float, str], ...]] = (
    ("incomplete", 0.34, "Il manque la marche à suivre, étape par étape."),
    ("off_topic", 0.24, "Ce n’est pas ma question : je suis éditeur, pas établissement."),
    ("outdated", 0.14, "La date citée est passée."),
    ("incorrect", 0.1, "Notre interlocuteur nous a dit le contraire."),
    ("other", 0.08, "Trop long à lire."),
    (None, 0.1, "Pas clair."),
)
"""Each with its share, and what is sometimes added to it."""
_PRAISE: Final = "Merci, c’est très clair."


@dataclass(frozen=True, slots=True)
class Template:
    """An answered question to invent interactions from."""

    interaction: Interaction
    right: frozenset[str] = frozenset()
    """Entries that do answer the question; empty when none does."""


def is_demonstration(connection: Connection) -> bool:
    """Tell whether a database was filled with invented records.

    Its oldest interaction decides: what is asked later, in a demonstration, makes it no real one.
    """
    oldest = select(interactions.c.model_id).order_by(interactions.c.asked_at).limit(1)
    return connection.execute(oldest).scalar() == DEMO_MODEL


def fill(connection: Connection, exchanges: Iterable[Exchange]) -> int:
    """Write invented records in place of those that were there, and return how many.

    Args:
        connection: The database, in one transaction: all are written or none.
        exchanges: The records, all of the model `DEMO_MODEL`.

    Raises:
        StoreUnavailable: The database holds anything that was not invented.
    """
    real = select(interactions.c.id).where(interactions.c.model_id != DEMO_MODEL).limit(1)
    if connection.execute(real).first() is not None:
        msg = (
            "the database holds interactions that are not synthetic, and real and invented ones "
            "must not mix: give another one with --database-url"
        )
        raise StoreUnavailable(msg)
    connection.execute(delete(interactions))
    written = 0
    remaining = iter(exchanges)
    while batch := list(islice(remaining, _BATCH)):
        _insert(connection, batch)
        written += len(batch)
    return written


def _insert(connection: Connection, batch: Sequence[Exchange]) -> None:
    asked = [exchange.interaction for exchange in batch]
    columns = interactions.c.keys()
    rows: dict[Table, list[dict[str, object]]] = {
        interactions: [{name: getattr(it, name) for name in columns} for it in asked],
        shown_entries: [
            {"interaction_id": it.id} | asdict(entry) for it in asked for entry in it.shown
        ],
        verdicts: [asdict(verdict) for exchange in batch for verdict in exchange.verdicts],
        choices: [
            {"interaction_id": it.interaction.id, "entry_id": it.choice, "chosen_at": it.chosen_at}
            for it in batch
            if it.choice
        ],
    }
    for table, found in rows.items():
        if found:
            connection.execute(insert(table), found)


def questions_of(corpus: Corpus) -> list[tuple[str, tuple[str, ...]]]:
    """List questions that a corpus labels, else its own wordings, with what answers each."""
    return [(it.text, it.entries) for it in corpus.labelled] or [
        *((text, (entry.id,)) for entry in corpus.entries for text in entry.wordings),
        *((text, ()) for subject in corpus.out_of_scope for text in subject.examples),
    ]


def ask(
    assistant: Assistant,
    questions: Sequence[tuple[str, tuple[str, ...]]],
    distinct: int,
    seed: int,
    progress: Progress,
) -> tuple[list[Template], list[Template]]:
    """Answer some questions, and small talk, to invent from.

    Args:
        questions: As `questions_of` lists them.
        distinct: How many to draw, at most.
    """
    drawn = np.random.default_rng(seed).permutation(len(questions))[:distinct]
    found = []
    for done, (text, right) in enumerate((questions[place] for place in drawn), start=1):
        found.append(Template(_asked(assistant, text), frozenset(right)))
        progress("Answering", done, len(drawn))
    return found, [Template(_asked(assistant, text)) for text in _SMALL_TALK]


def _asked(assistant: Assistant, text: str) -> Interaction:
    return assistant.interaction(assistant.ask(text))


def invent(
    questions: Sequence[Template],
    small_talk: Sequence[Template],
    *,
    days: int,
    last_day: date,
    per_day: float,
    seed: int,
) -> Iterator[Exchange]:
    """Invent what was asked, the first questions most often, and what came of it.

    Args:
        last_day: Of the days, in France.
        per_day: Questions on a working day half-way through, about.

    Yields:
        Interactions in order of time, marked as invented. The same arguments give the same ones.
    """
    chance = np.random.default_rng(seed)
    # A few questions are asked all the time, most of them hardly ever.
    shares = 1 / (np.arange(len(questions)) + 4.0)
    session = _uuid(chance)
    for number in range(days):
        day = last_day - timedelta(days=days - 1 - number)
        passed = number / max(days - 1, 1)
        mean = per_day * (1 + _GROWTH * (passed - 0.5))
        mean *= _WEEKEND_SHARE if day.weekday() >= 5 else 1
        for hour in sorted(chance.triangular(8, 11, 19, chance.poisson(mean))):
            if chance.random() < _NEW_SESSION_SHARE:
                session = _uuid(chance)
            polite = chance.random() < _SMALL_TALK_SHARE
            template = (
                small_talk[int(chance.integers(len(small_talk)))]
                if polite
                else questions[chance.choice(len(questions), p=shares / shares.sum())]
            )
            moment = start_of(day) + timedelta(hours=float(hour))
            asked = _dated(template.interaction, session, moment, chance)
            if passed < _VERSION_CHANGE:
                version = hashlib.sha256(asked.corpus_digest.encode("utf-8")).hexdigest()
                asked = replace(asked, corpus_digest=version)
            choice = _choice(asked, template, chance)
            chosen_at = moment + timedelta(seconds=9) if choice else None
            yield Exchange(asked, tuple(_verdicts(asked, template, chance)), choice, chosen_at)


def _dated(
    template: Interaction, session: UUID, moment: datetime, chance: np.random.Generator
) -> Interaction:
    return replace(
        template,
        id=_uuid(chance),
        session_id=session,
        asked_at=moment,
        model_id=DEMO_MODEL,
        model_digest=DEMO_MODEL,
        duration_ms=float(chance.gamma(6, 4)),
    )


def _verdicts(
    asked: Interaction, template: Template, chance: np.random.Generator
) -> Iterator[Verdict]:
    first = next((entry for entry in asked.shown if entry.role == "answer"), None)
    if first is None or chance.random() > _VOTE_SHARE:
        return
    useful = bool(chance.random() < (0.9 if first.entry_id in template.right else 0.2))
    shares = [share for _, share, _ in _REASONS]
    reason, _, comment = _REASONS[chance.choice(len(_REASONS), p=shares)]
    commented = chance.random() < (0.07 if useful else 0.4)
    at = asked.asked_at + timedelta(seconds=float(chance.uniform(5, 90)))
    yield Verdict(
        interaction_id=asked.id,
        entry_id=first.entry_id,
        useful=useful,
        reason=None if useful else reason,
        comment=(_PRAISE if useful else comment) if commented else None,
        created_at=at,
        updated_at=at,
    )


def _choice(asked: Interaction, template: Template, chance: np.random.Generator) -> str | None:
    if asked.status != "clarify" or chance.random() > _CHOICE_SHARE:
        return None
    offered = [entry.entry_id for entry in asked.shown if entry.role == "answer"]
    right = [entry for entry in offered if entry in template.right]
    if asked.tentative:  # who finds the first one right has it before them already
        return next((entry for entry in right if entry != offered[0]), None)
    return right[0] if right else offered[chance.integers(len(offered))]


def _uuid(chance: np.random.Generator) -> UUID:
    return UUID(bytes=chance.bytes(16), version=4)
