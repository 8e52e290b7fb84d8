"""Small corpora for tests."""

from __future__ import annotations

from datetime import date

from faqbot.corpus.entry import Corpus, Entry, GlossaryTerm, Provenance, Theme

SOURCE = Provenance(
    kind="reworded",
    source_title="FAQ d’essai",
    source_url="https://www.example.org/faq",
    checked_on=date(2026, 11, 23),
)


def entry(
    identifier: str, question: str, answer: str = "Réponse.", *variants: str, theme: str = "un"
) -> Entry:
    return Entry(
        id=identifier,
        question=question,
        answer=answer,
        variants=variants,
        theme=theme,
        provenance=SOURCE,
        updated_on=date(2026, 11, 23),
    )


def corpus(*entries: Entry) -> Corpus:
    return Corpus(
        title="FAQ d’essai",
        language="fr",
        publisher="Éditeur d’essai",
        contact="aide@example.org",
        themes=(Theme(id="un", label="Un"), Theme(id="deux", label="Deux")),
        entries=entries,
        glossary=(GlossaryTerm(acronym="PSC", expansions=("Pro Santé Connect",), source="essai"),),
    )
