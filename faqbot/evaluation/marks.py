"""Marks in answers, measured against the passages that a person found to respond."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from faqbot.answering.answer import marks
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Entry
from faqbot.corpus.markdown import to_text
from faqbot.errors import CorpusError, EvaluationError, Problem
from faqbot.evaluation.dataset import Split
from faqbot.evaluation.estimates import Estimate, estimate_mean
from faqbot.evaluation.json_lines import records
from faqbot.vocabulary import Span

FILE = "highlights.jsonl"


class Pair(BaseModel):
    """A question and an entry, with the passages of its answer that respond."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = Field(min_length=1)
    """The question."""
    entry: str
    spans: tuple[str, ...]
    """Parts of the answer in plain text, each standing there once; empty when nothing responds."""
    split: Split


def read_pairs(folder: Path, split: Split, entries: Mapping[str, Entry]) -> list[Pair]:
    """Read one split of a data set's labelled passages.

    Raises:
        EvaluationError: The data set has none.
        CorpusError: A line, of whichever split, is no such pair, or the answer has changed.
    """
    path = folder / FILE
    if not path.is_file():
        msg = f"{folder} has no {FILE}: there are no labelled passages to compare marks with"
        raise EvaluationError(msg)
    pairs: list[Pair] = []
    problems: list[Problem] = []
    for number, pair in records(path, Pair, "a labelled pair", problems):
        pairs.append(pair)
        problems += (Problem(FILE, number, said) for said in _changed(pair, entries))
    if problems:
        raise CorpusError(problems)
    return [pair for pair in pairs if pair.split == split]


def _changed(pair: Pair, entries: Mapping[str, Entry]) -> Iterator[str]:
    if pair.entry not in entries:
        yield f"there is no entry {pair.entry}: take the line out"
        return
    text = to_text(entries[pair.entry].answer)
    for span in pair.spans:
        if (count := text.count(span)) != 1:
            yield f"the answer of {pair.entry} holds this {count} times, label it anew: {span}"


def measure_marks(assistant: Assistant, pairs: Sequence[Pair]) -> dict[str, Estimate]:
    """Mark each pair's answer as it is when that entry is shown, and compare.

    Returns:
        Measure to estimate: ``marked``, share of the pairs with a mark; ``precision``, over
        those, the share of marked letters that respond; ``recall``, over pairs where something
        responds, the share of its letters that are marked; ``wrong``, share of all pairs with a
        mark that touches nothing of what responds. Means over pairs, each counting the same.
    """
    rows = np.array([_compare(assistant, pair) for pair in pairs], dtype=np.float64).reshape(-1, 5)
    marked, responds, precision, recall, wrong = rows.T
    every = np.ones(len(rows))
    return {
        "marked": estimate_mean(marked, every),
        "precision": estimate_mean(precision, marked),
        "recall": estimate_mean(recall, responds),
        "wrong": estimate_mean(wrong, every),
    }


def _compare(assistant: Assistant, pair: Pair) -> tuple[float, ...]:
    entry = assistant.corpus.by_id[pair.entry]
    text, shown = to_text(entry.answer), marks(entry, assistant.rank(pair.text))
    right = _letters(text, ((at := text.index(span), at + len(span)) for span in pair.spans))
    marked = _letters(text, shown)
    both = len(marked & right)
    wrong = any(not _letters(text, [span]) & right for span in shown)
    return bool(marked), bool(right), both / max(len(marked), 1), both / max(len(right), 1), wrong


def _letters(text: str, spans: Iterable[Span]) -> set[int]:
    """Find where letters stand; digits and bullets, which number lists, are passed over."""
    return {at for start, end in spans for at in range(start, end) if text[at].isalpha()}
