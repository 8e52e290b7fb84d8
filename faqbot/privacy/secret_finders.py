"""Find what gives access: passwords, keys and tokens, and addresses that carry them.

detect-secrets 1.5.0 was tried first: made for source code, it took 4 of 18 pasted secrets out
whole, as it wants quotes around a value, knows no French and stops at « BEGIN PRIVATE KEY ». What
is found here says what it is by its form, or by the word before it.

Repetitions are bounded, or of characters that what follows never matches: the time taken grows
with the length of the text, not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.privacy.identifiers import Found

_START = r"(?<![^\W_])"
_PAIRS = r"(?:\s?[a-z][a-z ]{1,30}=[^;\s]{0,200};){0,10}"
_WHOLE = re.compile(
    "|".join(
        (
            # PEM; its end may have been cut off
            r"-----BEGIN [A-Z0-9 ]{1,40}-----(?:\s?[A-Za-z0-9+/=]{16,})+"
            r"(?:\s?[A-Za-z0-9+/=]{0,15}\s?-----END [A-Z0-9 ]{1,40}-----)?",
            # JWT and JWE
            rf"{_START}eyJ[\w-]{{8,}}(?:\.[\w-]*){{1,4}}",
            # connections and addresses with a password
            rf"{_START}[A-Za-z][\w+.-]{{1,20}}://[^\s/@:]{{0,100}}:[^\s/@]{{1,200}}@[^\s»\")]*",
            rf"{_START}jdbc:[^\s»\")]{{0,500}}?(?:password|pwd)=[^\s»\")]*",
            rf"(?i:{_START}(?:server|data source|host|endpoint|driver|database|accountname|uid"
            r"|user id|defaultendpointsprotocol)=[^;\s]{1,100};"
            rf"{_PAIRS}\s?(?:password|pwd|\w{{1,20}}key)=[^;\s]{{1,200}};?{_PAIRS})",
            r"(?<=-u )[^\s:]{1,100}:\S{3,200}",
            # keys as large services write them
            rf"{_START}(?:AKIA|ASIA|AIza|gh[a-z]_|github_pat_|gl[a-z]{{2,4}}-|xox[a-z]-|[srp]k[-_]"
            r"|hf_|npm_|pypi-|SG\.|ya29\.|whsec_|shpat_)(?=[A-Za-z_.-]{0,40}\d)[\w.-]{12,}",
        )
    )
)
_TOKEN = re.compile(r"(?<![\w+/-])[\w+/-]{20,}=*")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")

_CODE = (
    r"(?:code[ _](?:pin|otp|sms|porteur|secret|confidentiel|d'acc[eè]s|d'activation"
    r"|de (?:v[eé]rification|validation|s[eé]curit[eé]))|pin|otp)"
)
_PASSWORD = (
    rf"(?:mots? de passe|mdp|(?:(?:src|dest)?(?:store|key))?pass(?:word|wd|phrase|code)?|pwd"
    rf"|{_CODE}|(?:client[ _-]?)?secret|cl[eé] (?:d')?api|api[ _-]?key)"
)
_KEY = (
    r"(?:(?:secret[ _-]?)?(?:access|account|private|shared|secret|encryption)[ _-]?key(?:[ _-]id)?"
    rf"|secret[ _-]key|(?P<password>{_PASSWORD})"
    r"|(?:(?:access|refresh|id|auth|session|csrf|api)[ _-]?)?token|jeton(?: d'acc[eè]s)?"
    r"|cl[eé] (?:secr[eè]te|priv[eé]e)|credentials?|code_verifier|client_assertion"
    r"|(?:j|php)sess(?:ion)?id)"
)
_PLAIN = r"[^\s\"'«»<>{}&;,]"
# Passwords hold « & », « ; » and « , »; where another parameter follows, they end one.
_INSIDE = rf"(?:&|[;,](?={_PLAIN}))(?![\w.-]{{1,40}}[\"']?[=:])"
_VALUE = (
    r"(?:(?P<quoted>\"[^\"\n]{3,200}\"|«\s?[^»\n]{3,200}»|'[^'\n]{3,200}')"
    rf"|(?P<value>(?:{_PLAIN}|{_INSIDE}){{3,200}}))"
)
_BETWEEN = (
    r"(?:\s(?:de|du|des|la|le|mon|ma|pour|compte|carte|cps|portail|re[cç]u|suivant|provisoire|test"
    r"|temporaire|actuel|initial|par d[eé]faut|admin|applicatif|api|key|client)){0,6}"
)
_SAID = tuple(
    re.compile(rf"{_START}(?P<before>{before}){_VALUE}", re.IGNORECASE)
    for before in (
        rf"{_KEY}[\"']?\s?(?:=>?|:=?)\s?",
        rf"{_KEY}{_BETWEEN}\s",
        rf"{_KEY}(?:\s[\w'-]{{1,20}}){{0,6}}?\s(?:est|is|c'est|:|=)\s",
        r"(?:bearer|basic)\s|(?:identifiants?|login)[^\n/]{1,60}/\s?",
    )
)
_DIGITS = re.compile(rf"(?:{_CODE}|mdp|mots? de passe|pass\w*|pwd)\b", re.IGNORECASE)
_STANDS_FOR_ONE = re.compile(
    r"[x•…_#?-]+|\W.*|(?:votre|your|mon|my|le|un)[_-].*|null|none|true|false|undefined|urn:.*"
    r"|https?:.*|obligatoire|facultatif|requis|required|optional|invalide?|incorrect|expired?"
    # algorithms, formats and products
    r"|(?:sha|oauth|tls|ssl|aes|rsa|md|base|argon|pbkdf|h?otp|totp|\dfa|mfa|p|pkcs|x|v|rfc|psc|cps)"
    r"[-_#.]?[\d.]*(?:id)?",
    re.IGNORECASE,
)


def find_secrets(text: str) -> Iterator[Found]:
    """Find secrets; one that is found in several ways comes several times."""
    for match in _WHOLE.finditer(text):
        yield *match.span(), "secret"
    for match in _TOKEN.finditer(text):
        if any(map(_is_random, _RUN.findall(match[0]))):
            yield *match.span(), "secret"
    for pattern in _SAID:
        for match in pattern.finditer(text):
            quoted = match["quoted"]
            value = quoted[1:-1].strip() if quoted else match["value"].rstrip(".)…?")
            if _is_secret(value, match):
                start = text.index(value, match.end("before"))
                yield start, start + len(value), "secret"


def _is_random(word: str) -> bool:
    mixed = word.lower() != word != word.upper()
    return mixed and len(re.findall(r"\d+", word)) >= 3


def _is_secret(value: str, said: re.Match[str]) -> bool:
    """Tell whether a value is one, and neither a word of the sentence nor an example."""
    phrase = said["quoted"] and "phrase" in said["before"].lower()
    if not value or (" " in value and not phrase) or _STANDS_FOR_ONE.fullmatch(value):
        return False
    assigned = re.search(r"[^\s:]=$", said["before"])
    if said["quoted"] or (assigned and len(value) > 5):
        return True
    if re.sub("[&;,]", "", value).isdigit():
        return len(value) > 3 and bool(_DIGITS.match(said[0]))
    # No word looks like that: letters with digits, or with signs between them.
    odd = re.search(r"[^\W\d]", value) and re.search(r"\d|\w[@#$%^*+!?&]\w|[#$%^*]$", value)
    announced = re.search(r"(?:[:=/]|\sest|c'est)\s?$|^b", said["before"], re.IGNORECASE)
    least = 4 if said.groupdict().get("password") else 8 if announced else 16
    weak = announced and re.match(r"azerty|qwerty|toto|admin|motdepasse", value, re.IGNORECASE)
    return bool(odd or weak) and len(value) >= least
