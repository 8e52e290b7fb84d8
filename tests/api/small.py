"""An assistant that needs no model: five entries of two themes, embedded as letter counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from faqbot.answering.definitions import Definitions
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.suggesting import Suggester
from tests.fakes import LetterEmbedder, OwnWordingsRule
from tests.samples import corpus, entry

FAQ = corpus(
    entry("F11", "Combien vaut un pont ?", "Un pont *vaut* cher. Il dure longtemps."),
    entry("F12", "Où est le pont ?", "Sur l’eau : [carte](https://www.example.org/carte)."),
    entry("F13", "Qui garde la porte ?", "Le gardien."),
    entry("F14", "Combien vaut une porte ?", "Rien.", theme="deux"),
    entry("F15", "Où est la porte ?", "Dans le mur.", theme="deux"),
)


def small_assistant(folder: Path, faq: Corpus = FAQ) -> Assistant:
    """Put an assistant together in a folder; it asserts an entry's own wordings only."""
    embedder: Any = LetterEmbedder()
    index = build_index(folder, faq, embedder, progress=silent).index
    retriever = Retriever(faq, index, embedder)
    rule = OwnWordingsRule()
    return Assistant(faq, embedder, index, retriever, Suggester(faq), rule, Definitions(faq))
