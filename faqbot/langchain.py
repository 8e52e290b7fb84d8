"""Our embedder, index and retriever as LangChain pieces: a leaf that nothing here imports.

It is for those who build with LangChain: each piece of faqbot can be used in a chain of theirs, or
compared with another one. ``pip install faqbot``, then::

    assistant = Assistant.open(Settings.from_env(), progress=silent)
    embeddings = FaqbotEmbeddings(assistant.embedder)
    store = FaqbotVectorStore.from_index(assistant.index, embeddings)
    retriever = FaqbotRetriever(rank=assistant.rank)

langchain-community's FAISS wrapper is not used: the package is no longer maintained, the wrapper
stores pickles, and it applies score thresholds to converted scores in the wrong direction. Here a
score is a cosine similarity from the first line to the last.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore

from faqbot.corpus.markdown import to_text
from faqbot.embedding.embedded import Vectors
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
from faqbot.index.vectors import VectorIndex
from faqbot.retrieval.ranking import Ranking


class FaqbotEmbeddings(Embeddings):
    """Our embedder as LangChain's `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_query(self, text: str) -> list[float]:
        """Embed one question; a unit vector."""
        vector: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages; one unit vector a text."""
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors


class FaqbotVectorStore(VectorStore):
    """Documents searched by cosine similarity.

    Args:
        embedding: Embeds texts and questions; its vectors are scaled to norm 1.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self._documents: dict[str, Document] = {}
        self._vectors: VectorIndex | None = None

    @classmethod
    def from_index(cls, index: PassageIndex, embedding: Embeddings) -> Self:
        """Present a passage index as a vector store, without embedding anything.

        Returns:
            A store whose documents carry ``entry_id`` and ``kind`` as metadata.
        """
        store = cls(embedding)
        # Examples of subjects out of scope and labelled questions are no answer to anything.
        passages = [it for it in index.passages.values() if it.kind not in {"example", "labelled"}]
        store._vectors = index.vectors.only([passage.id for passage in passages])
        store._documents = {
            passage.id: Document(
                id=passage.id,
                page_content=passage.text,
                metadata={"entry_id": passage.entry_id, "kind": passage.kind},
            )
            for passage in passages
        }
        return store

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: object,
    ) -> Self:
        """Make a store of texts; ids are made up when missing."""
        store = cls(embedding)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @property
    def embeddings(self) -> Embeddings:
        """The embedder."""
        return self._embedding

    def add_documents(
        self,
        documents: list[Document],
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: object,
    ) -> list[str]:
        """Add documents; one whose id is already there is replaced.

        Args:
            ids: Their ids; by default those of the documents. None within is made up.
        """
        if not documents:
            return []
        given = ids or [document.id for document in documents]
        keys = [key or str(uuid.uuid4()) for key in given]
        rows = _unit(self._embedding.embed_documents([it.page_content for it in documents]))
        self.delete(keys)
        former = self._vectors or VectorIndex((), rows[:0])
        # An index of ours never changes: a store that grows gets a new one.
        self._vectors = VectorIndex([*former.ids, *keys], np.vstack([former.matrix(), rows]))
        for key, document in zip(keys, documents, strict=True):
            self._documents[key] = document.model_copy(update={"id": key})
        return keys

    def delete(self, ids: Sequence[str] | None = None, **kwargs: object) -> bool:
        """Remove documents, all of them with None; unknown ids are passed over."""
        gone = self._documents.keys() if ids is None else {*ids}
        self._documents = {key: it for key, it in self._documents.items() if key not in gone}
        if self._vectors is not None:
            self._vectors = self._vectors.only(list(self._documents))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return documents in the order of the ids; unknown ones are passed over."""
        return [self._documents[key] for key in ids if key in self._documents]

    def similarity_search_with_score(
        self, query: str, k: int = 4, **kwargs: object
    ) -> list[tuple[Document, float]]:
        """Find at most k documents with their cosine similarity in [-1, 1], best first."""
        return self._search(self._embedding.embed_query(query), k)

    def similarity_search(self, query: str, k: int = 4, **kwargs: object) -> list[Document]:
        """Find at most k documents, best first."""
        return [document for document, _ in self.similarity_search_with_score(query, k)]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, **kwargs: object
    ) -> list[Document]:
        """Find at most k documents near a vector, best first."""
        return [document for document, _ in self._search(embedding, k)]

    def _search(self, embedding: list[float], k: int) -> list[tuple[Document, float]]:
        if self._vectors is None:
            return []
        (found,) = self._vectors.search(_unit([embedding]), k)
        return [(self._documents[near.id], near.score) for near in found]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        # LangChain wants [0, 1]; the map is monotonic, so a threshold keeps its direction.
        return lambda cosine: (cosine + 1) / 2


def _unit(rows: list[list[float]]) -> Vectors:
    matrix = np.array(rows, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms == 0, 1, norms), dtype=np.float32)


class FaqbotRetriever(BaseRetriever):
    """Our retriever as LangChain's `BaseRetriever`: whole entries as documents."""

    rank: Callable[[str], Ranking]
    """`Assistant.rank`, or anything that ranks entries for a question."""
    k: int = 3
    """How many entries at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [
            Document(
                id=found.entry.id,
                page_content=to_text(found.entry.answer),
                metadata={
                    "question": found.entry.question,
                    "theme": found.entry.theme,
                    "score": found.score,
                    "source": found.entry.provenance.source_url,
                },
            )
            for found in self.rank(query).candidates[: self.k if k is None else k]
        ]
