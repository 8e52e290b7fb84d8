"""Cut a corpus into passages: what is embedded, and compared with questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import blocks, to_text
from faqbot.corpus.sentences import sentence_spans, split_sentences

PassageKind: TypeAlias = Literal["question", "variant", "answer", "sentence", "example", "labelled"]
CountTokens: TypeAlias = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that a question can be close to: of an entry, or of a subject out of scope."""

    id: str
    """Unique and stable: ``S05/question``, ``S05/variant/3``, ``S05/answer/0``."""
    entry_id: str
    """The entry; of an example the subject out of scope, of a labelled question nothing."""
    kind: PassageKind
    """What it is. Sentences show which part of an answer responds; they do not rank entries, and
    stand behind their entry's question, which tells what they are about."""
    text: str

    @property
    def asked(self) -> bool:
        """Whether it is something that people ask; it is embedded as a question then.

        Compared as questions, variants found more of the dev split's questions first than compared
        as passages (0.954 against 0.949), and one vector serves both for finding and for asking.
        The question shown is a heading: as one it found more where it is the only wording (0.728
        against 0.700 of those of a public FAQ).
        """
        return self.kind in {"variant", "example", "labelled"}


def passages_of(corpus: Corpus, *, window: int, count_tokens: CountTokens) -> list[Passage]:
    """Cut a corpus into passages: wordings, answers in pieces and sentences, then the rest.

    Labelled questions are asked and never found: their vectors are kept like all others.

    Args:
        corpus: Passages keep its order.
        window: Longest passage that the model reads, in tokens.
        count_tokens: Counts the tokens of a text.
    """
    passages = [
        Passage(f"{entry.id}/{suffix}", entry.id, kind, text)
        for entry in corpus.entries
        for suffix, kind, text in _texts_of(entry, window, count_tokens)
    ]
    examples = [
        Passage(f"{subject.id}/example/{number}", subject.id, "example", text)
        for subject in corpus.out_of_scope
        for number, text in enumerate(subject.examples)
    ]
    labelled = [
        Passage(f"labelled/{number}", "", "labelled", question.text)
        for number, question in enumerate(corpus.labelled)
    ]
    return passages + examples + labelled


def _texts_of(
    entry: Entry, window: int, count_tokens: CountTokens
) -> Iterator[tuple[str, PassageKind, str]]:
    yield "question", "question", entry.question
    for number, variant in enumerate(entry.variants):
        yield f"variant/{number}", "variant", variant
    pieces = pieces_of(blocks(entry.answer), window=window, count_tokens=count_tokens)
    for number, piece in enumerate(pieces):
        yield f"answer/{number}", "answer", piece
    text = to_text(entry.answer)
    units = sentence_spans(text)
    # The only sentence of an answer is the whole answer: there is nothing to point at.
    for number, (start, end) in enumerate(units if len(units) > 1 else ()):
        yield f"sentence/{number}", "sentence", f"{entry.question} {text[start:end]}"


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

    def fits(text: str) -> bool:
        return count_tokens(text) <= window

    parts = (part for block in texts for part in _parts_of(block, fits))
    return _pack(parts, "\n", fits)


def _parts_of(block: str, fits: Callable[[str], bool]) -> list[str]:
    if fits(block):
        return [block]
    units: list[str] = []
    for sentence in split_sentences(block):
        units += [sentence] if fits(sentence) else _pack(sentence.split(), " ", fits)
    return _pack(units, " ", fits)


def _pack(units: Iterable[str], joint: str, fits: Callable[[str], bool]) -> list[str]:
    """Join neighbours as long as they fit; a unit that does not fit by itself stays alone."""
    packed: list[str] = []
    for unit in units:
        joined = f"{packed[-1]}{joint}{unit}" if packed else unit
        if packed and fits(joined):
            packed[-1] = joined
        else:
            packed.append(unit)
    return packed
