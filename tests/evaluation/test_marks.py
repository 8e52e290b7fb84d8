"""Labelled passages: our own stand in today's answers, and marks are compared with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.corpus.reading import read_corpus
from faqbot.errors import CorpusError, EvaluationError
from faqbot.evaluation.marks import Pair, measure_marks, read_pairs
from faqbot.review.worktree import split_of

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "datasets" / "edc-psc"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(ROOT / "corpus")


def test_every_passage_of_ours_stands_in_todays_answer(corpus: Corpus) -> None:
    dev, test = (read_pairs(OURS, split, corpus.by_id) for split in ("dev", "test"))
    assert (len(dev), len(test)) == (77, 73)
    assert all(pair.split == split_of(pair.text, ()) for pair in (*dev, *test))
    assert len({(pair.text, pair.entry) for pair in (*dev, *test)}) == 150


def test_an_edit_of_an_answer_is_told_with_the_lines_to_mend(corpus: Corpus) -> None:
    lines = (OURS / "highlights.jsonl").read_text("utf-8").splitlines()
    edited = corpus.by_id["F53"]
    edited = replace(edited, answer=edited.answer.replace("60 jours", "30 jours"))
    with pytest.raises(CorpusError) as raised:
        read_pairs(OURS, "dev", {**corpus.by_id, "F53": edited})
    (problem,) = raised.value.problems
    assert "60 jours" in lines[problem.line - 1]
    assert str(problem) == (
        f"highlights.jsonl:{problem.line}: the answer of F53 holds this 0 times, label it anew: "
        "L’administrateur technique est alerté automatiquement 60 jours avant l’échéance."
    )


def test_an_entry_that_is_gone_and_a_line_that_is_no_pair_are_told(
    tmp_path: Path, corpus: Corpus
) -> None:
    gone = '{"text": "q", "entry": "F99", "spans": [], "split": "dev"}'
    (tmp_path / "highlights.jsonl").write_text(f'{gone}\n{{"text": "q"}}\n', "utf-8")
    with pytest.raises(CorpusError) as raised:
        read_pairs(tmp_path, "dev", corpus.by_id)
    first, second = map(str, raised.value.problems)
    assert first == "highlights.jsonl:1: there is no entry F99: take the line out"
    assert second.startswith("highlights.jsonl:2: not a labelled pair: ")


def test_a_data_set_without_labelled_passages_says_so(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(EvaluationError, match=r"has no highlights\.jsonl"):
        read_pairs(tmp_path, "dev", corpus.by_id)


def pair(text: str, entry: str, *spans: str) -> Pair:
    return Pair(text=text, entry=entry, spans=spans, split="dev")


def test_marks_are_compared_letter_by_letter(assistant: Assistant) -> None:
    """« certificat expiré » marks the first sentence of F55, whole."""
    half = "une fois celui-ci expiré, l’administrateur doit en générer un nouveau (fiche F52)."
    whole = "Le renouvellement n’est possible que tant que le certificat en place est actif\u202f; "
    letters = sum(map(str.isalpha, half))
    share = letters / (letters + sum(map(str.isalpha, whole)))
    found = measure_marks(
        assistant,
        [
            pair("certificat expiré", "F55", half),  # right, if too much
            pair("certificat expiré", "F55", "Pour renouveler un certificat actif\u00a0:"),
            pair("certificat expiré", "F55"),  # nothing responds, something is marked
            pair("les étapes du renouvellement", "F55", whole.strip()),  # nothing is marked
        ],
    )
    assert {name: (it.n, round(it.value, 6)) for name, it in found.items()} == {
        "marked": (4, 0.75),
        "precision": (3, round(share / 3, 6)),
        "recall": (3, round(1 / 3, 6)),
        "wrong": (4, 0.5),
    }
    assert found["wrong"].low < 0.5 < found["wrong"].high


def test_no_pair_has_no_measure(assistant: Assistant) -> None:
    assert [it.n for it in measure_marks(assistant, []).values()] == [0, 0, 0, 0]
