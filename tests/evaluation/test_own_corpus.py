from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.corpus.markdown import to_html, to_text
from faqbot.corpus.text import fold_space
from faqbot.errors import CorpusError
from faqbot.evaluation.own_corpus import as_markdown, read_corpus_file


def write(folder: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path = folder / "corpus.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_titles_become_questions_and_texts_answers(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"_id": "b/2 é", "title": "Deux ?", "text": "1. Oui\n\u2028*non* <b>"},
        {"_id": "a", "title": "", "text": "Sans titre.", "metadata": {"url": "x"}},
        "",
    )
    corpus = read_corpus_file(path)
    assert [entry.id for entry in corpus.entries] == ["a", "b/2 é"]
    untitled, other = corpus.entries
    assert untitled.question == "Sans titre."
    assert to_text(other.answer) == "1. Oui\n*non* <b>"
    assert (corpus.title, other.variants) == (tmp_path.name, ())


def test_wordings_become_variants_and_each_stands_once(tmp_path: Path) -> None:
    asked = ["Un  ?", "", "Une\x00 autre ?", "UNE AUTRE", "1 ?"]
    path = write(
        tmp_path,
        {"_id": "a", "title": "un", "text": "Oui.", "wordings": asked, "metadata": {"x": [1]}},
        {"_id": "b", "title": "un", "text": "Non."},
        {"_id": "c", "title": " ", "text": "", "wordings": ["Ni titre ni texte ?"]},
    )
    one, same, bare = read_corpus_file(path, "en").entries
    assert (one.question, one.variants) == ("un", ("Une autre ?", "1 ?"))
    assert same.question == one.question
    assert (bare.question, to_text(bare.answer)) == ("Ni titre ni texte ?", "Ni titre ni texte ?")


def test_the_language_is_that_of_the_data_set(tmp_path: Path) -> None:
    path = write(tmp_path, {"_id": "a", "title": "un"})
    assert read_corpus_file(path).language == "fr"
    assert read_corpus_file(path, "en").language == "en"


def test_halves_of_characters_and_marks_of_byte_order_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeff{"_id": "a", "title": "un \\ud83d", "text": "x \\ud83d\\ude00"}')
    (entry,) = read_corpus_file(path).entries
    assert (entry.question, to_text(entry.answer)) == ("un ?", "x 😀")


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    path = write(tmp_path, {"_id": "a", "title": "Un ?", "text": "Oui."})
    before = read_corpus_file(path).digest
    path.touch()
    assert read_corpus_file(path).digest == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "corpus.jsonl:2: not an entry"),
        ("[]", "corpus.jsonl:2: not an entry"),
        ({"title": "x"}, "corpus.jsonl:2: not an entry"),
        ({"_id": "b", "title": " ", "text": ""}, "corpus.jsonl:2: not an entry: b has neither"),
        ({"_id": "a", "title": "x"}, "corpus.jsonl:2: entry id a is used twice"),
        ({"_id": "c", "titel": "x"}, "corpus.jsonl:2: not an entry"),
    ],
)
def test_lines_that_are_no_entries_are_refused(tmp_path: Path, line: object, message: str) -> None:
    path = write(tmp_path, {"_id": "a", "title": "Un ?"}, line)
    with pytest.raises(CorpusError) as caught:
        read_corpus_file(path)
    assert message in str(caught.value)


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no entry"):
        read_corpus_file(write(tmp_path, ""))
    with pytest.raises(CorpusError, match="the file is missing"):
        read_corpus_file(tmp_path / "none.jsonl")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"]) | st.just("\n")))
def test_plain_text_comes_out_of_markdown_as_it_went_in(text: str) -> None:
    lines = [fold_space(line) for line in text.splitlines()]
    assert to_text(as_markdown(text)) == "\n".join(line for line in lines if line)


@pytest.mark.parametrize(
    "text",
    ["# titre", "- puce", "1. un", "    code", "<script>x</script>", "[a](b)", "`x`", "&amp;",
     "a\n===", "> cité", "***", "https://example.org/a_b_c", "x@example.org", "| a | b |", "\\*"],
)  # fmt: skip
def test_nothing_is_read_as_markdown(text: str) -> None:
    expected = "\n".join(fold_space(line) for line in text.splitlines())
    assert to_text(as_markdown(text)) == expected
    assert "<script" not in to_html(as_markdown(text))
