from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.small_talk import small_talk, strip_courtesies
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.text import clean_input, fold
from faqbot.vocabulary import SmallTalk

CORPUS = read_corpus(Path(__file__).parents[2] / "corpus")
WORDINGS = [wording for entry in CORPUS.entries for wording in (entry.question, *entry.variants)]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        *(
            ("greeting", message)
            for message in (
                *("Bonjour", "bonjour !", "BONJOUR", "bjr", "slt", "salut", "coucou", "Bonsoir."),
                *("bonjourrr", "bonnnjouuur", "coucouuu", "bojour", "bonjor", "bonojur", "bonsior"),
                *("Bonjour à tous", "Bonjour Madame, Monsieur,", "re-bonjour", "allo ?"),
                *("Bonjour, ça va ?", "salut ça va", "Comment allez-vous ?", "bonjour toi 😀"),
                *("Bonjour j’ai une question",),
                *("hello", "Helloooo", "hi there!", "hey", "Good morning", "how are you?"),
            )
        ),
        *(
            ("thanks", message)
            for message in (
                *("Merci", "merci !", "merciii", "merci bcp", "merci beaucoup", "mercie beaucoup"),
                *("Merci beaucoup pour votre aide !", "merci d’avance", "Super, merci", "ok merci"),
                *(
                    "Un grand merci",
                    "mille mercis",
                    "Je vous remercie.",
                    "non merci",
                    "merci à vous",
                ),
                *("Bonjour et merci", "thx", "thanks a lot", "Thank you very much for your help"),
                *("C’est parfait, merci encore", "merci svp", "Merci bien beaucoup"),
                *("Merci, ça répond à ma question", "plus de questions, merci"),
            )
        ),
        *(
            ("identity", message)
            for message in (
                *("Qui es-tu ?", "qui êtes-vous", "t'es qui ?", "tes qui", "tu es qui toi ?"),
                *("tu es un robot ?", "T’es un bot ?", "Êtes-vous une vraie personne ?"),
                *("Est-ce que je parle à un humain ?", "c’est un robot ?", "tu es humain ?"),
                *("Que sais-tu faire ?", "tu sers à quoi ?", "Comment pouvez-vous m’aider ?"),
                *("Comment tu t’appelles ?", "Bonjour, qui êtes-vous ?", "vous êtes une IA ?"),
                *("bonjour et vous êtes qui ?", "Salut, tu fais quoi ?"),
                *("Who are you?", "what can you do", "Are you a real person?", "are you ChatGPT?"),
            )
        ),
        *(
            ("farewell", message)
            for message in (
                *("Au revoir", "aurevoir", "au revoirrr", "À bientôt !", "a plus", "A+", "ciao"),
                *("Bonne journée", "bone journée", "Merci, bonne journée à vous", "Bon week-end"),
                *("merci et au revoir", "ok merci a+", "bye", "bye bye", "Goodbye!", "see you"),
            )
        ),
        *(
            ("acknowledged", message)
            for message in (
                *(
                    "ok",
                    "OK !",
                    "oui",
                    "Non.",
                    "oui oui",
                    "d’accord",
                    "Très bien",
                    "ok super",
                    "yes",
                ),
                *("ok 👍", "Oui, parfait", "daccord", "ça marche", "ah ok", "ok je vois"),
                *("Bien reçu", "c’est noté, pas de souci", "C’est tout !"),
                # Of one's questions, without asking one.
                *("j’ai une question", "J’aurais encore une petite question", "autre question"),
                *("plus de questions", "ok ça répond à ma question", "Puis-je poser une question"),
            )
        ),
        *(
            ("unclear", message)
            for message in (
                "1",
                "x",
                "X.",
                "?",
                "...",
                "??!",
                "👋",
                "👍🏽",
                "a b",
                "xxx",
                "_",
                "1 ?",
                # An answer missed.
                *("cela ne répond pas à ma question", "ça répond pas du tout à ma question !!"),
                *(
                    "Non, ce n’est pas ma question",
                    "Merci mais vous n’avez pas répondu",
                    "J’ai déjà posé la question",
                ),
                *("vous n’avez pas compris", "C’est pas ce que je demande", "mauvaise réponse"),
            )
        ),
    ],
)
def test_a_courtesy_alone_is_recognised(kind: SmallTalk, message: str) -> None:
    assert small_talk(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        *("", "et vous ?", "pour votre aide", "s’il vous plaît", "12", "PS", "certificat x"),
        *(
            "Bonjour, comment renouveler mon certificat ?",
            "bjr certificat expiré",
            "slt c quoi PSC",
        ),
        *("bonjour proxy", "Merci de me dire comment candidater", "merci pour le proxy"),
        *("merci de me dire comment m’inscrire, bonne journée", "Merci. Et pour un EAI ?"),
        *("Qui êtes-vous censés contacter ?", "Qui est mon interlocuteur pour ma candidature ?"),
        *("qui êtes-vous par rapport à l’ANS ?", "Que pouvez-vous faire si la carte est perdue ?"),
        *("bonne journée de formation PSC ?", "au revoir le certificat, que faire ?"),
        *("Ça va prendre combien de temps ?", "comment ça marche ?", "à quoi ça sert ?"),
        *("tu fais quoi si mon certificat expire", "c’est une personne physique ?"),
        *("c’est un programme ?", "Est-ce un robot qui vérifie les preuves ?", "c’est qui ?"),
        *("Je veux parler à un humain", "aide", "un robot", "une machine virtuelle ?"),
        *("Who are you supposed to contact?", "hello, how do I renew my certificate?"),
        *("thanks to whom is the proxy free?", "journée", "bonne question", "bonjour. PSC"),
        *("j’ai une question sur ma candidature", "question proxy", "Qui répond à mes questions ?"),
        *(
            "Pouvez-vous répondre à ma question ?",
            "ça marche pour un EAI ?",
            "mauvaise réponse 403",
        ),
    ],
)
def test_anything_that_may_be_a_question_is_left_to_the_faq(message: str) -> None:
    assert small_talk(message) is None


