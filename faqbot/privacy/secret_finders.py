"""Find what gives access: passwords, keys and tokens, and addresses that carry them.

detect-secrets 1.5.0 was tried first: made for source code, it took 4 of 18 pasted secrets out
whole, as it wants quotes around a value, knows no French and stops at « BEGIN PRIVATE KEY ». What
is found here says what it is by its form, or by a label near it: a value that is assigned to the
label may look like a word; the further from the label, the less it may.

Repetitions are bounded, or of characters that what follows never matches: the time taken grows
with the length of the text, not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.privacy.identifiers import Found

_START = r"(?<![^\W_])"
_PAIRS = r"(?:\s?[a-z][a-z ]{1,30}=[^;\s\"]{0,200}(?:;|(?=[\s\"]|\Z))){0,10}"
_BREAK = r"(?:\s|\\[nr])"
_WHOLE = re.compile(
    # PEM; its end may have been cut off
    r"-----BEGIN [A-Z0-9 ]{1,40}-----"
    rf"(?:(?:[^-]|-(?!----)){{1,9000}}-----END [A-Z0-9 ]{{1,40}}-----(?:\\n)?"
    rf"|(?:{_BREAK}{{0,20}}[A-Za-z0-9+/=]{{16,}})+)"
    # JWT and JWE
    rf"|{_START}eyJ[\w-]{{8,}}(?:\.[\w-]*){{1,4}}"
    # connections and addresses with a password or a token
    rf"|{_START}[A-Za-z][\w+.-]{{1,20}}://[^\s/@:]{{0,100}}"
    r"(?::(?![${<])[^\s/]{1,200}|(?<=[^\s/@:]{16}))@[^\s»\")]*"
    rf"|{_START}https?://(?=[^\s]{{0,200}}(?:hook|activat|reset|invit|magic))"
    r"(?=(?:\D{0,200}\d){8})[^\s»\")]{20,400}"
    rf"|{_START}(?:jdbc|https?):[^\s»\")]{{0,500}}?(?:(?:password|pwd|mdp)=|thin:\w{{1,40}}/)[^\s»\")]*"
    rf"|(?i:{_START}(?:server|data source|host|endpoint|driver|database|accountname|uid"
    r"|user id|defaultendpointsprotocol)=[^;\s]{1,100};"
    rf"{_PAIRS}\s?(?:password|pwd|\w{{1,20}}key)=(?:\"[^\"\s]{{1,200}}\"|[^;\s]{{1,200}})"
    rf";?{_PAIRS})"
    r"|(?<=\bcode=)(?=[\w.-]{0,40}\d)[\w.-]{12,}"
    r"|(?<=ookie: )(?:[\w.-]{1,60}=[^\s;\"']{1,4000}(?:; ?)?){1,20}"
    r"|(?:(?<=-u )|(?<=--user ))(?![\"']?\$)[^\s:]{1,100}:\S{3,200}"
    # keys as large services write them
    rf"|{_START}(?:AKIA|ASIA|AIza|gh[a-z]_|github_pat_|gl[a-z]{{2,4}}-|xox[a-z]-|[srp]k[-_]"
    r"|ATATT|lin_api_|tskey-|key-|AGE-SECRET-KEY-)(?=[A-Za-z_.-]{0,40}\d)[\w.-]{12,}"
)
_PUBLIC = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]{0,20}(?:CERTIFICATE|PUBLIC KEY))[A-Z ]{0,10}-----"
    r"(?:(?:[^-]|-(?!----)){1,9000}-----END (?P=what)[A-Z ]{0,10}-----)?"
    r"|ssh-(?:rsa|ed25519) [\w+/=]{16,}|\bsha\d{3}[-:/ ][\w+/=]{16,}"
    r"|\b(?:code_challenge|kid|x5t|x5c|nonce|state|n)(?:#S256)?[\"']?\s?[:=]\s?\[?[\"']?[\w+/=-]{16,}"
)
"""What is made to be shown, though it looks like a secret."""
_WRITTEN_BY_MACHINES = re.compile(r"[:=/]|-----|[\w+.-]{17}|\w[@#$%^*!~]|\s-\w|earer|asic|i-?[Ff]i")
"""What nearly all that is pasted holds, and most questions do not."""
_TOKEN = re.compile(r"(?<![\w+/-])[\w+/-]{20,}=*")
_SIGNED = re.compile(r"(?<!\S)[\"'(«]?(?P<value>\S*\w[@#$%^*!~][^\s,;:\"')»]*)")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")

_CODE = (
    r"(?:codes?[ _](?:pin|puk|otp|sms|porteur|secret|confidentiel|wi-?fi|d'acc[eè]s|d'activation"
    r"|de connexion|(?:de (?:la |ma )?)?(?:carte|porte|cps|cpe)|[àa] \d chiffres|re[cç]u"
    r"|du (?:bo[iî]tier|local|coffre|zip|portail))|pin|puk|t?otp|digicode|recovery codes?)"
)
_PASSWORD = (
    r"(?:mots?[ _-]?de[ _-]?passe?|mdp|m2p|(?:(?:src|dest)?(?:store|key))?"
    rf"pass(?:word|wd|code|(?P<phrase> ?phrase))?|pwd|psw|pw(?=\s?[:=])"
    rf"|(?:le|du|mon|son) passe|(?:est )?prot\wg\we? par|{_CODE}|(?:client[ _-]?)?secret|psk"
    r"|cl[eé] (?:(?:d')?api|wpa\d?)|api[ _-]?key)"
)
_PHRASE = re.compile(
    r"(?i)[^\n:.]{0,40}?(?:\s?:|\b(?:c ?')?est(?! \w+ée?s?\b| (?:pas|trop|la|le|une?|sur|dans) ))\s"
    r"(?P<value>[^\W\d_]+(?:[ -][^\W\d_]+){2,7})(?=[,.;\n]| en | \(|\Z)"
)
_LABEL = re.compile(
    rf"(?i){_START}(?!secret\])(?:(?P<password>{_PASSWORD})"
    r"|(?:(?<=[a-z][ _-])|(?<=[?&]))(?<!public.)key(?:[ _-]id)?(?! ?[_-]?(?:store|alias|vault)"
    r"|=\"[\w.]+\"[ >])|(?:(?:access|refresh|id|auth|session|csrf|api)[ _-]?)?token"
    r"|jeton(?: d'acc[eè]s)?|cl[eé](?! publi)|credentials?|code_verifier|client_assertion|(?:j"
    r"|php)?sess(?:ion)?(?:[-_]?id)?(?=\s?[:=])|sid(?==)|(?:x-amz-)?signature|sig"
    r"|(?P<access>identifiants?|login|acc[eè]s|compte de test|connexion|vpn|wi-?fi"
    r"|codes?(?! (?:erreur|postal|retour|insee|client|ape|naf|banque|guichet|http|civil))))"
    r"|(?P<glued>passw(?:or)?d|pwd|secret|token|(?:api|access|private|account)key|mdp"
    r"|(?-i:Pass))(?=\W{0,3}(?:[:=>]|value=))"
)
# A password may hold any sign: a value ends where what it is written in goes on.
_VALUE = (
    r"(?:\\?(?P<mark>[\"'`])(?!.{0,2}(?P=mark))(?P<quoted>[^\n]{3,200}?)\\?(?P=mark)"
    r"(?=[\s,;:.?!)}\]/>]|$)"
    r"|«\s?(?P<french>[^»\n]{3,200}?)\s?»"
    r"|(?P<value>[^\s\"«»`]\S{2,200}?)(?=\s|$|»|</|[;,&](?!amp;)[\w.-]{1,40}[\"']?[=:]|[\"'][,;}\]]))"
)
_IS = r"(?:est|is|c|c ?'?(?:est|[ée]tait)|sera|serait|[ée]tait|devient|vaut)"
_ASSIGNED = re.compile(
    r"(?i)(?:(?![_.-]?(?:type|ur[il]|endpoint|method|hint|expir|policy|alg))(?:[\d_.-][\w.-]{0,20})?"
    r"(?:[\\\"'`*_]{0,3}|[\"']\])\s{0,9}(?:={1,3}>?|:=?|->|→|%3D|>(?!\s)|\|)\s{0,9}"
    rf"|[\"']?,?\s{{0,20}}[\"']?val(?:ue|eur)[\"']?\s?[:=>]\s?){_VALUE}"
)
_OTHERWISE = re.compile(
    r"(?i)(?:(?<![^\W_])(?:(?:bearer|basic)[\s:]{1,2}"
    r"|(?P<password>(?:identifiants?|login|acc[eè]s|compte de test|htpasswd)\b[^\n/]{1,60}"
    r"(?: / |(?<=\S)/| [\w.@-]{2,40}:)(?!\s?(?:mdp|mot de passe|pass(?:word)?|pwd)\s?[:=])"
    r"|auth\W{1,3}[\"'][^\"'\n]{1,60}[\"'],\s?"
    r"|wi-?fi\b[^\n]{1,60}?\bcl[eé]\s(?::\s)?|(?:sshpass|redis-cli|-[uUD]\s\S{1,60})\s-[apPwW]\s?|(?:"
    r":\s[\w.@-]{3,40}|(?<![\w/.])(?:root|admin|test|demo|user)\w{0,12}) ?/ ?(?=\S*\d)(?=\S{6})))"
    # a line or a member of an enumeration that holds nothing else
    rf"|(?P<alone>(?m:^|(?<=[,;/|( ] )|(?<=\())[ \t\w.-]{{0,20}}?{_PASSWORD}"
    r"(?: (?:d[eu] )?[\w-]{2,15}){0,2}\s?[:=]\s?(?=[\w.-]{4,40}[ \t]*(?m:$|[),;|]))))"
    rf"{_VALUE}"
)
_READ = re.compile(_VALUE, re.IGNORECASE)
_WORD = re.compile(r"(?<!\S)\({0,2}(?P<it>\S+)")
_OF_SENTENCE = re.compile(r"[\w'/-]{1,20}[)!,]{0,2}")
_ANNOUNCES = re.compile(rf"{_IS}|:|=>?", re.IGNORECASE)
_REACH = 100
"""Characters around a label in which something odd is what it tells of."""
_NEAR, _ASIDE = 8, 4
"""Words between a label and what is still its value; how many one counts for that is no word."""
_BEFORE = re.compile(
    rf"(?i)(?<!\S)[\"«]?(?P<value>[^\s\"«»]{{4,40}}?)[\"»]?,?\s"
    rf"(?:{_IS}|comme|en)\s(?:[\w']{{1,12}}\s){{0,3}}\Z"
)
_NO_CODE = re.compile(
    r"(?i)\b(?:depuis|du|sur|erreurs?|versions?|port|tickets?|dossier|num[ée]ro|exigence|rejet\w*"
    r"|commande|facture|rpps|finess|noemie|http|error|n°)(?: \w+)?\s?[:=]?\s?\Z"
)
_TYPED = re.compile(r"(?:codes?|pin|puk|otp|digicode)(?=[\s:,)]|\Z)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,/:+-])(?!(?<!\()(?:19|20)\d\d\b)(?:\d{4,5}|\d{3} ?\d{3}|\d{4}[ -]?\d{4}"
    r"|\d(?: \d){3,7}|\d\d(?:[ -]\d\d){1,2})"
    r"(?![\w/:-]|[.,]\d| \d| (?:chiffres|caract|fois|jours|heures|essais|mois|ans|€|euros))"
)
_STANDS_FOR_ONE = re.compile(
    r"(?i)[x•…_#?*-]+|__.*__|\W+|[-/.\\].*|[<\[{(%$]+[^\W\d][\w .:-]*[>\]})%]+"
    r"|\$(?-i:[A-Z\d_]+|[a-z_]+)|(?:votre|your|mon|my|le|un)[_-].*"
    r"|(?-i:[A-Z]+(?:_[A-Z]+)+)|\$\(.*|(?:os|process|env|getenv|system|settings|config|self|this|request|vault)[.([].*"
    r"|null|none|true|false|undefined|(?:secret)?str(?:ing)?|change_?me|password|secret|urn:.*"
    r"|https?:.*|obligatoire|facultatif|requis|required|optional|invalide?|incorrecte?|expired?"
    r"|(?:oubli|refus|expir|bloqu|erron|r[ée]initialis)[ée]e?|perdu|inconnu|aucun|oui|non|ok"
    # algorithms, formats, files and products
    r"|(?:sha|oauth|tls|ssl|aes|rsa|md|base|argon|pbkdf|h?otp|totp|\dfa|mfa|p|pkcs|x|v|rfc|(?:psc|cps)(?!-?\d\d)"
    r"|windows|ios|java|(?:[ehrp]s|a)(?=\d{3}\b))[-_#.]?[\d.]*(?:id|gcm|cbc)?(?:-[a-z]{2,4}-?\d{0,3})*"
    r"|[\w.-]+\.(?:p12|pfx|pem|key|jks|ya?ml|json|xml|env|conf|php|java|txt|pdf|docx?|zip|cer|crt)"
)
_NO_PASSWORD = re.compile(r".*(?:[/\\()=]|:.*:|\w@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$)", re.IGNORECASE)


def find_secrets(text: str) -> Iterator[Found]:
    """Find secrets; one that is found in several ways comes several times."""
    if _WRITTEN_BY_MACHINES.search(text):
        text = _PUBLIC.sub(lambda public: "-" * len(public[0]), text)
        yield from _by_form(text)
    for label in _LABEL.finditer(text):
        start, end = label.span()
        if not label["access"]:
            assigned = _ASSIGNED.match(text, end)
            for said in (assigned, _BEFORE.search(text, max(0, start - _REACH), start)):
                yield from _value(label, said, announced=True) if said else ()
        if label["phrase"] and (words := _PHRASE.match(text, end)):
            yield *words.span("value"), "secret"
        if not text[end : end + 1].isalnum():
            yield from _typed(label)
            yield from _told(label)


def _by_form(text: str) -> Iterator[Found]:
    for match in _WHOLE.finditer(text):
        yield *match.span(), "secret"
    for match in _TOKEN.finditer(text):
        if any(map(_is_random, _RUN.findall(match[0]))):
            yield *match.span(), "secret"
    for match in _SIGNED.finditer(text):
        value = match["value"]
        if 7 < len(value) < 80 and value.lower() != value != value.upper() and _looks_chosen(value):
            yield *match.span("value"), "secret"
    for said in _OTHERWISE.finditer(text):
        yield from _value(said, said, announced=True)


def _is_random(word: str) -> bool:
    mixed = word.lower() != word != word.upper()
    return mixed and len(re.findall(r"\d+", word)) >= 3


def _typed(label: re.Match[str]) -> Iterator[Found]:
    """Find the digits that a PIN or a code sent by SMS is made of."""
    text, (start, end) = label.string, label.span()
    if _TYPED.match(text, start) and not _NO_CODE.search(text, max(0, start - 20), start):
        for code in _NUMBER.finditer(text, end, end + _REACH):
            if not _NO_CODE.search(text, max(end, code.start() - 20), code.start()):
                yield *code.span(), "secret"


def _told(label: re.Match[str]) -> Iterator[Found]:
    """Find what the words after a label tell."""
    text, end = label.string, label.end()
    announced, words = False, 0
    for word in _WORD.finditer(text, end, end + _REACH):
        if not announced and "\n" in text[end : word.start()]:
            words += _REACH
        if _ANNOUNCES.fullmatch(word["it"]):
            announced = True
            continue
        end = word.end()
        far = bool(label["access"]) or words > _NEAR
        candidate = re.search(r"\d" if far else r"[\W\d_]", word[0]) or not words
        other = "=" in word["it"].rstrip("=") and not announced
        if candidate and not other and (said := _READ.match(text, word.start("it"))):
            yield from _value(label, said, announced=announced, far=far)
        announced = word["it"].endswith((":", "="))
        step = 1 if word["it"].replace("'", "").rstrip(")").isalpha() else _ASIDE
        words += step if announced or _OF_SENTENCE.fullmatch(word["it"]) else _REACH


def _value(
    label: re.Match[str], said: re.Match[str], *, announced: bool, far: bool = False
) -> Iterator[Found]:
    """Find what a label says to be secret, without the signs of the sentence around it."""
    group = next(name for name in ("quoted", "french", "value") if said.groupdict().get(name))
    start, value = said.start(group), said[group]
    while group == "value" and value and (value[-1] in ".,;:…?'\"" or _closes(value)):
        value = value[:-1]
    if far and not (_looks_chosen(value) or (announced and re.fullmatch("[a-f0-9-]{32,}", value))):
        return
    if _is_secret(value, label, start, quoted=group != "value", announced=announced):
        yield start, start + len(value), "secret"


def _closes(value: str) -> bool:
    """Tell whether a value ends by closing what was opened before it."""
    opening = {")": "(", "]": "[", "}": "{", ">": "<"}.get(value[-1], value[-1])
    return value.count(opening) < value.count(value[-1])


def _looks_chosen(value: str) -> bool:
    """Tell whether a value is made of as many sorts of characters as passwords have to be."""
    if not re.search(r"[^\W\d_]", value) or _NO_PASSWORD.match(value):
        return False
    mixed = value.lower() != value != value.upper() and re.search(r"\d{3}|\d\D+\d", value)
    return len(value) > 5 and bool(
        mixed or re.search(r"\d.*[@#$%^*+!~]\w|\w[@#$%^*+!~].*\d|\d[!#$*]+$", value)
    )


def _is_secret(
    value: str, label: re.Match[str], start: int, *, quoted: bool, announced: bool
) -> bool:
    """Tell whether a value is one, and neither a word of the sentence nor an example."""
    text, before = label.string, label.string[label.start() : start]
    groups = label.groupdict()
    password = groups.get("password") or groups.get("glued") or groups.get("access")
    if not value or _STANDS_FOR_ONE.fullmatch(value):
        return False
    if " " in value:
        signs = password and announced and re.search(r"[@#$%^*+&<>=_]", value)
        return quoted and bool("phrase" in before.lower() or signs)
    if (quoted and announced) or (len(value) > 5 and re.search(r"[^\s:=-][=>]\Z", before)):
        return True
    if (digits := re.sub("[&;,-]", "", value)).isdigit():
        near = announced or before[len(label[0]) :].isspace()
        return 3 < len(digits) < 11 and bool(password and near)
    # An option of a command takes anything.
    dashes = text[max(0, label.start() - 3) : label.start()]
    option = before == f"{label[0]} " and re.search(r"(?:\A|\s)--?\Z", dashes)
    if (option and len(value) > 3) or groups.get("alone"):
        return True
    # No word looks like that: letters with digits, or with signs between them.
    signs = r"@#$%^*+!?&<>{}=~" if announced else "@#$%^*+!~"
    odd = re.search(r"[^\W\d]", value) and re.search(rf"\d|\w[{signs}]\w|[#$%^*]$", value)
    if announced and value.lower() != value:
        odd = odd or re.search(r"\w[-_][A-Z\d]", value)
    least = 4 if password else 8 if announced else 16
    return bool(odd) and len(value) >= least
