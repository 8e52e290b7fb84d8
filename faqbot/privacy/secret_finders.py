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

from faqbot import wording
from faqbot.privacy.identifiers import Found

_START = r"(?<![^\W_])"
_PAIRS = r"(?:\s?[a-z][a-z ]{1,30}=[^;\s]{0,200};){0,10}"
_BREAK = r"(?:\s|\\[nr])"
_WHOLE = re.compile(
    "|".join(
        (
            # PEM; its end may have been cut off
            r"-----BEGIN [A-Z0-9 ]{1,40}-----"
            rf"(?:(?:[^-]|-(?!----)){{1,9000}}-----END [A-Z0-9 ]{{1,40}}-----(?:\\n)?"
            rf"|(?:{_BREAK}{{0,20}}[A-Za-z0-9+/=]{{16,}})+)",
            # JWT and JWE
            rf"{_START}eyJ[\w-]{{8,}}(?:\.[\w-]*){{1,4}}",
            # connections and addresses with a password or a token
            rf"{_START}[A-Za-z][\w+.-]{{1,20}}://[^\s/@:]{{0,100}}"
            r"(?::[^\s/]{1,200}|(?<=[^\s/@:]{16}))@[^\s»\")]*",
            rf"{_START}https?://(?=[^\s]{{0,200}}(?:hook|activat|reset|invit|magic))"
            r"(?=(?:\D{0,200}\d){8})[^\s»\")]{20,400}",
            rf"{_START}jdbc:[^\s»\")]{{0,500}}?(?:password|pwd)=[^\s»\")]*",
            rf"(?i:{_START}(?:server|data source|host|endpoint|driver|database|accountname|uid"
            r"|user id|defaultendpointsprotocol)=[^;\s]{1,100};"
            rf"{_PAIRS}\s?(?:password|pwd|\w{{1,20}}key)=(?:\"[^\"\s]{{1,200}}\"|[^;\s]{{1,200}})"
            rf";?{_PAIRS})",
            r"(?<=\bcode=)[\w.-]{20,}|(?<=\b[Cc]ode )\d{3} ?\d{3}(?!\d)",
            r"(?<=: Basic )[\w+/]{8,}=*",
            r"(?:(?<=-u )|(?<=--user ))(?![\"']?\$)[^\s:]{1,100}:\S{3,200}",
            # keys as large services write them
            rf"{_START}(?:AKIA|ASIA|AIza|gh[a-z]_|github_pat_|gl[a-z]{{2,4}}-|xox[a-z]-|[srp]k[-_]"
            r"|hf_|npm_|pypi-|SG\.|ya29\.|whsec_|shpat_|dckr_pat_|dop_v1_|glsa_|hvs\.|xapp-|PMAK-"
            r"|ATATT|lin_api_|tskey-|key-|AGE-SECRET-KEY-)(?=[A-Za-z_.-]{0,40}\d)[\w.-]{12,}",
        )
    )
)
_TOKEN = re.compile(r"(?<![\w+/-])[\w+/-]{20,}=*")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")

