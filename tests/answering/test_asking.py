from __future__ import annotations

import pytest

from faqbot.answering.asking import LONG, asking_sentences, questions

CONTEXT = (
    "Notre société édite depuis douze ans un logiciel destiné aux cabinets libéraux, installé chez "
    "plusieurs centaines de clients, et une nouvelle équipe reprend actuellement le dossier complet "
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
        "Un logiciel ? Un proxy ? Un certificat ? Une convention ?",
        "",
    ],
)
def test_one_question_or_too_many_stay_whole(message: str) -> None:
    assert questions(message) == []


def test_only_the_sentences_of_a_long_message_that_ask_are_read_apart() -> None:
    asked = "je voudrais savoir comment renouveler le certificat"
    assert asking_sentences(f"{CONTEXT} Du coup, {asked}. Bonne réception.") == [
        f"Du coup, {asked}."
    ]
    assert asking_sentences(f"{CONTEXT} Le certificat est échu. Cordialement.") == []


def test_a_short_message_is_read_whole() -> None:
    assert asking_sentences("Je suis éditeur. Comment renouveler le certificat ?") == []
    assert LONG > 20
