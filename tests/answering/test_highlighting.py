from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.answer import marks
from faqbot.answering.highlighting import LEAD, highlights
from faqbot.assistant import Assistant
from faqbot.corpus.markdown import to_text
from faqbot.corpus.sentences import sentence_spans

TEXT = "Oui. La date est fixée, voici laquelle\u00a0:\n- Un premier point.\n- Un second point."
ABOUT = "Quel est le point ?"


def marked(question: str, *similarities: float, text: str = TEXT, about: str = ABOUT) -> list[str]:
    return [text[start:end] for start, end in highlights(question, about, text, similarities)]


def test_the_spans_of_a_text_are_its_sentences_and_list_items() -> None:
    assert [TEXT[start:end] for start, end in sentence_spans(TEXT)] == [
        "Oui.",
        "La date est fixée, voici laquelle\u00a0:",
        "- Un premier point.",
        "- Un second point.",
    ]


def test_the_nearest_sentence_is_marked() -> None:
    assert marked("quand ?", 0.1, 0.2, 0.9, 0.3) == ["- Un premier point."]


def test_nothing_is_marked_where_no_sentence_is_clearly_ahead() -> None:
    assert marked("quand ?", 0.1, 0.2, 0.9, 0.9 - LEAD / 2) == []
    assert marked("quand ?", 0.5, 0.5, 0.5, 0.5) == []


def test_the_introduction_of_a_list_marks_nothing() -> None:
    assert marked("à quelle date ?", 0.1, 0.9, 0.2, 0.3) == []


def test_a_shared_word_decides_between_equals() -> None:
    assert marked("le second ?", 0.3, 0.3, 0.3, 0.3) == ["- Un second point."]


def test_a_shared_word_may_be_cut_short_or_ended_otherwise() -> None:
    assert marked("premiers", 0.3, 0.3, 0.3, 0.3) == ["- Un premier point."]


def test_what_the_entry_asks_itself_tells_little_where_to_look() -> None:
    """All of the answer is about the proxy; what is asked is whether it is obligatory."""
    text = "Le proxy relie le proxy. Un tel composant est obligatoire."
    asked = "le proxy est-il obligatoire ?"
    assert marked(asked, 0.5, 0.5, text=text, about="Qu'est-ce que le proxy ?") == [
        "Un tel composant est obligatoire."
    ]


def test_a_single_sentence_needs_no_pointer() -> None:
    assert marked("quand ?", 0.9, text="Oui.") == []


def test_similarities_of_another_answer_mark_nothing() -> None:
    assert marked("quand ?", 0.9) == []


@given(st.text(), st.data())
def test_at_most_one_sentence_is_marked(text: str, data: st.DataObject) -> None:
    units = sentence_spans(text)
    near = data.draw(st.lists(st.floats(-1, 1), min_size=len(units), max_size=len(units)))
    spans = highlights("une question", "une autre", text, near)
    assert len(spans) <= 1
    assert set(spans) <= set(units)


@pytest.mark.parametrize(
    ("question", "identifier", "passage"),
    [
        # The expired case, not the steps for a certificate that is still active.
        ("certif expiré hier", "F55", "Le renouvellement n’est possible que"),
        ("mon certif a expiré, je fais quoi", "F55", "Le renouvellement n’est possible que"),
        ("webinaire sur les certificats", "F55", "Une rediffusion (replay)"),
        ("le proxy e-santé est-il obligatoire ?", "S05", "Même si cela ajoute"),
        ("gravité moyenne, combien de non ?", "F61", "- gravité moyenne"),
        ("les étapes du renouvellement", "F55", None),
    ],
)
def test_what_is_marked_in_our_answers(
    assistant: Assistant, question: str, identifier: str, passage: str | None
) -> None:
    ranking = assistant.rank(question)
    entry = assistant.corpus.by_id[identifier]
    text, spans = to_text(entry.answer), marks(entry, ranking)
    assert [text[start : start + len(passage or "")] for start, _ in spans] == (
        [passage] if passage else []
    )
