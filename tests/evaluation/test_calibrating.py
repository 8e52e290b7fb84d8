from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faqbot.answering.calibration import CalibratedRule, Goals, calibrate
from faqbot.answering.evidence import FOLDS, KINDS, Evidence, fold_of
from faqbot.answering.features import FEATURES, features
from faqbot.assistant import Assistant
from faqbot.evaluation.calibrating import Part, collect, compare_parts
from faqbot.evaluation.dataset import Dataset, labelled_lines, read_dataset
from faqbot.progress import silent
from faqbot.retrieval.tables import taken

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "datasets" / "edc-psc"
LABELLED = KINDS.index("labelled")


@pytest.fixture(scope="module")
def dev(assistant: Assistant) -> Dataset:
    """Every twentieth question of our dev split."""
    whole = read_dataset(OURS, "dev", assistant.corpus.by_id.keys())
    return replace(whole, queries=whole.queries[::20])


@pytest.fixture(scope="module")
def asked(assistant: Assistant, dev: Dataset) -> Evidence:
    return collect(assistant, dev, progress=silent)


def test_evidence_is_collected_from_what_is_served(
    assistant: Assistant, dev: Dataset, asked: Evidence
) -> None:
    alone = [query for query in dev.queries if not query.history]
    assert asked.values.shape == (len(alone), len(FEATURES))
    assert (asked.kinds == LABELLED).all()
    assert asked.answerable.tolist() == [query.answerable for query in alone]
    assert not (asked.right & ~asked.answerable).any()
    assert asked.right[asked.answerable].mean() > 0.8
    answer = assistant.ask(alone[0].text)
    assert answer.ranking is not None
    one = np.zeros(1, np.int64)
    served = features(answer.ranking.comparison, one, answer.ranking.order[:1])
    assert served.tolist() == [asked.values[0].tolist()]


def test_questions_of_one_entry_are_judged_together(dev: Dataset, asked: Evidence) -> None:
    alone = [query for query in dev.queries if not query.history]
    for query, group in zip(alone, asked.groups, strict=True):
        if query.answerable:
            assert group == fold_of(min(dev.qrels[query.id]))


def test_the_shipped_corpus_shows_by_itself_that_it_is_seldom_wrong(assistant: Assistant) -> None:
    rule = assistant.rule
    assert isinstance(rule, CalibratedRule)
    found = rule.calibration
    assert found.bound.attained
    assert found.bound.upper_bound <= found.goals.risk == Goals().risk
    assert found.searched_digest == assistant.corpus.searched_digest
    assert all(found.evidence.values())
    assert found.evidence["labelled"] == len(assistant.corpus.labelled)
    assert assistant.warnings == ()


def test_the_shipped_labelled_questions_are_those_of_our_dev_split(assistant: Assistant) -> None:
    """They are its copy: ``faqbot eval calibrate --save`` writes them."""
    whole = read_dataset(OURS, "dev", assistant.corpus.by_id.keys())
    written = (ROOT / "corpus" / "labelled.jsonl").read_text(encoding="utf-8")
    assert written == labelled_lines(whole)


@pytest.fixture(scope="module")
def parts(assistant: Assistant, asked: Evidence) -> dict[str, Part]:
    return {it.name: it for it in compare_parts(assistant, asked, progress=silent)}


def test_parts_of_the_evidence_stand_side_by_side(parts: dict[str, Part], asked: Evidence) -> None:
    own, labelled, both = parts.values()
    assert list(parts) == ["own wordings", "labelled questions", "both"]
    assert not (own.evidence.kinds == LABELLED).any()
    assert len(labelled.evidence.right) == len(asked.right)
    assert len(both.evidence.right) == len(own.evidence.right) + len(asked.right)
    for part in parts.values():
        found = part.summary()
        assert found["questions"] == len(part.evidence.right)
        assert 0.5 < found["AUROC"] <= 1
        assert found["ask back from"] <= found["likely from"] <= found["answer from"]
        assert 0 <= found["answered"] <= 1
    assert own.summary()["attained"]
    assert not labelled.summary()["attained"], "every twentieth question is too few"


@pytest.mark.parametrize("answerable", [True, False])
def test_what_questions_of_one_kind_cannot_tell_is_no_number(
    parts: dict[str, Part], answerable: bool
) -> None:
    part = parts["labelled questions"]
    alike = part.evidence.answerable == answerable
    fitted = replace(part.fitted, held_out=part.fitted.held_out[alike])
    found = Part("alike", taken(part.evidence, alike), fitted).summary()
    assert np.isnan(found["AUROC"])
    assert np.isnan(found["answered"]) == (not answerable)


def test_each_kind_of_question_is_told_apart(parts: dict[str, Part]) -> None:
    rows = {kind: rest for kind, *rest in parts["both"].by_kind()}
    assert list(rows) == list(KINDS)
    for kind, (count, right, sure, answered) in rows.items():
        assert count == (parts["both"].evidence.kinds == KINDS.index(kind)).sum()
        assert all(0 <= share <= 1 for share in (right, sure, answered))
        if kind not in {"wording", "labelled"}:
            assert right == 0
            assert sure < rows["wording"][2]
    assert [kind for kind, *_ in parts["own wordings"].by_kind()] == list(KINDS[:-1])


def test_the_held_out_confidence_does_not_know_the_answer(asked: Evidence) -> None:
    """Whatever the labels of one fold are, its questions keep their order."""
    own = asked.groups == asked.groups[0]
    turned = replace(asked, right=asked.right ^ own)
    before, after = (calibrate(it, 8, "", "", goals=Goals()).held_out for it in (asked, turned))
    assert before[own].argsort().tolist() == after[own].argsort().tolist()
    assert len({*asked.groups.tolist()}) == FOLDS
