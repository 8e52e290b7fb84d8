from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
import pytest

from faqbot.answering.context import support
from faqbot.answering.decision import Thresholds
from faqbot.answering.general import general
from faqbot.assistant import Assistant
from faqbot.evaluation.dataset import Dataset, read_dataset
from faqbot.retrieval.conversation import (
    ALONE,
    BEFORE,
    TOGETHER,
    in_context,
    learned,
    read_in_context,
    readings,
    signs,
)
from faqbot.retrieval.tables import taken

ACCOUNT = "Peut-on créer un compte Convergence sans être représentant légal ?"
PROXY = "Le Proxy e-Santé est-il obligatoire ?"
CERTIFICATE = "Comment commander un certificat ?"


@pytest.fixture(scope="module")
def dev(assistant: Assistant) -> Dataset:
    folder = Path(__file__).parents[2] / "eval/datasets/edc-psc"
    return read_dataset(folder, "dev", assistant.corpus.answers.keys())


@pytest.mark.parametrize(
    ("before", "question", "entry"),
    [
        (ACCOUNT, "et si je n’ai pas reçu le mail ?", "F17"),
        (CERTIFICATE, "combien de temps ?", "F53"),
        (CERTIFICATE, "and how long is it valid?", "F53"),
        (PROXY, "pourquoi ?", "S05"),
    ],
)
def test_a_question_that_leans_is_read_with_the_one_before(
    assistant: Assistant, before: str, question: str, entry: str
) -> None:
    ranking = assistant.rank(question, [before])
    assert ranking.in_context
    assert ranking.question == question
    assert ranking.candidates[0].entry.id == entry
    assert not assistant.rank(question).in_context


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("datapass", PROXY),
        ("datapass", "Le Proxy e-Santé est-il vraiment obligatoire ?"),
        ("Comment obtenir un compte Convergence ?", "nru obligatoire ?"),
        (CERTIFICATE, "datapass"),
        ("durée du certificat", "proxy obligatoire"),
        # « il » means nothing that was said before.
        (ACCOUNT, "Faut-il un datapass pour se raccorder à Pro Santé Connect ?"),
    ],
)
def test_a_question_that_stands_alone_is_answered_as_if_nothing_had_been_said(
    assistant: Assistant, before: str, question: str
) -> None:
    alone, behind = assistant.ask(question), assistant.ask(question, [before])
    assert alone.status == "answered"
    assert behind.status == "answered"
    assert behind.confidence == pytest.approx(alone.confidence)
    assert [it.entry.id for it in behind.shown] == [it.entry.id for it in alone.shown]


