"""The JSON contract, version 1: change it only by adding.

What is sent is read off the objects of `faqbot.api.presenter`, attribute by attribute; what is kept
of a conversation is described by its own records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, computed_field
from pydantic_core import PydanticCustomError

from faqbot import wording
from faqbot.corpus.text import clean_input
from faqbot.database.records import Interaction
from faqbot.vocabulary import AnswerKind, Handoff, ProvenanceKind, Reason, SmallTalk, Status

QUESTION_LIMIT = 4000
COMMENT_LIMIT = 1000
MESSAGE_LIMIT = 10_000
SUGGESTIONS = 6
"""Questions that are suggested while one is typed, at most."""


def clean_question(text: str) -> str:
    """Normalise a question and refuse it when nothing, or too much, is left.

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


def clean_comment(text: str) -> str | None:
    """Normalise a comment; None when nothing is left, and a French error when too much is."""
    return _lines(text, COMMENT_LIMIT, "comment_too_long", wording.COMMENT_TOO_LONG) or None


def clean_message(text: str) -> str:
    """Normalise a message for the support, with a French error when nothing or too much is left."""
    return _lines(text, MESSAGE_LIMIT, "message_length", wording.HANDOFF_LENGTH, least=1)


def _lines(text: str, most: int, kind: str, sentence: str, least: int = 0) -> str:
    cleaned = "\n".join(clean_input(line) for line in text.splitlines()).strip()
    if not least <= len(cleaned) <= most:
        raise PydanticCustomError(kind, "{text}", {"text": sentence.format(limit=most)})
    return cleaned


def _absent(value: object) -> bool:
    return value is None


Question = Annotated[str, AfterValidator(clean_question)]
Comment = Annotated[str, AfterValidator(clean_comment)] | None
_VISIBLE: dict[str, JsonValue] = {"minLength": 1, "pattern": r"[^\s\p{C}]"}
"""Said to readers of the schema only: `clean_question` and `clean_message` check, in French. There
is no longest text, and something visible in it: what is cleaned away does not count."""
Message = Annotated[str, Field(json_schema_extra=_VISIBLE), AfterValidator(clean_message)] | None
Address = Annotated[str | None, Field(max_length=254)]


class ChatRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[
        Question,
        Field(
            description=f"1 to {QUESTION_LIMIT} characters, counted once white space is folded.",
            examples=["C'est quoi le proxy ?"],
            json_schema_extra=_VISIBLE,
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
    label: Annotated[str, Field(description="What the kind is called, in French.")]
    source_title: str
    source_url: Annotated[str, Field(description="Empty for a source without an address.")]
    checked_on: Annotated[
        date,
        Field(description="Of the glossary: the day the sources of the FAQ were last read."),
    ]


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

    kind: Annotated[
        AnswerKind,
        Field(description="glossary: what an acronym stands for; the id is then glossary:…"),
    ]
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


class AnswerBody(EntryBody):
    """An entry shown as an answer."""

    confidence: Annotated[float, Field(ge=0, le=1)]
    asserted: Annotated[
        bool,
        Field(
            description="Whether it is said to answer: the first when answered, each when the "
            "message asked several questions; the others are further candidates."
        ),
    ]
    highlights: Annotated[
        list[tuple[int, int]],
        Field(description="[start, end] of passages of answer_text that respond best."),
    ] = []
    excerpt: Annotated[
        str,
        Field(description="A line of answer_text, for a choice: from its first highlight on."),
    ]
    tentative: Annotated[
        bool,
        Field(
            description="True for the first answer of a clarify that leads clearly: show it at "
            "once, marked as likely, and the others beneath. Not certain enough to be answered."
        ),
    ] = False


class SuggestionBody(BaseModel):
    """A question of the FAQ, offered."""

    entry_id: Annotated[str, Field(validation_alias="id")]
    question: str


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
    question: Annotated[str, Field(description="As it was read: without secrets.")]
    secret_removed: Annotated[
        bool,
        Field(
            description="True when the question held a password, a key or a token, which was not "
            "kept: say so, and show `question` in place of what was typed."
        ),
    ] = False

    masked: Annotated[
        list[str], Field(description="What else is not kept of it, in French: say so.")
    ] = []


class FeedbackRequest(BaseModel):
    """A verdict on one answer."""

    model_config = ConfigDict(extra="forbid")
    interaction_id: UUID
    entry_id: Annotated[str, Field(min_length=1, max_length=100)]
    useful: Annotated[bool, Field(strict=True)]
    reason: Reason | None = None
    comment: Comment = None


class FeedbackResponse(BaseModel):
    """The verdict that now stands."""

    interaction_id: UUID
    entry_id: str
    useful: bool
    reason: Reason | None
    comment: Annotated[str | None, Field(description="As kept.")]

    @computed_field(  # type: ignore[prop-decorator] # pydantic's documentation asks for both
        description="Whether the comment held a password, a key or a token."
    )
    @property
    def secret_removed(self) -> bool:
        """Whether a secret was taken out of the comment."""
        return wording.REDACTION_MARKS["secret"] in (self.comment or "")


class ChoiceRequest(BaseModel):
    """What was meant, of the answers that a clarification offered."""

    model_config = ConfigDict(extra="forbid")
    interaction_id: UUID
    entry_id: Annotated[str, Field(min_length=1, max_length=100)]


class ChoiceResponse(BaseModel):
    """The choice that now stands."""

    interaction_id: UUID
    entry_id: str


class HandoffRequest(BaseModel):
    """A message for the support, which is not kept; without text: that its sender mails one."""

    model_config = ConfigDict(extra="forbid")
    interaction_id: UUID | None = None
    text: Message = None
    reply_to: Address = None


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
    language: Annotated[str, Field(description="Of its texts: two letters, such as fr.")]
    publisher: str
    notice: Annotated[
        str | None, Field(description="Who speaks, where the FAQ says more than its publisher.")
    ]
    contact: str
    handoff: Annotated[Handoff, Field(description="How a person is reached.")]
    entry_count: int
    themes: Annotated[list[ThemeBody], Field(description="In display order.")]
    examples: list[SuggestionBody]


class VerdictBody(FeedbackResponse):
    """One verdict that is kept."""

    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionBody(Interaction):
    """One question that is kept, with everything attached."""

    question: Annotated[str, Field(description="As kept: without recognised personal data.")]
    tentative: Annotated[bool, Field(description="Whether the first answer was shown as likely.")]
    handoff: Annotated[Handoff | None, Field(description="How it went to a person, if it did.")]
    verdicts: tuple[VerdictBody, ...]
    choice: str | None
    chosen_at: datetime | None


class SessionBody(BaseModel):
    """All that is kept about one session."""

    session_id: UUID
    interactions: list[InteractionBody]
