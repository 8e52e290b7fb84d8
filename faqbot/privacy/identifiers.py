"""Checks of the numbers that name people, establishments and accounts in France.

Each function takes the bare number: no spaces, capital letters. Formats and keys as published by:

- NIR: Insee, https://www.insee.fr/fr/metadonnees/definition/c1409; the key is 97 less the rest of
  the first 13 characters by 97, where 2A counts as 19 and 2B as 18. The same 13 + 2 characters make
  the INS, whose temporary form (NIA) begins with 3, 4, 7 or 8:
  https://fr.wikipedia.org/wiki/Numéro_de_sécurité_sociale_en_France.
- RPPS, ADELI and the national id (8 + RPPS, 0 + ADELI): ANS,
  https://github.com/ansforge/IG-FHIR-PDSM4DMP-EEDS, ``input/fsh/Model/PSIdNat.fsh``. That the last
  digit of an RPPS number is a Luhn key was checked on the ANS's own example 10000001916
  (``input/fsh/exemples`` of https://github.com/ansforge/IG-fhir-annuaire). ADELI has no public key.
- FINESS: nine digits, the last one a Luhn key (checked on public hospitals, such as 750712184).
- SIREN and SIRET: Insee, https://www.insee.fr/fr/metadonnees/definition/c1841; Luhn, except that
  the digits of La Poste's establishments (356000000…) add up to a multiple of 5:
  https://fr.wikipedia.org/wiki/Système_d'identification_du_répertoire_des_établissements.
- IBAN: ISO 13616; key by ISO 7064 MOD 97-10; lengths by country from SWIFT's IBAN registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "email",
    "phone",
    "nir",
    "rpps",
    "finess",
    "adeli",
    "siren",
    "siret",
    "iban",
    "identifier",
    "name",
]
"""``identifier``: nine digits with a right key, which may be a SIREN or a FINESS."""
Found: TypeAlias = tuple[int, int, Kind]
"""[start, end) in a text, and what stands there."""

_LENGTHS = (
    "AD24 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 IE22"
    " IS26 IT27 LI21 LT20 LU20 LV21 MA28 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SE24 SI19 SK24 SM27"
    " TN24 VA22"
)
IBAN_LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {item[:2]: int(item[2:]) for item in _LENGTHS.split()}
)
"""Characters of an IBAN by country: the euro payments area, Morocco and Tunisia."""


def has_luhn_key(digits: str) -> bool:
    """Tell whether the last digit is the Luhn key of the others.

    Args:
        digits: ASCII digits.

    Returns:
        False for zeros alone, which name nobody.
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total > 0 and total % 10 == 0


def is_nir(number: str) -> bool:
    """Tell whether a NIR, an INS or a NIA carries the right key.

    Args:
        number: 13 characters and the key.

    Returns:
        Whether it does.
    """
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(number[13:])


def is_rpps(digits: str) -> bool:
    """Tell whether this is an RPPS number, or the national id made of 8 and an RPPS number.

    Args:
        digits: 11 or 12 digits.

    Returns:
        Whether it is.
    """
    return has_luhn_key(digits[-11:]) and (len(digits) == 11 or digits[0] == "8")


def is_siret(digits: str) -> bool:
    """Tell whether this is a SIRET.

    Args:
        digits: 14 digits.

    Returns:
        Whether it is.
    """
    if digits.startswith("356000000") and sum(map(int, digits)) % 5 == 0:
        return True
    return has_luhn_key(digits)


def is_iban(number: str) -> bool:
    """Tell whether an IBAN carries the right key.

    Args:
        number: Letters and digits.

    Returns:
        Whether it does.
    """
    moved = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
