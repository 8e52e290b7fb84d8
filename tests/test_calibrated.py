"""Confidence is learned when an index is built or opened, once, whatever lies in its folder."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faqbot import assistant as opening
from faqbot.answering import calibration
from faqbot.answering.calibration import FILE_NAME, CalibratedRule, Calibration
from faqbot.answering.evidence import Evidence
from faqbot.answering.general import general
from faqbot.answering.logistic import Feature, Model
from faqbot.assistant import Assistant, calibrated, index_folder, refresh_index
from faqbot.corpus.entry import Corpus, LabelledQuestion
from faqbot.index.store import build_index
from faqbot.progress import silent
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

BRIDGE = entry("F11", "Combien vaut un pont ?", "Cher.", "prix du pont", "le pont coûte combien")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.", "gardien de porte")
FAQ = corpus(BRIDGE, DOOR)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Digests of the corpora that were asked for evidence."""
    found: list[str] = []
    ask = opening.own_evidence

    def counted(faq: Corpus, *rest: Any, **options: Any) -> Evidence:
        found.append(faq.searched_digest)
        return ask(faq, *rest, **options)

    monkeypatch.setattr(opening, "own_evidence", counted)
    return found


def calibrate(folder: Path, faq: Corpus = FAQ, embedder: Any = None, **choices: Any) -> Calibration:
    embedder = embedder or LetterEmbedder()
    index = build_index(folder, faq, embedder, progress=silent).index
    return calibrated(folder, faq, index, embedder, Settings(**choices), progress=silent)


def test_what_was_learned_is_kept_beside_the_index(tmp_path: Path, learned: list[str]) -> None:
    first = calibrate(tmp_path)
    assert (tmp_path / FILE_NAME).is_file()
    assert calibrate(tmp_path) == first
    assert learned == [FAQ.searched_digest]


def test_it_is_told_while_it_lasts(tmp_path: Path) -> None:
    index = build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent).index
    told: list[tuple[str, int, int]] = []
    calibrated(
        tmp_path, FAQ, index, LetterEmbedder(), Settings(), progress=lambda *it: told.append(it)
    )
    assert told == [("Calibrating", done, 5) for done in range(1, 6)]


DATED = replace(
    FAQ, title="Autre", contact="x@example.org", entries=(replace(BRIDGE, theme="deux"), DOOR)
)
REWORDED = replace(FAQ, entries=(replace(BRIDGE, answer="Très cher."), DOOR))
LABELLED = replace(FAQ, labelled=(LabelledQuestion(text="un pont", entries=("F11",)),))


@pytest.mark.parametrize(
    ("change", "times"),
    [
        ({"faq": DATED}, 1),
        ({"faq": REWORDED}, 2),
        ({"faq": LABELLED}, 2),
        ({"embedder": LetterEmbedder(digest="letters-2")}, 2),
        ({"outside_share": 0.3}, 2),
    ],
    ids=["label", "answer", "labelled question", "model", "share outside"],
)
def test_it_is_learned_again_when_what_it_depends_on_changes(
    tmp_path: Path, learned: list[str], change: dict[str, Any], times: int
) -> None:
    calibrate(tmp_path)
    calibrate(tmp_path, **change)
    assert len(learned) == times


@pytest.mark.parametrize("what", ["INDEX_FORMAT", "general"])
def test_it_is_learned_again_when_passages_or_the_general_model_are_made_otherwise(
    tmp_path: Path, learned: list[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The same corpus and model, and a faqbot that embeds headings as passages: seen served."""
    calibrate(tmp_path)
    other = general().model_copy(update={"answer_at": 0.9})
    changed = {"INDEX_FORMAT": 99, "general": lambda: other}
    monkeypatch.setattr(calibration, what, changed[what])
    monkeypatch.setattr(calibration, "made_with", calibration.made_with.__wrapped__)
    calibrate(tmp_path)
    assert len(learned) == 2


def test_of_several_workers_one_learns(tmp_path: Path, learned: list[str]) -> None:
    index = build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent).index

    def work(_: int) -> Calibration:
        embedder: Any = LetterEmbedder()
        return calibrated(tmp_path, FAQ, index, embedder, Settings(), progress=silent)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(4)))
    assert len(learned) == 1
    assert found == found[:1] * 4


OLDER = json.dumps({"format": 1, "corpus_digest": "x", "features": {}, "risk": {}})
FILES = {
    "empty": b"",
    "cut off": b'{"format": 2, "mod',
    "no text": b"\xff\xfe\x00",
    "no object": b"[]",
    "deeply nested": b"[" * 200_000,
    "older": OLDER.encode(),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_a_file_that_is_of_no_use_is_learned_anew(tmp_path: Path, content: bytes) -> None:
    first = calibrate(tmp_path)
    sound = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(content)
    assert calibrate(tmp_path) == first
    assert (tmp_path / FILE_NAME).read_bytes() == sound


def test_a_file_of_another_index_is_learned_anew(tmp_path: Path) -> None:
    first = calibrate(tmp_path / "one")
    calibrate(tmp_path / "other", corpus(DOOR))
    foreign = (tmp_path / "other" / FILE_NAME).read_bytes()
    (tmp_path / "one" / FILE_NAME).write_bytes(foreign)
    assert calibrate(tmp_path / "one") == first


def test_a_file_for_other_features_is_learned_anew(tmp_path: Path) -> None:
    first = calibrate(tmp_path)
    flat = Model(intercept=0, features={"margin": Feature(mean=0, scale=1, weight=1)})
    changed = first.model_copy(update={"model": flat})
    (tmp_path / FILE_NAME).write_text(changed.model_dump_json(), encoding="utf-8")
    assert calibrate(tmp_path) == first


def test_building_learns_what_opening_serves(
    tmp_path: Path,
    learned: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(opening, "load_embedder", lambda *_, **__: LetterEmbedder())
    faq = CorpusFolder(tmp_path / "corpus", BRIDGE, DOOR)
    settings = Settings(corpus_dir=faq.path, index_dir=tmp_path / "indexes")
    refresh_index(settings, progress=silent)
    told = caplog.messages[-1]
    assert told.startswith("little_evidence: too few wordings")
    kept = json.loads((index_folder(settings) / FILE_NAME).read_text(encoding="utf-8"))
    assert kept.pop("sha256")
    opened = Assistant.open(settings, progress=silent)
    assert isinstance(opened.rule, CalibratedRule)
    assert opened.rule.calibration == Calibration.model_validate(kept)
    assert told == f"{opened.warnings[0].code}: {opened.warnings[0].message}"
    assert len(learned) == 1
    faq.write(BRIDGE, replace(DOOR, answer="La gardienne."))
    refresh_index(settings, progress=silent)
    assert len(learned) == 2


def test_too_little_evidence_is_a_warning_of_the_assistant(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(index_dir=tmp_path)
    opened = Assistant.for_corpus(
        FAQ,
        settings,
        progress=silent,
        embedder=LetterEmbedder(),  # type: ignore[arg-type]
    )
    (warning,) = opened.warnings
    assert warning.code == "little_evidence"
    assert "2 of kind 'wording'" in warning.message
    assert warning.message in caplog.text
    alone = replace(FAQ, entries=(replace(DOOR, variants=()),))
    opened = Assistant.for_corpus(
        alone,
        settings,
        progress=silent,
        embedder=LetterEmbedder(),  # type: ignore[arg-type]
    )
    assert "(none)" in opened.warnings[0].message
    assert opened.ask("Qui garde la porte ?").status == "answered"
