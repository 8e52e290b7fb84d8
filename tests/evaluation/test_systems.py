from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from faqbot.answering.answer import Answer
from faqbot.assistant import Assistant
from faqbot.errors import EvaluationError
from faqbot.evaluation.systems import (
    DEPTH,
    SYSTEM_NAMES,
    PlainBm25,
    PlainDense,
    RankingSystem,
    ScoredIds,
    ServedSystem,
    check_names,
    open_systems,
    rank_fusion,
)
from faqbot.index.store import PassageIndex, build_index
from faqbot.progress import silent
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

QUESTION = "Le Proxy e-Santé est-il obligatoire ?"


def alphabet(question: str) -> ScoredIds:
    return tuple((letter, float(-place)) for place, letter in enumerate("ABCDEFGHIJKLM"))


def test_a_ranker_alone_keeps_ten_entries_and_its_first_score() -> None:
    found = RankingSystem("x", alphabet).respond("?", ())
    assert len(found.ranking) == DEPTH
    assert (found.confidence, found.status, found.shown) == (0.0, None, ())
    assert RankingSystem("x", lambda _: ()).respond("?", ()).confidence == 0.0


def test_the_served_system_is_the_assistant(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    found = ServedSystem(assistant).respond(QUESTION, ())
    assert (found.status, found.confidence) == (answer.status, answer.confidence)
    assert found.shown == tuple(offer.entry.id for offer in answer.shown)
    assert tuple(entry_id for entry_id, _ in found.ranking[:3]) == found.shown
    assert len({entry_id for entry_id, _ in found.ranking}) == DEPTH
    scores = [score for _, score in found.ranking]
    assert scores == sorted(scores, reverse=True)


def test_the_served_system_passes_the_conversation_on() -> None:
    asked = []

    def ask(question: str, history: tuple[str, ...]) -> Answer:
        asked.append((question, history))
        return Answer(question, "no_answer", 0.0, (), ())

    fake = SimpleNamespace(ask=ask, retriever=SimpleNamespace(retrieve=lambda *_: []))
    ServedSystem(fake).respond("et lui ?", ("qui ?",))  # type: ignore[arg-type]
    assert asked == [("et lui ?", ("qui ?",))]


def test_small_talk_shows_no_entry_so_it_ranks_none(assistant: Assistant) -> None:
    answer = replace(Answer("merci", "no_answer", 0.0, (), ()), small_talk="thanks")
    fake = SimpleNamespace(ask=lambda *_: answer, retriever=assistant.retriever)
    assert ServedSystem(fake).respond("merci", ()).ranking == ()  # type: ignore[arg-type]


def test_every_system_ranks_the_entry_whose_question_is_asked(assistant: Assistant) -> None:
    question = assistant.corpus.by_id["F49"].question
    # Three of them embed all wordings anew: a twentieth of the variants, and whatever else is read.
    passages = assistant.index.passages.items()
    few = [
        key for number, (key, it) in enumerate(passages) if it.kind != "variant" or number % 20 == 0
    ]
    sparing = replace(assistant, index=assistant.index.only(few))
    for system in open_systems(SYSTEM_NAMES, sparing):
        assert system.respond(question, ()).ranking[0][0] == "F49", system.name


def test_names_are_checked_and_taken_once() -> None:
    assert check_names(["dense", "bm25", "dense"]) == ("dense", "bm25")
    with pytest.raises(EvaluationError, match="'bm52' is not a system, choose from: bm25, dense"):
        check_names(["bm52"])


FAQ = corpus(
    entry("E1", "Comment renouveler un certificat ?", "Sur le portail.", "certif périmé"),
    entry("E2", "Qui contacter ?", "Le **support** du portail."),
    entry("E3", "À quoi sert une carte ?", "À s’identifier."),
)


def ids(ranking: ScoredIds) -> list[str]:
    return [identifier for identifier, _ in ranking]


def test_bm25_ignores_accents_case_and_endings() -> None:
    ranker = PlainBm25(FAQ, variants=False)
    assert ids(ranker.rank("RENOUVELÉS Certificats")) == ["E1"]
    assert ids(ranker.rank("portail"))[0] in {"E1", "E2"}
    assert len(ranker.rank("portail")) == 2


def test_bm25_sees_variants_only_when_told_to() -> None:
    assert PlainBm25(FAQ, variants=False).rank("périmé") == ()
    assert ids(PlainBm25(FAQ, variants=True).rank("périmé")) == ["E1"]


@pytest.mark.parametrize("question", ["", "?!", "zzz"])
def test_bm25_is_silent_without_a_known_word(question: str) -> None:
    assert PlainBm25(FAQ, variants=True).rank(question) == ()


def test_bm25_scores_what_lucenes_formula_gives() -> None:
    """E2 holds "contacter" once among its 6 words; the 3 documents have 7, 6 and 8 words.

    idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)); tf = 1 / (1 + 1.5 · (1 - 0.75 + 0.75 · 6 / 7)).
    """
    expected = math.log(1 + 2.5 / 1.5) / (1 + 1.5 * (0.25 + 0.75 * 6 / 7))
    ((identifier, score),) = PlainBm25(FAQ, variants=False).rank("contacter")
    assert identifier == "E2"
    assert score == pytest.approx(expected, rel=1e-5)


@pytest.fixture
def index(tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    folder = tmp_path_factory.mktemp("index")
    return build_index(folder, FAQ, LetterEmbedder(), progress=silent).index


def test_dense_takes_the_best_passage_of_the_kinds_that_count(index: PassageIndex) -> None:
    plain = PlainDense(index, LetterEmbedder(), {"question", "answer"})
    full = PlainDense(index, LetterEmbedder(), {"question", "answer", "variant"})
    assert set(ids(plain.rank("certif périmé"))) == {"E1", "E2", "E3"}
    assert full.rank("certif périmé")[0] == ("E1", pytest.approx(1.0))
    assert dict(plain.rank("certif périmé"))["E1"] < 0.999


def test_fusion_adds_reciprocal_ranks() -> None:
    """X is first and second: 1/61 + 1/62; Y second and third; Z only third."""
    fused = rank_fusion([tuple((letter, 1.0) for letter in order) for order in ("XYZ", "WXY")])
    assert fused == (
        ("X", pytest.approx(1 / 61 + 1 / 62)),
        ("Y", pytest.approx(1 / 62 + 1 / 63)),
        ("W", pytest.approx(1 / 61)),
        ("Z", pytest.approx(1 / 63)),
    )


def test_equal_scores_are_ranked_by_id() -> None:
    assert ids(rank_fusion([(("B", 1.0),), (("A", 1.0),)])) == ["A", "B"]
