"""Our index as a LangChain `VectorStore`, to be used in, or replaced by, any LangChain piece.

langchain-community's FAISS wrapper is not used: the package is no longer maintained, the wrapper
stores pickles, and it applies score thresholds to converted scores in the wrong direction. Here a
score is a cosine similarity from the first line to the last.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from faqbot.index.store import PassageIndex
from faqbot.index.vectors import VectorIndex


class FaissVectorStore(VectorStore):
    """Documents searched by cosine similarity.

    Args:
        embedding: Embeds texts and queries; its vectors are scaled to norm 1.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self._documents: dict[str, Document] = {}
        self._vectors: VectorIndex | None = None

    @classmethod
    def from_index(cls, index: PassageIndex, embedding: Embeddings) -> Self:
        """Present a passage index as a vector store, without copying or embedding anything.

        Args:
            index: A loaded index.
            embedding: The embedder that it was built with.

        Returns:
            A store whose documents carry ``entry_id`` and ``kind`` as metadata.
        """
        store = cls(embedding)
        store._vectors = index.vectors
        store._documents = {
            passage.id: Document(
                id=passage.id,
                page_content=passage.text,
                metadata={"entry_id": passage.entry_id, "kind": passage.kind},
            )
            for passage in index.passages.values()
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
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> Self:
        """Make a store of texts.

        Args:
            texts: The texts.
            embedding: Embeds them.
            metadatas: One mapping a text.
            ids: One id a text; made up when missing.
            kwargs: Not used.

        Returns:
            The store.
        """
        store = cls(embedding)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @property
    def embeddings(self) -> Embeddings:
        """The embedder."""
        return self._embedding

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> list[str]:
        """Add texts; an id that is already there is replaced.

        Args:
            texts: The texts.
            metadatas: One mapping a text.
            ids: One id a text; None, or None within, for a made-up one.
            kwargs: Not used.

        Returns:
            The ids.
        """
        contents = list(texts)
        if not contents:
            return []
        given: Sequence[str | None] = ids or [None] * len(contents)
        keys = [key or str(uuid.uuid4()) for key in given]
        rows = _unit(self._embedding.embed_documents(contents))
        if self._vectors is None:
            self._vectors = VectorIndex(rows.shape[1])
        self._vectors.add(keys, rows)
        extras = metadatas or [{} for _ in contents]
        for key, content, extra in zip(keys, contents, extras, strict=True):
            self._documents[key] = Document(id=key, page_content=content, metadata=extra)
        return keys

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:  # noqa: ANN401
        """Remove documents; unknown ids are passed over.

        Args:
            ids: The ids; None removes everything.
            kwargs: Not used.

        Returns:
            True.
        """
        gone = list(self._documents) if ids is None else ids
        if self._vectors is not None:
            self._vectors.remove(gone)
        for key in gone:
            self._documents.pop(key, None)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return documents.

        Args:
            ids: The ids; unknown ones are passed over.

        Returns:
            The documents in the order of the ids.
        """
        return [self._documents[key] for key in ids if key in self._documents]

    def similarity_search_with_score(
        self,
        query: str,
        k: int = 4,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> list[tuple[Document, float]]:
        """Find the nearest documents.

        Args:
            query: A question.
            k: How many at most.
            kwargs: Not used.

        Returns:
            Documents with their cosine similarity in [-1, 1], best first.
        """
        return self._search(self._embedding.embed_query(query), k)

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:  # noqa: ANN401
        """Find the nearest documents.

        Args:
            query: A question.
            k: How many at most.
            kwargs: Not used.

        Returns:
            Documents, best first.
        """
        return [document for document, _ in self.similarity_search_with_score(query, k)]

    def similarity_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> list[Document]:
        """Find the documents nearest to a vector.

        Args:
            embedding: The vector.
            k: How many at most.
            kwargs: Not used.

        Returns:
            Documents, best first.
        """
        return [document for document, _ in self._search(embedding, k)]

    def _search(self, embedding: list[float], k: int) -> list[tuple[Document, float]]:
        if self._vectors is None:
            return []
        (found,) = self._vectors.search(_unit([embedding]), k)
        return [(self._documents[near.id], near.score) for near in found]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        # LangChain wants [0, 1]; the map is monotonic, so a threshold keeps its direction.
        return lambda cosine: (cosine + 1) / 2


def _unit(rows: list[list[float]]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    matrix = np.array(rows, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms == 0, 1, norms), dtype=np.float32)