def leaning(assistant: Assistant, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[bool]:
    """Whether each question is read with those before it, as `Retriever.rank_each` finds out.

    All are embedded and compared at once, which takes a fifth of the time.
    """
    texts = [readings(assistant.asked(text), [*map(assistant.asked, it)]) for text, it in pairs]
    rows = {text: row for row, text in enumerate(dict.fromkeys(chain.from_iterable(texts)))}
    embedded = assistant.embedder.embed([*rows], asked=True)
    each = [*chain.from_iterable(texts)]
    views = assistant.retriever.compare(each, embedded.taken(np.array([rows[it] for it in each])))
    ends = accumulate(map(len, texts))
    return [
        read_in_context(one[0], taken(views, slice(end - len(one), end))) is not None
        for one, end in zip(texts, ends, strict=True)
    ]


def test_history_hardly_ever_changes_what_a_question_gets(
    assistant: Assistant, dev: Dataset
) -> None:
    """Written to stand alone, or put behind a question that has nothing to do with it."""
    single = [query.text for query in dev.queries if not query.history]
    asked = np.random.default_rng(1).choice(single, 600)
    pairs = [(it.text, it.history) for it in dev.queries if it.slice == "follow-up-new-subject"]
    # Each stands behind another one, too: what was embedded once serves twice.
    pairs += [
        (str(text), (str(other),)) for text, other in zip(asked, np.roll(asked, 1), strict=True)
    ]
    leans = leaning(assistant, pairs)
    # Any other is ranked as if nothing had been said; a twentieth of them show that it is.
    kept = [
        assistant.ask(text).status == assistant.ask(text, before).status
        for number, (text, before) in enumerate(pairs)
        if leans[number] or number % 20 == 0
    ]
    assert len(pairs) - kept.count(False) >= 0.99 * len(pairs)


def test_what_the_faq_does_not_hold_is_not_asserted_because_of_what_it_held_before(
    assistant: Assistant, dev: Dataset
) -> None:
    asked = [query for query in dev.queries if query.slice == "follow-up-unanswerable"]
    answers = [assistant.ask(query.text, query.history) for query in asked]
    assert len(answers) >= 75
    assert sum(it.status == "answered" for it in answers) <= 1
    assert assistant.ask("et le prix ?", [PROXY]).status == "no_answer"
    assert assistant.ask("asdf", [PROXY]).status == "no_answer"


def test_follow_ups_find_their_entry(assistant: Assistant, dev: Dataset) -> None:
    asked = [query for query in dev.queries if query.slice == "follow-up"]
    answers = [assistant.ask(query.text, query.history) for query in asked]
    right = [
        bool(it.ranking) and it.ranking.candidates[0].entry.id in dev.qrels[query.id]
        for query, it in zip(asked, answers, strict=True)
    ]
    asserted = [ok for ok, it in zip(right, answers, strict=True) if it.status == "answered"]
    assert np.mean(right) >= 0.9
    assert len(asserted) >= 140
    assert np.mean(asserted) >= 0.98


def test_an_earlier_question_counts_less_than_the_last(assistant: Assistant) -> None:
    question, last = "et il dure combien de temps ?", CERTIFICATE
    texts = readings(question, ["Un ?", "Deux ?", last])
    assert texts == [question, last, f"{last} {question}", f"Deux ? {last} {question}"]
    assert readings(question, [last]) == texts[:3]
    assert readings(question, ()) == [question]
    behind = assistant.rank(question, ["Où déclarer nos distributeurs ?", last])
    assert behind.candidates[0].entry.id == assistant.rank(question, [last]).candidates[0].entry.id


def test_views_are_averaged_by_their_weights(assistant: Assistant) -> None:
    texts = readings("et le délai ?", [PROXY, CERTIFICATE])
    views = assistant.retriever.compare(texts, assistant.embedder.embed(texts, asked=True))
    found = in_context(views, (2.0, 0.0, 1.0))
    both = views.fused[TOGETHER:].mean(axis=0)
    assert np.allclose(found.fused[0], (2 * views.fused[ALONE] + both) / 3)
    assert np.array_equal(found.dense.votes[0], views.dense.votes[TOGETHER])
    assert np.allclose(in_context(views, (0.0, 1.0, 0.0)).fused[0], views.fused[BEFORE])


def test_what_was_learned_fits_what_is_seen(assistant: Assistant) -> None:
    ranking = assistant.rank("et le délai ?", [CERTIFICATE])
    assert ranking.views is not None
    seen = signs(ranking.question, ranking.views, ranking.comparison)
    assert learned().leans.keys() == {"intercept", *seen}
    logits, columns = general().model.logits, ranking.order[:3]
    spoken = support(logits, ranking.comparison, ranking.views, columns)
    assert learned().right.keys() == {"intercept", *spoken}
    assert all(value.shape == (3,) for value in spoken.values())
    thresholds = Thresholds(**learned().thresholds)
    assert 0 < thresholds.clarify_at < thresholds.tentative_at < thresholds.answer_at < 1


def test_what_was_said_before_does_not_change_the_last_digit(assistant: Assistant) -> None:
    question = "Le Proxy e-Santé est-il obligatoire ?"
    alone, behind = assistant.ask(question), assistant.ask(question, [question])
    assert behind.confidence == alone.confidence
    assert behind.shown == alone.shown
