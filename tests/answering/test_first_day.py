"""Small FAQs without other wordings that the general model was not fitted on, and real questions.

They stand under ``eval/general/faqs``; what they promise is counted over all of them, for single
ones are too small to say anything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from faqbot.answering.general import general
from faqbot.assistant import Assistant
from faqbot.embedding.encoder import Embedder
from faqbot.evaluation.dataset import read_about, read_dataset
from faqbot.evaluation.own_corpus import read_corpus_file
from faqbot.progress import silent
from faqbot.settings import Settings

FAQS = Path(__file__).parents[2] / "eval" / "general" / "faqs"
SMALL = ("centre-de-sante", "coworking", "creche", "musee", "parking")


@dataclass(frozen=True)
class Fates:
    """What became of questions, by whether the FAQ answers them."""

    inside: Counter[str]
    outside: Counter[str]


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Fates:
    inside, outside = Counter[str](), Counter[str]()
    for name in SMALL:
        corpus = read_corpus_file(FAQS / name / "corpus.jsonl", read_about(FAQS / name).language)
        settings = Settings(index_dir=tmp_path_factory.mktemp(name))
        assistant = Assistant.for_corpus(corpus, settings, progress=silent, embedder=embedder)
        dataset = read_dataset(FAQS / name, "test", {it.id for it in corpus.entries})
        for query in dataset.queries:
            answer = assistant.ask(query.text)
            status = "likely" if answer.tentative else answer.status
            if not query.answerable:
                outside[status] += 1
            else:
                right = bool(answer.shown) and answer.shown[0].entry.id in dataset.qrels[query.id]
                inside[f"{'right' if right else 'wrong'} {status}"] += 1
    return Fates(inside, outside)


def test_much_is_answered_at_once_or_shown_as_likely(fates: Fates) -> None:
    given = fates.inside["right answered"] + fates.inside["right likely"]
    assert given / fates.inside.total() >= 0.4  # 0.48 of 138


def test_hardly_anything_wrong_is_asserted(fates: Fates) -> None:
    assert fates.inside["wrong answered"] + fates.outside["answered"] <= 1  # none


def test_what_is_shown_as_likely_mostly_is_right(fates: Fates) -> None:
    wrong = fates.inside["wrong likely"]
    assert wrong / (wrong + fates.inside["right likely"]) <= 0.1  # 1 of 47


def test_most_of_what_the_faqs_do_not_hold_is_declined(fates: Fates) -> None:
    assert fates.outside["no_answer"] / fates.outside.total() >= 0.7  # 0.81 of 74


def test_the_general_model_names_what_it_was_fitted_on() -> None:
    """A data set that is added, or becomes a test, is for the model to follow."""
    fitted = {it.parents[1].name for it in FAQS.glob("*/qrels/dev.tsv")}
    kept = {it.parents[1].name for it in FAQS.glob("*/qrels/test.tsv")}
    named = set(general().about.replace(".", ",").replace(":", ",").split(", "))
    assert fitted <= named
    assert not kept & named
    assert fitted | kept == {it.parent.name for it in FAQS.glob("*/corpus.jsonl")}