_CODE = (
    r"(?:codes?[ _](?:pin|puk|otp|sms|porteur|secret|confidentiel|wi-?fi|d'acc[eè]s|d'activation"
    r"|de (?:v[eé]rification|validation|s[eé]curit[eé]|secours|d[eé]blocage|r[eé]cup[eé]ration)"
    r"|(?:de (?:la |ma )?)?(?:carte|porte|cps|cpe)|[àa] \d chiffres|re[cç]u"
    r"|du portail)|pin|puk|otp|digicode)"
)
_PASSWORD = (
    r"(?:mots?[ _-]?de[ _-]?passe?|mdp|m2p|(?:(?:src|dest)?(?:store|key))?pass(?:word|wd|phrase"
    rf"|code)?|pwd|(?:le|du|mon|son) passe|{_CODE}|(?:client[ _-]?)?secret|cl[eé] (?:d')?api"
    r"|api[ _-]?key)"
)
_KEY = (
    rf"{_START}(?:(?:secret[ _-]?)?(?:access|account|private|shared|secret|encryption|signing"
    r"|master|subscription|storage|consumer)[ _-]?key(?:[ _-]id)?"
    rf"|(?P<password>{_PASSWORD})"
    r"|(?:(?:access|refresh|id|auth|session|csrf|api)[ _-]?)?token|jeton(?: d'acc[eè]s)?"
    r"|cl[eé] (?:secr[eè]te|priv[eé]e|wi-?fi|wpa\d?|google|aws|stripe|hmac|aes"
    r"|de (?:chiffrement|signature)|d'acc[eè]s|partag[eé]e)|(?<=[?&])key|credentials?"
    r"|code_verifier|client_assertion|(?:j|php|auth_)sess(?:ion_?)?id|(?:x-amz-)?signature|sig)"
    r"|(?P<glued>passw(?:or)?d|pwd|secret|token|apikey|mdp|(?-i:Pass))(?=\W{0,3}[:=>])"
)
_LABEL = re.compile(_KEY, re.IGNORECASE)
# A password may hold any sign: a value ends where what it is written in goes on.
_VALUE = (
    r"(?:\\?(?P<mark>[\"'`])(?P<quoted>[^\n]{3,200}?)\\?(?P=mark)(?=[\s,;:.?!)}\]/>]|$)"
    r"|«\s?(?P<french>[^»\n]{3,200}?)\s?»"
    r"|(?P<value>[^\s\"«»`]\S{2,200}?)(?=\s|$|»|</|[;,&](?!amp;)[\w.-]{1,40}[\"']?[=:]|[\"'][,;}\]]))"
)
_WORDS = (
    r"de|du|des|la|le|mon|ma|pour|compte|carte|cps|portail|re[cç]u|suivant|provisoire|test"
    r"|partage|dossier|zip|fichier|coffre|serveur|service|recette"
    r"|temporaire|actuel|initial|par d[eé]faut|admin|applicatif|api|key|client"
)
_IS = r"(?:est|is|c|c ?'?(?:est|[ée]tait)|sera|serait|[ée]tait|devient|vaut)"
_TOLD = r"(?:\s\(?[\w'/-]{1,20}[)!,]{0,2}){0,8}?"
# What may stand between a label and its value, and whether it announces one.
_SAID = tuple(
    (re.compile(rf"{between}{_VALUE}", re.IGNORECASE), announced)
    for between, announced in (
        (r"\d?(?:[\\\"'`*_]{0,3}|[\"']\])\s{0,9}(?:={1,3}>?|:=?|->|→|%3D|>(?!\s)|\|)\s{0,9}", True),
        (r"[\"']?,?\s{0,20}[\"']?val(?:ue|eur)[\"']?\s?[:=>]\s?", True),
        (rf"(?:\s(?:{_WORDS})){{0,6}}(?:,?\s\(?){{1,4}}", False),
        (rf"{_TOLD}(?:,?\s{_IS}\s|\s?[:=]>?\s)", True),
        (rf"{_TOLD}(?:\s\(|,?\s(?=[\"«]))", False),
    )
)
_OTHERWISE = re.compile(
    r"(?:(?<![^\W_])(?:(?:bearer|basic)\s|cookie[\s:]{1,3}[\w.-]{1,40}="
    r"|(?P<password>(?:identifiants?|login|acc[eè]s|compte de test)\b[^\n/]{1,60}"
    r"(?:/\s?| [\w.@-]{2,40}:)|auth\W{1,3}[\"'][^\"'\n]{1,60}[\"'],\s?"
    r"|wi-?fi\b[^\n]{1,60}?\bcl[eé]\s(?::\s)?|(?:mysql\w*|mariadb|sshpass|docker|ldapsearch)\s[^\n]{0,80}?-[pw]\s?))"
    # a line that holds nothing else
    rf"|(?P<alone>(?m:^)[ \t\w.-]{{0,20}}?{_PASSWORD}\s?[:=]\s?(?=[\w.-]{{4,40}}[ \t]*(?m:$)))"
    # another one beside the first: the former, the next that was tried
    rf"|(?P<glued>{re.escape(wording.REDACTION_MARKS['secret'])})[^\w\[\n]{{1,3}}"
    r"(?:(?:puis|ou|et|avec|avant|non|pas|le|l'ancien|ancien|nouveau|remplac[ée]|par|au lieu de"
    rf"|{_IS})\s){{1,4}})"
    rf"{_VALUE}",
    re.IGNORECASE,
)
_DIGITS = re.compile(rf"(?:{_CODE}|mdp|mots? de passe|pass\w*|pwd)\b", re.IGNORECASE)
_STANDS_FOR_ONE = re.compile(
    r"[x•…_#?*-]+|\W+|[-/.\\].*|[<\[{(%$]+[^\W\d][\w .:-]*[>\]})%]+"
    r"|\$(?-i:[A-Z\d_]+|[a-z_]+)|(?:votre|your|mon|my|le|un)[_-].*"
    r"|\$\(.*|(?:os|process|env|getenv|system|settings|config|self|this|request|vault)[.([].*"
    r"|null|none|true|false|undefined|(?:secret)?str(?:ing)?|change_?me|password|secret|urn:.*"
    r"|https?:.*|obligatoire|facultatif|requis|required|optional|invalide?|incorrecte?|expired?"
    r"|(?:oubli|refus|expir|bloqu|erron|r[ée]initialis)[ée]e?|perdu|inconnu|aucun|oui|non|ok"
    # algorithms, formats and products
    r"|(?:sha|oauth|tls|ssl|aes|rsa|md|base|argon|pbkdf|h?otp|totp|\dfa|mfa|p|pkcs|x|v|rfc|psc|cps"
    r"|windows|ios|java|[aehrp]s?(?=\d{3}))[-_#.]?[\d.]*(?:id|gcm|cbc)?(?:-[a-z]{2,4}-?\d*)*",
    re.IGNORECASE,
)


