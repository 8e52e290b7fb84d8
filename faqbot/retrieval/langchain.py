"""The retriever as a LangChain component."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from faqbot.corpus.markdown import to_text
from faqbot.retrieval.ranking import Candidate


class EntryRetriever(BaseRetriever):
    """The retriever as LangChain's `BaseRetriever`: whole entries as documents."""

    retrieve: Callable[[str, int], list[Candidate]]
    """`Retriever.retrieve`, or anything that ranks entries for a question."""
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
            for found in self.retrieve(query, self.k if k is None else k)
        ]
