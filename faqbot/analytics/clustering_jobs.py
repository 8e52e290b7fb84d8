"""Clustering beside the chat: in a thread of its own, and only once for the same questions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqbot.analytics.clustering import Cluster, cluster
from faqbot.assistant import Assistant
from faqbot.embedding.embedded import Vectors
from faqbot.embedding.encoder import Embedder
from faqbot.feedback.unanswered import OpenQuestion

LIMIT = 1000
"""Most wordings that are put together: time and memory grow with its square."""
_BATCH = 16
"""Questions embedded at a time: whoever chats waits for one batch at most."""
_KEPT_VECTORS = 8 * LIMIT
_KEPT_RESULTS = 16


@dataclass(frozen=True, slots=True)
class Pending:
    """The clusters are not ready yet."""

    done: int
    """Wordings read."""
    total: int


class ClusteringJobs:
    """Puts open questions together, and remembers vectors and clusters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # what is remembered
        self._turn = threading.Lock()  # one job at a time
        self._vectors: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
        self._jobs: OrderedDict[tuple[str, tuple[OpenQuestion, ...]], _Job] = OrderedDict()

    def clusters(
        self, questions: Sequence[OpenQuestion], assistant: Assistant, *, patience_s: float
    ) -> tuple[Cluster, ...] | Pending:
        """Put questions together, or say how far that has got.

        Args:
            questions: Different wordings, `LIMIT` at most.
            assistant: Knows which entry each is near to; its model is shared with the chat.

        Returns:
            The clusters, those asked most first; or the progress of the work, which goes on.
        """
        job = self._job(questions, assistant)
        try:
            return job.clusters.result(patience_s)
        except TimeoutError:
            return Pending(job.read, len(questions))

    def _job(self, questions: Sequence[OpenQuestion], assistant: Assistant) -> _Job:
        key = (assistant.corpus.searched_digest, tuple(questions))
        with self._lock:
            job = self._jobs.get(key)
            if job is None or (job.clusters.done() and job.clusters.exception()):
                job = self._jobs[key] = _Job()
                # Ends with the process: nobody waits for clusters any more then.
                work = (job, questions, assistant)
                threading.Thread(target=self._run, args=work, daemon=True).start()
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT_RESULTS:
                self._jobs.popitem(last=False)
            return job

    def _run(self, job: _Job, questions: Sequence[OpenQuestion], assistant: Assistant) -> None:
        try:
            with self._turn:
                vectors = self._embed([it.text for it in questions], job, assistant.embedder)
                job.clusters.set_result(cluster(questions, assistant.retriever.placed(vectors)))
        except Exception as error:
            job.clusters.set_exception(error)

    def _embed(self, texts: Sequence[str], job: _Job, embedder: Embedder) -> Vectors:
        missing = [text for text in texts if text not in self._vectors]
        job.read = len(texts) - len(missing)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            self._vectors.update(zip(batch, embedder.embed_queries(batch), strict=True))
            job.read += len(batch)
        for text in texts:
            self._vectors.move_to_end(text)
        rows = np.array([self._vectors[text] for text in texts], dtype=np.float32)
        while len(self._vectors) > _KEPT_VECTORS:
            self._vectors.popitem(last=False)
        return rows.reshape(len(texts), embedder.dimension)


class _Job:
    def __init__(self) -> None:
        self.read = 0
        self.clusters: Future[tuple[Cluster, ...]] = Future()
