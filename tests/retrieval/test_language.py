from __future__ import annotations

from dataclasses import replace

import pytest

from faqbot.corpus.entry import Corpus
from faqbot.evaluation.systems import PlainBm25
from faqbot.retrieval.language import ENGLISH, FRENCH, Language, language_of
from faqbot.retrieval.lexicon import Lexicon
from faqbot.retrieval.spelling import Speller, sound
from faqbot.retrieval.words import content_words, stems
from tests.samples import corpus, entry


@pytest.mark.parametrize(
    ("tag", "word", "stem"),
    [
        ("fr", "renouveler", "renouvel"),
        ("en", "deliveries", "deliveri"),
        ("en-GB", "ordering", "order"),
        ("de", "bestellungen", "bestell"),
        ("es", "pedidos", "ped"),
        ("it", "ordini", "ordin"),
        ("nl", "bestellingen", "bestel"),
        ("pt", "pedidos", "ped"),
        ("xx", "pedidos", "pedidos"),
    ],
)
def test_each_language_has_its_stemmer(tag: str, word: str, stem: str) -> None:
    assert stems([word], language_of(tag)) == [stem]


def test_english_leaves_out_its_own_words_only() -> None:
    assert content_words("Could you tell me when the pour was sold?", ENGLISH) == [
        *("tell", "pour", "sold"),
    ]
    assert "pour" in FRENCH.stop_words


def test_a_french_faq_may_be_asked_in_english() -> None:
    assert content_words("What is the proxy for?") == ["proxy"]


def test_only_french_ears_confuse_french_spellings() -> None:
    assert sound("proksi") == sound("proxy")
    assert sound("proksi", ENGLISH) == "proksi"
    texts = [["habilitation", "proxy"]] * 3
    assert Speller(texts).repair("proksi") == "proxy"
    assert Speller(texts, language=ENGLISH).repair("proksi") == "proksi"
    assert Speller(texts, language=ENGLISH).repair("habilitatoin") == "habilitation"


def test_an_unknown_language_is_compared_word_by_word() -> None:
    assert language_of("xx") == Language(None)
    assert content_words("the le", language_of("xx")) == ["the", "le"]


def english(language: str) -> Corpus:
    written = corpus(
        entry("E1", "When are my deliveries coming?"), entry("E2", "Which cards do we offer?")
    )
    return replace(written, language=language)


def test_the_corpus_says_how_it_is_read() -> None:
    """« delivery » and « deliveries » share an English stem only."""

    def found(language: str) -> list[float]:
        lexicon = Lexicon(english(language))
        return lexicon.search(["delivery"]).words[0].tolist()

    assert found("en")[0] > 0 == found("en")[1]
    assert found("fr") == [0, 0]
    assert PlainBm25(english("en"), variants=False).rank("delivery")[0][0] == "E1"
    assert PlainBm25(english("fr"), variants=False).rank("delivery") == ()
