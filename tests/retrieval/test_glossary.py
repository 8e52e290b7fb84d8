from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.entry import GlossaryTerm
from faqbot.retrieval.glossary import Glossary
from faqbot.retrieval.words import content_words, without_stop_words

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


PARTS = st.sampled_from(["de", "la", "elu", "psc", "edc", "espace", "confiance", "carte"])
PHRASES = st.lists(PARTS, max_size=4).map(" ".join)
TERMS = st.lists(
    st.builds(
        GlossaryTerm,
        acronym=PHRASES,
        expansions=st.lists(PHRASES, min_size=1, max_size=2).map(tuple),
        source=st.just("s"),
    ),
    max_size=4,
)


def searched_through(
    terms: Sequence[GlossaryTerm], words: Sequence[str], knows: Callable[[str], bool]
) -> set[str]:
    """Look for each form of each term at each place of the question."""
    content = without_stop_words(words)
    added: set[str] = set()
    for term in terms:
        for expansion in term.expansions:
            short, long = content_words(term.acronym), content_words(expansion)
            for written, other in ((short, long), (long, short)):
                places = range(len(content) - len(written) + 1)
                stands = any(content[at : at + len(written)] == written for at in places)
                if written and other and stands and not all(map(knows, written)):
                    added |= {*other}
    return added - {*words}


@given(TERMS, st.lists(PARTS, max_size=6), st.sets(PARTS))
def test_no_term_is_missed_and_none_made_up(
    terms: list[GlossaryTerm], words: list[str], known: set[str]
) -> None:
    found = Glossary(terms).expand(words, known.__contains__)
    assert len(found) == len({*found})
    assert {*found} == searched_through(terms, words, known.__contains__)


@pytest.mark.parametrize(
    ("words", "known", "added"),
    [
        # One word of the written form that no wording holds is enough.
        ("edc psc", {"psc"}, {"espace", "confiance"}),
        ("edc psc", {"edc", "psc"}, set()),
        ("espace de confiance", {"espace"}, {"edc", "psc"}),
        # Stop words between the words of a form do not hide it; other words do.
        ("espace la confiance", set(), {"edc", "psc"}),
        ("espace carte confiance", set(), set()),
        # A form at the end of a question, or cut off by it.
        ("carte elu", set(), {"editeur", "logiciel", "utilisateur"}),
        ("carte editeur logiciel", set(), set()),
        # The same twice, and two terms at once.
        ("elu elu", set(), {"editeur", "logiciel", "utilisateur"}),
        ("elu edc psc", set(), {"editeur", "logiciel", "utilisateur", "espace", "confiance"}),
    ],
)
def test_forms_are_found_where_they_stand(words: str, known: set[str], added: set[str]) -> None:
    assert {*GLOSSARY.expand(words.split(), known.__contains__)} == added


def test_a_term_of_stop_words_alone_expands_nothing() -> None:
    odd = Glossary([GlossaryTerm(acronym="LA", expansions=("carte",), source="s")])
    assert odd.expand(["la", "carte"], lambda _word: False) == []
    assert odd.words == frozenset()
