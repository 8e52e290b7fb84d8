"""Find the numbers of people, establishments and accounts in a text, however they are spaced.

Keys decide where there are keys, the words around a number where there are none.
Two shapes speak for themselves: ten digits from 01 to 09, or an international prefix, are a
telephone number (https://www.arcep.fr/la-regulation/grands-dossiers-thematiques-transverses/
la-numerotation.html); 1 85 05 78 006 084 is a NIR as printed on the carte Vitale.

Every pattern moves over digits and single gaps, which never match the same character: the time
taken grows with the length of the text, not faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

from stdnum import luhn
from stdnum.fr import nir, siret

from faqbot.privacy.identifiers import SPACE, Found, Kind, is_iban, is_national_id

_POINT = r"[.\-/\u2010-\u2013]"
_GAP = rf"(?:{SPACE}?{_POINT}{SPACE}?|{SPACE}{{1,2}})"
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
_LABEL_AFTER = re.compile(rf"{SPACE}?\(?(?:{_LABEL})(?![^\W_]|\])", re.IGNORECASE)
# A label binds to the nearest number, and says nothing beyond the end of a sentence.
_OTHER_MATTER = re.compile(r"\d{4}|\]|[.!?;]\s|\n")
_REACH = 32
"""Characters before a number in which a label counts."""


def _label(text: str, start: int, stop: int) -> Kind | None:
    """Say what the nearest label before a number makes of it, or else the one right behind it."""
    before = _OTHER_MATTER.split(text[max(0, start - _REACH) : start])[-1]
    label = [_LABEL_AFTER.match(text, stop), *_LABEL_BEFORE.finditer(before)][-1]
    return cast("Kind", label.lastgroup) if label else None


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).upper()


# --- IBAN: a country, two digits, and as many characters as the country has ---

# A lookahead, as another may begin within what looks like one. None is as long as 35 characters.
_IBAN = re.compile(
    rf"(?<![^\W_])(?=([A-Z]{{2}}{SPACE}?\d{SPACE}?\d(?:{_GAP}?[A-Z0-9]){{11,31}}))", re.IGNORECASE
)
_END = re.compile(r"(?<=[^\W_])(?![^\W_])")


def find_ibans(text: str) -> Iterator[Found]:
    """Find IBANs with a right key, from left to right."""
    end = 0
    for match in _IBAN.finditer(text):
        start = match.start()
        stops = [found.start() for found in _END.finditer(text, start, match.end(1))]
        for stop in reversed(stops) if start >= end else ():
            if is_iban(_bare(text[start:stop])):
                yield start, stop, "iban"
                end = stop
                break


# --- NIR, INS and NIA: 13 characters, and a key of two digits that some leave out ---

_NIR_SHAPES = (
    # Spaces anywhere, or points between the parts.
    rf"[1-478](?:{SPACE}?\d){{4}}{SPACE}?(?:\d{SPACE}?\d|2{SPACE}?[AB])(?:{SPACE}?\d){{6}}",
    rf"[1-478]{_GAP}\d\d{_GAP}\d\d{_GAP}(?:\d\d|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}",
)
_NIR = re.compile(
    rf"{_BEFORE}(?=((?:{'|'.join(_NIR_SHAPES)})(?:{_GAP}?\d{SPACE}?\d)?){_AFTER})", re.IGNORECASE
)
_ON_THE_CARD = re.compile(
    r"[1-4]\W+\d\d\W+(?:0[1-9]|1[0-2])\W+\w\w\W+\d{3}\W+\d{3}(?!\w)", re.IGNORECASE
)


def find_nirs(text: str) -> Iterator[Found]:
    """Find NIR, INS and NIA, with or without their key, from left to right."""
    end = 0
    for match in _NIR.finditer(text):
        start, stop = match.span(1)
        if start >= end and (
            nir.is_valid(_bare(match[1]))
            or _ON_THE_CARD.match(match[1])
            or _label(text, start, stop) == "nir"
        ):
            yield start, stop, "nir"
            end = stop


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
        rf"(?:33|262|590|594|596)\)?(?:{_GAP}?(?:\({SPACE}?0{SPACE}?\)|0))?{_DIGIT}{{9}}",
        rf"508\)?{_DIGIT}{{6}}(?:{_DIGIT}{{3}})?",
        rf"(?:68[17]|376)\)?{_DIGIT}{{6}}",
        rf"689\)?{_DIGIT}{{8}}",
        # neighbours
        rf"(?:3[1249]|4[149]|35[1-3]|377|21[236])\)?{_DIGIT}{{8,11}}",
        rf"\d{{1,3}}{_GAP}?\(\d{{1,4}}\){_DIGIT}{{5,10}}",
    )
)
_ANOTHER = r"\d{8}[/-]"
_PHONE = re.compile(
    rf"{_behind('t[ée]l|gsm|fax', 'phone', 'mobile', 'portable', _ANOTHER)}"
    rf"(?:(?:{_NATIONAL})(?!{_POINT}(?!{_NATIONAL})\d)"
    rf"|\(?(?:\+{SPACE}?|00{_GAP}?)(?:{_ABROAD})"
    rf"|\+\d{_DIGIT}{{9,14}}"
    rf"|33{_GAP}[1-9](?:{_GAP}\d\d){{4}})(?![^\W_])",
    re.IGNORECASE,
)
_PAIRS = re.compile(rf"\d\d(?:{_GAP}\d\d(?!\d)){{4,5}}")


def find_phones(text: str) -> Iterator[Found]:
    """Find telephone numbers of France, and others with their country code, from left to right."""
    for match in _PHONE.finditer(text):
        if not _is_list(text, match.start()) or _label(text, *match.span()) == "phone":
            yield *match.span(), "phone"


def _is_list(text: str, start: int) -> bool:
    """Tell whether pairs of digits count up or go on rising, as in 01 02 03 04 05 06."""
    match = _PAIRS.match(text, start)
    pairs = [int(pair) for pair in re.findall(r"\d\d", match[0])] if match else []
    steps = [right - left for left, right in pairwise(pairs)]
    return set(steps[:4]) == {1} or (len(steps) == 5 and min(steps) > 0)


# --- RPPS, SIRET, SIREN, FINESS, ADELI: digits in groups ---

_VAT = r"\bFR\d\d"
# A label, or the country code of a VAT number, may be glued to its number.
_CHAIN = re.compile(
    rf"{_behind('siret|siren|adeli', 'rpps', 'finess', _VAT)}"
    rf"\d+(?:(?:{SPACE}|{_POINT})\d+)*",
    re.IGNORECASE,
)
_CORSICAN = re.compile(rf"{_BEFORE}2[AB]{SPACE}?\d{{7}}{_AFTER}", re.IGNORECASE)
_MOST_GROUPS = 8
_GROUPED = {
    *((9,), (3, 3, 3), (2, 7), (2, 3, 4), (2, 3, 2, 2), (2, 4, 3), (2, 6, 1)),
    *((11,), (2, 3, 3, 3), (1, 10), (1, 2, 2, 2, 2, 2), (2, 2, 2, 2, 3), (3, 2, 2, 2, 2)),
    *((3, 3, 5), (3, 4, 4), (1, 3, 3, 4), (5, 6), (6, 5)),
    *((12,), (1, 11), (1, 2, 3, 3, 3), (3, 3, 3, 3), (4, 4, 4), (2, 2, 2, 2, 2, 2), (6, 6)),
    *((14,), (9, 5), (3, 3, 3, 5), (3, 3, 3, 3, 2), (2, 2, 2, 2, 2, 2, 2)),
}
"""How the digits of one number are grouped; otherwise they are several numbers."""


class _Numbers(NamedTuple):
    """The numbers of one length."""

    kind: Kind
    """What a right key shows."""
    has_key: Callable[[str], bool]
    labelled: frozenset[Kind]
    """What a label shows, with or without a key."""


_BY_LENGTH: Mapping[int, _Numbers] = {
    # A telephone number of nine digits lacks its zero.
    9: _Numbers("identifier", luhn.is_valid, frozenset({"adeli", "finess", "siren", "phone"})),
    11: _Numbers("rpps", luhn.is_valid, frozenset({"rpps"})),
    12: _Numbers("rpps", is_national_id, frozenset({"rpps"})),
    14: _Numbers("siret", siret.is_valid, frozenset({"siret"})),
}


def find_numbers(text: str) -> Iterator[Found]:
    """Find RPPS, SIRET, SIREN, FINESS and ADELI numbers, from left to right.

    NIRs and telephone numbers, which are made of digits too, must have been taken out.
    """
    found: list[Found] = []
    for match in _CORSICAN.finditer(text):
        # FINESS and ADELI numbers of Corsica hold a letter; no other number looks like that.
        label = _label(text, *match.span())
        found.append((*match.span(), label if label in ("adeli", "finess") else "identifier"))
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
        groups = [found.span() for found in re.compile(r"\d+").finditer(text, *match.span())]
        if text[match.end() : match.end() + 1].isalnum():
            groups.pop()
        gaps = [text[left[1] : right[0]].strip() or " " for left, right in pairwise(groups)]
        return cls(text, groups, gaps)

    def numbers(self) -> Iterator[Found]:
        first = 0
        while first < len(self.groups):
            # The longest number that begins here wins: a SIRET begins with a SIREN.
            for last in reversed(self._ends(first)):
                if kind := self._kind(first, last):
                    yield self.groups[first][0], self.groups[last][1], kind
                    first = last
                    break
            first += 1

    def _ends(self, first: int) -> list[int]:
        """List the groups that complete a known length, within one kind of gap."""
        ends = []
        digits = 0
        for last in range(first, min(first + _MOST_GROUPS, len(self.groups))):
            if last > first + 1 and self.gaps[last - 1] != self.gaps[first]:
                break
            start, stop = self.groups[last]
            digits += stop - start
            if digits in _BY_LENGTH:
                ends.append(last)
        return ends

    def _kind(self, first: int, last: int) -> Kind | None:
        # Only spaces may hold a number apart from others: the parts of an object identifier,
        # an address or a version are never read as one.
        around = {*self.gaps[max(0, first - 1) : first], *self.gaps[last : last + 1]}
        if around - {" "}:
            return None
        parts = [self.text[start:stop] for start, stop in self.groups[first : last + 1]]
        digits = "".join(parts)
        numbers = _BY_LENGTH[len(digits)]
        label = _label(self.text, self.groups[first][0], self.groups[last][1])
        if label in numbers.labelled:
            return label
        grouped = tuple(map(len, parts)) in _GROUPED
        nothing = not digits.strip("0") or (len(digits) == 9 and self._is_amount(first, last))
        return numbers.kind if grouped and not nothing and numbers.has_key(digits) else None

    def _is_amount(self, first: int, last: int) -> bool:
        """Tell whether groups go on to the left or the right, as in 12 732 829 320."""
        if first == last:
            return False
        before = self.groups[first - 1] if first else (0, 0)
        after = self.groups[last + 1] if last + 1 < len(self.groups) else (0, 0)
        # 12.01 and 007 are no beginning of an amount.
        alone = first < 2 or self.gaps[first - 2] == " "
        left = before[1] - before[0] in {1, 2, 3} and alone and self.text[before[0]] != "0"
        return left or after[1] - after[0] == 3
