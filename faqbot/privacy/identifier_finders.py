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
from itertools import pairwise
from typing import NamedTuple

from stdnum import luhn
from stdnum.fr import nir, siret

from faqbot.privacy.identifiers import SPACE, Found, is_iban, is_national_id

_POINT = r"[._\-/*]"
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

_LABELS = {
    "rpps": "rpps|[a-z]{0,12}organization_?id|idnps|identifiant national|num[ée]ro national",
    "finess": "finess",
    "adeli": "adeli",
    "siret": "siret",
    "siren": "siren",
    "nir": "nir|nia|ss|ins(?:actif)?|matricule|nss|s[ée]cu|s[ée]curit[ée] sociale|immatriculation",
    "iban": "iban",
    "rib": "rib|cl[ée] rib|r[ée]f[ée]rences bancaires|compte bancaire",
    "card": "carte|cb|visa|mastercard|amex",
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


def _label(text: str, start: int, stop: int) -> str | None:
    """Say what the nearest label before a number makes of it, or else the one right behind it."""
    near = text[max(0, start - _REACH) : stop + len(" (a")]
    if near.upper() == near.lower():  # no letter: in rows of numbers, the common case
        return None
    before = _OTHER_MATTER.split(text[max(0, start - _REACH) : start])[-1]
    label = [_LABEL_AFTER.match(text, stop), *_LABEL_BEFORE.finditer(before)][-1]
    return label.lastgroup if label else None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


# --- IBAN: a country, two digits, and as many characters as the country has; RIB; cards ---

# A lookahead, as another may begin within what looks like one. None is as long as 35 characters.
_IBAN = re.compile(
    rf"(?<![^\W_])(?=([A-Z]{{2}}{SPACE}?\d{SPACE}?\d(?:{_GAP}?[A-Z0-9]){{11,31}}))", re.IGNORECASE
)
# What nothing else looks like, whatever its key.
_FRENCH = re.compile(r"FR\d{2}(?:\d{10}[A-Z0-9]{11}\d{2}|\d{18,25})")
_CHARACTER = re.compile(r"[^\W_]")


def find_ibans(text: str) -> Iterator[Found]:
    """Find IBANs with a right key, and French or announced ones with any, from left to right."""
    end = 0
    for match in _IBAN.finditer(text):
        start = match.start()
        whole = _bare(match[1])
        stops = [found.end() for found in _CHARACTER.finditer(text, *match.span(1))]
        # The longest, but rather one with a right key.
        sizes = sorted(range(len(stops), 14, -1), key=lambda size: not is_iban(whole[:size]))
        for size in sizes if start >= end else ():
            number, stop = whole[:size], stops[size - 1]
            if size < len(stops) and text[stop].isalnum():  # in the middle of a word
                continue
            labelled = number[2:].isdigit() and _label(text, start, stop) == "iban"
            if is_iban(number) or _FRENCH.fullmatch(number) or labelled:
                yield start, stop, "iban"
                end = stop
                break


_CELL = rf"(?:{_GAP}?|{SPACE}?[|;,]{SPACE}?)"
_RIB = re.compile(
    rf"{_BEFORE}\d{{5}}{_CELL}\d{{5}}{_CELL}[A-Za-z0-9](?:{_GAP}?[A-Za-z0-9]){{10}}{_CELL}\d\d"
    rf"{_AFTER}"
)
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_CARD = re.compile(
    rf"{_BEFORE}(?:[2-6]\d{{3}}(?:{_GAP}?\d{{4}}){{3}}|3[47]\d\d{_GAP}?\d{{6}}{_GAP}?\d{{5}})"
    rf"{_AFTER}"
)
_BIC = re.compile(
    r"\b(?i:bic|swift)\b[^\n.?!;]{0,30}?(?<![\w-])"
    r"([A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?|[a-z]{4}fr[a-z]{2})(?![\w-])"
    r"|\[IBAN\][^\n.]{1,30}?\b([A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?)(?![\w-])"
)


def find_accounts(text: str) -> Iterator[Found]:
    """Find the numbers of French bank accounts, of banks and of payment cards."""
    for match in _BIC.finditer(text):
        yield *match.span(match.lastindex or 0), "rib"
    for match in _RIB.finditer(text):
        # https://fr.wikipedia.org/wiki/Clé_RIB
        right = int(_bare(match[0]).translate(_RIB_DIGITS)) % 97 == 0
        if right or _label(text, *match.span()) == "rib":
            yield *match.span(), "rib"
    for match in _CARD.finditer(text):
        grouped = match[0][0] in "45" and not match[0].isdigit()
        if grouped or luhn.is_valid(_bare(match[0])) or _label(text, *match.span()) == "card":
            yield *match.span(), "card"


# --- NIR, INS and NIA: 13 characters, and a key of two digits that some leave out ---

_NIR_SHAPES = (
    # Spaces anywhere, or points between the parts.
    rf"[1-478](?:{SPACE}?\d){{4}}{SPACE}?(?:\d{SPACE}?\d|2{SPACE}?[AB])(?:{SPACE}?\d){{6}}",
    rf"[1-478]{_GAP}\d\d{_GAP}\d\d{_GAP}(?:\d\d|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}",
)
_NIR = re.compile(
    rf"(?i){_BEFORE}(?=((?:{'|'.join(_NIR_SHAPES)})(?:(?:{_GAP}?| cl[ée] )\d{SPACE}?\d)?){_AFTER})"
)
_ON_THE_CARD = re.compile(
    r"(?i)[1-4]\W*\d\d\W+(?:0[1-9]|1[0-2])\W+\w\w\W+\d{3}\W+\d{3}(?!\w)"
    # milliseconds of these years begin with 17
    r"|(?!17)[12]\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[1-9]\d|2[AB])\d{6}\Z"
)


def find_nirs(text: str) -> Iterator[Found]:
    """Find NIR, INS and NIA, with or without their key; one may begin within another."""
    for match in _NIR.finditer(text):
        if (
            nir.is_valid(_bare(match[1]))
            or _ON_THE_CARD.match(match[1])
            or _label(text, *match.span(1)) == "nir"
        ):
            yield *match.span(1), "nir"


# --- Telephone numbers ---

_SHAPES = (
    *((2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3), (4, 6), (2, 2, 3, 3), (2, 3, 3, 2), (2, 4, 4)),
    *((2, 2, 2, 4), (2, 4, 2, 2), (2, 8), (10,)),
)
_NATIONAL = (
    "|".join(
        rf"(?:0[1-9]|\(0[1-9]\))\d{{{first - 2}}}"
        + "".join(rf"{_GAP}\d{{{count}}}" for count in rest)
        for first, *rest in _SHAPES
    )
    + rf"|0{_GAP}(?:[67](?:{_GAP}\d){{8}}|\d{{3}}(?:{_GAP}\d\d){{3}})"
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
    rf"(?i){_behind('t[ée]l|gsm|fax', 'phone', 'mobile', 'portable', _ANOTHER)}"
    rf"(?:(?:{_NATIONAL})(?!{_POINT}(?!{_NATIONAL})\d)"
    rf"|\(?(?:\+{SPACE}?|00{_GAP}?)(?:{_ABROAD})"
    rf"|\+\d{_DIGIT}{{9,14}}"
    rf"|33[67]\d{{8}}|33{_GAP}[1-9](?:{_GAP}\d\d){{4}})(?![^\W_])"
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
_BEGINNING = re.compile(
    rf"{_behind('siret|siren|adeli', 'rpps', 'finess', _VAT)}(?=\d)", re.IGNORECASE
)
_CORSICAN = re.compile(rf"{_BEFORE}2[AB]{SPACE}?\d{{7}}{_AFTER}", re.IGNORECASE)
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

    kind: str
    """What a right key shows."""
    has_key: Callable[[str], bool]
    labelled: frozenset[str]
    """What a label shows, with or without a key."""


# The longest first: a SIRET begins with a SIREN.
_BY_LENGTH: Mapping[int, _Numbers] = {
    14: _Numbers("siret", siret.is_valid, frozenset({"siret", "rpps"})),
    12: _Numbers("rpps", is_national_id, frozenset({"rpps"})),
    11: _Numbers("rpps", luhn.is_valid, frozenset({"rpps"})),
    # A telephone number of nine digits lacks its zero.
    9: _Numbers("identifier", luhn.is_valid, frozenset({"adeli", "finess", "siren", "phone"})),
}
# One kind of gap. Only spaces may hold a number apart from others: the parts of an object
# identifier, an address or a version are never read as one.
_OF_LENGTH = {
    length: re.compile(rf"(?=\d*({SPACE}|{_POINT})?)\d(?:\1?\d){{{length - 1}}}{_AFTER}")
    for length in _BY_LENGTH
}
# 12.01 and 007 are no beginning of an amount.
_AMOUNT_BEFORE = re.compile(rf"(?<![\d._/-])(?<!\d,)[1-9]\d{{0,2}}{SPACE}$")
_AMOUNT_AFTER = re.compile(rf"{SPACE}\d{{3}}(?!\d)")


def find_numbers(text: str) -> Iterator[Found]:
    """Find RPPS, SIRET, SIREN, FINESS and ADELI numbers.

    NIRs and telephone numbers, which are made of digits too, must have been taken out.
    """
    for match in _CORSICAN.finditer(text):
        # FINESS and ADELI numbers of Corsica hold a letter; no other number looks like that.
        label = _label(text, *match.span())
        yield *match.span(), label if label in ("adeli", "finess") else "identifier"
    end = 0
    for beginning in _BEGINNING.finditer(text):
        for length, numbers in _BY_LENGTH.items() if beginning.start() >= end else ():
            found = _OF_LENGTH[length].match(text, beginning.start())
            if found and (kind := _kind(found, numbers)):
                yield *found.span(), kind
                end = found.end()
                break


def _kind(found: re.Match[str], numbers: _Numbers) -> str | None:
    parts = found[0].split(found[1])
    digits = "".join(parts)
    label = _label(found.string, *found.span())
    if label in numbers.labelled:
        return label
    grouped = tuple(map(len, parts)) in _GROUPED and digits.strip("0")
    amount = len(digits) == 9 and len(parts) > 1 and _is_amount(found)
    return numbers.kind if grouped and not amount and numbers.has_key(digits) else None


def _is_amount(found: re.Match[str]) -> bool:
    """Tell whether groups go on to the left or the right, as in 12 732 829 320."""
    text, (start, stop) = found.string, found.span()
    left = _AMOUNT_BEFORE.search(text[max(0, start - 5) : start])
    return bool(left or _AMOUNT_AFTER.match(text, stop))
