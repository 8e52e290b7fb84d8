"""What the review pages work with: signals, decisions and their grouping by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

from faqbot.analytics.clustering_jobs import LIMIT, ClusteringJobs, Pending
from faqbot.api.service import Service
from faqbot.corpus.entry import Corpus
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.review.drafts import wordings_of
from faqbot.review.items import Group, Queue, queue
from faqbot.review.signals import Signalled
from faqbot.review.store import DecisionStore

_PATIENCE_S = 2.0
"""Seconds that a page waits for questions to be grouped."""
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class ReviewDesk:
    """Signals and decisions, as one request works with them.

    Args:
        service: What the application serves the request with.
        grouping: Puts questions together, here as on the dashboards.
    """

    def __init__(self, service: Service, grouping: ClusteringJobs) -> None:
        self.store = service.store
        self.decisions = DecisionStore(service.database)
        self.corpus: Corpus = service.corpus
        self._assistant = service.assistant
        self._grouping = grouping

    @cached_property
    def wordings(self) -> dict[str, str]:
        """Where every wording of the corpus stands."""
        return wordings_of(self.corpus)

    def queue(self) -> Queue:
        """Read what is to be decided on."""
        return queue(self.decisions.pending(), self.cluster)

    def cluster(self, texts: Sequence[str]) -> Sequence[Group] | None:
        """Put different questions, newest first, together by what they mean.

        Returns:
            The groups; None while that takes longer than a page may.
        """
        asked = [OpenQuestion(text, 1, _ANY_TIME, ()) for text in texts[:LIMIT]]
        found = self._grouping.clusters(asked, self._assistant, patience_s=_PATIENCE_S)
        if isinstance(found, Pending):
            return None
        places = {text: place for place, text in enumerate(texts)}
        groups = [Group([places[it.text] for it in one.questions], one.nearest) for one in found]
        return groups + [Group([place]) for place in range(LIMIT, len(texts))]

    def earlier(self, signal: Signalled) -> tuple[str, ...]:
        """Read what was asked before in the same conversation, small talk left out, in order."""
        turn = signal.asked_at, signal.key.interaction_id
        return self.store.questions(signal.session_id, before=turn)
