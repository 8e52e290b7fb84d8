"""Inventing months of use out of answered questions, for showing the console.

The questions and their answers are real ones of the assistant; who asked them when, and what they
thought of the answers, is drawn at random. The story holds what a reader should find: more and
more questions, quiet week-ends, a version of the FAQ that answers more than the one before, a
subject without an answer that everybody suddenly asks about, and a few entries that disappoint.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import numpy as np

from faqbot.analytics.periods import start_of
from faqbot.database.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.feedback.demonstration import DEMO_MODEL
from faqbot.vocabulary import Reason

_Choice = TypeVar("_Choice")

_HOURS: Final = (8, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 14, 14, 15, 15, 16, 16, 17, 18, 21)
_WEEKEND_SHARE: Final = 0.15
_GROWTH: Final = 0.8
"""How many times more is asked at the end than at the start, beyond once."""
_VERSION_CHANGE: Final = 0.6
"""When the newer version of the corpus is put online, as a share of the time."""
_UNKNOWN_BEFORE: Final = 0.15
"""Share of the questions that the older version could not answer."""
_RUSH_DAYS: Final = 21
_RUSH_TIMES: Final = 5.0
_SMALL_TALK_SHARE: Final = 0.06
_VOTE_SHARE: Final = 0.27
_CHOICE_SHARE: Final = 0.55
_DISAPPOINTING_SHARE: Final = 0.12
_REASONS: Final[tuple[tuple[Reason | None, float], ...]] = (
    *(("incomplete", 0.34), ("off_topic", 0.24), ("outdated", 0.14)),
    *(("incorrect", 0.1), ("other", 0.08), (None, 0.1)),
)
_COMMENTS: Final[dict[Reason | None, tuple[str, ...]]] = {
    "incomplete": (
        "Il manque la marche à suivre, étape par étape.",
        "On ne sait pas à qui envoyer le dossier une fois complété.",
        "Et pour les logiciels déjà en production, que faut-il faire ?",
        "Un exemple aiderait beaucoup.",
    ),
    "outdated": (
        "La date citée est passée.",
        "La page vers laquelle vous renvoyez n’existe plus.",
        "Le calendrier a changé depuis, me semble-t-il.",
    ),
    "off_topic": (
        "Je parlais du certificat, pas de l’habilitation.",
        "Ce n’est pas ma question : je suis éditeur, pas établissement.",
        "Réponse trop générale pour mon cas.",
    ),
    "incorrect": (
        "Notre interlocuteur nous a dit le contraire.",
        "Le nom de la pièce à fournir n’est pas celui de la plateforme.",
    ),
    "other": ("Trop long à lire.", "Le lien s’ouvre, mais demande un mot de passe."),
    None: ("Bof.", "Pas clair."),
}
_PRAISE: Final = ("Merci, c’est très clair.", "Exactement ce que je cherchais.", "Parfait")


@dataclass(frozen=True, slots=True)
class Template:
    """An answered question to invent interactions from."""

    interaction: Interaction
    right: frozenset[str]
    """Entries that do answer the question; empty when none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What to invent."""

    days: int
    last_day: date
    """In France."""
    per_day: float
    """Questions on a working day half-way through, about."""
    seed: int


def invent(
    questions: Sequence[Template], small_talk: Sequence[Template], story: Story
) -> Iterator[Exchange]:
    """Invent what was asked, and what came of it.

    Args:
        questions: What is asked; the first ones most often.
        small_talk: What else is written.
        story: How much, when, and the seed.

    Yields:
        Interactions in order of time, marked as invented. The same arguments give the same ones.
    """
    teller = _Teller(questions, small_talk, story)
    for age in range(story.days - 1, -1, -1):
        yield from sorted(teller.day(age), key=lambda found: found.interaction.asked_at)


class _Teller:
    def __init__(
        self, questions: Sequence[Template], small_talk: Sequence[Template], story: Story
    ) -> None:
        self._rng = np.random.default_rng(story.seed)
        self._questions, self._small_talk, self._story = questions, small_talk, story
        # A few questions are asked all the time, most of them hardly ever.
        self._weights = 1 / (np.arange(len(questions)) + 4.0)
        self._rushed = _rushed(questions)
        self._unknown = self._rng.random(len(questions)) < _UNKNOWN_BEFORE
        entries = sorted({entry for found in questions for entry in found.right})
        disappointing = self._rng.random(len(entries)) < _DISAPPOINTING_SHARE
        self._disappointing = {
            entry for entry, bad in zip(entries, disappointing, strict=True) if bad
        }

    def day(self, age: int) -> Iterator[Exchange]:
        day = self._story.last_day - timedelta(days=age)
        progress = 1 - age / max(self._story.days - 1, 1)
        mean = self._story.per_day * (1 + _GROWTH * (progress - 0.5))
        if day.weekday() >= 5:
            mean *= _WEEKEND_SHARE
        left = int(self._rng.poisson(mean))
        while left > 0:
            turns = min(left, int(self._rng.geometric(0.6)))
            yield from self._session(day, progress, age, turns)
            left -= turns

    def _session(self, day: date, progress: float, age: int, turns: int) -> Iterator[Exchange]:
        session = self._uuid()
        start = start_of(day) + timedelta(hours=self._one_of(_HOURS))
        moment = start + timedelta(seconds=float(self._rng.uniform(0, 3000)))
        for _ in range(turns):
            if self._small_talk and self._happens(_SMALL_TALK_SHARE):
                polite = self._one_of(self._small_talk)
                yield Exchange(self._dated(polite.interaction, session, moment, progress), ())
                moment += timedelta(seconds=20)
            yield self._exchange(session, moment, progress, age)
            moment += timedelta(seconds=float(self._rng.uniform(30, 240)))

    def _exchange(self, session: UUID, moment: datetime, progress: float, age: int) -> Exchange:
        weights = self._weights.copy()
        if age < _RUSH_DAYS:
            weights[self._rushed] *= _RUSH_TIMES
        place = int(self._rng.choice(len(weights), p=weights / weights.sum()))
        template = self._questions[place]
        asked = self._dated(template.interaction, session, moment, progress)
        if progress < _VERSION_CHANGE and self._unknown[place]:
            asked = _unanswered(asked)
        verdicts = tuple(self._verdicts(asked, template))
        choice = self._choice(asked, template)
        chosen_at = moment + timedelta(seconds=9) if choice else None
        return Exchange(asked, verdicts, choice, chosen_at)

    def _dated(
        self, template: Interaction, session: UUID, moment: datetime, progress: float
    ) -> Interaction:
        version = template.corpus_digest
        if progress < _VERSION_CHANGE:
            version = hashlib.sha256(version.encode("utf-8")).hexdigest()
        return dataclasses.replace(
            template,
            id=self._uuid(),
            session_id=session,
            asked_at=moment,
            corpus_digest=version,
            model_id=DEMO_MODEL,
            model_digest=DEMO_MODEL,
            duration_ms=float(self._rng.gamma(6, 4)),
        )

    def _verdicts(self, asked: Interaction, template: Template) -> Iterator[Verdict]:
        first = next((entry for entry in asked.shown if entry.role == "answer"), None)
        if first is None or not self._happens(_VOTE_SHARE):
            return
        chance = 0.9 if first.entry_id in template.right else 0.2
        if first.entry_id in self._disappointing:
            chance *= 0.5
        useful = self._happens(chance)
        reason = None if useful else self._reason()
        at = asked.asked_at + timedelta(seconds=float(self._rng.uniform(5, 90)))
        yield Verdict(
            interaction_id=asked.id,
            entry_id=first.entry_id,
            useful=useful,
            reason=reason,
            comment=self._comment(useful, reason),
            created_at=at,
            updated_at=at,
        )

    def _choice(self, asked: Interaction, template: Template) -> str | None:
        if asked.status != "clarify" or not self._happens(_CHOICE_SHARE):
            return None
        offered = [entry.entry_id for entry in asked.shown if entry.role == "answer"]
        right = [entry for entry in offered if entry in template.right]
        return right[0] if right else self._one_of(offered)

    def _reason(self) -> Reason | None:
        place = self._rng.choice(len(_REASONS), p=[share for _, share in _REASONS])
        return _REASONS[int(place)][0]

    def _comment(self, useful: bool, reason: Reason | None) -> str | None:
        if not self._happens(0.07 if useful else 0.4):
            return None
        return self._one_of(_PRAISE if useful else _COMMENTS[reason])

    def _one_of(self, choices: Sequence[_Choice]) -> _Choice:
        return choices[int(self._rng.integers(len(choices)))]

    def _happens(self, chance: float) -> bool:
        return bool(self._rng.random() < chance)

    def _uuid(self) -> UUID:
        return UUID(bytes=self._rng.bytes(16), version=4)


def _rushed(questions: Sequence[Template]) -> list[int]:
    """Choose what everybody suddenly asks about: questions without answer that share a word."""
    open_ones = [place for place, found in enumerate(questions) if not found.right]
    words: dict[str, list[int]] = {}
    for place in open_ones:
        for word in set(questions[place].interaction.question.lower().split()):
            if len(word) >= 6 and word.isalpha():
                words.setdefault(word, []).append(place)
    return max(words.values(), key=lambda places: (len(places), places), default=[])


def _unanswered(asked: Interaction) -> Interaction:
    return dataclasses.replace(
        asked,
        status="no_answer",
        confidence=asked.confidence * 0.3,
        shown=tuple(_suggested(entry) for entry in asked.shown[:3]),
    )


def _suggested(entry: ShownEntry) -> ShownEntry:
    return dataclasses.replace(
        entry, role="suggestion", confidence=entry.confidence * 0.3, highlights=()
    )
