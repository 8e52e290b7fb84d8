"""The real model on its second engine, for comparison with what serves."""

from __future__ import annotations

import pytest

from faqbot.embedding.encoder import SentenceTransformerEmbedder
from faqbot.embedding.fetching import fetch_sentence_transformer
from faqbot.progress import silent
from faqbot.settings import Settings


@pytest.fixture(scope="session")
def sentence_transformer(settings: Settings) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(
        fetch_sentence_transformer(settings.cache_dir, progress=silent)
    )
