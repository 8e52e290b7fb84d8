"""The JSON contract, version 1: change it only by adding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from faqbot import wording
from faqbot.answering.answer import Answer, Offer
from faqbot.corpus.answer_nodes import Node, to_nodes
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_html, to_text
from faqbot.corpus.text import clean_input
from faqbot.database.records import Interaction
from faqbot.vocabulary import ProvenanceKind, Reason, SmallTalk, Span, Status

QUESTION_LIMIT = 1000
COMMENT_LIMIT = 1000


def clean_question(text: str) -> str:
    """Normalise a question and refuse it when nothing, or too much, is left.

    Args:
        text: As typed.

    Returns:
        The clean question.

    Raises:
        PydanticCustomError: It is empty or too long; the message is in French.
    """
    question = clean_input(text)
    if not question:
        raise PydanticCustomError("question_empty", "{text}", {"text": wording.QUESTION_EMPTY})
    if len(question) > QUESTION_LIMIT:
        message = wording.QUESTION_TOO_LONG.format(limit=QUESTION_LIMIT)
        raise PydanticCustomError("question_too_long", "{text}", {"text": message})
    return question


def clean_comment(text: str | None) -> str | None:
    """Normalise a comment line by line.

    Args:
        text: As typed.

    Returns:
        The clean comment, or None when nothing is left.

    Raises:
        PydanticCustomError: It is too long; the message is in French.
    """
    if text is None:
        return None
    comment = "\n".join(clean_input(line) for line in text.splitlines()).strip()
    if len(comment) > COMMENT_LIMIT:
        message = wording.COMMENT_TOO_LONG.format(limit=COMMENT_LIMIT)
        raise PydanticCustomError("comment_too_long", "{text}", {"text": message})
    return comment or None


def _absent(value: object) -> bool:
    return value is None


Question = Annotated[str, AfterValidator(clean_question)]
Comment = Annotated[str | None, AfterValidator(clean_comment)]


class ChatRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[
        Question,
        Field(
            description="1 to 1000 characters, counted once white space is folded.",
            examples=["C'est quoi le proxy ?"],
            # Said to readers of the schema only: `clean_question` checks, in French.
            json_schema_extra={"minLength": 1, "maxLength": QUESTION_LIMIT},
        ),
    ]
    session_id: Annotated[
        UUID | None, Field(description="The conversation; null starts a new one.")
    ] = None
    themes: Annotated[
        list[str], Field(description="Ids of the themes to keep to; empty for all.")
    ] = []


class ProvenanceBody(BaseModel):
    """Where an answer comes from."""

    kind: ProvenanceKind
    source_title: str
    source_url: str
    checked_on: date


class NodeBody(BaseModel):
    """An HTML element of an answer: a paragraph, a list, a link and the like."""

    model_config = ConfigDict(from_attributes=True)
    tag: str
    children: list[NodeBody | str]
    href: Annotated[
        str | None,
        Field(exclude_if=_absent, description="Target of a link: https, http or mailto."),
    ] = None
    start: Annotated[
        int | None,
        Field(exclude_if=_absent, description="First number of an ordered list, unless 1."),
    ] = None


class EntryBody(BaseModel):
    """An entry of the FAQ."""

    entry_id: str
    question: str
    answer_html: Annotated[str, Field(description="Sanitised HTML.")]
    answer_text: str
    answer_nodes: Annotated[
        list[NodeBody | str],
        Field(description="The answer as a tree, its highlights in mark elements."),
    ]
    theme: str
    theme_label: str
    provenance: ProvenanceBody

    @classmethod
    def of(cls, entry: Entry, corpus: Corpus) -> EntryBody:
        """Describe an entry.

        Args:
            entry: The entry.
            corpus: The corpus it belongs to.

        Returns:
            Its public form.
        """
        return cls(**_entry_fields(entry, corpus))


class AnswerBody(EntryBody):
    """An entry shown as an answer."""

    confidence: Annotated[float, Field(ge=0, le=1)]
    highlights: Annotated[
        list[tuple[int, int]],
        Field(description="[start, end] of passages of answer_text that respond best."),
    ] = []

    @classmethod
    def of_offer(cls, offer: Offer, corpus: Corpus) -> AnswerBody:
        """Describe a shown entry.

        Args:
            offer: The entry with its confidence.
            corpus: The corpus it belongs to.

        Returns:
            Its public form.
        """
        return cls(
            **_entry_fields(offer.entry, corpus, offer.highlights),
            confidence=offer.confidence,
            highlights=list(offer.highlights),
        )


class SuggestionBody(BaseModel):
    """A question of the FAQ, offered."""

    entry_id: str
    question: str

    @classmethod
    def of(cls, entry: Entry) -> SuggestionBody:
        """Offer an entry.

        Args:
            entry: The entry.

        Returns:
            Its question.
        """
        return cls(entry_id=entry.id, question=entry.question)


class FallbackBody(BaseModel):
    """What to say when the FAQ does not hold the answer, or was asked nothing."""

    message: str
    contact: str


class ChatResponse(BaseModel):
    """The reply to a question."""

    interaction_id: UUID
    session_id: UUID
    status: Status
    confidence: Annotated[
        float,
        Field(ge=0, le=1, description="Probability that the first candidate answers."),
    ]
    answers: Annotated[list[AnswerBody], Field(max_length=3, description="Best first.")]
    suggestions: list[SuggestionBody]
    fallback: FallbackBody | None
    corpus_digest: str
    model: str
    small_talk: Annotated[
        SmallTalk | None,
        Field(
            description="What was said when it was no question: the status is then no_answer, "
            "and the fallback's message replies to it."
        ),
    ] = None

    recorded: Annotated[
        bool,
        Field(
            description="False when the database is unavailable: a verdict on this reply, or a "
            "choice, cannot be kept, so do not ask for one."
        ),
    ] = True

    @classmethod
    def of(
        cls, answer: Answer, interaction: Interaction, corpus: Corpus, *, recorded: bool = True
    ) -> ChatResponse:
        """Describe an answer.

        Args:
            answer: The answer.
            interaction: Its record.
            corpus: The corpus it came from.
            recorded: Whether the record was kept.

        Returns:
            Its public form.
        """
        message = wording.NO_ANSWER_MESSAGE
        if answer.small_talk:
            message = wording.small_talk_reply(answer.small_talk, len(corpus.entries))
        return cls(
            interaction_id=interaction.id,
            session_id=interaction.session_id,
            status=answer.status,
            confidence=answer.confidence,
            answers=[AnswerBody.of_offer(offer, corpus) for offer in answer.shown],
            suggestions=[SuggestionBody.of(offer.entry) for offer in answer.suggestions],
            fallback=FallbackBody(message=message, contact=corpus.contact)
            if answer.status == "no_answer"
            else None,
            corpus_digest=interaction.corpus_digest,
            model=interaction.model_id,
            small_talk=answer.small_talk,
            recorded=recorded,
        )


class FeedbackRequest(BaseModel):
    """A verdict on one answer."""

    model_config = ConfigDict(extra="forbid")
    interaction_id: UUID
    entry_id: Annotated[str, Field(min_length=1, max_length=20)]
    useful: Annotated[bool, Field(strict=True)]
    reason: Reason | None = None
    comment: Comment = None


class FeedbackResponse(BaseModel):
    """The verdict that now stands."""

    interaction_id: UUID
    entry_id: str
    useful: bool
    reason: Reason | None
    comment: str | None


class ChoiceRequest(BaseModel):
    """What was meant, of the answers that a clarification offered."""

    model_config = ConfigDict(extra="forbid")
    interaction_id: UUID
    entry_id: Annotated[str, Field(min_length=1, max_length=20)]


class ChoiceResponse(BaseModel):
    """The choice that now stands."""

    interaction_id: UUID
    entry_id: str


class ErrorBody(BaseModel):
    """What went wrong, in words an end user can read."""

    type: str
    detail: str
    errors: list[dict[str, str]] | None = None


class ThemeBody(BaseModel):
    """A heading of the FAQ."""

    id: str
    label: str


class FaqBody(BaseModel):
    """What the FAQ is, and what to ask it for a beginning."""

    title: str
    publisher: str
    contact: str
    entry_count: int
    themes: Annotated[list[ThemeBody], Field(description="In display order.")]
    examples: list[SuggestionBody]

    @classmethod
    def of(cls, corpus: Corpus, examples: Sequence[Entry]) -> FaqBody:
        """Describe a FAQ.

        Args:
            corpus: The FAQ.
            examples: Entries to begin with.

        Returns:
            Its public form.
        """
        return cls(
            title=corpus.title,
            publisher=corpus.publisher,
            contact=corpus.contact,
            entry_count=len(corpus.entries),
            themes=[ThemeBody(id=theme.id, label=theme.label) for theme in corpus.themes],
            examples=[SuggestionBody.of(entry) for entry in examples],
        )


def _entry_fields(
    entry: Entry, corpus: Corpus, highlights: tuple[Span, ...] = ()
) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "question": entry.question,
        "answer_html": to_html(entry.answer),
        "answer_text": to_text(entry.answer),
        "answer_nodes": [_node(node) for node in to_nodes(entry.answer, highlights)],
        "theme": entry.theme,
        "theme_label": corpus.theme_labels[entry.theme],
        "provenance": ProvenanceBody(
            kind=entry.provenance.kind,
            source_title=entry.provenance.source_title,
            source_url=entry.provenance.source_url,
            checked_on=entry.provenance.checked_on,
        ),
    }


def _node(node: Node) -> NodeBody | str:
    return node if isinstance(node, str) else NodeBody.model_validate(node)
