"""An answer as it is shown: entries asserted or offered, and how sure each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from faqbot.answering.decision import DecisionRule
from faqbot.answering.highlighting import highlights
from faqbot.corpus.entry import Definition, Entry
from faqbot.corpus.markdown import to_text
from faqbot.retrieval.ranking import Ranking
from faqbot.vocabulary import SmallTalk, Span, Status

SHOWN = 3
"""Most entries an answer shows: the first, and two more."""
SUGGESTED = 3
"""Most questions offered besides."""
CHOICE = 2
"""Fewest entries to choose from."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that is shown or suggested, with its place in the ranking of the whole corpus."""

    entry: Entry
    rank: int
    """1-based."""
    score: float
    """The candidate's fused score, comparable within one answer only; higher is better."""
    confidence: float
    """Probability in [0, 1] that this entry answers the question."""
    highlights: tuple[Span, ...] = ()
    """Passages of `to_text(entry.answer)` that respond, in order, without overlap; often none."""
    asserted: bool = False
    """Whether it is said to answer; the others of an answer are further candidates."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question."""

    question: str
    status: Status
    confidence: float
    """Probability in [0, 1] that the first candidate, within the themes asked of, answers the
    question; in every status."""
    shown: tuple[Offer, ...]
    """Entries shown in full, best first; empty when there is no answer."""
    suggestions: tuple[Offer, ...]
    """Nearest other questions: offered, not asserted."""
    tentative: bool = False
    """Whether the first of a choice is shown at once, as likely, not as certain."""
    small_talk: SmallTalk | None = None
    """What was said when it was no question at all; the status is then ``no_answer``."""
    ranking: Ranking | None = None
    """What the answer was chosen from; None for small talk."""


def compose(
    question: str, ranking: Ranking, rule: DecisionRule, themes: Set[str] = frozenset()
) -> Answer:
    """Turn ranked candidates into an answer.

    Args:
        question: The question as asked.
        ranking: Its candidates, of the whole corpus.
        rule: Decides the status.
        themes: Ids of the themes to keep to; empty for all.
    """
    judgement = rule.judge(ranking, len(ranking.candidates) if themes else SHOWN + SUGGESTED)
    offers = [
        Offer(found.entry, rank, found.score, confidence)
        for rank, (found, confidence) in enumerate(
            zip(ranking.candidates, judgement.confidences, strict=False), start=1
        )
    ]
    status, shown, suggestions = select(judgement.status, offers, themes)
    first = next(iter((*shown, *suggestions)), None)
    return Answer(
        question=question,
        status=status,
        confidence=first.confidence if first else 0.0,
        shown=tuple(
            replace(
                offer,
                highlights=marks(offer.entry, ranking),
                asserted=status == "answered" and place == 0,
            )
            for place, offer in enumerate(shown)
        ),
        suggestions=tuple(suggestions),
        # Within themes the choice may be led by another entry than the one that was judged.
        tentative=judgement.tentative and status == "clarify" and shown[0].rank == 1,
        ranking=ranking,
    )


def define(definition: Definition, answer: Answer) -> Answer:
    """Answer with what the glossary says; what was found besides is offered beneath."""
    found = (*answer.shown, *answer.suggestions)[:SUGGESTED]
    return replace(
        answer,
        status="answered",
        confidence=1.0,
        shown=(Offer(definition, rank=1, score=1.0, confidence=1.0, asserted=True),),
        suggestions=tuple(
            replace(offer, rank=rank, highlights=(), asserted=False)
            for rank, offer in enumerate(found, start=2)
        ),
        tentative=False,
    )


def together(whole: Answer, parts: Sequence[Answer]) -> Answer:
    """Answer the questions of one message, each with the entry that is asserted for it.

    Returns:
        The entries asserted for its parts, then the first candidates of the parts that are not
        answered; the message's own answer when no part is, or when it as a whole is answered by
        another entry, or asks nothing more. Without any assertion, and where the message as a whole
        finds nothing, the first candidates of its parts are a choice.
    """
    sure = _distinct(part.shown[0] for part in parts if part.status == "answered")
    found = _distinct([*sure, *(part.shown[0] for part in parts if part.shown)])
    known = whole.status == "answered" and whole.shown[0].entry.id
    if len(found) < CHOICE or (known and (len(sure) < len(parts) or known not in _ids(sure))):
        return whole
    if not sure and whole.status != "no_answer":
        return whole
    return replace(
        whole,
        status="answered" if sure else "clarify",
        confidence=found[0].confidence,
        shown=tuple(replace(first, rank=rank) for rank, first in enumerate(found, start=1)),
        suggestions=(),
        tentative=False,
    )


def _ids(offers: Iterable[Offer]) -> list[str]:
    return [offer.entry.id for offer in offers]


def _distinct(offers: Iterable[Offer]) -> list[Offer]:
    """Keep the first offer of each entry."""
    found: dict[str, Offer] = {}
    for offer in offers:
        found.setdefault(offer.entry.id, offer)
    return list(found.values())


def select(
    status: Status, offers: Sequence[Offer], themes: Set[str] = frozenset()
) -> tuple[Status, Sequence[Offer], Sequence[Offer]]:
    """Choose what is shown in full and what is suggested besides.

    The decision was made over the whole corpus; a restriction only takes away from it. What was to
    be asserted is never replaced by something else: without its first entry an answer becomes a
    choice among the others that were to be shown, or no answer.

    Args:
        status: The decision.
        offers: Best first; with themes, so many that some are of these.
        themes: Ids of the themes to keep to; empty for all.

    Returns:
        The status that holds within the themes, the entries to show and those to suggest, all of
        the themes. Within themes a choice that got too short is filled up with the next best.
    """
    if not themes:
        shown = 0 if status == "no_answer" else SHOWN
        return status, offers[:shown], offers[shown : shown + SUGGESTED]
    ours = [offer for offer in offers if offer.entry.theme in themes]
    due = 0 if status == "no_answer" else sum(offer.rank <= SHOWN for offer in ours)
    if status == "answered" and due and ours[0].rank == 1:
        return status, ours[:due], [it for it in ours[due:] if it.rank <= SHOWN + SUGGESTED]
    if due and len(ours) >= CHOICE:
        due = max(due, CHOICE)
        return "clarify", ours[:due], ours[due : due + SUGGESTED]
    return "no_answer", (), ours[:SUGGESTED]


def marks(entry: Entry, ranking: Ranking) -> tuple[Span, ...]:
    """Find the passages of an entry's answer that respond to the question of a ranking."""
    text, sentences = to_text(entry.answer), ranking.sentences(entry)
    return highlights(ranking.question, entry.question, text, sentences, ranking.language)
