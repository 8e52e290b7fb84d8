"""The LangChain adapters, by LangChain's own standard tests and a few of ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import (
    EmbeddingsIntegrationTests,
    RetrieversIntegrationTests,
    VectorStoreIntegrationTests,
)

from faqbot.assistant import Assistant
from faqbot.corpus.entry import LabelledQuestion, OutOfScopeSubject
from faqbot.embedding.encoder import Embedder
from faqbot.index.store import build_index
from faqbot.langchain import FaqbotEmbeddings, FaqbotRetriever, FaqbotVectorStore
from faqbot.progress import silent
from tests.samples import corpus, entry


@pytest.fixture
def embeddings(embedder: Embedder) -> FaqbotEmbeddings:
    return FaqbotEmbeddings(embedder)


class TestEmbeddings(EmbeddingsIntegrationTests):
    """LangChain's own standard tests of an embedder."""

    @pytest.fixture(autouse=True)
    def _real(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return FaqbotEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, object]:
        return {"embedder": self._embedder}


class TestVectorStore(VectorStoreIntegrationTests):
    """LangChain's own standard tests of a vector store."""

    @pytest.fixture
    def vectorstore(self) -> VectorStore:
        return FaqbotVectorStore(self.get_embeddings())


class TestRetriever(RetrieversIntegrationTests):
    """LangChain's own standard tests of a retriever."""

    @pytest.fixture(autouse=True)
    def _real(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return FaqbotRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, object]:
        return {"rank": self._assistant.rank}

    @property
    def retriever_query_example(self) -> str:
        return "À quoi sert le Proxy e-Santé ?"


def test_vectors_are_those_of_the_embedder(embedder: Embedder) -> None:
    embeddings = FaqbotEmbeddings(embedder)
    rows = embedder.embed_queries(["certificat"])
    assert np.allclose(embeddings.embed_query("certificat"), rows[0])
    passages = embedder.embed_passages(["certificat", "proxy"])
    assert np.allclose(embeddings.embed_documents(["certificat", "proxy"]), passages)


def test_a_passage_index_is_a_vector_store(tmp_path: Path, embedder: Embedder) -> None:
    faq = corpus(entry("F11", "Qui contacter ?"), entry("F12", "Quel certificat renouveler ?"))
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    store = FaqbotVectorStore.from_index(index, FaqbotEmbeddings(embedder))
    ((document, score), *_rest) = store.similarity_search_with_score("renouvellement certificat")
    assert document.id == "F12/question"
    assert document.metadata == {"entry_id": "F12", "kind": "question"}
    assert 0.8 < score < 1


def test_what_answers_nothing_is_no_document(tmp_path: Path, embedder: Embedder) -> None:
    faq = replace(
        corpus(entry("F11", "Qui contacter ?")),
        out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("météo demain",)),),
        labelled=(LabelledQuestion(text="quel temps", entries=()),),
    )
    index = build_index(tmp_path, faq, embedder, progress=silent).index
    store = FaqbotVectorStore.from_index(index, FaqbotEmbeddings(embedder))
    found = store.similarity_search("météo demain", k=10)
    assert {document.id for document in found} == {"F11/question", "F11/answer/0"}


def test_a_relevance_threshold_keeps_what_is_near(embeddings: FaqbotEmbeddings) -> None:
    store = FaqbotVectorStore.from_texts(["le chat dort", "facture de gaz"], embeddings)
    found = store.similarity_search_with_relevance_scores("le chat dort", k=2)
    (best, best_score), (other, other_score) = found
    assert (best.page_content, other.page_content) == ("le chat dort", "facture de gaz")
    kept = store.similarity_search_with_relevance_scores(
        "le chat dort", k=2, score_threshold=(best_score + other_score) / 2
    )
    assert [document.page_content for document, _ in kept] == ["le chat dort"]


def test_removing_keeps_documents_and_vectors_together(embeddings: FaqbotEmbeddings) -> None:
    store = FaqbotVectorStore.from_texts(
        ["chat", "facture", "gaz"], embeddings, ids=["c", "f", "g"]
    )
    store.delete(["c", "unknown"])
    assert [it.id for it in store.similarity_search("gaz")] == ["g", "f"]
    vector = embeddings.embed_query("facture")
    assert store.similarity_search_by_vector(vector, 1)[0].id == "f"
    store.delete()
    assert store.similarity_search("gaz") == []


def test_documents_carry_the_text_and_its_source(assistant: Assistant) -> None:
    retriever = FaqbotRetriever(rank=assistant.rank, k=1)
    (document,) = retriever.invoke("À quoi sert le Proxy e-Santé ?")
    assert document.id == "S05"
    assert document.page_content.startswith("Le Proxy e-Santé est utilisé pour sécuriser")
    assert document.metadata["source"].startswith("https://industriels.esante.gouv.fr/")
    assert len(retriever.invoke("proxy", k=2)) == 2
