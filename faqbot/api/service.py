"""What questions, verdicts and choices are served with: the assistant, the store, the settings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, Self
from uuid import UUID, uuid4

import structlog

from faqbot.api.contract import FeedbackRequest
from faqbot.api.failures import Failure, Kind
from faqbot.api.known_answers import Known, KnownAnswers
from faqbot.api.metrics import Metrics
from faqbot.api.signed_post import post
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.database.engines import prepared_database
from faqbot.database.interface import Database
from faqbot.database.records import Interaction
from faqbot.errors import StoreUnavailable
from faqbot.feedback.exchanges import HISTORY
from faqbot.feedback.store import FeedbackStore
from faqbot.notices import Notice
from faqbot.privacy.redaction import Redactor, public_words
from faqbot.progress import Progress
from faqbot.releases import open_latest
from faqbot.settings import Settings
from faqbot.vocabulary import Handoff

log = structlog.get_logger(__name__)


class Reply(NamedTuple):
    """What a question was answered with."""

    interaction: Interaction
    kept: str | None
    """The question as it was kept; None when it was not: verdicts and choices cannot be, either."""
    known: Known | None
    """The answer, if it was known."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything one process serves with."""

    assistant: Assistant
    database: Database
    store: FeedbackStore
    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    known: KnownAnswers = field(default_factory=KnownAnswers)
    """The assistant's."""
    notices: tuple[Notice, ...] = ()
    """What is amiss with the corpus, while the assistant serves what it was before."""

    @classmethod
    def open(cls, settings: Settings, assistant: Assistant) -> Self:
        """Open the database; a server that does not answer yet may do so later.

        Raises:
            StoreUnavailable: The database cannot be opened or migrated.
        """
        database = prepared_database(settings.database_url, may_be_down=True)
        return cls(assistant, database, FeedbackStore(database), settings).serving(assistant)

    @classmethod
    def start(cls, settings: Settings, *, progress: Progress) -> Self:
        """Open the assistant of the corpus that the settings name, and the database.

        Raises:
            FaqbotError: One of them cannot be opened.
        """
        if settings.corpus_source == "files":
            return cls.open(settings, Assistant.open(settings, progress=progress))
        with prepared_database(settings.database_url, may_be_down=True) as database:
            assistant = open_latest(database, settings, progress=progress)
        return cls.open(settings, assistant)

    def serving(self, assistant: Assistant) -> Self:
        """Return the same service with another assistant, with which all is well."""
        redactor = Redactor(public_words(assistant.corpus), self.metrics.redacted)
        store = FeedbackStore(self.database, redactor)
        return replace(self, assistant=assistant, store=store, known=KnownAnswers(), notices=())

    @property
    def release(self) -> str | None:
        """The digest of the release that is served; None when it is a folder."""
        return self.assistant.source if isinstance(self.assistant.source, str) else None

    @property
    def corpus(self) -> Corpus:
        """The FAQ."""
        return self.assistant.corpus

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """All that is amiss with what is served."""
        return (*self.notices, *self.assistant.warnings)

    def ask(self, question: str, session_id: UUID | None, themes: Set[str] = frozenset()) -> Reply:
        """Answer a question and keep the interaction.

        A database that fails takes the record and the earlier questions away, not the answer.

        Args:
            question: A clean question; secrets are taken out before anything reads it.
            session_id: The conversation; None starts one.
            themes: Ids of the themes to keep to; empty for all.
        """
        asked_at = datetime.now(UTC)
        question = self.store.redactor.without_secrets(question)
        started = time.perf_counter()
        history = self._history(session_id)
        if known := self.known.find(question, history, themes):
            found = known.interaction
        else:
            answer = replace(self.assistant.ask(question, history, themes), question="")
            found = self.assistant.interaction(answer)
            self.known.keep(question, history, themes, found)
        interaction = _asked(found, question, session_id, asked_at, started)
        kept = None
        with _unless_unavailable("interaction_not_recorded"):
            kept = self.store.record(interaction, hurried=True)
        return self._told(Reply(interaction, kept, known))

    async def ask_again(self, question: str, known: Known) -> Reply:
        """Answer a question that begins a conversation as before, and keep the interaction."""
        asked_at, started = datetime.now(UTC), time.perf_counter()
        interaction = _asked(known.interaction, question, None, asked_at, started)
        kept = None
        with _unless_unavailable("interaction_not_recorded"):
            kept = await self.store.recorded(interaction)
        return self._told(Reply(interaction, kept, known))

    def _told(self, reply: Reply) -> Reply:
        asked, kept, known = reply
        self.metrics.answered(asked, known=known is not None)
        log.info(
            "answered",
            interaction_id=str(asked.id),
            recorded=kept is not None,
            status=asked.status,
            tentative=asked.tentative,
            small_talk=asked.small_talk,
            confidence=round(asked.confidence, 4),
            entries=[it.entry_id for it in asked.shown if it.role == "answer"],
            duration_ms=round(asked.duration_ms, 1),
        )
        return reply

    def vote(self, given: FeedbackRequest) -> bool:
        """Keep a verdict on one answer; of one that was useful no reason.

        Returns:
            True when it is the first verdict on this answer, False when it replaces one.

        Raises:
            UnknownAnswer: That answer was not shown.
            StoreUnavailable: The verdict could not be kept.
        """
        about, entry_id, useful = given.interaction_id, given.entry_id, given.useful
        created = self.store.vote(
            about,
            entry_id,
            useful=useful,
            reason=None if useful else given.reason,
            comment=given.comment,
            at=datetime.now(UTC),
        )
        self.metrics.voted(useful)
        log.info("voted", interaction_id=str(about), entry_id=entry_id, useful=useful)
        return created

    def choose(self, interaction_id: UUID, entry_id: str) -> bool:
        """Keep which answer of a clarification was meant.

        Returns:
            True when it is the first choice there, False when it replaces one.

        Raises:
            UnknownChoice: That interaction did not offer that entry to choose from.
            StoreUnavailable: The choice could not be kept.
        """
        created = self.store.choose(interaction_id, entry_id, at=datetime.now(UTC))
        self.metrics.chosen()
        log.info("chosen", interaction_id=str(interaction_id), entry_id=entry_id)
        return created

    def hand_over(
        self, interaction_id: UUID | None, text: str | None = None, reply_to: str | None = None
    ) -> bool:
        """Post a message to the support's tool, or learn that its sender mails it; keep only that.

        Returns:
            Whether that was kept, which takes a known question and a database that is up.

        Raises:
            NotDelivered: The tool did not take the message.
            Failure: There is none.
        """
        if text is not None:
            sent = {"id": uuid4(), "faq": self.corpus.title, "text": text, "reply_to": reply_to}
            url, secret = self.settings.handoff_url, self.settings.handoff_secret
            if url is None or secret is None:
                raise Failure(Kind.HANDOFF_OFF)
            post(url, secret, sent | {"interaction_id": interaction_id})
        how: Handoff = "mail" if text is None else "form"
        kept = False
        with _unless_unavailable("handoff_not_recorded"):
            kept = interaction_id is not None and self.store.hand_over(interaction_id, how)
        log.info("handed_over", interaction_id=str(interaction_id), how=how, recorded=kept)
        return kept

    def forget(self, session_id: UUID) -> None:
        """Erase all that is kept about a conversation.

        Raises:
            StoreUnavailable: It could not be erased.
        """
        erased = self.store.forget(session_id)
        log.info("session_erased", interactions=erased)

    def _history(self, session_id: UUID | None) -> tuple[str, ...]:
        if session_id is not None:
            # Without it a follow-up may be misunderstood, which is better than no answer at all.
            with _unless_unavailable("history_not_read"):
                return self.store.questions(session_id, HISTORY)
        return ()


def _asked(
    found: Interaction, question: str, session_id: UUID | None, at: datetime, started: float
) -> Interaction:
    return replace(
        found,
        id=uuid4(),
        session_id=session_id or uuid4(),
        asked_at=at,
        question=question,
        duration_ms=(time.perf_counter() - started) * 1000,
    )


@contextmanager
def _unless_unavailable(missed: str) -> Iterator[None]:
    """Go on without what the database cannot do just now; the log tells what was missed."""
    try:
        yield
    except StoreUnavailable as error:
        log.error(missed, reason=str(error))
