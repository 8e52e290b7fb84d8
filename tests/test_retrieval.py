from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from faqbot.assistant import Assistant
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.retrieval import EntryRetriever, Retriever, Suggester
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

FAQ = corpus(
    entry("F11", "abc", "Zzz.", "bca", "cab"),
    entry("F12", "xyz", "Www."),
    entry("F13", "cba", "Qqq.", "bac", "acb"),
    entry("F14", "abc d", "Vvv.", "kkk", "jjj"),
)


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    embedder = LetterEmbedder()
    index = build_index(tmp_path, FAQ, embedder, progress=silent).index
    return Retriever(FAQ, index, embedder)


def test_an_entry_is_found_once_by_its_best_passage(retriever: Retriever) -> None:
    found = retriever.retrieve("xyz", 3)
    assert found[0].entry.id == "F12"
    assert found[0].passage.id == "F12/question"
    assert len({candidate.entry.id for candidate in found}) == 3


def test_one_lucky_passage_does_not_win_against_three_good_ones(retriever: Retriever) -> None:
    """F14's question is nearest to « abcd », but its other passages are far from it."""
    assert [candidate.entry.id for candidate in retriever.retrieve("abcd", 4)][:2] == [
        "F11",
        "F13",
    ]


def test_an_entry_with_few_passages_is_scored_by_all_of_them(retriever: Retriever) -> None:
    (found,) = (c for c in retriever.retrieve("xyz", 4) if c.entry.id == "F12")
    assert found.score == pytest.approx(0.5, abs=0.01)  # its question 1, its answer 0


def test_equal_scores_are_ranked_by_id(retriever: Retriever) -> None:
    first, second, *_ = retriever.retrieve("abc", 3)
    assert first.score == second.score
    assert (first.entry.id, second.entry.id) == ("F11", "F13")


def test_no_more_than_asked_for_is_returned(retriever: Retriever) -> None:
    assert len(retriever.retrieve("abc", 1)) == 1
    assert len(retriever.retrieve("abc", 99)) == 4


def test_suggestions_hold_every_word_and_finish_the_last() -> None:
    suggester = Suggester.of(
        corpus(
            entry("F11", "Comment renouveler un certificat ?", "R.", "prolonger mon certificat"),
            entry("F12", "Comment demander un certificat ?"),
            entry("F13", "À quoi sert PSC ?", "R.", "utilité de Pro Santé Connect"),
        )
    )

    def ids(typed: str) -> list[str]:
        return [found.id for found in suggester.suggest(typed, 5)]

    assert ids("certif") == ["F11", "F12"]
    assert ids("CERTIFICAT renouv") == ["F11"]
    assert ids("prolonger") == ["F11"]
    assert ids("a") == ids("") == ids("?") == []
    assert ids("psc") == ["F13"]
    assert ids("santé") == ids("sante") == ["F13"]
    assert ids("certificat inconnu") == []


class TestStandard(RetrieversIntegrationTests):
    """LangChain's own standard tests of a retriever."""

    @pytest.fixture(autouse=True)
    def _real(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return EntryRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, object]:
        return {"retrieve": self._assistant.retriever.retrieve}

    @property
    def retriever_query_example(self) -> str:
        return "À quoi sert le Proxy e-Santé ?"


def test_documents_carry_the_text_and_its_source(assistant: Assistant) -> None:
    retriever = EntryRetriever(retrieve=assistant.retriever.retrieve, k=1)
    (document,) = retriever.invoke("À quoi sert le Proxy e-Santé ?")
    assert document.id == "S05"
    assert document.page_content.startswith("Le Proxy e-Santé est utilisé pour sécuriser")
    assert document.metadata["source"].startswith("https://industriels.esante.gouv.fr/")
