"""Measure redaction on texts that say what has to go: ``python -m tests.privacy.measuring``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from faqbot.corpus.reading import read_corpus
from faqbot.privacy.redaction import public_words, redact
from faqbot.wording import REDACTION_MARKS

HERE = Path(__file__).parent
_MARK = re.compile("|".join(map(re.escape, REDACTION_MARKS.values())))


@dataclass
class Measured:
    """What was taken out of texts, against what had to be."""

    spans: Counter[str] = field(default_factory=Counter)
    """How many had to go, by the writers' kinds."""
    pieces: Counter[str] = field(default_factory=Counter)
    """How many went, by mark."""
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, span and what was kept of the text, of each span of which anything is left."""
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """Mark, piece and text, of each piece that was taken out beside the spans."""

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.spans.total()

    @property
    def precision(self) -> float:
        return 1 - len(self.wrong) / self.pieces.total()


def measure(path: Path, public: Collection[str]) -> Measured:
    """Read rows ``{"text", "spans", "kinds"}``; spans are exact substrings, each of one kind."""
    measured = Measured()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        kept = redact(text, public).text
        pieces = _taken_out(text, kept)
        gone = {place for start, stop in pieces for place in range(start, stop)}
        wanted: set[int] = set()
        for span, kind in zip(row["spans"], row["kinds"], strict=True):
            places = [match.start() for match in re.finditer(re.escape(span), text)]
            letters = {at + n for at in places for n, char in enumerate(span) if char.isalnum()}
            wanted |= letters
            measured.spans[kind] += 1
            if letters - gone:
                measured.missed.append((kind, span, kept))
        for (start, stop), mark in zip(pieces, _MARK.findall(kept), strict=True):
            measured.pieces[mark] += 1
            if not wanted & set(range(start, stop)):
                measured.wrong.append((mark, text[start:stop], text))
    return measured


def _taken_out(text: str, kept: str) -> list[tuple[int, int]]:
    """Find in a text the places of the marks that stand in what was kept of it."""
    pattern = "(.+?)".join(map(re.escape, _MARK.split(kept)))
    match = re.fullmatch(pattern, text, re.DOTALL)
    assert match, kept
    return [match.span(number) for number in range(1, (match.lastindex or 0) + 1)]


def _main() -> None:
    """Print recall by the writers' kinds and precision by mark, of each table."""
    public = public_words(read_corpus(HERE.parents[1] / "corpus"))
    for path in sorted(HERE.glob("texts_*.jsonl")):
        measured = measure(path, public)
        print(f"{path.stem}: recall {measured.recall:.3f}, precision {measured.precision:.3f}")  # noqa: T201
        for name, all_, failed in (
            ("went", measured.spans, Counter(kind for kind, *_ in measured.missed)),
            ("right", measured.pieces, Counter(mark for mark, *_ in measured.wrong)),
        ):
            for kind, number in sorted(all_.items()):
                print(f"  {kind}: {number - failed[kind]} of {number} {name}")  # noqa: T201


if __name__ == "__main__":
    _main()
