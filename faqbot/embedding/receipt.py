"""What a model folder that faqbot made says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from faqbot.errors import ModelUnavailable

DEFAULT_MODEL = "multilingual-e5-small"
RECEIPT = "faqbot-model.json"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.model"
WORDS_FILE = "words.bin"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which model lies in a converted folder, and what it was made of."""

    model: str
    digest: str
    """Changes whenever vectors would."""
    source: str
    source_sha256: str
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the folder."""


def read_receipt(folder: Path) -> Receipt | None:
    """Read the receipt of a model folder; None when faqbot did not make the folder.

    Raises:
        ModelUnavailable: It cannot be understood.
    """
    path = folder / RECEIPT
    try:
        return TypeAdapter(Receipt).validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        msg = f"{path} is damaged ({reason}). Run: faqbot model fetch"
        raise ModelUnavailable(msg) from error


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Write the receipt of a converted folder."""
    text = json.dumps(asdict(receipt), indent=2) + "\n"
    (folder / RECEIPT).write_text(text, encoding="utf-8")


def is_intact(folder: Path) -> bool:
    """Tell whether a folder has a receipt, and its files are those it names, bit for bit."""
    try:
        receipt = read_receipt(folder) if folder.is_dir() else None
    except ModelUnavailable:
        return False
    return receipt is not None and receipt.files == digests_of(folder)


def digests_of(folder: Path) -> dict[str, str]:
    """Compute the SHA-256 of the files of a folder, the receipt left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECEIPT)
    digests = {}
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        digests[path.relative_to(folder).as_posix()] = digest
    return digests
