"""Find what else tells who or where somebody is: addresses, dates of birth, papers, plates, IPs.

A date is one of birth, and most numbers of papers are such, when the words before say so.
Repetitions are bounded: the time taken grows with the length of the text, not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from faqbot.privacy.identifiers import Found

_MONTH = (
    r"(?:janv(?:ier|\.)?|f[eé]v(?:rier|r?\.?)|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[uû]t"
    r"|sept(?:embre|\.)?|oct(?:obre|\.)?|nov(?:embre|\.)?|d[eé]c(?:embre|\.)?)"
)
_DAY, _NUMBER_OF_MONTH = r"(?:0?[1-9]|[12]\d|3[01]|00)", r"(?:0?[1-9]|1[0-2])"
_DATE = (
    rf"(?<!\d)(?P<it>{_DAY}(?:er)?(?: ?[/.-] ?{_NUMBER_OF_MONTH} ?[/.-] ?| {_NUMBER_OF_MONTH} "
    rf"|[ -]?{_MONTH}[ -]?)\d\d(?:\d\d)?"
    rf"|(?:19|20)\d\d(?P<sign>[/.-]?){_NUMBER_OF_MONTH}(?P=sign){_DAY}"
    r"|[0-3]\d[01]\d(?:19|20)\d\d)(?!\d)"
)
_LONG_AGO = r"(?:19[2-9]\d|200[0-5])"
_BORN = r"(?:n[ée]\(?e?\)?s?|born)"
_BIRTHDAY = r"(?:naiss(?:ance)?|\bd\.?(?:d\.?)?n|\bdob|birth ?(?:date|day|time)?|anniversaire)\b\.?"

_WORD = r"[\w'-]{1,40}"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞŒŠŽŸ])[\w'-]{0,40}"
_OF = r"(?:(?:de|du|des|la|le|les|et|aux?|sur|en) |[ld]')"
_NAMED = rf"{_OF}{{0,3}}{_CAPITAL}(?: {_OF}{{0,2}}{_CAPITAL}){{0,4}}"
_IN = r"(?:(?:(?:sur|sous|en|l[èe]s|la|le|de|du|aux?) |[ld]'){1,2})?"
_CEDEX = r"(?: \d{1,2}(?:er|[eè](?:me)?)\b)?(?:(?: ?cedex|(?<=cedex))(?: \d{1,2})?)?"
_APART = r"(?:[\s,;|–-]|<br ?/?>){1,4}"
_TOWN = rf"{_APART}(?:f-?)?\d{{5}}{_APART}(?:{_CAPITAL}(?: {_IN}{_CAPITAL}){{0,3}}|{_WORD}){_CEDEX}"
_CITY = rf"(?:,? à {_CAPITAL}|, {_CAPITAL}(?=[,.]|$)|\^[^\s|]{{1,80}})?"
_STREET = r"(?:rue|r\.|avenue|av\.?|boulevard|b(?:lv)?d\.?|impasse|all[ée]e|faubourg)"
_PLACE = (
    r"(?:all(?:[ée]es|\.)|place|pl\.|quai|chemin|cours|route|rte|sq(?:uare|\.)|passage|sentier|imp\."
    r"|ch\.|r[ée]sidence|villa|voie|esplanade|promenade|lotissement|hameau|rond-point|lieu[ -]dit"
    r"|z(?:ac?|i)|cit[ée]|grande?[ '-]?(?:rue|place)|mont[ée]e|venelle|ruelle|traverse|corniche"
    r"|chauss[ée]e|clos|quartier|parvis|sente|hlm|immeuble)"
)
_FLAT = re.compile(
    r"(?i)(?:\b(?:(?:app(?:t|artement)|b[âa]t(?:iment)?|esc(?:alier)?|porte|r[ée]s(?:idence)?|z\.?[aci]\.?"
    rf"|zac|lieu-dit|lot|bp|cs|immeuble|tour|parc|zone)\.? ?(?:[a-z]{{6,14}} )?"
    rf"(?:{_NAMED}|\w{{1,6}})|\d{{1,2}}(?:er|[èe](?:me)?) [ée]tage)"
    r"[,\s-]{1,3}){1,4}\Z"
)
"""What stands before a number and a street."""
_NUMBER = r"(?<![\w.,/-])\d{1,4}(?: ?(?:bis|ter|quater|[a-d])\b)?,? ?(?:de la |du )?"

_PAPER = (
    r"(?:passeport|passport|cni|carte (?:nationale )?d'identit[ée]|pi[èe]ce d'identit[ée]"
    r"|(?:titre|carte) (?:de )?s[ée]jour|permis(?: de conduire)?|num[ée]ro (?:fiscal|d'[ée]tranger)"
    r"|spi|agdref|cnie|r[ée]c[ée]piss[ée]|n° du document)"
)
_VEHICLE = (
    r"(?:plaque|immat\w{0,14}|parking|stationnement|taxi|v[ée]hicules?|voiture|moto|scooter|ambulance|vsl"
    r"|camion(?:nette)?|carte grise)"
)
_NEAR = r"\b\.?(?:[^\n.?!;]|[.?](?= n°)){0,40}?(?<![\w-])"
_PAIR = r"[A-HJ-NP-TV-Z]{2}"
"""Letters of a plate."""

_SHAPES = {
    "birth": (
        rf"\b{_BORN}(?: {_WORD}){{0,4}}?,? ?(?:le|un|on|:|\(|(?<=[ée][e ]))[ :]{{0,3}}{_DATE}",
        r"\bborn (?:on )?(?P<it>\d{1,2} [a-z]{3,9} \d{4}|[a-z]{3,9} \d{1,2},? \d{4})\b",
        rf"\b{_BORN} le (?P<it>{_DAY}(?:er)? {_MONTH})(?! ?\d)",
        rf"\bn[ée]e? en (?P<it>(?:{_MONTH} )?(?:19|20)\d\d)\b(?![/.-]\d)",
        rf"{_BIRTHDAY}[^\d\n.;?!]{{0,60}}?(?:[:=>|]\s?|\n)[\"']?{_DATE}",
        rf"{_BIRTHDAY}(?: (?:est|le|du|patiente?)){{0,3}}[ (]{{1,2}}{_DATE}",
        rf"\|{_DATE}\|[FMU]\b",  # HL7
        # No project is as old.
        rf"(?<![\d/.-])(?!1970-01-01)(?:{_LONG_AGO}-{_NUMBER_OF_MONTH}-{_DAY}"
        rf"|(?:{_DAY}[/.-]{_NUMBER_OF_MONTH}[/.-]|{_DAY}(?:er)? {_MONTH} ){_LONG_AGO})(?![\d/-])",
    ),
    "address": (
        rf"{_NUMBER}(?:{_STREET}|{_PLACE}|r) [\w'\n .,°-]{{2,60}}?\b{_TOWN}",
        rf"\b(?:{_STREET}|{_PLACE}) {_NAMED}[\w' .,°-]{{0,40}}?{_TOWN}",
        rf"{_NUMBER}(?:{_STREET}|{_PLACE}) {_NAMED}{_CITY}",
        rf"{_NUMBER}{_STREET} {_OF}{{0,3}}{_WORD}{_CITY}",
        rf"\b(?:bp|cs) ?\d{{1,5}}{_TOWN}",
        r"(?:\bcp|(?:postal|zip)_?code|code[ _]?postal)\w{0,6}[\"']?\s?[:=>]\s?[\"']?"
        rf"(?P<it>\d{{5}}(?!\d)(?: {_CAPITAL})?)",
    ),
    "identity": (
        # the lines that machines read on a passport or a card
        r"(?<![\w<])(?-i:(?=[A-Z\d]{1,30}<)[A-Z\d<]{24,44})(?![\w<])",
        r"(?<![\w<])(?-i:[A-Z\d<]{9}\d[A-Z]{3}\d{6}[\d<MF.]{0,31})",
        r"(?<![\w-])(?-i:\d{2}[A-Z]{2}\d{5})(?![\w-])",
        rf"\b{_PAPER}{_NEAR}(?P<it>(?=(?:[A-Z]{{0,9}}\d){{2}})[A-Z\d]{{7,15}}"
        r"|\d{2} ?[A-Z]{2} ?\d{5}|\d{2,4}(?: \d{2,4}){2,4})(?![\w-])",
    ),
    "plate": (
        # They are given out in order, and have come to H.
        rf"(?<![\w-])(?=[A-H])(?:{_PAIR}-\d{{3}}-{_PAIR}|(?-i:{_PAIR} \d{{3}} {_PAIR}))(?![\w-])",
        rf"\b{_VEHICLE}{_NEAR}(?P<it>{_PAIR}[ .-]?\d{{3}}[ .-]?{_PAIR}"
        r"|\d{1,4}[ -]?[A-Z]{2,3}[ -]?(?:\d{2,3}|2[AB]))(?![\w-])",
    ),
    "card": (r"\b(?:crypto(?:gramme)?|cvv2?|cvc2?)\b[^\d\n.]{0,20}(?P<it>\d{3,4})(?!\d)",),
    "rib": (
        rf"\bcompte{_NEAR}(?P<it>(?:\d{{5}} ){{0,2}}(?=[A-Z]?\d{{6}})[A-Z\d]{{11}})"
        r"(?![\w-]|\W{1,3}\d)",
        r"\b(?:banque|guichet|(?:compte|rib)[^\n]{1,40}\bcl[ée]|cl[ée] rib)\s?[:=]?\s?"
        r"(?P<it>\d{5}|\d\d)(?!\w|\W{1,3}\d)",
    ),
    # INS-C, and INS as its matrix code holds it, with the traits of the person
    "nir": (
        rf"\b(?:ins|matricule){_NEAR}(?P<it>\d{{22}})(?!\d)",
        r"(?<![A-Z])S1(?P<it>\d{13,15}(?: ?S\d\S{1,40}){0,7})",
    ),
}
_DETAILS = [(kind, re.compile(f"(?i){it}")) for kind, shapes in _SHAPES.items() for it in shapes]
_IP = re.compile(
    r"(?i)(?<![\w.:-])(?P<ip>(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\w)"
    r"|(?!(?:[0-9a-f]{2}:){7})(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w.:]))(?:/\d{1,3}(?![\w.]))?"
)
_DIGIT = re.compile(r"\d")
"""What all of these hold, and most questions do not."""
_NOTHING = {
    kind: re.compile(rf"\b(?:{words})s?\b[^.,;\n]{{0,30}}\Z", re.IGNORECASE)
    for kind, words in {
        "birth": r"projet|produit|soci[ée]t[ée]|logiciel|solution|association|entreprise|loi"
        r"|d[ée]crets?|arr[êe]t[ée]s?|ordonnance|circulaire|directive|norme|rfc|article|version",
        "plate": r"preuve|exigence|crit[èe]re|sc[ée]nario|ticket|r[ée]f[ée]rence",
    }.items()
}
"""What stands before something of the same form that tells of nobody."""
_VERSION = re.compile(
    r"\b(?:versions?(?: \w+){0,2}(?: :)?|v|releases?|rev|firmware|build|oid) ?$", re.IGNORECASE
)
_NETWORK = re.compile(
    r"(?i)(?<!\[)\b(?:ip(?:v[46])?|adresses?|serveu?rs?|h[oô]tes?|hosts?|postes?|machines?|ping|dns|proxy"
    r"|passerelle|traceroute|pare-feu|vpn|flux|depuis|https?|ssh|clients?|src|dst|source|r[ée]seau"
    r"|whitelist\w*|from)\b[^\n.;]{0,20}$|(?:\b(?:sur|vers|via)\s|[@=])\Z"
)
_AROUND = 80
"""Characters before something in which words decide on it."""
_BEFORE = 30
"""Characters before an IP address in which a word counts."""


def find_details(text: str) -> Iterator[Found]:
    """Find all these; they may overlap."""
    if not _DIGIT.search(text):
        return
    for kind, shape in _DETAILS:
        for match in shape.finditer(text):
            near = max(0, match.start() - _AROUND)
            if kind in _NOTHING and _NOTHING[kind].search(text, near, match.start()):
                continue
            start, stop = match.span("it" if match.groupdict().get("it") else 0)
            if kind == "address" and (flat := _FLAT.search(text, near, start)):
                start = flat.start()
            yield start, stop, kind
    for match in _IP.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _is_ip(match["ip"], before, text[match.end("ip") : match.end("ip") + 2]):
            yield *match.span(), "ip"


def _is_ip(text: str, before: str, after: str) -> bool:
    """Tell whether it is an address, of one machine, and neither a version nor a section."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or _VERSION.search(before):
        return False
    # Sections and versions count in small numbers; 1.2.250.1 is the object identifier of France.
    large = address.version == 6 or max(map(int, text.split("."))) > 63
    service = re.match(r"[:/]\d", after) or _NETWORK.search(before)
    return bool((large and not text.startswith(("1.2.250.", "255."))) or service)
