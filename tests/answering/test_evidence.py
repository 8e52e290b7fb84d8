"""What a corpus says of its own questions; letters stand in for meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faqbot.answering import evidence as gathering
from faqbot.answering.evidence import FOLDS, KINDS, MOST, Evidence, fold_of, own_evidence
from faqbot.answering.features import FEATURES
from faqbot.corpus.entry import Corpus, LabelledQuestion, OutOfScopeSubject
from faqbot.embedding.embedded import Embedded
from faqbot.index.store import PassageIndex, build_index
from faqbot.progress import silent
from faqbot.retrieval import retriever
from faqbot.retrieval.ranking import Comparison
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.tables import joined, taken
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

BRIDGE = entry("F11", "Combien vaut un pont ?", "Cher.", "prix du pont", "le pont coûte combien")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.", "gardien de porte", "porte gardée")
ROAD = entry("F13", "Où mène la route ?", "À la mer.", "destination de la route")
WEATHER = OutOfScopeSubject(id="meteo", label="Météo", examples=("Quel temps ?", "il pleut"))
TRAIN = OutOfScopeSubject(id="train", label="Trains", examples=("À quelle heure le train ?",))
FAQ = replace(
    corpus(BRIDGE, DOOR, ROAD),
    out_of_scope=(WEATHER, TRAIN),
    labelled=(
        LabelledQuestion(text="un pont svp", entries=("F11",)),
        LabelledQuestion(text="la mer ?", entries=()),
    ),
)


def gather(folder: Path, faq: Corpus, embedder: Any = None) -> Evidence:
    embedder = embedder or LetterEmbedder()
    index = build_index(folder, faq, embedder, progress=silent).index
    return own_evidence(faq, index, embedder, progress=silent)


def counted(found: Evidence) -> dict[str, int]:
    counts = {kind: int((found.kinds == number).sum()) for number, kind in enumerate(KINDS)}
    return {kind: count for kind, count in counts.items() if count}


def same(one: Evidence, other: Evidence) -> bool:
    return all(np.array_equal(getattr(one, it.name), getattr(other, it.name)) for it in fields(one))


def test_every_variant_and_example_is_asked_once_held_out_and_once_left_out(
    tmp_path: Path,
) -> None:
    found = gather(tmp_path, FAQ)
    assert counted(found) == {
        "wording": 4,  # a variant that is the only one is not held out
        "left-out entry": 5,
        "example": 2,  # the only one of its subject is not held out
        "left-out subject": 3,
        "labelled": 2,
    }
    assert found.values.shape == (16, len(FEATURES))
    assert np.isfinite(found.values).all()
    kinds = np.array(KINDS)[found.kinds]
    assert found.answerable[kinds == "wording"].all()
    assert found.answerable[kinds == "labelled"].tolist() == [True, False]
    assert not found.answerable[~np.isin(kinds, ["wording", "labelled"])].any()
    assert not (found.right & ~found.answerable).any()
    assert found.right.any()


class Watched(Retriever):
    """Remembers what each retriever held, and what it was asked."""

    asked: list[tuple[Corpus, PassageIndex, list[str]]]

    def __init__(self, faq: Corpus, index: PassageIndex, *rest: Any, **options: Any) -> None:
        super().__init__(faq, index, *rest, **options)
        self.held = (faq, index)

    def compare(
        self, questions: Sequence[str], embedded: Embedded, own: Sequence[int | None] = ()
    ) -> Comparison:
        self.asked.append((*self.held, list(questions)))
        return super().compare(questions, embedded, own)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Corpus, PassageIndex, list[str]]]:
    Watched.asked = []
    monkeypatch.setattr(gathering, "Retriever", Watched)
    return Watched.asked


def test_whatever_is_asked_the_index_does_not_hold_it(
    tmp_path: Path, asked: list[tuple[Corpus, PassageIndex, list[str]]]
) -> None:
    gather(tmp_path, FAQ)
    *held_out, labelled = asked
    for faq, index, questions in held_out:
        held = {index.passages[key].text for key in index.vectors.ids}
        held |= {text for it in faq.entries for text in it.wordings}
        held |= {text for it in faq.out_of_scope for text in it.examples}
        assert not held & {*questions}
    assert labelled[2] == [it.text for it in FAQ.labelled]


def test_questions_of_a_large_corpus_are_compared_one_by_one(
    tmp_path: Path,
    asked: list[tuple[Corpus, PassageIndex, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("EVERY", "BEST", "NEAREST"):
        monkeypatch.setattr(retriever, name, int(name != "EVERY"))
    found = gather(tmp_path, FAQ)
    assert {len(questions) for *_, questions in asked} == {1}
    assert len(asked) == len(found.right) == 16
    assert found.right.any()


def test_an_entry_is_asked_while_it_has_another_wording_or_is_gone_altogether(
    tmp_path: Path, asked: list[tuple[Corpus, PassageIndex, list[str]]]
) -> None:
    gather(tmp_path, FAQ)
    owners = {text: it.id for it in FAQ.entries for text in it.wordings}
    for faq, index, questions in asked[:-1]:
        owned = {owners[text] for text in questions if text in owners}
        wordings = {
            index.passages[key].entry_id
            for key in index.vectors.ids
            if index.passages[key].kind in {"question", "variant"}
        }
        assert owned <= wordings or not owned & {it.id for it in faq.entries}
        if not owned <= wordings:
            left = {index.passages[key].entry_id for key in index.vectors.ids}
            assert not owned & left, "its answer is left out, too"


def test_as_few_wordings_of_an_entry_as_can_be_are_held_out_together(
    tmp_path: Path, asked: list[tuple[Corpus, PassageIndex, list[str]]]
) -> None:
    variants = [f"variante {letter * 3}" for letter in "abcdefghi"]
    faq = corpus(entry("F11", "Une question ?", "Réponse.", *variants), DOOR)
    gather(tmp_path, faq)
    wordings = {*faq.entries[0].wordings}
    together = [
        len(wordings & {*questions}) for served, _, questions in asked if len(served.entries) == 2
    ]
    assert max(together) == 2
    assert sum(together) == 9


def test_the_same_corpus_says_the_same(tmp_path: Path) -> None:
    assert same(gather(tmp_path / "one", FAQ), gather(tmp_path / "other", FAQ))


def test_what_was_built_before_changes_nothing(tmp_path: Path) -> None:
    """The index was grown, edited and cut back; vectors are taken over from it."""
    folder = tmp_path / "grown"
    grown = replace(FAQ, entries=(DOOR,), labelled=(), out_of_scope=(TRAIN,))
    more = replace(FAQ, entries=(*FAQ.entries, entry("F14", "Qui va là ?", "Moi.", "qui est-ce")))
    embedder = LetterEmbedder()
    for faq in (grown, more, corpus(ROAD)):
        gather(folder, faq, embedder)
    assert same(gather(folder, FAQ, embedder), gather(tmp_path / "fresh", FAQ))


def test_nothing_is_embedded_once_the_index_stands(tmp_path: Path) -> None:
    class Counting(LetterEmbedder):
        calls = 0

        def embed(self, texts: Sequence[str], **options: Any) -> Embedded:
            self.calls += 1
            return super().embed(texts, **options)

    embedder = Counting()
    index = build_index(tmp_path, FAQ, embedder, progress=silent).index
    before = embedder.calls
    own_evidence(FAQ, index, embedder, progress=silent)
    assert embedder.calls == before


def test_a_corpus_of_one_entry_asks_it_its_wordings(tmp_path: Path) -> None:
    found = gather(tmp_path, corpus(BRIDGE))
    assert counted(found) == {"wording": 2}
    assert found.right.all()


def test_a_corpus_of_one_wording_says_nothing(tmp_path: Path) -> None:
    found = gather(tmp_path, corpus(replace(BRIDGE, variants=())))
    assert found.values.shape == (0, len(FEATURES))


def test_without_variants_a_corpus_says_nothing(tmp_path: Path) -> None:
    """The question shown is a heading, which nobody is known to ask."""
    entries = [replace(it, variants=()) for it in FAQ.entries]
    assert counted(gather(tmp_path, corpus(*entries))) == {}


def test_without_subjects_there_are_no_examples(tmp_path: Path) -> None:
    found = gather(tmp_path, replace(FAQ, out_of_scope=(), labelled=()))
    assert counted(found) == {"wording": 4, "left-out entry": 5}


def test_questions_of_one_entry_stand_in_one_fold(tmp_path: Path) -> None:
    found = gather(tmp_path, corpus(BRIDGE))
    assert {*found.groups.tolist()} == {fold_of("F11")}


def test_a_large_corpus_is_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST", {**MOST, "wording": 2 * FOLDS, "left-out entry": FOLDS})
    variants = [f"variante {number}" for number in range(40)]
    found = gather(tmp_path, corpus(entry("F11", "Une question ?", "Oui.", *variants), DOOR))
    assert counted(found)["wording"] <= 2 * FOLDS
    assert counted(found)["left-out entry"] <= FOLDS


def test_parts_are_joined_and_chosen(tmp_path: Path) -> None:
    found = gather(tmp_path, FAQ)
    labelled = found.kinds == KINDS.index("labelled")
    parts = [taken(found, rows) for rows in (~labelled, labelled)]
    assert counted(parts[1]) == {"labelled": 2}
    assert same(joined(parts), found)
