from __future__ import annotations

from dataclasses import dataclass, replace

from faqbot.answering.answer import compose
from faqbot.answering.decision import Judgement
from faqbot.retrieval.ranking import Ranking
from faqbot.vocabulary import Status
from tests.answering.builders import candidate, ranking
from tests.samples import entry

FIVE = ranking(*(candidate(f"F1{number}", 3.0 - number) for number in range(1, 6)))


@dataclass(frozen=True)
class Always:
    """Judges everything alike, with falling confidences."""

    status: Status
    tentative: bool = False

    def judge(self, found: Ranking, depth: int) -> Judgement:
        places = range(min(depth, len(found.candidates)))
        return Judgement(self.status, tuple(0.9 - place / 10 for place in places), self.tentative)


def test_an_answer_shows_three_and_suggests_the_next() -> None:
    answer = compose("?", FIVE, Always("answered"))
    assert [offer.entry.id for offer in answer.shown] == ["F11", "F12", "F13"]
    assert [offer.rank for offer in answer.shown] == [1, 2, 3]
    assert [offer.entry.id for offer in answer.suggestions] == ["F14", "F15"]
    assert answer.confidence == answer.shown[0].confidence == 0.9


def test_no_answer_shows_nothing_and_suggests_the_nearest() -> None:
    answer = compose("?", FIVE, Always("no_answer"))
    assert (answer.status, answer.shown) == ("no_answer", ())
    assert [offer.entry.id for offer in answer.suggestions] == ["F11", "F12", "F13"]


def test_nothing_found_is_no_answer_with_no_confidence() -> None:
    answer = compose("?", ranking(), Always("no_answer"))
    assert (answer.status, answer.confidence, answer.suggestions) == ("no_answer", 0.0, ())


def test_what_is_shown_is_highlighted_and_what_is_suggested_is_not() -> None:
    text = "Le proxy est requis. La date est fixée."
    found = ranking(
        *(candidate(f"F1{n}", 1.0, answer=text, sentences=(0.1, 0.9)) for n in range(1, 5)),
        question="à quelle date ?",
    )
    answer = compose("À quelle date ?", found, Always("answered"))
    assert [[text[slice(*span)] for span in offer.highlights] for offer in answer.shown] == [
        ["La date est fixée."]
    ] * 3
    assert answer.suggestions[0].highlights == ()


def test_the_first_of_a_choice_is_likely_unless_the_themes_leave_it_out() -> None:
    rule = Always("clarify", tentative=True)
    assert compose("?", FIVE, rule).tentative
    first, *rest = FIVE.candidates
    elsewhere = first._replace(entry=entry("F11", "Question F11 ?", theme="deux"))
    others = replace(FIVE, candidates=(elsewhere, *rest))
    left = compose("?", others, rule, {"un"})
    assert (left.status, left.shown[0].entry.id, left.tentative) == ("clarify", "F12", False)
    assert not compose("?", FIVE, Always("clarify")).tentative
