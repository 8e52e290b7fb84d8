from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.analytics.clustering import Cluster, cluster
from faqbot.analytics.clustering_jobs import ClusteringJobs, Pending
from faqbot.embedding.embedded import Vectors
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.progress import Progress, silent
from tests.fakes import LetterEmbedder
from tests.samples_of_use import NOON

CENTRE = np.zeros(27, dtype=np.float32)
FAQ = ["FAQ"]


def asked(text: str, count: int = 1, days: int = 0) -> OpenQuestion:
    moment = NOON + timedelta(days=days)
    return OpenQuestion(text, count, moment, ((moment, count),))


def clusters(*questions: OpenQuestion) -> list[set[str]]:
    vectors = LetterEmbedder().embed_queries([question.text for question in questions])
    return [
        {question.text for question in found.questions}
        for found in cluster(questions, vectors, CENTRE)
    ]


def test_questions_that_mean_the_same_stand_together_the_most_asked_first() -> None:
    found = clusters(asked("aaa"), asked("aaab", 2), asked("zzz", 9), asked("zzzy"), asked("kkk"))
    assert found == [{"zzz", "zzzy"}, {"aaa", "aaab"}, {"kkk"}]


@pytest.mark.parametrize("questions", [(), (asked("seule"),)])
def test_none_and_one_are_clusters_too(questions: tuple[OpenQuestion, ...]) -> None:
    assert clusters(*questions) == [{question.text} for question in questions]


@pytest.mark.parametrize(("times", "label"), [(1, "aaab"), (9, "aaabb")])
def test_the_label_is_the_wording_nearest_to_what_was_asked(times: int, label: str) -> None:
    """The four lie on a line; asking its last one often draws the middle towards it."""
    questions = [asked("aaaa"), asked("aaab"), asked("aaabb"), asked("aaabbb", times, days=2)]
    vectors = LetterEmbedder().embed_queries([question.text for question in questions])
    (only,) = cluster(questions, vectors, CENTRE)
    assert only.label == label
    assert (only.count, only.last_asked) == (3 + times, NOON + timedelta(days=2))
    assert only.by_day() == Counter({date(2026, 11, 23): 3, date(2026, 11, 25): times})


@settings(deadline=None)  # the first run imports scikit-learn
@given(st.permutations([asked(text, n) for n, text in enumerate(["ab", "abc", "xy", "xyz", "m"])]))
def test_the_order_of_questions_changes_nothing(questions: list[OpenQuestion]) -> None:
    vectors = LetterEmbedder().embed_queries([question.text for question in questions])
    usual = sorted(questions, key=lambda question: question.count)
    again = LetterEmbedder().embed_queries([question.text for question in usual])
    assert cluster(questions, vectors, CENTRE) == cluster(usual, again, CENTRE)


def test_every_question_lands_in_one_cluster_even_on_the_centre_itself() -> None:
    questions = [asked("abc"), asked("cba"), asked("zzz")]
    vectors = LetterEmbedder().embed_queries([question.text for question in questions])
    found = cluster(questions, vectors, vectors[0])
    assert sorted(question.text for one in found for question in one.questions) == [
        "abc",
        "cba",
        "zzz",
    ]


class SlowEmbedder(LetterEmbedder):
    """Waits until it is allowed to embed anything but the FAQ's own question."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = threading.Event()

    def embed_queries(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        if "FAQ" not in texts:
            assert self.allowed.wait(30)
            self.embedded += texts
        return super().embed_queries(texts)


def done(result: tuple[Cluster, ...] | Pending) -> list[str]:
    assert not isinstance(result, Pending)
    return [found.label for found in result]


def test_whoever_does_not_wait_sees_the_progress_and_the_work_goes_on() -> None:
    embedder = SlowEmbedder()
    jobs = ClusteringJobs(embedder)
    questions = [asked("aaa", 2), asked("zzz")]
    assert jobs.clusters(questions, FAQ, patience_s=0) == Pending(0, 2)
    embedder.allowed.set()
    assert done(jobs.clusters(questions, FAQ, patience_s=30)) == ["aaa", "zzz"]


def test_a_question_is_embedded_once_and_the_same_data_are_clustered_once() -> None:
    embedder = SlowEmbedder()
    embedder.allowed.set()
    jobs = ClusteringJobs(embedder)
    first = jobs.clusters([asked("aaa", 2), asked("zzz")], FAQ, patience_s=30)
    assert jobs.clusters([asked("aaa", 2), asked("zzz")], FAQ, patience_s=30) is first
    changed = jobs.clusters([asked("aaa", 2), asked("zzz", 3), asked("kkk")], FAQ, patience_s=30)
    assert done(changed)[0] == "zzz"
    assert sorted(embedder.embedded) == ["aaa", "kkk", "zzz"]


def test_nothing_asked_makes_no_cluster() -> None:
    assert ClusteringJobs(LetterEmbedder()).clusters([], FAQ, patience_s=30) == ()


class BrokenEmbedder(LetterEmbedder):
    def embed_queries(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        raise MemoryError


def test_a_failure_reaches_whoever_waits_and_is_tried_again() -> None:
    jobs = ClusteringJobs(BrokenEmbedder())
    for _ in range(2):
        with pytest.raises(MemoryError):
            jobs.clusters([asked("aaa")], FAQ, patience_s=30)
