from __future__ import annotations

import pytest

from faqbot.answering.asking import questions, readings

CONTEXT = (
    "Notre société édite depuis douze ans un logiciel destiné aux cabinets libéraux, installé chez "
    "des centaines de clients, et une nouvelle équipe reprend actuellement le dossier complet "
    "après le départ du précédent responsable technique."
)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "Le proxy est-il obligatoire ? Et combien de temps dure le certificat ?",
            ["Le proxy est-il obligatoire ?", "combien de temps dure le certificat ?"],
        ),
        (
            "le proxy est obligatoire ? et combien dure le certificat ??",
            ["le proxy est obligatoire ?", "combien dure le certificat ??"],
        ),
        (
            "Qui signe la convention et où déposer les preuves ?",
            ["Qui signe la convention", "où déposer les preuves ?"],
        ),
        (
            "Je suis éditeur. Qui signe la convention ? Où déposer les preuves ? Merci.",
            ["Qui signe la convention ?", "Où déposer les preuves ?"],
        ),
        (
            "comment renouveler le certificat et combien coûte le proxy",
            ["comment renouveler le certificat", "combien coûte le proxy"],
        ),
        (
            "Combien coûte le proxy et y a-t-il un certificat ?",
            ["Combien coûte le proxy", "y a-t-il un certificat ?"],
        ),
        (
            "Qui signe la convention ? Comment avoir un certificat et combien coûte-t-il ?",
            ["Qui signe la convention ?", "Comment avoir un certificat combien coûte-t-il ?"],
        ),
    ],
)
def test_several_questions_are_parted(message: str, parts: list[str]) -> None:
    assert questions(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "Le proxy est-il obligatoire ?",
        "certificat et proxy",
        "Faut-il un compte iSC et un compte PSC ?",
        "Le proxy est où ? Et quand ?",
        "Comment résilier le certificat et combien ça coûte ?",
        "Je déménage. Que faire du certificat ? Et combien coûte-t-il ?",
        "How do I renew the certificate and how much is it?",
        "Un logiciel ? Un proxy ? Un certificat ? Une convention ?",
        "",
    ],
)
def test_one_question_or_too_many_stay_whole(message: str) -> None:
    assert questions(message) == []


def test_of_a_long_message_the_sentences_that_ask_are_read_too() -> None:
    asked = "Du coup, je voudrais savoir comment renouveler le certificat."
    message = f"{CONTEXT} {asked} Bonne réception."
    assert readings(message) == [message, asked, f"{CONTEXT} {asked}"]
    silent = f"{CONTEXT} Le certificat est échu. Cordialement."
    assert readings(silent) == [silent]


def test_question_marks_tell_more_than_words() -> None:
    message = f"{CONTEXT} Nous cherchons une solution. Le certificat est-il valable ?"
    assert "Nous cherchons une solution." not in readings(message)
    assert "Le certificat est-il valable ?" in readings(message)


def test_a_very_long_message_is_read_by_sentences_alone() -> None:
    more = (
        "Hier matin, pendant une démonstration publique devant plusieurs partenaires étrangers, "
        "notre serveur principal affichait soudain une erreur inconnue, sans explication visible."
    )
    asked = "Le certificat est-il valable ?"
    message = f"{CONTEXT} {more} {asked} Cordialement."
    assert readings(message) == [asked, f"{more} {asked}", f"{CONTEXT} {more} {asked}"]
    silent = f"{CONTEXT} {more}"
    assert readings(silent) == [silent]


def test_a_short_message_is_read_whole() -> None:
    message = "Je suis éditeur. Comment renouveler le certificat ?"
    assert readings(message) == [message]
    assert readings("") == [""]
