from __future__ import annotations

import pytest

from faqbot.corpus.entry import GlossaryTerm
from faqbot.retrieval.glossary import Glossary

GLOSSARY = Glossary(
    [
        GlossaryTerm(acronym="ELU", expansions=("Éditeur de Logiciel Utilisateur",), source="s"),
        GlossaryTerm(acronym="EDC PSC", expansions=("Espace de Confiance",), source="s"),
    ]
)


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("dossier elu", ["editeur", "logiciel", "utilisateur"]),
        ("dossier editeur de logiciel utilisateur", ["elu"]),
        ("editeur de logiciel", []),
        ("edc psc", ["espace", "confiance"]),
        ("psc", []),
        ("espace de confiance", ["edc", "psc"]),
        ("elu editeur", ["logiciel", "utilisateur"]),
    ],
)
def test_unknown_terms_are_put_in_other_words_both_ways(question: str, added: list[str]) -> None:
    assert GLOSSARY.expand(question.split(), lambda _word: False) == added


def test_what_the_corpus_knows_is_left_as_it_is() -> None:
    assert GLOSSARY.expand(["dossier", "elu"], lambda _word: True) == []


def test_its_words_are_well_spelt() -> None:
    assert {"elu", "utilisateur", "confiance"} <= GLOSSARY.words
    assert "de" not in GLOSSARY.words
