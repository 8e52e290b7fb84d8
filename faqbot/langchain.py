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

from collections.abc import Callable, Sequence
from typing import Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore

from faqbot.corpus.markdown import to_text
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import PassageIndex
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


class FaqbotVectorStore(InMemoryVectorStore):
    """LangChain's own store, which searches by cosine similarity, filled from an index of ours."""

    @classmethod
    def from_index(cls, index: PassageIndex, embedding: Embeddings) -> Self:
        """Present a passage index as a vector store, without embedding anything.

        Returns:
            A store whose documents carry ``entry_id`` and ``kind`` as metadata.
        """
        store = cls(embedding)
        # Examples of subjects out of scope and labelled questions are no answer to anything.
        passages = [it for it in index.passages.values() if it.kind not in {"example", "labelled"}]
        vectors = index.vectors.only([passage.id for passage in passages]).matrix()
        store.store = {
            passage.id: {
                "id": passage.id,
                "vector": vector,
                "text": passage.text,
                "metadata": {"entry_id": passage.entry_id, "kind": passage.kind},
            }
            for passage, vector in zip(passages, vectors, strict=True)
        }
        return store

    def delete(self, ids: Sequence[str] | None = None, **kwargs: object) -> None:
        """Remove documents, all of them with None; unknown ids are passed over."""
        super().delete([*self.store] if ids is None else ids, **kwargs)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        # LangChain wants [0, 1]; the map is monotonic, so a threshold keeps its direction.
        return lambda cosine: (cosine + 1) / 2


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