def find_secrets(text: str) -> Iterator[Found]:
    """Find secrets; one that is found in several ways comes several times."""
    for match in _WHOLE.finditer(text):
        yield *match.span(), "secret"
    for match in _TOKEN.finditer(text):
        if any(map(_is_random, _RUN.findall(match[0]))):
            yield *match.span(), "secret"
    for said in _OTHERWISE.finditer(text):
        yield from _value(said, said, announced=True)
    for label in _LABEL.finditer(text):
        for pattern, announced in _SAID:
            if said_after := pattern.match(text, label.end()):
                yield from _value(label, said_after, announced=announced)


def _is_random(word: str) -> bool:
    mixed = word.lower() != word != word.upper()
    return mixed and len(re.findall(r"\d+", word)) >= 3


def _value(label: re.Match[str], said: re.Match[str], *, announced: bool) -> Iterator[Found]:
    """Find what a label says to be secret, without the signs of the sentence around it."""
    group = next(name for name in ("quoted", "french", "value") if said[name])
    start, value = said.start(group), said[group]
    while group == "value" and value and (value[-1] in ".,;:…?'\"" or _closes(value)):
        value = value[:-1]
    before = label.string[label.start() : start]
    if _is_secret(value, label, before, quoted=group != "value", announced=announced):
        yield start, start + len(value), "secret"


def _closes(value: str) -> bool:
    """Tell whether a value ends by closing what was opened before it."""
    opening = {")": "(", "]": "[", "}": "{", ">": "<"}.get(value[-1], value[-1])
    return value.count(opening) < value.count(value[-1])


def _is_secret(
    value: str, label: re.Match[str], before: str, *, quoted: bool, announced: bool
) -> bool:
    """Tell whether a value is one, and neither a word of the sentence nor an example."""
    password = label.groupdict().get("password") or label.groupdict().get("glued")
    if not value or _STANDS_FOR_ONE.fullmatch(value):
        return False
    if " " in value:
        signs = password and announced and re.search(r"[@#$%^*+&<>=_]", value)
        return quoted and bool("phrase" in before.lower() or signs)
    if (quoted and announced) or (len(value) > 5 and re.search(r"[^\s:=-][=>]\Z", before)):
        return True
    if re.sub("[&;,-]", "", value).isdigit():
        return len(value) > 3 and bool(_DIGITS.match(before))
    # An option of a command takes anything.
    option = " " not in label[0] and label.string[: label.start()].endswith((" -", " --"))
    if (option and len(value) > 3) or label.groupdict().get("alone"):
        return True
    # No word looks like that: letters with digits, or with signs between them.
    odd = re.search(r"[^\W\d]", value) and re.search(r"\d|\w[@#$%^*+!?&<>{}=~]\w|[#$%^*]$", value)
    weak = announced and re.match(r"azerty|qwerty|toto|admin|motdepasse", value, re.IGNORECASE)
    least = 4 if password else 8 if announced else 16
    return bool(odd or weak) and len(value) >= least