def test_nothing_that_the_faq_is_asked_is_small_talk() -> None:
    assert [wording for wording in WORDINGS if small_talk(wording)] == []


@pytest.mark.parametrize(
    ("message", "question"),
    [
        (
            "Bonjour, comment renouveler mon certificat ? Merci d’avance !",
            "comment renouveler mon certificat ?",
        ),
        ("bjr c quoi le proxy svp", "c quoi le proxy"),
        ("Bonjour Madame, Monsieur, qui signe ?", "qui signe ?"),
        ("Bonsoir à tous ! Qui signe ?", "Qui signe ?"),
        ("Salut, ça va ? Qui signe ? Bonne journée", "Qui signe ?"),
        ("Bonjour\u00a0! Qui signe\u202f? Cordialement", "Qui signe\u202f?"),
        ("Merci. Et pour un EAI ?", "Et pour un EAI ?"),
        ("Hello, who signs? Thank you very much for your help.", "who signs?"),
        ("Qui signe ? Merci et bonne fin de journée", "Qui signe ?"),
        ("qui signe merci beaucoup", "qui signe"),
        ("Bonjour, j’ai une autre question : qui signe ?", "qui signe ?"),
        ("Question : qui signe ?", "qui signe ?"),
        ("Bonjour (PSC) expiré ?", "(PSC) expiré ?"),
        # Nothing to take off.
        ("Qui signe ?", "Qui signe ?"),
        ("Merci de me dire qui signe", "Merci de me dire qui signe"),
        ("Ça va prendre combien de temps ?", "Ça va prendre combien de temps ?"),
        ("Faut-il dire que tout va bien ?", "Faut-il dire que tout va bien ?"),
        ("Le badge de la bonne journée", "Le badge de la bonne journée"),
        ("Une question de signature", "Une question de signature"),
        # Nothing else there.
        ("Bonjour", "Bonjour"),
        ("Bonjour, merci !", "Bonjour, merci !"),
        ("?", "?"),
    ],
)
def test_courtesies_around_a_question_are_taken_off(message: str, question: str) -> None:
    assert strip_courtesies(message) == question


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("greeting", "Hello there, how is it going?"),
        ("thanks", "thanks again, much appreciated"),
        ("farewell", "Alright, take care!"),
        ("identity", "Who am I talking to?"),
        (None, "take care of my order"),
    ],
)
def test_an_english_faq_hears_more_english(kind: SmallTalk | None, message: str) -> None:
    assert small_talk(message, "en") == kind
    assert small_talk("Hello", "en") == small_talk("Hello", "de") == "greeting"


def test_a_french_faq_hears_what_it_always_heard() -> None:
    assert small_talk("take care") is None


def test_what_the_faq_is_asked_loses_only_courtesies() -> None:
    """Some wordings of the corpus imitate people who greet or say please."""
    for wording in WORDINGS:
        kept = fold(strip_courtesies(wording)).split()
        lost = Counter(fold(wording).split()) - Counter(kept)
        assert set(lost) <= {"bonjour", "slt", "svp", "s", "il", "vous", "plait"}


PIECES = st.sampled_from(
    [
        *("bonjour", "Merci", "d’avance", "au revoir", "ça va", "svp", "à tous", "et", "PSC", "où"),
        *(",", "!", " ?", ".", "(", "«\u00a0", "👋", "-", "\u202f", " "),
    ]
)
MESSAGES = (
    st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=10).map(" ".join))
    .map(clean_input)
    .filter(bool)
)


@given(MESSAGES)
def test_taking_courtesies_off_leaves_a_part_of_the_message(message: str) -> None:
    question = strip_courtesies(message)
    assert question
    assert question in message
    assert strip_courtesies(question) == question


@given(MESSAGES.filter(lambda message: message[0].isalnum()))
def test_what_follows_a_greeting_is_what_counts(message: str) -> None:
    """A greeting before a question changes nothing, whatever the question."""
    greeted = f"Bonjour, {message}"
    if small_talk(greeted) is None:
        assert small_talk(message) is None
        assert strip_courtesies(greeted) == strip_courtesies(message)
