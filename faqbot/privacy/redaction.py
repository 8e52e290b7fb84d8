"""Take personal data out of what people write, before it is kept.

What is found gives way to a visible mark such as « [téléphone] ». These rules decide:

- What gives access goes first: passwords, keys, tokens.
- A number that carries a key (NIR, RPPS, FINESS, SIREN, SIRET, IBAN, RIB, payment card) goes when
  its key is right.
- A number goes too, mistyped or without any key (ADELI, passport), when the words around it say
  what it is and it is as long as that; so does a date when they say that somebody was born then.
- What shows by its form goes: addresses of every sort, plates, names that begin as names do.
- Everything else stays: dates, versions, requirement numbers, object identifiers, amounts.

A bare number of nine digits with a right key may be a SIREN or a FINESS: it becomes
« [identifiant] », at the price of one other nine-digit number in ten. In groups of three it stays
when a further group makes it an amount (12 732 829 320), unless a word says what it is.
The modules of the finders say how the rest is told apart.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from faqbot import wording
from faqbot.corpus.entry import Corpus
from faqbot.privacy.detail_finders import find_details
from faqbot.privacy.identifier_finders import (
    find_accounts,
    find_ibans,
    find_nirs,
    find_numbers,
    find_phones,
)
from faqbot.privacy.identifiers import SPACE, Found, apart, plain
from faqbot.privacy.person_names import find_names, find_owners
from faqbot.privacy.secret_finders import find_secrets

_LOCAL = r"(?<![\w.+%'-])[\w.+%'-]+"
_PLAIN_EMAIL = re.compile(
    rf"{_LOCAL}(?:{SPACE}?@{SPACE}?|%40)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{{2,24}}"
)
# Spelled against robots: « nom (at) domaine . fr », « nom arobase domaine point fr ».
_AT = (
    rf"(?:{SPACE}?[(\[{{<]{SPACE}?(?:at?|ar+obase|@){SPACE}?[)\]}}>]{SPACE}?"
    rf"|{SPACE}?@{SPACE}?|%40|{SPACE}(?:ar+obase|at){SPACE})"
)
_DOT = (
    rf"(?:{SPACE}?(?:\.|,(?=\w)|[(\[{{]{SPACE}?(?:dot|point|\.){SPACE}?[)\]}}]){SPACE}?"
    rf"|{SPACE}(?:point|dot){SPACE})"
)
_TOP = "fr|com|net|org|eu|be|ch|lu|mc|re|nc|pf|pro|info|io|de|es|it|uk|ca|care|health|sante"
_SPELLED_EMAIL = re.compile(
    rf"(?i){_LOCAL}(?:(?: \. | point |[(\[]\.[)\]])[\w-]+){{0,2}}{_AT}"
    rf"[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}(?:{_TOP})(?!\w)"
)

_REMEMBERED = 2000
"""Texts without anything to take out that a redactor knows again."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data."""

    text: str
    kinds: Mapping[str, int]
    """How many of each kind were taken out."""


def redact(text: str, public: Collection[str] = frozenset()) -> Redacted:
    """Take personal data and secrets out of a text; doing so again changes nothing.

    Args:
        public: What stays, see `public_words`.
    """
    addresses = list(email_addresses(text)) if "@" in text else []
    return _take_out(
        text,
        # Secrets go first: nothing may cut them short.
        *(find_secrets, lambda text: _find_emails(text, public), find_details),
        *(find_ibans, find_accounts, find_nirs, find_phones, find_numbers),
        lambda text: (*find_owners(text, addresses, public), *find_names(text, public)),
    )


def _take_out(text: str, *finders: Callable[[str], Iterable[Found]]) -> Redacted:
    kinds: Counter[str] = Counter()
    before = None
    # A mark can set free what stood glued to it. This ends: marks are never taken out.
    while before != text:
        before = text
        for find in finders:
            pieces: list[str] = []
            end = 0
            for start, stop, kind in apart(find(plain(text))):
                pieces += (text[end:start], wording.REDACTION_MARKS[kind])
                end = stop
                kinds[kind] += 1
            text = "".join((*pieces, text[end:]))
    return Redacted(text, kinds)


class Redactor:
    """Redacts for a store, and tells how much.

    Args:
        public: What stays, see `public_words`.
        count: Called with each kind that was found in a text, and how often.
    """

    def __init__(
        self, public: Iterable[str] = (), count: Callable[[str, int], None] | None = None
    ) -> None:
        self._public = frozenset(public)
        self._count = count
        self._clean = set[bytes]()
        """Digests of texts that hold nothing to take out."""

    def __call__(self, text: str) -> str:
        """Redact a text that is about to be kept, and count what was found."""
        if (digest := _digest(text)) in self._clean:
            return text
        redacted = redact(text, self._public)
        if not redacted.kinds:
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(digest)
        return self._counted(redacted)

    def without_secrets(self, text: str) -> str:
        """Take out of a text what nothing may read, whether it is kept or not, and count it."""
        if _digest(text) in self._clean:
            return text
        return self._counted(_take_out(text, find_secrets))

    def preview(self, text: str) -> str:
        """Redact a text without counting."""
        return redact(text, self._public).text

    def _counted(self, redacted: Redacted) -> str:
        if self._count:
            for kind, number in redacted.kinds.items():
                self._count(kind, number)
        return redacted.text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def email_addresses(text: str) -> Iterator[str]:
    """List the plain e-mail addresses of a text, in lower case."""
    for match in _PLAIN_EMAIL.finditer(text):
        yield match[0].lower()


# Words in lower case, and those that have a capital though no sentence begins there.
_OWN_WORD = re.compile(r"(?:(?<=[\w,;)] )|(?<![\w'’-])(?=[^\W\d_A-ZÀ-Þ]))[^\W\d_]+(?:-[^\W\d_]+)*")


def public_words(corpus: Corpus) -> frozenset[str]:
    """Collect what a corpus publishes, and redaction therefore spares.

    These are its e-mail addresses, in lower case, and as they are written its acronyms and words;
    a word with a capital counts where no sentence begins with it.
    """
    texts = ["\n".join((entry.question, entry.answer, *entry.variants)) for entry in corpus.entries]
    addresses = (address for text in (*texts, corpus.contact) for address in email_addresses(text))
    words = (word for text in texts for word in _OWN_WORD.findall(text))
    return frozenset((*addresses, *words, *(term.acronym for term in corpus.glossary)))


def _find_emails(text: str, public: Collection[str]) -> Iterator[Found]:
    for match in (*_PLAIN_EMAIL.finditer(text), *_SPELLED_EMAIL.finditer(text)):
        if match[0].lower() not in public:
            yield *match.span(), "email"
