"""Warnings: what a valid corpus should still look at.

All functions are pure. A warning about an entry names the entry's id where an error names a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faqbot.corpus.entry import Corpus, Entry, GlossaryTerm
from faqbot.corpus.markdown import unshown
from faqbot.corpus.placeholders import (
    PROVISIONAL_CONTACT,
    is_provisional_question,
)
from faqbot.corpus.typography import prose, typographic, typography_defects
from faqbot.errors import Problem

SOON = timedelta(days=30)
"""How long before its day an entry is listed as to be read again."""
_TOKEN = re.compile(r"[^\W_]+(?:[-\u2011][^\W_]+)*")
_PRODUCT_NAME = re.compile(r"(?:[A-Z][a-zà-öø-ÿ]+){2,}")  # GitHub, LinkedIn
_ROMAN_NUMERAL = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_EMPHASIS = re.compile(
    "ATTENTION|AUCUNE?|AVANT|AVEC|APRÈS|CHAQUE|DANS|DES|DOI(VEN)?T|DU|EN|EST|ET|IMPORTANT|ILS?"
    "|JAMAIS|LA|LES?|MAIS|NE|NON|NOTA|NOTE|OBLIGATOIRE|ON|OU|OUI|PAR|PAS|POUR|QUE|RAPPEL|SANS|SAUF"
    "|SEULE?|SEULEMENT|SI|SUR|TOUJOURS|TOUS|TOUTE?S?|UNE?|URGENT"
)


class NearDuplicate(NamedTuple):
    """Two entries that may say the same thing."""

    first: Entry
    second: Entry
    similarity: float
    """Cosine similarity in [-1, 1], higher is more alike."""


class ReviewDue(NamedTuple):
    """An entry that somebody should read again."""

    entry: Entry
    by: date | None
    """The day for it; None: its source is the only reason."""
    source_changed_on: date | None
    """The day on which its source was found to say something else."""


def text_warnings(corpus: Corpus) -> list[Problem]:
    """Return all warnings of this module that need no embedding."""
    return [
        *provisional_texts(corpus),
        *unshown_markdown(corpus.entries),
        *unknown_acronyms(corpus.entries, corpus.glossary),
        *(wrong_typography(corpus.entries) if corpus.language == "fr" else ()),
    ]


def reviews_due(corpus: Corpus, today: date) -> list[ReviewDue]:
    """Find the entries to be read again within `SOON`, overdue ones included, by date."""
    sources = {source.url: source for source in corpus.sources}
    due = []
    for entry in corpus.entries:
        source = sources.get(entry.provenance.page)
        changed_on = source.changed_on if source and source.is_newer_than(entry) else None
        by = entry.review_by if entry.review_by and entry.review_by <= today + SOON else None
        if first := min((day for day in (by, changed_on) if day), default=None):
            due.append((first, entry.id, ReviewDue(entry, by, changed_on)))
    return [found for _, _, found in sorted(due)]


def provisional_texts(corpus: Corpus) -> list[Problem]:
    """Find the placeholders that an import has left."""
    warnings = []
    if corpus.contact == PROVISIONAL_CONTACT:
        message = "contact is a placeholder: write the address of the support"
        warnings.append(Problem("corpus.yaml", 0, message))
    for entry in corpus.entries:
        if is_provisional_question(entry.question):
            message = "the question is a placeholder: write the one that the answer replies to"
            warnings.append(Problem(entry.id, 0, message))
    if ids := [entry.id for entry in corpus.entries if not entry.provenance.source_url]:
        message = "source_url is empty: write the address of the page the answer comes from"
        warnings.append(Problem(" ".join(ids), 0, message))
    return warnings


def unshown_markdown(entries: Iterable[Entry]) -> list[Problem]:
    """Find Markdown in answers that no screen shows as it was meant."""
    return [
        Problem(entry.id, 0, f"answer: {found}")
        for entry in entries
        for found in unshown(entry.answer)
    ]


def unknown_acronyms(entries: Iterable[Entry], glossary: Iterable[GlossaryTerm]) -> list[Problem]:
    """Find acronyms in questions and answers that the glossary does not explain.

    Words with two capitals count as acronyms, also mixed or compound ones (mTLS, iSC, IGC-Santé),
    but neither roman numerals, nor names such as GitHub, nor common words in capitals, nor
    anything inside code or addresses.

    Returns:
        One warning for each acronym, in alphabetical order, naming the entries that use it.
    """
    known = {term.acronym for term in glossary}
    uses: dict[str, list[str]] = {}
    for entry in entries:
        found = {*_acronyms(f"{entry.question}\n{entry.answer}", known)}
        for acronym in found:
            uses.setdefault(acronym, []).append(entry.id)
    return [
        Problem(
            "glossary.yaml",
            0,
            f"acronym {acronym!r} is missing (used by {', '.join(uses[acronym])}): explain it",
        )
        for acronym in sorted(uses)
    ]


def wrong_typography(entries: Iterable[Entry]) -> list[Problem]:
    """Find non-French typography in what is our own wording.

    Verbatim answers keep the typography of their source.

    Returns:
        One warning for all that ``faqbot corpus typography`` mends, and one for each kind of
        other defect in each question and answer.
    """
    warnings, mendable = [], []
    for entry in entries:
        texts = {"question": entry.question}
        if entry.provenance.kind == "reworded":
            texts["answer"] = entry.answer
        for place, text in texts.items():
            for found in typography_defects(typographic(text)):
                times = f", {found.occurrences} times" if found.occurrences > 1 else ""
                message = f"{place}: {found.message}{times}: {found.excerpt}"
                warnings.append(Problem(entry.id, 0, message))
        if any(typographic(text) != text for text in texts.values()):
            mendable.append(entry.id)
    if mendable:
        message = "spaces or apostrophes are not French: faqbot corpus typography mends them"
        warnings.append(Problem(" ".join(mendable), 0, message))
    return warnings


def near_duplicates(
    entries: Sequence[Entry], vectors: NDArray[np.float32], threshold: float
) -> list[NearDuplicate]:
    """Find pairs of entries that are nearly the same.

    Args:
        entries: n of them.
        vectors: (n, dim) float32, one row for each entry in the same order; every row has L2
            norm 1.
        threshold: Cosine similarity in [-1, 1] above which a pair is reported.

    Returns:
        The pairs, most similar first, equals by id; the first entry of a pair is the one that
        comes first in ``entries``.
    """
    if len(entries) != len(vectors):
        msg = f"{len(entries)} entries, but {len(vectors)} vectors"
        raise ValueError(msg)
    pairs = []
    for row, entry in enumerate(entries):
        # Row by row, so that memory grows with n and not with its square.
        similarities = vectors[row + 1 :] @ vectors[row]
        for offset in np.flatnonzero(similarities > threshold):
            other = entries[row + 1 + int(offset)]
            pairs.append(NearDuplicate(entry, other, float(similarities[offset])))
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first.id, pair.second.id))


def _acronyms(text: str, known: set[str]) -> Iterator[str]:
    """Yield the acronyms of a text that are not known."""
    plain = prose(text)
    # « EDC PSC » may be known where « EDC » alone is not.
    for term in sorted((term for term in known if " " in term), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", " ", plain)
    for token in _TOKEN.findall(plain):
        parts = [part for part in re.split("[-\u2011]", token) if _is_acronym(part)]
        unknown = [part for part in parts if not _is_known(part, known)]
        if not unknown or _is_known(token, known):
            continue
        # Of a compound, the part that is missing; the whole where no part is known.
        yield from [token] if unknown == parts else unknown


def _is_acronym(word: str) -> bool:
    return (
        sum(char.isupper() for char in word) >= 2
        and not _PRODUCT_NAME.fullmatch(word)
        and not _ROMAN_NUMERAL.fullmatch(word)
        and not _EMPHASIS.fullmatch(word)
    )


def _is_known(word: str, known: set[str]) -> bool:
    # Plurals and versions: APIs, OAuth2.
    return not known.isdisjoint({word, word.removesuffix("s"), word.rstrip("0123456789")})
