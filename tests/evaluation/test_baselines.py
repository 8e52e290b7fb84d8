from __future__ import annotations

import math

import pytest

from faqbot.evaluation.baselines import Bm25, Dense, Fusion, Ranking
from faqbot.index.store import PassageIndex, build_index
from faqbot.progress import silent
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

FAQ = corpus(
    entry("E1", "Comment renouveler un certificat ?", "Sur le portail.", "certif périmé"),
    entry("E2", "Qui contacter ?", "Le **support** du portail."),
    entry("E3", "À quoi sert une carte ?", "À s’identifier."),
)


def ids(ranking: Ranking) -> list[str]:
    return [identifier for identifier, _ in ranking]


def test_bm25_ignores_accents_case_and_endings() -> None:
    ranker = Bm25(FAQ, variants=False)
    assert ids(ranker.rank("RENOUVELÉS Certificats")) == ["E1"]
    assert ids(ranker.rank("portail"))[0] in {"E1", "E2"}
    assert len(ranker.rank("portail")) == 2


def test_bm25_sees_variants_only_when_told_to() -> None:
    assert Bm25(FAQ, variants=False).rank("périmé") == ()
    assert ids(Bm25(FAQ, variants=True).rank("périmé")) == ["E1"]


@pytest.mark.parametrize("question", ["", "?!", "zzz"])
def test_bm25_is_silent_without_a_known_word(question: str) -> None:
    assert Bm25(FAQ, variants=True).rank(question) == ()


def test_bm25_scores_what_lucenes_formula_gives() -> None:
    """E2 holds "contacter" once among its 6 words; the 3 documents have 7, 6 and 8 words.

    idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)); tf = 1 / (1 + 1.5 · (1 - 0.75 + 0.75 · 6 / 7)).
    """
    expected = math.log(1 + 2.5 / 1.5) / (1 + 1.5 * (0.25 + 0.75 * 6 / 7))
    ((identifier, score),) = Bm25(FAQ, variants=False).rank("contacter")
    assert identifier == "E2"
    assert score == pytest.approx(expected, rel=1e-5)


@pytest.fixture
def index(tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    folder = tmp_path_factory.mktemp("index")
    return build_index(folder, FAQ, LetterEmbedder(), progress=silent).index


def test_dense_takes_the_best_passage_of_the_kinds_that_count(index: PassageIndex) -> None:
    plain = Dense(index, LetterEmbedder(), {"question", "answer"})
    full = Dense(index, LetterEmbedder(), {"question", "answer", "variant"})
    assert set(ids(plain.rank("certif périmé"))) == {"E1", "E2", "E3"}
    assert full.rank("certif périmé")[0] == ("E1", pytest.approx(1.0))
    assert dict(plain.rank("certif périmé"))["E1"] < 0.999


def test_fusion_adds_reciprocal_ranks() -> None:
    """X is first and second: 1/61 + 1/62; Y second and third; Z only third."""

    class Fixed:
        def __init__(self, order: str) -> None:
            self.order = order

        def rank(self, question: str) -> Ranking:
            return tuple((letter, 1.0) for letter in self.order)

    fused = Fusion([Fixed("XYZ"), Fixed("WXY")]).rank("?")
    assert fused == (
        ("X", pytest.approx(1 / 61 + 1 / 62)),
        ("Y", pytest.approx(1 / 62 + 1 / 63)),
        ("W", pytest.approx(1 / 61)),
        ("Z", pytest.approx(1 / 63)),
    )


def test_equal_scores_are_ranked_by_id() -> None:
    class Both:
        def rank(self, question: str) -> Ranking:
            return (("B", 1.0),)

    class Other:
        def rank(self, question: str) -> Ranking:
            return (("A", 1.0),)

    assert ids(Fusion([Both(), Other()]).rank("?")) == ["A", "B"]
