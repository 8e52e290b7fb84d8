"""What users would pick instead, behind the same few lines of FastAPI, and the bare handler.

    python serve.py langchain entries.json MODEL --port 8001
    python serve.py floor REPLY-BYTES --port 8001

Each peer holds one document an entry, question and answer, and returns the three nearest to a
question. Questions are embedded one at a time: tokenizers refuse to be used by two threads at once.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

FOUND = 3
QUERY, PASSAGE = "query: ", "passage: "
"""What the model was trained to read before questions and passages."""

Entries: TypeAlias = list[dict[str, str]]
Search: TypeAlias = Callable[[str], list[dict[str, Any]]]


class Asked(BaseModel):
    """A question."""

    question: str


class Found(BaseModel):
    """An entry near the question."""

    id: str
    text: str
    score: float


def langchain(entries: Entries, model: str) -> Search:
    """LangChain's in-memory store over sentence-transformers."""
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(model, device="cpu")

    class SentenceTransformerEmbeddings(Embeddings):  # as langchain-huggingface's own
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return transformer.encode(texts, prompt=PASSAGE, normalize_embeddings=True).tolist()

        def embed_query(self, text: str) -> list[float]:
            return transformer.encode(text, prompt=QUERY, normalize_embeddings=True).tolist()

    store = InMemoryVectorStore(SentenceTransformerEmbeddings())
    store.add_texts([it["text"] for it in entries], ids=[it["id"] for it in entries])
    return lambda question: [
        {"id": it.id, "text": it.page_content, "score": score}
        for it, score in store.similarity_search_with_score(question, k=FOUND)
    ]


def haystack(entries: Entries, model: str) -> Search:
    """A Haystack pipeline: embedder and in-memory retriever."""
    from haystack import Document, Pipeline
    from haystack.components import embedders
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    options: dict[str, Any] = {"model": model, "normalize_embeddings": True, "progress_bar": False}
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    documents = embedders.SentenceTransformersDocumentEmbedder(prefix=PASSAGE, **options)
    documents.warm_up()
    texts = [Document(id=it["id"], content=it["text"]) for it in entries]
    store.write_documents(documents.run(texts)["documents"])
    pipeline = Pipeline()
    embedder = embedders.SentenceTransformersTextEmbedder(prefix=QUERY, **options)
    pipeline.add_component("embed", embedder)
    pipeline.add_component("search", InMemoryEmbeddingRetriever(store, top_k=FOUND))
    pipeline.connect("embed.embedding", "search.query_embedding")
    pipeline.warm_up()
    return lambda question: [
        {"id": it.id, "text": it.content, "score": it.score}
        for it in pipeline.run({"embed": {"text": question}})["search"]["documents"]
    ]


def txtai(entries: Entries, model: str) -> Search:
    """A txtai index with its texts."""
    from txtai import Embeddings

    prompts = {"query": QUERY, "data": PASSAGE}
    index = Embeddings(path=model, content=True, gpu=False, instructions=prompts)
    index.index((it["id"], it["text"], None) for it in entries)
    return lambda question: index.search(question, FOUND)


def main(name: str, source: str, *options: str) -> None:
    """Serve one of them; the floor sends a reply of some size and does nothing else."""
    app, lock = FastAPI(), threading.Lock()
    if name == "floor":
        room = int(source) - len('[{"id":"","text":"","score":1.0}]')
        reply = [Found(id="", text="x" * room, score=1)]

        async def chat(asked: Asked) -> list[Found]:  # no FastAPI service is faster
            return reply
    else:
        entries = json.loads(Path(source).read_text(encoding="utf-8"))
        peers = {it.__name__: it for it in (langchain, haystack, txtai)}
        search = peers[name](entries, options[0])
        if search(entries[0]["text"])[0]["id"] != entries[0]["id"]:  # also loads what is left
            raise SystemExit(f"{name} does not find an entry by its own text")

        def chat(asked: Asked) -> list[Found]:  # type: ignore[misc]
            with lock:
                return [Found(**it) for it in search(asked.question)]

    app.post("/api/v1/chat")(chat)
    app.get("/readyz")(lambda: {"status": "ready"})
    uvicorn.run(app, port=int(options[-1]), access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
