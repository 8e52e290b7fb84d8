"""Cut entries into passages: what is embedded, and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from faqbot.corpus.entry import Entry
from faqbot.corpus.markdown import blocks
from faqbot.corpus.sentences import split_sentences

PassageKind: TypeAlias = Literal["question", "variant", "answer"]
CountTokens: TypeAlias = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of an entry that a question can be close to."""

    id: str
    """Unique and stable: ``S05/question``, ``S05/variant/3``, ``S05/answer/0``."""
    entry_id: str
    kind: PassageKind
    text: str


def passages_of(
    entries: Iterable[Entry], *, window: int, count_tokens: CountTokens
) -> list[Passage]:
    """Cut entries into passages: the question, each variant, the answer in pieces.

    Args:
        entries: The entries, in corpus order.
        window: Longest passage that the model reads, in tokens.
        count_tokens: Counts the tokens of a text.

    Returns:
        The passages in the order of the entries.
    """
    return [
        Passage(f"{entry.id}/{suffix}", entry.id, kind, text)
        for entry in entries
        for suffix, kind, text in _texts_of(entry, window, count_tokens)
    ]


def _texts_of(
    entry: Entry, window: int, count_tokens: CountTokens
) -> Iterator[tuple[str, PassageKind, str]]:
    yield "question", "question", entry.question
    for number, variant in enumerate(entry.variants):
        yield f"variant/{number}", "variant", variant
    pieces = pieces_of(blocks(entry.answer), window=window, count_tokens=count_tokens)
    for number, piece in enumerate(pieces):
        yield f"answer/{number}", "answer", piece


def pieces_of(texts: Iterable[str], *, window: int, count_tokens: CountTokens) -> list[str]:
    """Pack blocks into as few pieces as fit the window, cutting as little as possible.

    A block is kept whole when it fits; else it is cut between sentences, and only a sentence
    that is itself longer than the window is cut, between words.

    Args:
        texts: Paragraphs and list items, in order.
        window: Longest piece, in tokens.
        count_tokens: Counts the tokens of a text.

    Returns:
        The pieces in order, blocks joined by a newline.

    Raises:
        ValueError: The window is not positive.
    """
    if window < 1:
        msg = f"a window of {window} tokens holds nothing"
        raise ValueError(msg)
    pieces: list[str] = []
    for block in texts:
        for part in _fitting_parts(block, window, count_tokens):
            joined = f"{pieces[-1]}\n{part}" if pieces else part
            if pieces and count_tokens(joined) <= window:
                pieces[-1] = joined
            else:
                pieces.append(part)
    return pieces


def _fitting_parts(block: str, window: int, count_tokens: CountTokens) -> list[str]:
    if count_tokens(block) <= window:
        return [block]
    parts: list[str] = []
    for sentence in split_sentences(block):
        fits = count_tokens(sentence) <= window
        units = [sentence] if fits else _cut_between_words(sentence, window, count_tokens)
        for unit in units:
            joined = f"{parts[-1]} {unit}" if parts else unit
            if parts and count_tokens(joined) <= window:
                parts[-1] = joined
            else:
                parts.append(unit)
    return parts


def _cut_between_words(sentence: str, window: int, count_tokens: CountTokens) -> list[str]:
    parts: list[str] = []
    for word in sentence.split():
        joined = f"{parts[-1]} {word}" if parts else word
        if parts and count_tokens(joined) <= window:
            parts[-1] = joined
        else:
            parts.append(word)
    return parts
