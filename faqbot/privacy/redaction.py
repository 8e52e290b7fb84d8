"""Take personal data out of what people write, before it is kept.

What is found gives way to a visible mark such as « [téléphone] ». Three rules decide:

- A number that carries a key (NIR, RPPS, FINESS, SIREN, SIRET, IBAN) goes when its key is right.
- A number goes too, mistyped or without any key (ADELI), when the words around it say what it is
  and it is as long as that.
- Everything else stays: dates, versions, requirement numbers, object identifiers, amounts.

A bare number of nine digits with a right key may be a SIREN or a FINESS: it becomes
« [identifiant] », at the price of one other nine-digit number in ten. In groups of three it stays
when a further group makes it an amount (12 732 829 320), unless a word says what it is.
``identifier_finders`` and ``person_names`` say how the rest is told apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from faqbot import wording
from faqbot.corpus.entry import Corpus
from faqbot.privacy.identifier_finders import find_ibans, find_nirs, find_numbers, find_phones
from faqbot.privacy.identifiers import SPACE, Found, Kind
from faqbot.privacy.person_names import find_names

_LOCAL = r"(?<![\w.+%'-])[\w.+%'-]+"
_PLAIN_EMAIL = re.compile(rf"{_LOCAL}{SPACE}?[@＠]{SPACE}?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{{2,24}}")
# Spelled against robots: « nom (at) domaine . fr », « nom arobase domaine point fr ».
_AT = (
    rf"(?:{SPACE}?[(\[{{<]{SPACE}?(?:at|ar+obase|@){SPACE}?[)\]}}>]{SPACE}?"
    rf"|{SPACE}ar+obase{SPACE})"
)
_DOT = (
    rf"(?:{SPACE}?(?:\.|[(\[{{]{SPACE}?(?:dot|point|\.){SPACE}?[)\]}}]){SPACE}?"
    rf"|{SPACE}point{SPACE})"
)
_SPELLED_EMAIL = re.compile(
    rf"{_LOCAL}{_AT}[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}[^\W\d_]{{2,6}}(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data."""

    text: str
    kinds: Mapping[Kind, int]
    """How many of each kind were taken out."""


def redact(text: str, public: Collection[str] = frozenset()) -> Redacted:
    """Take personal data out of a text; doing so again changes nothing.

    Args:
        public: What stays, see `public_words`.
    """
    kinds: Counter[Kind] = Counter()
    before = None
    # A mark can set free what stood glued to it. This ends: marks are never taken out.
    while before != text:
        before, text = text, _redact_once(text, public, kinds)
    return Redacted(text, kinds)


def _redact_once(text: str, public: Collection[str], kinds: Counter[Kind]) -> str:
    finders: tuple[Callable[[str], Iterable[Found]], ...] = (
        *(lambda text: _find_emails(text, public), find_ibans, find_nirs, find_phones),
        *(find_numbers, lambda text: find_names(text, public)),
    )
    for find in finders:
        pieces: list[str] = []
        end = 0
        for start, stop, kind in find(text):
            pieces += (text[end:start], wording.REDACTION_MARKS[kind])
            end = stop
            kinds[kind] += 1
        text = "".join((*pieces, text[end:]))
    return text


class Redactor:
    """Redacts for a store, and tells how much.

    Args:
        public: What stays, see `public_words`.
        count: Called with each kind that was found in a text, and how often.
    """

    def __init__(
        self, public: Iterable[str] = (), count: Callable[[Kind, int], None] | None = None
    ) -> None:
        self._public = frozenset(public)
        self._count = count

    def __call__(self, text: str) -> str:
        """Redact a text that is about to be kept, and count what was found."""
        redacted = redact(text, self._public)
        if self._count:
            for kind, number in redacted.kinds.items():
                self._count(kind, number)
        return redacted.text

    def preview(self, text: str) -> str:
        """Redact a text without counting."""
        return redact(text, self._public).text


def email_addresses(text: str) -> Iterator[str]:
    """List the plain e-mail addresses of a text, in lower case."""
    for match in _PLAIN_EMAIL.finditer(text):
        yield match[0].lower()


def public_words(corpus: Corpus) -> frozenset[str]:
    """Collect what a corpus publishes, and redaction therefore spares.

    These are its e-mail addresses, in lower case, and its acronyms, as they are written.
    """
    texts = (corpus.contact, *(f"{entry.question} {entry.answer}" for entry in corpus.entries))
    addresses = (address for text in texts for address in email_addresses(text))
    return frozenset(addresses) | {term.acronym for term in corpus.glossary}


def _find_emails(text: str, public: Collection[str]) -> Iterator[Found]:
    matches = (*_PLAIN_EMAIL.finditer(text), *_SPELLED_EMAIL.finditer(text))
    end = 0
    for start, stop in sorted(match.span() for match in matches):
        if start >= end and text[start:stop].lower() not in public:
            yield start, stop, "email"
            end = stop
