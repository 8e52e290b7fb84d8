"""Courtesies: messages that ask nothing, and the polite words around a question.

Only whole phrases count. A message is small talk when phrases cover every word of it: one word
too many makes it a question, which the FAQ then answers or not. Words are compared without
accents, case and repeated letters; the long ones of a greeting may hold one slip of the finger.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, TypeAlias

from faqbot.corpus.text import fold
from faqbot.retrieval.spelling import one_slip_away
from faqbot.vocabulary import SmallTalk

_Part: TypeAlias = SmallTalk | Literal["filler", "missed"]
_Phrase: TypeAlias = tuple[str, ...]

_MOST_TELLING_FIRST: tuple[SmallTalk, ...] = (
    *("identity", "farewell", "thanks", "greeting", "acknowledged", "unclear"),
)
"""« Merci, au revoir » is a farewell; « Bonjour, qui êtes-vous ? » asks who answers."""
_SLIP_FROM = 6
"""Letters from which a word is recognised despite a slip; shorter ones resemble too many others."""

_GREETINGS = """
bonjour | bjr | bjour | bonsoir | bsr | salut | slt | coucou | rebonjour | re bonjour | allô
hello | hi | hey | good morning | good afternoon | good evening | bien le bonjour
"""
_HOW_ARE_YOU = """
ça va | comment ça va | comment vas tu | comment allez vous | vous allez bien | tu vas bien
how are you | how are you doing
"""
_ADDRESSEES = """
madame | monsieur | mme | mesdames | messieurs | à tous | à toutes | à vous | tout le monde
l équipe | there | everyone | all
"""
_THANKS = """
merci | mercis | mrc | remerciements | thanks | thank you | thank u | thx | ty
je vous remercie | je te remercie | nous vous remercions | je vous en remercie
"""
_THANKS_FOR = """
d avance | par avance | bien | beaucoup | bcp | infiniment | encore | mille fois | vraiment
pour tout | pour ça | pour l aide | pour la réponse | pour les réponses | pour ton aide
pour votre aide | de votre aide | pour votre réponse | de votre réponse | pour vos réponses
pour votre retour | de votre retour | pour ces informations | pour l info | pour les infos
very much | so much | a lot | for your help | for the help | for your answer | in advance
à vous | à toi | à tous | et
"""
_FAREWELLS = """
au revoir | aurevoir | à bientôt | à plus | à plus tard | à demain | à la prochaine | adieu
bonne journée | bonne fin de journée | bonne soirée | bonne fin de soirée | bonne nuit
bon week end | bon weekend | bon we | bonne continuation | bonne après midi | bon après midi
ciao | tchao | bye | bye bye | goodbye | good bye | see you | see you later | see you soon
have a nice day | have a good day | good night
"""
_SIGN_OFFS = """
cordialement | bien cordialement | stp | svp | s il vous plaît | s il te plaît | please
"""
_IDENTITY = """
qui es tu | qui êtes vous | tu es qui | t es qui | tes qui | vous êtes qui | qui me répond
tu es quoi | t es quoi | vous êtes quoi | qu es tu | qu êtes vous | qui est tu
que sais tu faire | que savez vous faire | tu sais faire quoi | vous savez faire quoi
que peux tu faire | que pouvez vous faire | tu peux faire quoi | vous pouvez faire quoi
qu est ce que tu sais faire | qu est ce que vous savez faire | tu fais quoi | vous faites quoi
qu est ce que tu peux faire | qu est ce que vous pouvez faire | que fais tu | que faites vous
tu sers à quoi | vous servez à quoi | à quoi sers tu | à quoi servez vous | à quoi tu sers
comment tu t appelles | comment t appelles tu | tu t appelles comment | c est quoi ton nom
comment vous appelez vous | vous vous appelez comment | quel est ton nom | quel est votre nom
comment fonctionnes tu | comment fonctionnez vous | comment tu fonctionnes | comment tu marches
que peux tu faire pour moi | que pouvez vous faire pour moi | en quoi peux tu m aider
en quoi pouvez vous m aider | comment peux tu m aider | comment pouvez vous m aider
who are you | what are you | what can you do | what do you do | how do you work
what is your name | what s your name | what can you help me with | how can you help me
"""
_ARE_YOU = """
tu es | t es | tes | es tu | vous êtes | êtes vous | est ce que tu es | est ce que vous êtes
suis je face à | je parle à | je parle avec | est ce que je parle à | est ce que je parle avec
are you | you are | am i talking to | am i speaking to
"""
_PEOPLE = """
un humain | un vrai humain | un être humain | humain | une personne | une vraie personne
une personne réelle | quelqu un de réel | human | a human | a person | a real person | real
"""
_ROBOTS = """
un robot | un bot | un chatbot | une ia | une intelligence artificielle | une machine | chatgpt
un assistant virtuel | a robot | a bot | a chatbot | an ai | a machine
"""
_ACKNOWLEDGEMENTS = """
ok | okay | oki | d accord | super | parfait | très bien | top | génial | cool | nickel
c est parfait | c est bon | c est noté | c est gentil | c est très gentil | c est super
oui | non | yes | no | great | perfect | ah | dac | daccord | ça marche | ça roule | entendu
noté | bien noté | c est bien noté | compris | bien compris | c est compris | c est clair
bien reçu | je vois | pas de souci | aucun souci | pas de problème | aucun problème
c est tout | ce sera tout | rien d autre
"""
# What is said of one's questions resembles entries that say « question », and asks none of them.
_I_HAVE = """
j ai | j ai encore | j ai aussi | j aurais | j aurais encore | j aurais aussi
je voudrais vous poser | je voudrais poser | j aimerais vous poser | j aimerais poser
je souhaite vous poser | je souhaite poser | je souhaiterais poser | je peux vous poser
je peux poser | puis je vous poser | puis je poser | est ce que je peux vous poser
est ce que je peux poser | i have
"""
_A_QUESTION = """
question | une question | une autre question | autre question | une petite question
petite question | une dernière question | dernière question | des questions
plusieurs questions | quelques questions | d autres questions | une question à vous poser
a question | another question | one more question | a quick question | quick question
"""
_NO_MORE = """
je n ai plus de question | je n ai plus de questions | j ai plus de question
j ai plus de questions | plus de question | plus de questions | pas d autre question
pas d autres questions | je n ai pas d autre question | je n ai pas d autres questions
aucune autre question | no more questions
"""
_IT_ANSWERS = """
ça répond | ça répond bien | cela répond | cela répond bien | ça a répondu | cela a répondu
vous répondez | vous avez répondu | vous avez bien répondu | tu as répondu
"""
_IT_DOES_NOT = """
ça ne répond pas | ça répond pas | cela ne répond pas | ça n a pas répondu
cela n a pas répondu | vous ne répondez pas | vous répondez pas | vous n avez pas répondu
vous avez pas répondu | tu ne réponds pas | tu réponds pas | tu n as pas répondu
ça ne répond pas du tout | ça répond pas du tout | cela ne répond pas du tout
vous ne répondez pas du tout | vous ne répondez toujours pas | ça ne répond toujours pas
this does not answer | that does not answer | this doesn t answer | that doesn t answer
"""
_WHAT_I_ASKED = "à ma question | à mes questions | à la question | à ma demande | my question"
_MISSED = """
ce n est pas ma question | c est pas ma question | ce n était pas ma question
c était pas ma question | ce n est pas la question | c est pas la question
ce n est pas ce que je demande | c est pas ce que je demande
ce n est pas ce que j ai demandé | c est pas ce que j ai demandé
ce n est pas ce que je cherche | c est pas ce que je cherche | ce n est pas la bonne réponse
c est pas la bonne réponse | mauvaise réponse | ça ne m aide pas | ça m aide pas
cela ne m aide pas | vous n avez pas compris | vous avez pas compris | tu n as pas compris
tu as pas compris | t as pas compris | vous n avez pas compris ma question
vous ne comprenez pas | vous ne comprenez pas ma question | tu ne comprends pas
tu ne comprends pas ma question | j ai déjà posé la question | j ai déjà posé cette question
j ai déjà posé ma question | not what i asked | that is not what i asked
this is not what i asked | that s not what i asked | wrong answer
"""
_FILLERS = """
alors | donc | mais | mille | grand | un grand | au fait | dis moi | dites moi
toi | vous | et toi | et vous | and you | le bot | faqbot
"""
_ENGLISH: Mapping[_Part, str] = {
    "greeting": "hiya | heya | greetings | good day | howdy | how is it going | how do you do",
    "thanks": "cheers | many thanks | much appreciated | i appreciate it | appreciated",
    "farewell": """
        take care | cya | see ya | talk to you later | have a great day | have a good evening
        have a nice evening | have a good weekend | have a nice weekend | until next time
    """,
    "identity": """
        who is this | who am i talking to | who am i speaking to | tell me about yourself
        what can i ask you | what do you know | what is this bot | are you real | who made you
    """,
    "filler": """
        sir | madam | team | folks | kind regards | best regards | regards | best wishes
        sincerely | pls | plz | again | anyway | for the info | for the information | for that
        alright | all right | right | fine | sure | i see | got it | nice | awesome | excellent
        good | that is all | that s all | yeah | yep | nope | well
    """,
}
"""What an English FAQ hears besides, where a French one is asked with the commonest words only."""


def small_talk(message: str, language: str = "fr") -> SmallTalk | None:
    """Recognise a message that asks nothing: a courtesy, a nod, a stray key; or asks who answers.

    Args:
        message: What was said.
        language: Code of the language of the FAQ.

    Returns:
        What it is, the most telling part when it is several things; None for everything else,
        above all for a courtesy with a question.
    """
    words = _words(message.replace("+", " plus "))  # « A+ »
    if not words and message.strip():
        return "unclear"  # « … », an emoji
    found = _parts_of([word.text for word in words], _ALL_OF.get(language, _ALL))
    if "missed" in found:  # « Merci, mais ça ne répond pas à ma question »
        return "unclear"
    return next((kind for kind in _MOST_TELLING_FIRST if kind in found), None)


def strip_courtesies(text: str, language: str = "fr") -> str:
    """Take off the greeting before a question, and the thanks or goodbye after it.

    Args:
        text: The question.
        language: Code of the language of the FAQ.

    Returns:
        The question as it was written; the text itself when it holds nothing else.
    """
    if small_talk(text, language):
        return text
    while (shorter := _without_greeting(_without_thanks(text))) != text:
        text = shorter
    return text


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    """Folded, repeated letters written once."""
    start: int
    end: int
    """Where it stands in the message."""


@lru_cache(maxsize=16)  # a message is read several times: as small talk, and for its courtesies
def _words(message: str) -> tuple[_Word, ...]:
    found = re.finditer(r"[^\W_]+", message)
    return tuple(_Word(_plain(word[0]), *word.span()) for word in found)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    return _without_slip(_squeeze(word))


def _squeeze(word: str) -> str:
    return re.sub(r"([a-z])\1+", r"\1", fold(word))


def _without_slip(word: str) -> str:
    if len(word) < _SLIP_FROM - 1 or word in _VOCABULARY:
        return word
    return one_slip_away(word, _LONG_WORDS) or word


def _parts_of(words: Sequence[str], known: Mapping[_Phrase, _Part]) -> Collection[_Part]:
    """Cover words with known phrases, from the first to the last.

    Returns:
        What the phrases are that cover them all, in any of the ways to do so; nothing when there
        is no way.
    """
    covered: list[set[_Part] | None] = [set(), *[None] * len(words)]
    for start, before in enumerate(covered):
        if before is None:
            continue
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            if part := known.get(tuple(words[start:end])) or known.get(_stray(words[start:end])):
                covered[end] = (covered[end] or set()) | before | {part}
    return covered[-1] or ()


def _stray(words: Sequence[str]) -> _Phrase:
    return _STRAY if len(words) == 1 == len(words[0]) else ()


def _without_greeting(text: str) -> str:
    words = _words(text)
    done = 0
    while step := _greeting_at(text, words, done):
        done += step
    if done == 0 or done == len(words):
        return text
    # What a sentence opens with belongs to it: « (PSC) », a quotation mark.
    return text[words[done - 1].end :].lstrip(",.!;:…?-–— \u00a0\u202f") or text


def _greeting_at(text: str, words: Sequence[_Word], start: int) -> int:
    """Count the words of the courtesy that begins here; 0 when none does."""
    for length in range(min(_LONGEST, len(words) - start), 0, -1):
        phrase = tuple(word.text for word in words[start : start + length])
        # « Ça va prendre combien de temps ? » is no greeting, nor is « Merci de me dire… ».
        closed = re.match(r"\s*[,.!;:…?–—]", text[words[start + length - 1].end :])
        if phrase in _OPENERS or (closed and phrase in _CLOSED_OPENERS):
            return length
    return 0


def _without_thanks(text: str) -> str:
    words = _words(text)
    plain = [word.text for word in words]
    for start in range(1, len(words)):
        if plain[start] not in _CLOSING_WORDS:
            continue
        apart = re.search(r"[,.!;:…?–—]\s*$", text[: words[start].start])
        closers = _CLOSERS | _CLOSERS_APART if apart else _CLOSERS
        begins = any(tuple(plain[start : start + n]) in closers for n in range(1, _LONGEST + 1))
        if begins and _parts_of(plain[start:], _CLOSING):
            return text[: words[start].start].rstrip(",;:–—(- \u00a0\u202f")
    return text


def _phrases(*tables: str) -> frozenset[_Phrase]:
    lines = "|".join(tables).replace("\n", "|").split("|")
    return frozenset(tuple(map(_squeeze, line.split())) for line in lines if line.strip())


def _pairs(heads: frozenset[_Phrase], tails: frozenset[_Phrase]) -> frozenset[_Phrase]:
    return frozenset(head + tail for head, tail in product(heads, tails))


_STRAY: _Phrase = ("",)
"""Stands for any single letter or digit."""
_ANNOUNCEMENTS = _phrases(_A_QUESTION) | _pairs(_phrases(_I_HAVE), _phrases(_A_QUESTION))
_BY_PART: Mapping[_Part, frozenset[_Phrase]] = {
    "filler": _phrases(_FILLERS, _ADDRESSEES, _THANKS_FOR, _SIGN_OFFS),
    "unclear": frozenset({_STRAY}),
    "missed": _phrases(_IT_DOES_NOT, _MISSED)
    | _pairs(_phrases(_IT_DOES_NOT), _phrases(_WHAT_I_ASKED)),
    "acknowledged": _phrases(_ACKNOWLEDGEMENTS, _NO_MORE)
    | _ANNOUNCEMENTS
    | _pairs(_phrases(_IT_ANSWERS), _phrases(_WHAT_I_ASKED)),
    "greeting": _phrases(_GREETINGS, _HOW_ARE_YOU),
    "thanks": _phrases(_THANKS),
    "farewell": _phrases(_FAREWELLS),
    # « C’est une personne ? » may go on about the answer before; « C’est un robot ? » does not.
    "identity": _phrases(_IDENTITY)
    | _pairs(_phrases(_ARE_YOU), _phrases(_PEOPLE, _ROBOTS))
    | _pairs(_phrases("c est | est ce | is this"), _phrases(_ROBOTS)),
}
_ALL: Mapping[_Phrase, _Part] = {
    phrase: part for part, phrases in _BY_PART.items() for phrase in phrases
}
_ALL_OF: Mapping[str, Mapping[_Phrase, _Part]] = {
    "en": {
        **{phrase: part for part, table in _ENGLISH.items() for phrase in _phrases(table)},
        **_ALL,
    }
}
_LONGEST = max(map(len, _ALL_OF["en"]))
_VOCABULARY = {word for phrase in _ALL_OF["en"] for word in phrase}
_LONG_WORDS = sorted(
    {
        word
        for phrase in _phrases(_GREETINGS, _THANKS, _FAREWELLS, "beaucoup")
        for word in phrase
        if len(word) >= _SLIP_FROM
    }
)
_OPENERS = _phrases(_GREETINGS)
_CLOSED_OPENERS = _phrases(_HOW_ARE_YOU, _ADDRESSEES, _THANKS) | _ANNOUNCEMENTS
_CLOSERS = _phrases(_THANKS, _SIGN_OFFS)
_CLOSERS_APART = _phrases(_FAREWELLS)
"""Only after a mark: « le format de la bonne journée » ends with the same words."""
_CLOSING_WORDS = {phrase[0] for phrase in _CLOSERS | _CLOSERS_APART}
_CLOSING: Mapping[_Phrase, _Part] = {
    phrase: "filler" for phrase in _phrases(_THANKS, _THANKS_FOR, _FAREWELLS, _SIGN_OFFS)
}
