"""What is taken out of a text, and the keys of numbers that python-stdnum does not know.

Formats and keys as published by:

- NIR: Insee, https://www.insee.fr/fr/metadonnees/definition/c1409. Its 13 characters and two
  digits of key make the INS too, whose temporary form (NIA) begins with 3, 4, 7 or 8:
  https://fr.wikipedia.org/wiki/Numéro_de_sécurité_sociale_en_France.
- RPPS, ADELI and the national id (8 + RPPS, 0 + ADELI): ANS,
  https://github.com/ansforge/IG-FHIR-PDSM4DMP-EEDS, ``input/fsh/Model/PSIdNat.fsh``. That the last
  digit of an RPPS number is a Luhn key was checked on the ANS's own example 10000001916
  (``input/fsh/exemples`` of https://github.com/ansforge/IG-fhir-annuaire). ADELI has no public key.
- FINESS: nine digits, the last one a Luhn key (checked on public hospitals, such as 750712184).
- SIREN and SIRET: Insee, https://www.insee.fr/fr/metadonnees/definition/c1841.
- IBAN: ISO 13616; structure by country from SWIFT's IBAN registry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeAlias

from stdnum import iban, luhn, numdb
from stdnum.iso7064 import mod_97_10

Found: TypeAlias = tuple[int, int, str]
"""[start, end) in a text, and what stands there: a key of `wording.REDACTION_MARKS`.

``identifier`` is nine digits with a right key, which may be a SIREN or a FINESS.
"""

SPACE = "[ \t]"
"""Pattern of one space within a line of what `plain` returns."""

_DASHES = str.maketrans("\u2010\u2011\u2012\u2013’", "----'")
_WIDE = re.compile(r"[^\x00-\x9f\xa1-\xff]")
_ZERO = re.compile(r"(?<![^\W_])[Oo](?=[1-9])|(?<=\d)[Oo](?![^\W\dOo_])")


def plain(text: str) -> str:
    """Return a text of the same length, without the spellings that hide a number.

    Digits and letters of other widths, spaces, hyphens and apostrophes become ASCII, and a letter O
    in the place of a zero becomes one.
    """
    return _ZERO.sub("0", _WIDE.sub(_narrow, text.translate(_DASHES)))


def _narrow(wide: re.Match[str]) -> str:
    form = unicodedata.normalize("NFKC", wide[0])
    return form if len(form) == 1 else wide[0]


def apart(found: Iterable[Found]) -> Iterator[Found]:
    """Sort what was found, and leave out what begins within something else."""
    end = 0
    for start, stop, kind in sorted(found, key=lambda item: (item[0], -item[1])):
        if stop > start >= end:
            yield start, stop, kind
            end = stop


def is_national_id(digits: str) -> bool:
    """Tell whether 12 digits are the national id of a professional: 8 and an RPPS number."""
    return digits[0] == "8" and luhn.is_valid(digits[1:])


def is_iban(number: str) -> bool:
    """Tell whether capital letters and digits are an IBAN with a right key.

    python-stdnum knows the structure of each country's, except Morocco's.
    """
    if len(number) != _iban_length(number[:2]):  # far cheaper than the key
        return False
    if number.startswith("MA"):
        return mod_97_10.is_valid(number[4:] + number[:4])
    return iban.is_valid(number, check_country=False)


@cache
def _iban_length(country: str) -> int:
    structure = numdb.get("iban").info(country)[0][1].get("bban", "24" if country == "MA" else "")
    return 4 + sum(map(int, re.findall(r"\d+", structure)))
