"""What a client is shown of entries and interactions, whether by JSON or by a page.

The models of `faqbot.api.contract` and the templates read the same objects, attribute by attribute:
an interaction is described once, from its record, whoever asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from markupsafe import Markup

from faqbot import wording
from faqbot.corpus.answer_nodes import Node, to_nodes
from faqbot.corpus.entry import Corpus, Entry, Provenance
from faqbot.corpus.markdown import to_html, to_text
from faqbot.corpus.text import excerpt
from faqbot.database.records import Exchange, Interaction, ShownEntry, Verdict
from faqbot.vocabulary import AnswerKind, SmallTalk, Span, Status

EXAMPLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceView(Provenance):
    """Where an answer comes from, and what that is called."""

    label: str

    @classmethod
    def of(cls, entry: Entry, corpus: Corpus) -> Self:
        """Describe where an entry comes from."""
        source = entry.provenance
        labels = {
            "verbatim": corpus.verbatim_label or wording.PROVENANCE_VERBATIM,
            "reworded": wording.PROVENANCE_REWORDED
            if source.source_url
            else wording.PROVENANCE_UNLINKED,
        }
        defines = entry.kind == "glossary"
        label = wording.PROVENANCE_GLOSSARY if defines else labels[source.kind]
        return cls(**asdict(source), label=label)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry, or what the glossary says, in full."""

    kind: AnswerKind
    entry_id: str
    question: str
    answer_html: str
    marked_html: Markup
    """The same with its highlights in mark elements."""
    answer_text: str
    answer_nodes: tuple[Node, ...]
    """The answer as a tree, with its highlights."""
    theme: str
    theme_label: str
    provenance: ProvenanceView
    changed: bool = False
    """Whether it said something else when it was shown."""

    @classmethod
    def of(
        cls,
        entry: Entry,
        corpus: Corpus,
        highlights: tuple[Span, ...] = (),
        /,
        **more: Any,  # noqa: ANN401
    ) -> Self:
        """Describe an entry; what a subclass says besides is given by name."""
        return cls(
            kind=entry.kind,
            entry_id=entry.id,
            question=entry.question,
            answer_html=to_html(entry.answer),
            marked_html=Markup(to_html(entry.answer, highlights)),  # noqa: S704 - cleaned by nh3
            answer_text=to_text(entry.answer),
            answer_nodes=to_nodes(entry.answer, highlights),
            theme=entry.theme,
            theme_label=corpus.theme_label(entry),
            provenance=ProvenanceView.of(entry, corpus),
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView(EntryView):
    """An entry shown as an answer, with the verdict it received."""

    interaction_id: UUID
    session_id: UUID
    confidence: float
    asserted: bool
    """Whether it is said to answer; the others are further candidates."""
    highlights: tuple[Span, ...]
    tentative: bool
    """Whether it is shown at once, as likely, with the others folded beneath."""
    verdict: Verdict | None

    @property
    def excerpt(self) -> str:
        """What tells it from the others to choose from."""
        return excerpt(self.answer_text, self.highlights)

    @classmethod
    def of_shown(cls, shown: ShownEntry, exchange: Exchange, corpus: Corpus) -> Self:
        """Describe what an interaction showed."""
        interaction = exchange.interaction
        entry = corpus.answers[shown.entry_id]
        # In another text the same places hold other words.
        same = interaction.corpus_digest == corpus.digest or shown.text_digest == entry.text_digest
        highlights = shown.highlights if same else ()
        return cls.of(
            entry,
            corpus,
            highlights,
            changed=shown.is_changed(entry),
            interaction_id=interaction.id,
            session_id=interaction.session_id,
            confidence=shown.confidence,
            asserted=shown.asserted or (interaction.status == "answered" and shown.rank == 1),
            highlights=highlights,
            tentative=interaction.tentative and shown.rank == 1,
            verdict=exchange.verdict_on(shown.entry_id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """One question with its reply."""

    interaction_id: UUID
    session_id: UUID
    question: str
    status: Status
    confidence: float
    answers: tuple[AnswerView, ...]
    """Shown in full when answered; to choose from when clarifying, the chosen one aside. The first
    of a choice may be `likely`."""
    chosen: AnswerView | None
    """What the person meant, when asked."""
    suggestions: tuple[Entry, ...]
    fallback: Mapping[str, str] | None
    """``message`` and ``contact``, when there is no answer; the message replies to small talk."""
    small_talk: SmallTalk | None
    examples: tuple[Entry, ...]
    """Entries to begin with, for whoever has not asked one yet."""
    corpus_digest: str
    model: str
    recorded: bool
    """Whether verdicts and choices can be kept."""
    masked: tuple[str, ...]
    """Kinds of personal data that are not kept of the question, in French."""
    gone: bool
    """Whether the answer that was shown or chosen is no longer in the FAQ."""

    @property
    def secret_removed(self) -> bool:
        """Whether a secret was taken out of the question, which nothing has kept."""
        return wording.REDACTION_MARKS["secret"] in self.question

    @property
    def likely(self) -> AnswerView | None:
        """The answer that is shown at once as likely; none any more once one was chosen."""
        first = None if self.chosen else next(iter(self.answers), None)
        return first if first and first.tentative else None

    @property
    def defines(self) -> bool:
        """Whether the glossary answers: what is suggested is then shown beneath."""
        return any(answer.kind == "glossary" for answer in self.answers)

    @classmethod
    def of(cls, exchange: Exchange, corpus: Corpus, *, kept: str | None = "") -> Self:
        """Describe an exchange; entries that the corpus no longer holds are left out.

        Args:
            kept: The question as it was kept just now; None when it could not be.
        """
        interaction, kind = exchange.interaction, exchange.interaction.small_talk
        known = [shown for shown in interaction.shown if shown.entry_id in corpus.answers]
        answers = [
            AnswerView.of_shown(shown, exchange, corpus)
            for shown in known
            if shown.role == "answer"
        ]
        return cls(
            interaction_id=interaction.id,
            session_id=interaction.session_id,
            question=interaction.question,
            status=interaction.status,
            confidence=interaction.confidence,
            answers=tuple(answer for answer in answers if answer.entry_id != exchange.choice),
            chosen=next((found for found in answers if found.entry_id == exchange.choice), None),
            suggestions=tuple(
                corpus.answers[shown.entry_id] for shown in known if shown.role == "suggestion"
            ),
            fallback=_fallback(interaction, corpus),
            small_talk=kind,
            examples=examples_of(corpus) if kind in {"greeting", "identity"} else (),
            corpus_digest=interaction.corpus_digest,
            model=interaction.model_id,
            recorded=kept is not None,
            masked=wording.masked_in(kept or interaction.question),
            gone=not answers
            if interaction.status == "clarify" and not exchange.choice
            else exchange.main_entry not in {None, *corpus.answers},
        )


def _fallback(interaction: Interaction, corpus: Corpus) -> Mapping[str, str] | None:
    if interaction.status != "no_answer":
        return None
    message = wording.NO_ANSWER_MESSAGE
    if interaction.small_talk:
        message = wording.SMALL_TALK[interaction.small_talk].format(count=len(corpus.entries))
    return {"message": message, "contact": corpus.contact}


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
