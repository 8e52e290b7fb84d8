"""Measure whether history helps the questions that need it, and leaves the others alone.

    python eval/follow_ups/measure.py [dev|test]

Follow-ups are asked behind their history: how many are right, how many asserted wrongly. Questions
that stand alone are asked alone and behind others (single-turn ones behind a question of another
entry, drawn at random): how many keep their status.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from faqbot.answering.answer import Answer
from faqbot.assistant import Assistant
from faqbot.evaluation.dataset import Dataset, Query, read_dataset
from faqbot.progress import silent
from faqbot.settings import Settings

DATASET = Path("eval/datasets/edc-psc")
LEANING = ("follow-up", "follow-up-unanswerable")
ALONE = ("follow-up-new-subject", "follow-up-unanswerable-alone")


def main() -> None:
    """Ask, and print shares with what they are of."""
    split: Any = sys.argv[1] if len(sys.argv) > 1 else "dev"
    assistant = Assistant.open(Settings.from_env(), progress=silent)
    dataset = read_dataset(DATASET, split, assistant.corpus.answers.keys())
    follow_ups = [query for query in dataset.queries if query.slice in LEANING]
    _follow_ups(dataset, [(it, assistant.ask(it.text, it.history)) for it in follow_ups])
    print("| question behind another one | n | same status | answered alone, no longer |")
    print("| --- | ---: | ---: | ---: |")
    for name, pairs in _standing(dataset):
        _kept(
            name,
            [
                (assistant.ask(text).status, assistant.ask(text, history).status)
                for text, history in pairs
            ],
        )


def _follow_ups(dataset: Dataset, asked: Sequence[tuple[Query, Answer]]) -> None:
    def wrong(taken: Iterable[tuple[Query, Answer]]) -> str:
        rights = [_first(answer) in dataset.qrels[query.id] for query, answer in taken]
        return f"{len(rights)}, wrong {rights.count(False)}"

    print(
        "first right", _share(_first(it) in dataset.qrels[q.id] for q, it in asked if q.answerable)
    )
    print("answered", _share(it.status == "answered" for q, it in asked if q.answerable))
    print("refused", _share(it.status == "no_answer" for q, it in asked if q.answerable))
    print("asked back", _share(it.status == "clarify" for q, it in asked if not q.answerable))
    print("asserted", wrong(pair for pair in asked if pair[1].status == "answered"))
    print("likely", wrong(pair for pair in asked if pair[1].tentative))


def _standing(dataset: Dataset) -> Iterable[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    for name in ALONE:
        yield name, [(it.text, it.history) for it in dataset.queries if it.slice == name]
    single = [query for query in dataset.queries if not query.history]
    yield "single-turn", [(it.text, (_stranger(it, single, dataset),)) for it in single]


def _stranger(query: Query, single: Sequence[Query], dataset: Dataset) -> str:
    """Draw a question that no entry of this one answers."""
    draw = random.Random(query.id)  # noqa: S311
    entries = dataset.qrels[query.id].keys()
    while (other := draw.choice(single)).id == query.id or dataset.qrels[other.id].keys() & entries:
        pass
    return other.text


def _kept(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    lost = sum(alone == "answered" != behind for alone, behind in pairs)
    print(f"| {name} | {len(pairs)} | {_share(a == b for a, b in pairs)} | {lost} |")


def _first(answer: Answer) -> str | None:
    return answer.ranking.candidates[0].entry.id if answer.ranking else None


def _share(marks: Iterable[bool]) -> str:
    found = list(marks)
    return f"{sum(found) / len(found):.3f}"


if __name__ == "__main__":
    main()
