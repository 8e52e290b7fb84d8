"""Find the names of people: after a civility, « je m’appelle » or « mon nom est », nowhere else.

Elsewhere a name and the name of a product look alike. A name is made of words with a capital, with
particles between them. After « mme », « mlle », « mr », « dr » and « m. », which stand before
little else, one word in lower case is taken for a name too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from faqbot.privacy.identifiers import SPACE, Found

_UP = "A-ZÀ-ÖØ-ÞŒŠŽŸ"
_LOW = "a-zß-öø-ÿœšž"
_LETTERS = f"[{_UP}{_LOW}]"
_JOINED = rf"(?:['’\u2010\u2011-]{_LETTERS}+)*"
_WORD = rf"(?:[{_UP}]\.(?:-?[{_UP}]\.)*|[{_UP}]{_LETTERS}*{_JOINED})(?!{_LETTERS})"
_LEADING = rf"(?:d['’]|(?:de|du|des|de{SPACE}la|van|von|el|al|ben|di|da|dos|del){SPACE})"
_PARTICLE = rf"(?:(?:de{SPACE})?l['’]|{_LEADING}|(?:le|la|van{SPACE}der){SPACE})"
_NAME = rf"{_LEADING}?{_WORD}(?:{SPACE}{_PARTICLE}?{_WORD}){{0,3}}"
_LOWER = rf"(?:d['’]|(?:de|du|de{SPACE}la|le){SPACE})?[{_LOW}]{{2,}}(?:['’-][{_LOW}]+)*"

_ABBREVIATED = r"[Mm]mes?|MME|[Mm]lles?|MLLE|[Mm]rs?\.?|MR|[Dd]rs?\.?|DR|[Mm]\.|MM\."
_WRITTEN = (
    r"[Mm]onsieur|MONSIEUR|[Mm]essieurs|[Mm]adame|MADAME|[Mm]esdames|[Mm]ademoiselle|[Dd]octeure?"
    r"|DOCTEUR|[Pp]r\.?|[Pp]rof\.?|[Pp]rofesseure?|[Mm]a[iî]tre|Me"
)
_SELF = r"(?:[Jj]e )?m['’]appelle|[Mm]on nom est|[Mm]on nom,? c['’]est"
_START = r"(?<![^\W_])"
_NO_MILLIONS = r"(?<!\d )(?<!\d\u00a0)(?<!\d\u202f)M"
_CALLED = re.compile(
    rf"{_START}(?:(?P<short>{_ABBREVIATED})|{_WRITTEN}|{_NO_MILLIONS}|{_SELF})(?:{SPACE}|(?<=\.))"
    rf"(?:(?P<name>{_NAME})|(?P<lower>{_LOWER})(?!{_LETTERS}|['’]))"
)
_SEVERAL = re.compile(r"MM|[Mm](?:mes|lles|rs|essieurs|esdames)|[Dd]rs")
_ANOTHER = re.compile(rf"(?:,|{SPACE}et){SPACE}({_NAME})")
_NEXT = re.compile(rf"{_WORD}|{_LETTERS}+")

# What follows a civility without being a name: functions, civilities, sentences that begin.
_FUNCTIONS = (
    "monsieur madame mademoiselle messieurs mesdames docteur docteure professeur professeure"
    " maître m. mm. mr mme mmes mlle dr pr me président présidente directeur directrice ministre"
    " maire préfet préfète médecin responsable délégué déléguée chef secrétaire rapporteur"
)
_BEGINNINGS = (
    "bonjour bonsoir merci comment combien pourquoi quand quel quelle quels quelles qui que quoi où"
    " je j nous vous il elle on est-ce peut-on puis-je pouvez-vous pourriez-vous avez-vous"
    " auriez-vous mon ma mes notre nos votre vos dans pour avec sans sur si en tout toute x y z"
)
_LITTLE = (
    "la le les un une des du de et ou mais donc car à au aux a ai as ont est es sont sera était"
    " peut peuvent peut-il peut-elle doit doivent doit-il doit-elle veut va dit demande ne n se s"
    " y par ce cette ces son sa ses leur leurs qu lui plus pas bien cela ça ci"
)
_NO_NAME = frozenset(f"{_FUNCTIONS} {_BEGINNINGS}".split())
_NO_LOWER_NAME = _NO_NAME | frozenset(_LITTLE.split())


def find_names(text: str, public: Collection[str]) -> Iterator[Found]:
    """Find names of people, from left to right; the civility itself stays.

    Args:
        public: Words that are no names, such as the FAQ's acronyms, as they are written.
    """
    position = 0
    while match := _CALLED.search(text, position):
        position = max(match.start("name"), match.start("lower"))
        for start, position in _spans(match, public):
            yield start, position, "name"


def _spans(called: re.Match[str], public: Collection[str]) -> Iterator[tuple[int, int]]:
    if called["lower"]:
        if called["short"] and called["lower"].split()[-1] not in _NO_LOWER_NAME:
            yield called.span("lower")
        return
    text = called.string
    start, stop = called.start("name"), _end_of_name(text, *called.span("name"), public)
    if called[0].startswith(("M ", "Me ")) and text[start:stop].isupper() and stop - start < 4:
        return  # an acronym
    several = _SEVERAL.match(called[0])
    while stop > start:
        yield start, stop
        if not several or not (another := _ANOTHER.match(text, stop)):
            return
        start, stop = another.start(1), _end_of_name(text, *another.span(1), public)


def _end_of_name(text: str, start: int, end: int, public: Collection[str]) -> int:
    """Cut a name before the first word that is none."""
    stop = start
    words = list(_NEXT.finditer(text, start, end))
    for place, word in enumerate(words):
        written = word[0]
        if written[0].islower():  # a particle counts with what follows
            continue
        article = written.lower() in {"le", "la"} and place + 1 < len(words)
        if article and words[place + 1][0].lower() in _NO_NAME:
            break
        if written.lower() in _NO_NAME or written in public:
            break
        stop = word.end()
    return stop
