from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faqbot.answering.highlighting import highlights
from faqbot.corpus.sentences import sentence_spans

TEXT = "Oui. La date est fixée.\n- Un premier point.\n- Un second point."


def marked(question: str, *similarities: float) -> list[str]:
    return [TEXT[start:end] for start, end in highlights(question, TEXT, similarities)]


def test_the_spans_of_a_text_are_its_sentences_and_list_items() -> None:
    assert [TEXT[start:end] for start, end in sentence_spans(TEXT)] == [
        "Oui.",
        "La date est fixée.",
        "- Un premier point.",
        "- Un second point.",
    ]


def test_the_nearest_sentence_is_marked() -> None:
    assert marked("quand ?", 0.1, 0.2, 0.9, 0.3) == ["- Un premier point."]


def test_a_shared_word_decides_between_equals() -> None:
    assert marked("à quelle date ?", 0.3, 0.3, 0.3, 0.3)[0] == "La date est fixée."


def test_a_word_of_one_sentence_weighs_more_than_one_of_all() -> None:
    """« proxy » stands in both, « obligatoire » is what was asked."""
    text = "Le proxy relie les logiciels. Le proxy est obligatoire."
    found = highlights("le proxy est-il obligatoire ?", text, [0.5, 0.4])
    assert [text[start:end] for start, end in found] == ["Le proxy est obligatoire."]


def test_sentences_as_near_as_the_best_are_marked_too_but_half_of_them_at_most() -> None:
    assert marked("quand ?", 0.80, 0.81, 0.82, 0.83) == [
        "- Un premier point.",
        "- Un second point.",
    ]


def test_neighbours_on_one_line_make_one_mark() -> None:
    assert marked("quand ?", 0.9, 0.9, 0.1, 0.1) == ["Oui. La date est fixée."]


def test_a_single_sentence_needs_no_pointer() -> None:
    assert highlights("quand ?", "Oui.", [0.9]) == ()


def test_similarities_of_another_answer_mark_nothing() -> None:
    assert highlights("quand ?", TEXT, [0.9]) == ()


@given(st.text(), st.data())
def test_spans_are_ordered_apart_and_never_the_whole_text(text: str, data: st.DataObject) -> None:
    units = sentence_spans(text)
    near = data.draw(st.lists(st.floats(-1, 1), min_size=len(units), max_size=len(units)))
    spans = highlights("une question", text, near)
    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert all(start < end <= len(text) for start, end in spans)
    covered = sum(1 for unit in units if any(s <= unit[0] and unit[1] <= e for s, e in spans))
    assert covered <= len(units) // 2
