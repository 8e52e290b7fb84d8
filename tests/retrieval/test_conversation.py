from __future__ import annotations

import pytest

from faqbot.assistant import Assistant
from faqbot.retrieval.conversation import needs_context


@pytest.mark.parametrize(
    "question",
    ["et pour l’opérateur ?", "Et si c’est refusé ?", "combien de temps ?", "pareil en test ?"],
)
def test_a_question_that_says_little_leans_on_the_one_before(question: str) -> None:
    assert needs_context(question)


@pytest.mark.parametrize(
    "question",
    [
        "Quels documents faut-il fournir pour obtenir un compte sur Industriel Santé Connect ?",
        "Notre certificat serveur expire en mars, comment le renouveler auprès de l’IGC-Santé ?",
    ],
)
def test_a_question_that_says_enough_is_a_new_subject(question: str) -> None:
    assert not needs_context(question)


HISTORY = ["Peut-on créer un compte Convergence sans être représentant légal ?"]


def test_a_follow_up_is_read_with_the_question_before(assistant: Assistant) -> None:
    alone = assistant.retriever.rank("et c’est quoi les types de comptes ?")
    follow = assistant.retriever.rank("et si je n’ai pas reçu le mail ?", HISTORY)
    assert follow.in_context
    assert not alone.in_context
    assert follow.question == "et si je n’ai pas reçu le mail ?"


def test_a_new_subject_is_ranked_as_if_nothing_had_been_said(assistant: Assistant) -> None:
    question = "Notre certificat serveur expire en mars, comment le renouveler auprès de l’IGC ?"
    with_history = assistant.retriever.rank(question, HISTORY)
    assert with_history == assistant.retriever.rank(question)
