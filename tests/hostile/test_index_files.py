from __future__ import annotations

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faqbot.answering.calibration import (
    Goals,
    calibrate,
    load_calibration,
    save_calibration,
)
from faqbot.answering.evidence import own_evidence
from faqbot.answering.general import USUAL
from faqbot.errors import CalibrationMismatch, IndexMismatch, IndexMissing
from faqbot.index.store import MANIFEST, PassageIndex, build_index, is_of_model, load_index
from faqbot.progress import silent
from tests.changes import FULL
from tests.fakes import LetterEmbedder
from tests.hostile.damage import CASES, damage

DIGESTS = {"searched_digest": FULL.searched_digest, "model_digest": "letters-1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    embedder: Any = LetterEmbedder()
    index = build_index(folder, FULL, embedder, progress=silent).index
    evidence = own_evidence(FULL, index, embedder, progress=silent)
    save_calibration(folder, calibrate(evidence, USUAL, **DIGESTS).calibration)
    return folder


def refused(folder: Path) -> bool:
    """Tell whether an index is refused, in words that name its folder and the remedy."""
    try:
        load_index(folder, **DIGESTS)
    except (IndexMissing, IndexMismatch) as refusal:
        return str(folder) in str(refusal) and str(refusal).endswith("Run: faqbot index build")
    return False


def same(one: PassageIndex, other: PassageIndex) -> bool:
    return (
        list(one.passages.items()) == list(other.passages.items())
        and np.array_equal(one.vectors.matrix(), other.vectors.matrix())
        and np.array_equal(one.tokens, other.tokens)
        and np.array_equal(one.sizes, other.sizes)
    )


@pytest.mark.parametrize("seed", range(CASES))
def test_a_damaged_index_is_refused_or_whole_and_a_build_mends_it(
    built: Path, tmp_path: Path, seed: int
) -> None:
    folder = shutil.copytree(built, tmp_path / "index")
    sound = load_index(built, **DIGESTS)
    case = damage(folder, seed)
    assert refused(folder) or same(load_index(folder, **DIGESTS), sound), case
    with suppress(CalibrationMismatch):  # it is learned anew
        kept = load_calibration(folder, **DIGESTS, goals=Goals())
        assert kept == load_calibration(built, **DIGESTS, goals=Goals()), case
    build_index(folder, FULL, LetterEmbedder(), progress=silent)
    assert same(load_index(folder, **DIGESTS), sound), case


STRANGE = ("", "passages", "..", "\0", 7, None, [], {}, "../passages", "x" * 5000)


@pytest.mark.parametrize("seed", range(CASES))
def test_a_manifest_that_says_something_else_is_refused_or_does_no_harm(
    built: Path, tmp_path: Path, seed: int
) -> None:
    folder = shutil.copytree(built, tmp_path / "index")
    chance = random.Random(seed)  # noqa: S311 - it has to come out alike
    content = json.loads((folder / MANIFEST).read_text("utf-8"))
    names = [content[name] for name in ("vectors_file", "tokens_file", "passages_file")]
    key = chance.choice([*content, "another"])
    content[key] = chance.choice([*STRANGE, *names])
    (folder / MANIFEST).write_text(json.dumps(content), "utf-8")
    sound = load_index(built, **DIGESTS)
    assert refused(folder) or same(load_index(folder, **DIGESTS), sound), (key, content[key])
    build_index(folder, FULL, LetterEmbedder(), progress=silent)
    assert same(load_index(folder, **DIGESTS), sound)


def test_an_index_whose_model_embeds_otherwise_is_built_anew(built: Path, tmp_path: Path) -> None:
    """A changed model that calls itself what it was: nothing of the former index is of use."""

    class Changed(LetterEmbedder):
        def embed(self, *arguments: Any, **choices: Any) -> Any:
            embedded = super().embed(*arguments, **choices)
            np.negative(embedded.vectors, out=embedded.vectors)
            return embedded

    folder = shutil.copytree(built, tmp_path / "index")
    changed = Changed()
    assert is_of_model(load_index(folder, **DIGESTS), LetterEmbedder())
    assert not is_of_model(load_index(folder, **DIGESTS), changed)
    assert build_index(folder, FULL, changed, progress=silent).reused == 0
    assert is_of_model(load_index(folder, **DIGESTS), changed)
