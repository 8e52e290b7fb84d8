"""Find the numbers of people, establishments and accounts in a text, however they are spaced.

Keys decide where there are keys (``identifiers``), the words around a number where there are none.
Two shapes speak for themselves: ten digits from 01 to 09, or an international prefix, are a
telephone number (https://www.arcep.fr/la-regulation/grands-dossiers-thematiques-transverses/
la-numerotation.html); 1 85 05 78 006 084 is a NIR as printed on the carte Vitale.

Every pattern moves over digits and single gaps, which never match the same character: the time
taken grows with the length of the text, not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from faqbot.privacy import identifiers
from faqbot.privacy.identifiers import Found, Kind

_SPACE = r"[ \t\u00a0\u202f]"
_POINT = r"[.\-/\u2010-\u2013]"
_GAP = rf"(?:{_SPACE}?{_POINT}{_SPACE}?|{_SPACE}{{1,2}})"
# Not in the middle of a word or a number; an underscore may be near, as in the name of a file.
_BEFORE = r"(?<![^\W_])(?<!\d[.,\-/])"
_AFTER = r"(?![^\W_]|[.,\-/]\d)"


def _behind(*labels: str) -> str:
    """Match where a number may begin: as `_BEFORE` says, or glued to a label.

    The alternatives of one label are equally long.
    """
    return "(?:" + "|".join((_BEFORE, *(f"(?<={label})" for label in labels))) + ")"


# --- Labels: the words around a number that say what it is ---

_LABELS: Mapping[Kind, str] = {
    "rpps": "rpps|idnps|identifiant national|num[ée]ro national",
    "finess": "finess",
    "adeli": "adeli",
    "siret": "siret",
    "siren": "siren",
    "nir": "nir|nia|ins|nss|s[ée]cu|s[ée]curit[ée] sociale|immatriculation",
    "phone": "t[ée]l|t[ée]l[ée]phone|phone|mobile|portable|gsm|fax|joindre|joignable|r?appele[rz]",
}
_LABEL = "|".join(rf"(?P<{kind}>{words})" for kind, words in _LABELS.items())
# A mark is no label: what was taken out must not decide what else goes.
_LABEL_BEFORE = re.compile(rf"(?<![^\W_])(?<!\[)(?:{_LABEL})(?![^\W_]|\])", re.IGNORECASE)
_LABEL_AFTER = re.compile(rf"{_SPACE}?\(?(?:{_LABEL})(?![^\W_]|\])", re.IGNORECASE)
# A label binds to the nearest number, and says nothing beyond the end of a sentence.
_OTHER_MATTER = re.compile(r"\d{4}|\]|[.!?;]\s|\n")
_REACH = 32
"""Characters before a number in which a label counts."""


def _label(text: str, start: int, stop: int) -> str | None:
    return _label_before(text, start) or _label_after(text, stop)


def _label_before(text: str, start: int) -> str | None:
    before = _OTHER_MATTER.split(text[max(0, start - _REACH) : start])[-1]
    nearest = None
    for match in _LABEL_BEFORE.finditer(before):
        nearest = match.lastgroup
    return nearest


def _label_after(text: str, stop: int) -> str | None:
    match = _LABEL_AFTER.match(text, stop)
    return match.lastgroup if match else None


# --- IBAN: a country, two digits, and as many characters as the country has ---

_IBAN_START = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(identifiers.IBAN_LENGTHS)}){_SPACE}?\d{_SPACE}?\d", re.IGNORECASE
)
_IBAN_NEXT = re.compile(rf"{_GAP}?([A-Z0-9])", re.IGNORECASE | re.ASCII)


def find_ibans(text: str) -> Iterator[Found]:
    """Find IBANs with a right key.

    Args:
        text: Any text.

    Yields:
        Where they stand, from left to right.
    """
    end = 0
    for match in _IBAN_START.finditer(text):
        number, stop = re.sub(_SPACE, "", match[0]).upper(), match.end()
        missing = identifiers.IBAN_LENGTHS[number[:2]] - len(number)
        while missing and (following := _IBAN_NEXT.match(text, stop)):
            number, stop, missing = number + following[1].upper(), following.end(), missing - 1
        whole = not missing and not text[stop : stop + 1].isalnum()
        if whole and match.start() >= end and identifiers.is_iban(number):
            yield match.start(), stop, "iban"
            end = stop


# --- NIR, INS and NIA: 13 characters, and a key of two digits that some leave out ---

_NIR_SHAPES = (
    # Spaces anywhere, or points between the parts.
    rf"[1-478](?:{_SPACE}?\d){{5}}{_SPACE}?[\dAB](?:{_SPACE}?\d){{6}}",
    rf"[1-478]{_GAP}\d\d{_GAP}\d\d{_GAP}\d[\dAB]{_GAP}\d{{3}}{_GAP}\d{{3}}",
)
_NIRS = tuple(
    re.compile(rf"{_BEFORE}{shape}(?:{_GAP}?\d{_SPACE}?\d)?{_AFTER}", re.IGNORECASE)
    for shape in _NIR_SHAPES
)
_ON_THE_CARD = [1, 2, 2, 2, 3, 3]
_BORN = re.compile(r"[1-4]\d\d(?:0[1-9]|1[0-2])")


def find_nirs(text: str) -> Iterator[Found]:
    """Find the numbers of the sécurité sociale: NIR, INS and NIA, with or without their key.

    Args:
        text: Any text.

    Yields:
        Where they stand, from left to right.
    """
    position = 0
    while matches := [match for shape in _NIRS if (match := shape.search(text, position))]:
        match = min(matches, key=lambda found: (found.start(), -found.end()))
        position = match.start() + 1
        if _is_nir(match, text):
            yield match.start(), match.end(), "nir"
            position = match.end()


def _is_nir(match: re.Match[str], text: str) -> bool:
    parts = re.split(r"[^0-9A-Za-z]+", match[0].upper())
    number = "".join(parts)
    if not number[5:7].isdigit() and number[5:7] not in {"2A", "2B"}:
        return False
    if len(number) == 15 and identifiers.is_nir(number):
        return True
    on_the_card = [len(part) for part in parts[:6]] == _ON_THE_CARD and _BORN.match(number)
    return bool(on_the_card) or _label(text, *match.span()) == "nir"


# --- Telephone numbers ---

_SHAPES = (
    *((2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3), (4, 6), (2, 2, 3, 3), (2, 3, 3, 2), (2, 4, 4)),
    *((2, 8), (10,)),
)
_NATIONAL = "|".join(
    rf"(?:0[1-9]|\(0[1-9]\))\d{{{first - 2}}}" + "".join(rf"{_GAP}\d{{{count}}}" for count in rest)
    for first, *rest in _SHAPES
)
_DIGIT = rf"(?:{_GAP}?\d)"
_ABROAD = "|".join(
    (
        rf"(?:33|262|590|594|596)\)?(?:{_GAP}?(?:\({_SPACE}?0{_SPACE}?\)|0))?{_DIGIT}{{9}}",
        rf"508\)?{_DIGIT}{{6}}(?:{_DIGIT}{{3}})?",
        rf"(?:68[17]|376)\)?{_DIGIT}{{6}}",
        rf"689\)?{_DIGIT}{{8}}",
        # neighbours
        rf"(?:3[1249]|4[149]|35[1-3]|377|21[236])\)?{_DIGIT}{{8,11}}",
        rf"\d{{1,3}}{_GAP}?\(\d{{1,4}}\){_DIGIT}{{5,10}}",
    )
)
_PHONE = re.compile(
    rf"{_behind('t[ée]l|gsm|fax', 'phone', 'mobile', 'portable')}"
    rf"(?:(?:{_NATIONAL})(?!{_POINT}(?!{_NATIONAL})\d)"
    rf"|\(?(?:\+{_SPACE}?|00{_GAP}?)(?:{_ABROAD})"
    rf"|\+\d{_DIGIT}{{9,14}}"
    rf"|33{_GAP}[1-9](?:{_GAP}\d\d){{4}})(?![^\W_])",
    re.IGNORECASE,
)
_PAIRS = re.compile(rf"\d\d(?:{_GAP}\d\d(?!\d))*")


def find_phones(text: str) -> Iterator[Found]:
    """Find telephone numbers of France and its overseas, and others with their country code.

    Args:
        text: Any text.

    Yields:
        Where they stand, from left to right.
    """
    for match in _PHONE.finditer(text):
        if not _is_list(text, match.start()) or _label(text, *match.span()) == "phone":
            yield *match.span(), "phone"


def _is_list(text: str, start: int) -> bool:
    """Tell whether pairs of digits count up or go on rising, as in 01 02 03 04 05 06."""
    pairs = _PAIRS.match(text, start)
    numbers = [int(pair) for pair in re.findall(r"\d\d", pairs[0])] if pairs else []
    steps = [right - left for left, right in pairwise(numbers)][:5]
    return len(steps) > 3 and (set(steps[:4]) == {1} or (len(steps) > 4 and min(steps) > 0))


# --- RPPS, SIRET, SIREN, FINESS, ADELI: digits in groups ---

_VAT = r"\bFR\d\d"
# A label, or the country code of a VAT number, may be glued to its number.
_CHAIN = re.compile(
    rf"{_behind('siret|siren|adeli', 'rpps', 'finess', _VAT)}"
    rf"\d+(?:(?:{_SPACE}|{_POINT})\d+)*",
    re.IGNORECASE,
)
_CORSICAN = re.compile(rf"{_BEFORE}2[AB]{_SPACE}?\d{{7}}{_AFTER}", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_LENGTHS = {9, 11, 12, 14}
_MOST_GROUPS = 8
_GROUPED = {
    *((9,), (3, 3, 3), (2, 7), (2, 3, 4), (2, 3, 2, 2), (2, 4, 3), (2, 6, 1)),
    *((11,), (2, 3, 3, 3), (1, 10), (1, 2, 2, 2, 2, 2), (2, 2, 2, 2, 3), (3, 2, 2, 2, 2)),
    *((3, 3, 5), (3, 4, 4), (1, 3, 3, 4), (5, 6), (6, 5)),
    *((12,), (1, 11), (1, 2, 3, 3, 3), (3, 3, 3, 3), (4, 4, 4), (2, 2, 2, 2, 2, 2), (6, 6)),
    *((14,), (9, 5), (3, 3, 3, 5), (3, 3, 3, 3, 2), (2, 2, 2, 2, 2, 2, 2)),
}
"""How the digits of one number are grouped; otherwise they are several numbers."""
_LETTERED: Mapping[str | None, Kind] = {"adeli": "adeli", "finess": "finess"}
_LABELLED: Mapping[str | None, Kind] = {
    **_LETTERED,
    "siren": "siren",
    "phone": "phone",  # without its zero
}


def find_numbers(text: str) -> Iterator[Found]:
    """Find RPPS, SIRET, SIREN, FINESS and ADELI numbers.

    Args:
        text: A text without NIRs and telephone numbers, which are made of digits too.

    Yields:
        Where they stand, from left to right.
    """
    found: list[Found] = [
        # FINESS and ADELI numbers of Corsica hold a letter; no other number looks like that.
        (*match.span(), _LETTERED.get(_label(text, *match.span()), "identifier"))
        for match in _CORSICAN.finditer(text)
    ]
    for match in _CHAIN.finditer(text):
        found.extend(_Chain.of(text, match).numbers())
    yield from sorted(found)


@dataclass(frozen=True, slots=True)
class _Chain:
    """Groups of digits one gap apart."""

    text: str
    groups: list[tuple[int, int]]
    gaps: list[str]
    """One fewer; every kind of space is a plain one."""

    @classmethod
    def of(cls, text: str, match: re.Match[str]) -> _Chain:
        groups = [found.span() for found in _GROUP.finditer(text, *match.span())]
        if text[match.end() : match.end() + 1].isalnum():
            groups.pop()
        gaps = [text[left[1] : right[0]].strip() or " " for left, right in pairwise(groups)]
        return cls(text, groups, gaps)

    def numbers(self) -> Iterator[Found]:
        first = 0
        while first < len(self.groups):
            # The longest number that begins here wins: a SIRET begins with a SIREN.
            ends = self._ends(first)
            label = _label_before(self.text, self.groups[first][0]) if ends else None
            for last in reversed(ends):
                if kind := self._kind(first, last, label):
                    yield self.groups[first][0], self.groups[last][1], kind
                    first = last
                    break
            first += 1

    def _ends(self, first: int) -> list[int]:
        """List the groups that complete a known length, within one kind of gap."""
        ends = []
        digits = 0
        for last in range(first, len(self.groups)):
            start, stop = self.groups[last]
            digits += stop - start
            mixed = last > first + 1 and self.gaps[last - 1] != self.gaps[first]
            if digits > max(_LENGTHS) or mixed or last - first >= _MOST_GROUPS:
                break
            if digits in _LENGTHS:
                ends.append(last)
        return ends

    def _kind(self, first: int, last: int, label: str | None) -> Kind | None:
        # Only spaces may hold a number apart from others: the parts of an object identifier,
        # an address or a version are never read as one.
        around = {*self.gaps[max(0, first - 1) : first], *self.gaps[last : last + 1]}
        if around - {" "}:
            return None
        parts = [self.text[start:stop] for start, stop in self.groups[first : last + 1]]
        digits = "".join(parts)
        label = label or _label_after(self.text, self.groups[last][1])
        grouped = tuple(map(len, parts)) in _GROUPED
        if len(digits) == 14:
            valid = grouped and identifiers.is_siret(digits)
            return "siret" if valid or label == "siret" else None
        if len(digits) > 9:
            valid = grouped and identifiers.is_rpps(digits)
            return "rpps" if valid or label == "rpps" else None
        if label in _LABELLED:
            return _LABELLED[label]
        certain = grouped and not self._is_amount(first, last)
        return "identifier" if certain and identifiers.has_luhn_key(digits) else None

    def _is_amount(self, first: int, last: int) -> bool:
        """Tell whether groups go on to the left or the right, as in 12 732 829 320."""
        before = self.groups[first - 1] if first else (0, 0)
        after = self.groups[last + 1] if last + 1 < len(self.groups) else (0, 0)
        # 12.01 and 007 are no beginning of an amount.
        alone = first < 2 or self.gaps[first - 2] == " "
        left = before[1] - before[0] in {1, 2, 3} and alone and self.text[before[0]] != "0"
        right = after[1] - after[0] == 3
        return last > first and (left or right)
