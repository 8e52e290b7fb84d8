from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from faqbot.corpus.entry import LabelledQuestion, OutOfScopeSubject
from faqbot.errors import IndexMismatch, IndexMissing
from faqbot.index.store import MANIFEST, build_index, load_index, read_manifest
from faqbot.progress import silent
from tests.changes import FULL, SEARCHED, UNSEARCHED, Change
from tests.fakes import LetterEmbedder
from tests.samples import corpus, entry

FAQ = corpus(entry("F11", "abc", "Def.", "ab"), entry("F12", "xyz", "Uvw."))


def test_a_built_index_loads_and_finds(tmp_path: Path) -> None:
    embedder = LetterEmbedder()
    report = build_index(tmp_path, FAQ, embedder, progress=silent)
    loaded = load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest=embedder.digest)
    assert loaded.passages == report.index.passages
    assert loaded.manifest == report.index.manifest
    (found,) = loaded.vectors.search(embedder.embed_queries(["zyx"]), 1)
    assert found[0].id == "F12/question"


def test_the_manifest_says_what_the_index_was_made_of(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    manifest = read_manifest(tmp_path)
    assert manifest.searched_digest == FAQ.searched_digest
    assert (manifest.model_id, manifest.model_digest) == ("letters", "letters-1")
    assert manifest.passages == {
        "question": 2,
        "variant": 1,
        "answer": 2,
        "sentence": 0,
        "example": 0,
        "labelled": 0,
    }
    assert (manifest.entries, manifest.dimension) == (2, 27)
    assert {"faqbot", "faiss-cpu"} <= manifest.versions.keys()


def test_only_new_passages_are_embedded(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    changed = corpus(FAQ.entries[0], dataclasses.replace(FAQ.entries[1], question="new"))
    embedder = LetterEmbedder()
    report = build_index(tmp_path, changed, embedder, progress=silent)
    assert (embedder.asked, embedder.embedded) == ([], ["abc", "new"])  # one to try the model
    assert (report.embedded, report.reused) == (1, 4)
    assert load_index(tmp_path, searched_digest=changed.searched_digest, model_digest="letters-1")


def test_wordings_are_embedded_as_questions_and_answers_as_passages(tmp_path: Path) -> None:
    faq = dataclasses.replace(
        FAQ,
        out_of_scope=(OutOfScopeSubject(id="ciel", label="Ciel", examples=("bleu",)),),
        labelled=(LabelledQuestion(text="xzy", entries=("F12",)),),
    )
    embedder = LetterEmbedder()
    build_index(tmp_path, faq, embedder, progress=silent)
    assert sorted(embedder.asked) == ["ab", "bleu", "xzy"]
    assert sorted(embedder.embedded) == ["Def.", "Uvw.", "abc", "xyz"]


def test_a_text_that_stands_twice_is_embedded_once_for_each_side(tmp_path: Path) -> None:
    """Here a question is its own answer, and somebody else's question labelled."""
    faq = dataclasses.replace(
        corpus(entry("F11", "abc", "abc")), labelled=(LabelledQuestion(text="abc", entries=()),)
    )
    embedder = LetterEmbedder()
    report = build_index(tmp_path, faq, embedder, progress=silent)
    assert (embedder.asked, embedder.embedded) == (["abc"], ["abc"])
    assert len(report.index.passages) == 3


@pytest.mark.parametrize("change", UNSEARCHED)
def test_an_index_serves_a_corpus_that_answers_alike(tmp_path: Path, change: Change) -> None:
    before = build_index(tmp_path, FULL, LetterEmbedder(), progress=silent).index
    changed = change(FULL)
    assert changed != FULL
    loaded = load_index(tmp_path, searched_digest=changed.searched_digest, model_digest="letters-1")
    assert loaded.manifest == before.manifest
    assert build_index(tmp_path, changed, LetterEmbedder(), progress=silent).embedded == 0


@pytest.mark.parametrize("change", SEARCHED)
def test_an_index_of_a_corpus_that_answers_otherwise_is_refused(
    tmp_path: Path, change: Change
) -> None:
    build_index(tmp_path, FULL, LetterEmbedder(), progress=silent)
    with pytest.raises(IndexMismatch, match="another version of the corpus"):
        load_index(tmp_path, searched_digest=change(FULL).searched_digest, model_digest="letters-1")


def test_another_model_reuses_nothing(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    report = build_index(tmp_path, FAQ, LetterEmbedder(digest="letters-2"), progress=silent)
    assert report.reused == 0


def test_no_index_is_said_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="Run: faqbot index build"):
        load_index(tmp_path, searched_digest="c", model_digest="m")


def test_an_index_of_another_corpus_is_refused(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    with pytest.raises(IndexMismatch, match=r"another version of the corpus.*faqbot index build"):
        load_index(tmp_path, searched_digest="other", model_digest="letters-1")


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    with pytest.raises(IndexMismatch, match=r"another model \(letters\)"):
        load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest="other")


@pytest.mark.parametrize("change", [b"", b'{"format": 99}', b"{"])
def test_a_manifest_that_cannot_be_understood_is_refused(tmp_path: Path, change: bytes) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    (tmp_path / MANIFEST).write_bytes(change)
    with pytest.raises(IndexMismatch, match="faqbot index build"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("pattern", ["vectors-*", "passages-*"])
def test_a_damaged_file_is_refused_and_mended_by_a_build(tmp_path: Path, pattern: str) -> None:
    embedder = LetterEmbedder()
    build_index(tmp_path, FAQ, embedder, progress=silent)
    (path,) = tmp_path.glob(pattern)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(IndexMismatch, match="missing or damaged"):
        load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest=embedder.digest)
    build_index(tmp_path, FAQ, embedder, progress=silent)
    assert load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest=embedder.digest)


def test_a_full_disk_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    draft = tmp_path / ".tokens.npy"
    draft.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(draft))


def test_a_build_that_dies_leaves_the_former_index(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    before = (tmp_path / MANIFEST).read_bytes()

    class Dying(LetterEmbedder):
        def embed(self, *_args: object, **_kwargs: object) -> None:  # type: ignore[override]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, corpus(entry("F13", "new")), Dying(), progress=silent)
    assert (tmp_path / MANIFEST).read_bytes() == before
    assert load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest="letters-1")


def test_no_pickle_and_no_leftover_is_written(tmp_path: Path) -> None:
    build_index(tmp_path, FAQ, LetterEmbedder(), progress=silent)
    build_index(tmp_path, corpus(FAQ.entries[0]), LetterEmbedder(), progress=silent)
    suffixes = sorted(path.suffix for path in tmp_path.iterdir() if path.name != ".lock")
    assert suffixes == [".faiss", ".json", ".jsonl", ".npy"]
    (passages,) = tmp_path.glob("passages-*.jsonl")
    assert all(json.loads(line) for line in passages.read_text("utf-8").splitlines())


def test_two_processes_that_build_at_once_both_succeed(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from faqbot.index.store import build_index;"
        "from faqbot.progress import silent; from tests.fakes import LetterEmbedder;"
        "from tests.index.test_store import FAQ;"
        f"build_index(Path({str(tmp_path)!r}), FAQ, LetterEmbedder(), progress=silent)"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}  # noqa: TID251 - for a child process
    builds = [
        subprocess.Popen([sys.executable, "-c", script], cwd=root, env=environment)
        for _ in range(2)
    ]
    assert [build.wait() for build in builds] == [0, 0]
    assert load_index(tmp_path, searched_digest=FAQ.searched_digest, model_digest="letters-1")
