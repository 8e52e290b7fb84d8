"""The real corpus, model and index together."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faqbot.assistant import Assistant, index_folder, refresh_index
from faqbot.corpus.markdown import to_text
from faqbot.corpus.text import fold_space
from faqbot.errors import ModelUnavailable
from faqbot.progress import silent
from faqbot.settings import Settings
from faqbot.wording import REDACTION_MARKS
from tests.changes import FULL, UNSEARCHED, Change
from tests.fakes import LetterEmbedder
from tests.thinned import thinned_corpus

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "corpus" / "source" / "page-faq-edc-psc.txt"


def test_the_corpus_holds_58_entries_of_two_kinds(assistant: Assistant) -> None:
    ids = sorted(entry.id for entry in assistant.corpus.entries)
    verbatim = [f"S{number:02d}" for number in range(1, 11)]
    replaced = {14, 38, 57, 58}  # by the last four; an id that was published is not used again
    reworded = [f"F{number}" for number in range(11, 63) if number not in replaced]
    assert ids == sorted(verbatim + reworded)
    for entry in assistant.corpus.entries:
        expected = "verbatim" if entry.id.startswith("S") else "reworded"
        assert entry.provenance.kind == expected
        assert len(entry.variants) >= 4


def test_verbatim_answers_stand_in_the_source_document(assistant: Assistant) -> None:
    source = fold_space(SOURCE.read_text(encoding="utf-8"))
    for entry in assistant.corpus.entries:
        if entry.provenance.kind == "verbatim":
            assert fold_space(entry.answer) in source
            assert fold_space(to_text(entry.answer)) in source


def test_the_source_document_is_used_whole(assistant: Assistant) -> None:
    """Nothing of the document's ten answers is left out."""
    parts = SOURCE.read_text("utf-8").split("Cette réponse vous a-t-elle été utile ?")
    answers = [fold_space(part) for part in parts if part.strip()]
    answers[0] = answers[0].removeprefix("58 questions / réponses 58 questions / réponses ")
    ours = [fold_space(assistant.corpus.by_id[f"S{n:02d}"].answer) for n in range(1, 11)]
    assert ours == answers


@pytest.mark.parametrize("mark", REDACTION_MARKS.values())
def test_what_stands_for_redacted_text_is_no_word_of_a_question(
    assistant: Assistant, mark: str
) -> None:
    question = "Combien de temps dure un certificat ?"
    assert assistant.rank(f"{question} {mark}").question == question
    assert assistant.rank("et pour eux ?", [f"{question} {mark}"]).candidates == (
        assistant.rank("et pour eux ?", [question]).candidates
    )
    assert assistant.rank(mark).question == mark  # nothing else is there


def test_a_question_with_a_password_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("Le Proxy e-Santé est-il obligatoire ? mot de passe: [secret]")
    assert answer.status == "answered"
    assert answer.shown[0].entry.id == "S05"


def test_each_entrys_own_question_puts_it_first(assistant: Assistant) -> None:
    wrong = [
        entry.id
        for entry in assistant.corpus.entries
        if assistant.retriever.rank(entry.question).candidates[0].entry.id != entry.id
    ]
    assert wrong == []


def test_each_entrys_own_question_is_answered(assistant: Assistant) -> None:
    statuses = {assistant.ask(entry.question).status for entry in assistant.corpus.entries}
    assert statuses == {"answered"}


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    assert assistant.ask("renouveler certificat") == assistant.ask("renouveler certificat")


def test_opening_refreshes_an_index_of_another_corpus(settings: Settings, tmp_path: Path) -> None:
    # The confidence is learned anew: of few questions that takes seconds, of all a minute.
    thinned_corpus(tmp_path / "corpus", wordings=1)
    shutil.copytree(index_folder(settings), tmp_path / "indexes" / index_folder(settings).name)
    entry = next((tmp_path / "corpus" / "entries").glob("F15-*.md"))
    text = entry.read_text(encoding="utf-8")
    entry.write_text(text.replace("variants:\n", "variants:\n  - standard du zinc\n", 1), "utf-8")
    changed = Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "indexes")
    assistant = Assistant.open(changed, progress=silent)
    assert assistant.retriever.rank("standard du zinc").candidates[0].entry.id == "F15"
    report = refresh_index(changed, progress=silent)
    assert report.embedded == 0


@pytest.mark.parametrize("change", UNSEARCHED)
def test_a_corpus_that_answers_alike_opens_with_the_index_there_is(
    change: Change, tmp_path: Path
) -> None:
    settings = Settings(index_dir=tmp_path)
    embedder: Any = LetterEmbedder()
    before = Assistant.for_corpus(FULL, settings, progress=silent, embedder=embedder)
    files = written(index_folder(settings))
    embedder.embedded.clear()
    embedder.asked.clear()
    after = Assistant.for_corpus(change(FULL), settings, progress=silent, embedder=embedder)
    assert written(index_folder(settings)) == files
    assert (embedder.embedded, embedder.asked) == (["abc"], [after.corpus.title])  # to try it
    for question in ("abd", "cba", "ciel", "ghi"):
        one, other = before.ask(question), after.ask(question)
        assert (one.status, one.confidence) == (other.status, pytest.approx(other.confidence))


def test_a_changed_wording_is_embedded_and_calibrated_anew(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path)
    embedder: Any = LetterEmbedder()
    Assistant.for_corpus(FULL, settings, progress=silent, embedder=embedder)
    files = written(index_folder(settings))
    embedder.embedded.clear()
    embedder.asked.clear()
    one, *others = FULL.entries
    changed = replace(FULL, entries=(replace(one, question="abd"), *others))
    assistant = Assistant.for_corpus(changed, settings, progress=silent, embedder=embedder)
    tried, *embedded = embedder.embedded
    assert (tried, embedded, embedder.asked) == (one.question, ["abd"], [changed.title])
    assert assistant.ask("abd").shown[0].entry.id == "F11"
    anew = written(index_folder(settings))
    assert {name for name in files if anew.get(name) != files[name]} >= {
        *("manifest.json", "calibration.json")
    }


def written(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with when it was written, and what it holds."""
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.iterdir()
        if path.name != ".lock"
    }


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("multilingual-e5-small", "multilingual-e5-small"),
        ("intfloat/multilingual-e5-small", "multilingual-e5-small"),
        ("/srv/models/mon modèle/", "mon-mod-le"),
        ("..", "default"),
    ],
)
def test_each_model_has_an_index_folder_of_its_own(model: str, folder: str) -> None:
    settings = Settings(embedding_model=model, index_dir=Path("/i"))
    assert index_folder(settings) == Path("/i") / folder


def test_a_model_that_cannot_be_loaded_is_said_so(tmp_path: Path) -> None:
    settings = Settings(embedding_model=str(tmp_path), index_dir=tmp_path)
    with pytest.raises(ModelUnavailable, match="FAQBOT_EMBEDDING_MODEL"):
        Assistant.open(settings, progress=silent)


def test_entries_are_immutable(assistant: Assistant) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        assistant.corpus.entries[0].answer = "x"  # type: ignore[misc]
