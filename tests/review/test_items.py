from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from faqbot.review.items import Group, find, queue
from faqbot.review.signals import SignalKey, Signalled
from faqbot.vocabulary import Signal
from tests.samples_of_use import NOON, SESSION

SIGNALS: tuple[Signal, ...] = ("negative_vote", "unanswered", "choice")


def signalled(
    number: int, question: str = "?", signal: Signal = "unanswered", minutes: int = 0
) -> Signalled:
    entry = "S01" if signal == "negative_vote" else ""
    return Signalled(
        key=SignalKey(UUID(int=number), signal, entry),
        session_id=SESSION,
        asked_at=NOON + timedelta(minutes=minutes),
        question=question,
        entry_id=entry or None,
    )


def one_by_one(texts: list[str]) -> list[Group]:
    return [Group([place]) for place in range(len(texts))]


def by_letter(texts: list[str]) -> list[Group]:
    letters = sorted({text[:1].lower() for text in texts})
    return [Group([p for p, text in enumerate(texts) if text[:1].lower() == it]) for it in letters]


some_texts = st.text("abé ?", min_size=1, max_size=4)
some_signals = st.lists(
    st.tuples(some_texts, st.sampled_from(SIGNALS), st.integers(0, 9)), max_size=12
).map(lambda rows: [signalled(number, *row) for number, row in enumerate(rows)])


@given(some_signals)
def test_every_signal_stands_in_one_item(signals: list[Signalled]) -> None:
    items = queue(signals, by_letter).items  # type: ignore[arg-type]
    listed = [signal.key for item in items for signal in item.signals]
    assert sorted(listed) == sorted(signal.key for signal in signals)
    assert all(find(items, key) is not None for key in listed)


@given(some_signals)
def test_the_order_is_that_of_size_then_of_age(signals: list[Signalled]) -> None:
    items = queue(signals, by_letter).items  # type: ignore[arg-type]
    keys = [(-len(item.signals), -item.first.asked_at.timestamp()) for item in items]
    assert keys == sorted(keys)
    assert queue(signals[::-1], by_letter).items == items  # type: ignore[arg-type]


@given(some_signals)
def test_only_unanswered_questions_are_put_together(signals: list[Signalled]) -> None:
    for item in queue(signals, by_letter).items:  # type: ignore[arg-type]
        assert item.signal == "unanswered" or len(item.signals) == 1
        assert item.first == max(item.signals, key=lambda it: (it.asked_at, it.key))


def test_the_same_words_are_one_question_whatever_the_grouping() -> None:
    same = [signalled(1, "Météo ?", minutes=1), signalled(2, "METEO", minutes=2)]
    ((item,), _) = queue(same, one_by_one)  # type: ignore[arg-type]
    assert item.first.question == "METEO"
    assert [it.question for it in item.wordings] == ["METEO"]


def test_each_wording_is_named_once() -> None:
    asked = ["b", "ab", "AB !", "ac"]
    signals = [signalled(n, text, minutes=n) for n, text in enumerate(asked)]
    items, grouped = queue(signals, lambda texts: [Group([*range(len(texts))], "S05")])
    assert grouped
    assert items[0].nearest == "S05"
    assert [it.question for it in items[0].wordings] == ["ac", "AB !", "b"]


def test_each_wording_stands_alone_until_they_are_grouped() -> None:
    signals = [signalled(n, text, minutes=n) for n, text in enumerate(["b", "B", "ab"])]
    items, grouped = queue(signals, lambda _: None)
    assert not grouped
    assert [len(item.signals) for item in items] == [2, 1]
    assert queue([], lambda _: None) == ((), True)
