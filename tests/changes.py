"""Edits of a corpus: those that its answers depend on, and those that they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

import pytest

from faqbot.corpus.entry import (
    Corpus,
    Entry,
    GlossaryTerm,
    LabelledQuestion,
    OutOfScopeSubject,
    Theme,
)
from tests.samples import corpus, entry

Change: TypeAlias = Callable[[Corpus], Corpus]

FULL = replace(
    corpus(
        entry("F11", "abc", "Def.", "ab"),
        entry("S01", "xyz", "Uvw."),
        entry("F12", "ghi", "Jkl.", theme="deux"),
    ),
    out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("bleu", "ciel bleu")),),
    labelled=(LabelledQuestion(text="cba", entries=("F11", "S01")),),
)
"""A corpus with some of everything, its entries by theme and then by id."""


def _set(**values: Any) -> Change:
    return lambda faq: replace(faq, **values)


def _edit(**values: Any) -> Change:
    def edited(one: Entry) -> Entry:
        return replace(one, **values)

    return lambda faq: replace(faq, entries=(edited(faq.entries[0]), *faq.entries[1:]))


def _check_again(faq: Corpus) -> Corpus:
    one, *others = faq.entries
    again = replace(one, provenance=replace(one.provenance, checked_on=date(2027, 1, 1)))
    return replace(faq, entries=(again, *others))


def _turn_themes_round(faq: Corpus) -> Corpus:
    """Entries follow the order of the themes, as reading sorts them."""
    themes = faq.themes[::-1]
    order = [theme.id for theme in themes]
    entries = sorted(faq.entries, key=lambda one: (order.index(one.theme), one.id))
    return replace(faq, themes=themes, entries=tuple(entries))


UNSEARCHED = [
    pytest.param(_edit(updated_on=date(2027, 1, 1)), id="date of change"),
    pytest.param(_check_again, id="date of check"),
    pytest.param(_set(title="Autre"), id="title"),
    pytest.param(_set(publisher="Autre"), id="publisher"),
    pytest.param(_set(contact="autre@example.org"), id="contact"),
    pytest.param(_set(notice="Qui parle."), id="notice"),
    pytest.param(_set(verbatim_label="Mot à mot"), id="verbatim label"),
    pytest.param(
        _set(themes=(Theme(id="un", label="Premier"), Theme(id="deux", label="Second"))),
        id="labels of themes",
    ),
    pytest.param(_turn_themes_round, id="order of themes"),
    pytest.param(
        lambda faq: replace(faq, out_of_scope=(replace(faq.out_of_scope[0], label="Météo"),)),
        id="label of a subject",
    ),
    pytest.param(
        lambda faq: replace(faq, glossary=(replace(faq.glossary[0], source="autre"),)),
        id="source of an acronym",
    ),
]
"""No answer depends on these."""

SEARCHED = [
    pytest.param(_set(language="en"), id="language"),
    pytest.param(_edit(id="F13"), id="id"),
    pytest.param(_edit(question="abd"), id="word of a question"),
    pytest.param(_edit(variants=("ab", "ba")), id="new variant"),
    pytest.param(_edit(variants=()), id="variant less"),
    pytest.param(_edit(answer="Dev."), id="word of an answer"),
    pytest.param(lambda faq: replace(faq, entries=faq.entries[1:]), id="entry less"),
    pytest.param(
        lambda faq: replace(faq, entries=(*faq.entries, entry("F14", "mno"))), id="new entry"
    ),
    pytest.param(
        _set(out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("bleu",)),)),
        id="example less",
    ),
    pytest.param(_set(out_of_scope=()), id="subject less"),
    pytest.param(
        _set(glossary=(GlossaryTerm(acronym="PSC", expansions=("Proxy",), source="essai"),)),
        id="expansion",
    ),
    pytest.param(_set(labelled=()), id="labelled question less"),
    pytest.param(
        _set(labelled=(LabelledQuestion(text="cba", entries=("F11",)),)), id="entry of a label"
    ),
]
"""An answer may depend on each of these."""
