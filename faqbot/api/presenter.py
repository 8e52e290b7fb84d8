"""What the templates show of interactions and entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup

from faqbot import wording
from faqbot.corpus.entry import Corpus, Entry, Provenance
from faqbot.corpus.markdown import to_html, to_text
from faqbot.corpus.text import fold
from faqbot.database.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.vocabulary import Span

EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """Where an answer comes from."""

    kind: str
    source_title: str
    source_url: str
    checked_on: str
    """A French date."""
    checked_on_iso: str

    @classmethod
    def of(cls, provenance: Provenance) -> ProvenanceView:
        """Describe a provenance."""
        return cls(
            provenance.kind,
            provenance.source_title,
            provenance.source_url,
            wording.french_date(provenance.checked_on),
            provenance.checked_on.isoformat(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry in full."""

    entry_id: str
    question: str
    answer_html: Markup
    theme_label: str
    provenance: ProvenanceView

    @classmethod
    def of(cls, entry: Entry, corpus: Corpus) -> EntryView:
        """Describe an entry."""
        return cls(**_entry_fields(entry, corpus))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView(EntryView):
    """An entry shown as an answer, with the verdict it received."""

    interaction_id: UUID
    session_id: UUID
    confidence: float
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A question of the FAQ, offered."""

    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class FallbackView:
    """What to do when the FAQ does not hold the answer, or may not."""

    message: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """One question with its reply."""

    interaction_id: UUID
    session_id: UUID
    question: str
    status: str
    answers: tuple[AnswerView, ...]
    """Shown in full when answered; to choose from when clarifying, the chosen one aside."""
    chosen: AnswerView | None
    """What the person meant, when asked."""
    suggestions: tuple[SuggestionView, ...]
    fallback: FallbackView | None
    small_talk: str | None
    courtesy: str | None
    """The reply to small talk."""
    examples: tuple[str, ...]
    """Questions to begin with, for whoever has not asked one yet."""
    recorded: bool
    """Whether verdicts and choices can be kept."""


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with the entries to list under it."""

    id: str
    label: str
    entries: tuple[EntryView, ...]


def turn_of(exchange: Exchange, corpus: Corpus, *, recorded: bool = True) -> TurnView:
    """Describe an exchange.

    Args:
        exchange: The interaction and what it received.
        corpus: The corpus; entries that it no longer holds are left out.
        recorded: Whether the exchange is in the database.

    Returns:
        The view.
    """
    interaction = exchange.interaction
    verdicts = {verdict.entry_id: verdict for verdict in exchange.verdicts}
    known = [shown for shown in interaction.shown if shown.entry_id in corpus.by_id]
    answers = [
        answer_of(shown, interaction, corpus, verdicts.get(shown.entry_id))
        for shown in known
        if shown.role == "answer"
    ]
    kind = interaction.small_talk
    return TurnView(
        interaction_id=interaction.id,
        session_id=interaction.session_id,
        question=interaction.question,
        status=interaction.status,
        answers=tuple(answer for answer in answers if answer.entry_id != exchange.choice),
        chosen=next((found for found in answers if found.entry_id == exchange.choice), None),
        suggestions=tuple(
            SuggestionView(shown.entry_id, corpus.by_id[shown.entry_id].question)
            for shown in known
            if shown.role == "suggestion"
        ),
        fallback=_fallback(interaction, corpus),
        small_talk=kind,
        courtesy=wording.small_talk_reply(kind, len(corpus.entries)) if kind else None,
        examples=tuple(entry.question for entry in examples_of(corpus))
        if kind in {"greeting", "identity"}
        else (),
        recorded=recorded,
    )


def _fallback(interaction: Interaction, corpus: Corpus) -> FallbackView | None:
    if interaction.small_talk or interaction.status == "answered":
        return None
    clarifies = interaction.status == "clarify"
    message = wording.ASK_SUPPORT if clarifies else wording.NO_ANSWER_MESSAGE
    return FallbackView(message, corpus.contact)


def examples_of(corpus: Corpus, themes: Set[str] = frozenset()) -> tuple[Entry, ...]:
    """Choose entries with brief questions, of as many themes as there are.

    Args:
        corpus: The corpus.
        themes: Ids of the themes to keep to; empty for all.

    Returns:
        At most `EXAMPLES` of its entries, in the order of the themes.
    """
    turns: dict[str, tuple[int, int]] = {}
    seen: Counter[str] = Counter()
    for entry in sorted(corpus.entries, key=lambda entry: len(entry.question)):
        if not themes or entry.theme in themes:
            turns[entry.id] = (seen[entry.theme], len(entry.question))
            seen[entry.theme] += 1
    chosen = sorted(turns, key=turns.__getitem__)[:EXAMPLES]
    return tuple(entry for entry in corpus.entries if entry.id in chosen)


def answer_of(
    shown: ShownEntry, interaction: Interaction, corpus: Corpus, verdict: Verdict | None
) -> AnswerView:
    """Describe one shown entry.

    Args:
        shown: What was shown.
        interaction: In reply to what.
        corpus: The corpus.
        verdict: What the user thinks of it, so far.

    Returns:
        The view.
    """
    # In another version of the corpus the same places may hold other words.
    highlights = shown.highlights if interaction.corpus_digest == corpus.digest else ()
    return AnswerView(
        **_entry_fields(corpus.by_id[shown.entry_id], corpus, highlights),
        interaction_id=interaction.id,
        session_id=interaction.session_id,
        confidence=shown.confidence,
        verdict=verdict,
    )


def themes_of(corpus: Corpus, query: str) -> list[ThemeView]:
    """List the entries by theme, those only that hold every word of a filter.

    Args:
        corpus: The corpus.
        query: Words looked for in question and answer, whatever their accents and case.

    Returns:
        The themes that have entries left, in order.
    """
    words = fold(query).split()
    listed = []
    for theme in corpus.themes:
        entries = tuple(
            EntryView.of(entry, corpus)
            for entry in corpus.entries
            if entry.theme == theme.id and _holds(entry, words)
        )
        if entries:
            listed.append(ThemeView(theme.id, theme.label, entries))
    return listed


def _holds(entry: Entry, words: list[str]) -> bool:
    text = fold(f"{entry.question} {to_text(entry.answer)}")
    return all(word in text for word in words)


def _entry_fields(
    entry: Entry, corpus: Corpus, highlights: tuple[Span, ...] = ()
) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "question": entry.question,
        "answer_html": Markup(to_html(entry.answer, highlights)),  # noqa: S704 - sanitised by nh3
        "theme_label": corpus.theme_labels[entry.theme],
        "provenance": ProvenanceView.of(entry.provenance),
    }
