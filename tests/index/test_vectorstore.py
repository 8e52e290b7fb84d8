from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests

from faqbot.embedding.encoder import SentenceTransformerEmbeddings
from faqbot.index.store import build_index
from faqbot.index.vectorstore import FaissVectorStore
from faqbot.progress import silent
from tests.samples import corpus, entry


class TestFaissVectorStore(VectorStoreIntegrationTests):
    """LangChain's own standard tests of a vector store."""

    @pytest.fixture
    def vectorstore(self) -> VectorStore:
        return FaissVectorStore(self.get_embeddings())


def test_a_passage_index_is_a_vector_store(
    tmp_path: Path, embedder: SentenceTransformerEmbeddings
) -> None:
    faq = corpus(entry("F11", "Qui contacter ?"), entry("F12", "Quel certificat renouveler ?"))
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    store = FaissVectorStore.from_index(index, embedder)
    ((document, score), *_rest) = store.similarity_search_with_score("renouvellement certificat")
    assert document.id == "F12/question"
    assert document.metadata == {"entry_id": "F12", "kind": "question"}
    assert 0.8 < score < 1


def test_a_relevance_threshold_keeps_what_is_near(embedder: SentenceTransformerEmbeddings) -> None:
    store = FaissVectorStore.from_texts(["le chat dort", "facture de gaz"], embedder)
    found = store.similarity_search_with_relevance_scores("le chat dort", k=2)
    (best, best_score), (other, other_score) = found
    assert (best.page_content, other.page_content) == ("le chat dort", "facture de gaz")
    kept = store.similarity_search_with_relevance_scores(
        "le chat dort", k=2, score_threshold=(best_score + other_score) / 2
    )
    assert [document.page_content for document, _ in kept] == ["le chat dort"]
