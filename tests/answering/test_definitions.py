from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from faqbot.answering.definitions import Definitions
from faqbot.corpus.entry import Definition, GlossaryTerm
from faqbot.corpus.markdown import to_text
from faqbot.corpus.reading import read_corpus
from tests.samples import corpus, entry

CORPUS = read_corpus(Path(__file__).parents[2] / "corpus")
DEFINITIONS = Definitions(CORPUS)


@pytest.mark.parametrize(
    ("acronym", "question"),
    [
        *(
            ("CNDA", text)
            for text in ("Qu’est-ce que le CNDA ?", "le CNDA c’est qui", "sigle CNDA")
        ),
        *(("ELU", text) for text in ("que signifie ELU ?", "ELU signification", "def ELU svp")),
        *(("ELU", text) for text in ("À quoi correspond ELU ?", "signifcation du sigle ELU")),
        *(("DMP", text) for text in ("c'est quoi le DMP", "DMP ça veut dire quoi", "dmp ?? quoi")),
        *(
            ("PSC", text)
            for text in ("PSC ? definition", "ke veu dir PSC", "c koi psc", "kesako PSC")
        ),
        *(
            ("PSC", text)
            for text in ("Qu’est-ce que c’est que PSC ?", "keske c PSC", "ckoi le PSC ?")
        ),
        *(("ASP", text) for text in ("what does ASP stand for?", "what's ASP", "meaning of ASP?")),
        ("EDC PSC", "Bonjour, que veut dire EDC PSC ? Merci d’avance"),
        ("EDC", "C’est quoi l’EDC exactement ?"),
        ("PGSSI-S", "Pouvez-vous me dire ce que signifie PGSSI-S ?"),
        ("IGC-Santé", "Je voudrais savoir ce que veut dire igc sante"),
    ],
)
def test_a_question_for_the_meaning_alone_finds_the_acronym(acronym: str, question: str) -> None:
    found = DEFINITIONS.asked(question)
    assert found is not None
    assert found.acronym == acronym


@pytest.mark.parametrize(
    "question",
    [
        "Qu’est-ce que l’homologation CNDA et qui doit l’obtenir ?",
        "Que signifie XYZ ?",
        "CNDA",
        "C’est quoi le proxy ?",
        "C’est pour quoi le DMP ?",
        "le DMP sert à quoi",
        "Est-ce que c’est le DMP ?",
        "Que veut dire le code erreur PSC ?",
        "C’est quoi le mail de l’ANS ?",
        "Quel est le sens de la flèche dans le DMP ?",
        "Comment définir un FQDN ?",
        "",
    ],
)
def test_any_other_question_is_left_to_the_entries(question: str) -> None:
    assert DEFINITIONS.asked(question) is None


def test_a_meaning_that_an_entry_is_asked_for_belongs_to_it() -> None:
    faq = Definitions(corpus(entry("F01", "PSC ?", "x", "PSC signification"), entry("F02", "Où ?")))
    found = faq.asked("Que veut dire PSC ?")
    assert found is not None
    assert [faq.belongs_to(found, entry(it, "?")) for it in ("F01", "F02")] == [True, False]


def test_a_definition_says_all_meanings_and_its_source() -> None:
    term = GlossaryTerm(
        acronym="A_B C", expansions=("un *pont*", "deux"), source="https://www.example.org/a"
    )
    found = Definition.of(term, date(2026, 1, 1))
    assert (found.id, found.kind) == ("glossary:A_B-C", "glossary")
    assert found.question == "Que signifie A_B C\u202f?"
    assert to_text(found.answer) == "A_B C\u00a0:\n- un *pont*\n- deux"
    assert found.provenance.source_url == "https://www.example.org/a"
    assert found.provenance.source_title == "www.example.org"
    told = Definition.of(replace(term, expansions=("un",), source="norme"), date(2026, 1, 1))
    assert to_text(told.answer) == "A_B C\u00a0: un"
    assert (told.provenance.source_title, told.provenance.source_url) == ("norme", "")


def test_acronyms_that_the_glossary_holds_are_known() -> None:
    assert DEFINITIONS.named("Bonjour, psc ?") == DEFINITIONS.asked("que veut dire PSC")
    assert DEFINITIONS.named("x") is None
    assert len(CORPUS.definitions) == len(CORPUS.glossary)
