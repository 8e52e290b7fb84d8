from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from faqbot.errors import AlreadyDecided
from faqbot.feedback.store import FeedbackStore
from faqbot.review.decisions import Ignored, RightEntry, WrongEntry
from faqbot.review.signals import SignalKey
from faqbot.review.store import DecisionStore, StoredDecision
from tests.review.decided import chosen, decided, unanswered, voted_down
from tests.samples_of_use import MINUTE, NOON, interaction


@pytest.fixture
def decisions(store: FeedbackStore) -> DecisionStore:
    return DecisionStore(store.database)


def test_signals_are_negative_votes_choices_and_questions_without_an_answer(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    keys = {voted_down(store), unanswered(store), chosen(store)}
    happy = interaction()
    store.record(happy)
    store.vote(happy.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    store.record(interaction(status="no_answer", shown=(), small_talk="thanks"))
    store.record(interaction(status="clarify"))
    assert {signal.key for signal in decisions.pending()} == keys


def test_a_signal_tells_what_was_said(store: FeedbackStore, decisions: DecisionStore) -> None:
    (vote,) = decisions.signals([voted_down(store)])
    assert (vote.entry_id, vote.reason, vote.comment) == ("S01", "outdated", "C’est périmé.")
    (choice,) = decisions.signals([chosen(store)])
    assert (choice.entry_id, choice.reason, choice.comment) == ("S02", None, None)
    (silence,) = decisions.signals([unanswered(store)])
    assert (silence.entry_id, silence.question) == (None, "Quel temps fera-t-il ?")


def test_a_vote_that_was_made_good_is_no_signal_any_more(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    key = voted_down(store)
    store.vote(key.interaction_id, "S01", useful=True, reason=None, comment=None, at=NOON)
    assert decisions.pending() == ()
    assert decisions.signals([key]) == ()


def test_both_bad_answers_of_one_question_are_decided_on_apart(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    first = voted_down(store)
    store.vote(first.interaction_id, "S02", useful=False, reason=None, comment=None, at=NOON)
    decisions.decide(decided(Ignored(), (first, "Où ?")), replaces=None)
    (left,) = decisions.pending()
    assert left.key == SignalKey(first.interaction_id, "negative_vote", "S02")


def test_a_decision_comes_back_as_it_was_taken(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    late, early = unanswered(store, minutes=2), unanswered(store, minutes=1)
    taken = decided(
        RightEntry("S05", "query"), (early, "Un ?"), (late, "Deux ?"), history=("Avant ?",)
    )
    decisions.decide(taken, replaces=None)
    (found,) = decisions.decisions()
    assert found == decisions.decision(taken.id) == decisions.decision_on(late)
    assert [question.asked_at for question in found.questions] == [NOON + MINUTE, NOON + 2 * MINUTE]
    assert [question.wording for question in found.questions] == ["Un ?", "Deux ?"]
    assert found.questions[0].history == ("Avant ?",)
    assert (found.content, found.reviewer) == (taken.content, "marie")
    assert decisions.pending() == ()


def test_the_second_to_decide_is_told_who_was_first(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    key, other = unanswered(store), unanswered(store)
    decisions.decide(decided(Ignored(), (key, "?")), replaces=None)
    with pytest.raises(AlreadyDecided, match="marie has decided on it meanwhile"):
        decisions.decide(decided(Ignored(), (other, "?"), (key, "?")), replaces=None)
    assert [signal.key for signal in decisions.pending()] == [other]


def test_of_reviewers_who_decide_at_once_one_is_first(url: str) -> None:
    reviewers = 6
    with FeedbackStore.open(url) as store:
        key = unanswered(store)
        barrier = Barrier(reviewers)

        def decide(_: int) -> bool:
            with FeedbackStore.open(url) as own:
                barrier.wait()
                try:
                    DecisionStore(own.database).decide(
                        decided(Ignored(), (key, "?")), replaces=None
                    )
                except AlreadyDecided:
                    return False
                return True

        with ThreadPoolExecutor(reviewers) as pool:
            assert sum(pool.map(decide, range(reviewers))) == 1
        assert len(DecisionStore(store.database).decisions()) == 1


def changed(store: DecisionStore, decision: StoredDecision) -> StoredDecision:
    """Change a decision."""
    key = decision.questions[0].key
    later = decided(WrongEntry("S05", "Mettre à jour."), (key, "?"))
    store.decide(later, replaces=decision.id)
    return later


def test_a_decision_can_be_changed_until_it_is_applied(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    first = decided(Ignored(), (unanswered(store), "?"))
    decisions.decide(first, replaces=None)
    second = changed(decisions, first)
    assert [found.id for found in decisions.decisions()] == [second.id]
    with pytest.raises(AlreadyDecided, match="meanwhile"):
        changed(decisions, first)
    assert decisions.mark({second.id: None}, NOON) == ()
    with pytest.raises(AlreadyDecided, match="applied"):
        changed(decisions, second)
    with pytest.raises(AlreadyDecided, match="applied"):
        decisions.withdraw(second.id)
    (applied,) = decisions.decisions()
    assert (applied.id, applied.applied_at) == (second.id, NOON)
    assert decisions.decisions(to_apply=True) == ()


def test_what_is_withdrawn_is_in_the_queue_again(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    key = unanswered(store)
    taken = decided(Ignored(), (key, "?"))
    decisions.decide(taken, replaces=None)
    decisions.withdraw(taken.id)
    assert [signal.key for signal in decisions.pending()] == [key]
    with pytest.raises(AlreadyDecided):
        decisions.withdraw(taken.id)


def test_a_refused_decision_can_still_be_changed(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    taken = decided(Ignored(), (unanswered(store), "?"))
    decisions.decide(taken, replaces=None)
    decisions.mark({taken.id: "is_query natural-001"}, NOON)
    (found,) = decisions.decisions(to_apply=True)
    assert (found.applied_at, found.refusal) == (None, "is_query natural-001")
    assert changed(decisions, taken).refusal is None


def test_marking_says_what_was_changed_meanwhile(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    read = decided(Ignored(), (unanswered(store), "?"))
    decisions.decide(read, replaces=None)
    later = changed(decisions, read)
    assert decisions.mark({read.id: None}, NOON) == (read.id,)
    assert [found.id for found in decisions.decisions(to_apply=True)] == [later.id]


def test_a_decision_goes_with_the_questions_it_is_about(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    old, recent = unanswered(store), unanswered(store, minutes=5)
    decisions.decide(decided(Ignored(), (old, "vieux"), (recent, "récent")), replaces=None)
    store.purge(NOON + MINUTE)
    (left,) = decisions.decisions()
    assert [question.wording for question in left.questions] == ["récent"]
    store.purge(NOON + 10 * MINUTE)
    assert decisions.decisions() == ()


def test_nothing_is_decided_on_a_question_that_was_erased(
    store: FeedbackStore, decisions: DecisionStore
) -> None:
    key = unanswered(store)
    store.purge(NOON + MINUTE)
    with pytest.raises(AlreadyDecided, match="erased"):
        decisions.decide(decided(Ignored(), (key, "?")), replaces=None)
    assert decisions.decision_on(key) is None
    assert decisions.decision(uuid4()) is None
